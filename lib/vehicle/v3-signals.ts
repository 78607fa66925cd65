// V3 signals: what the platform last heard from a car. A signal is a value, a refusal inside a successful answer,
// unavailable, or not there; a store without any signal is an outcome of its own. One signal costs one request.
// Refuses to guess: a value without the fields its reader needs is `unusable_answer`, never a default.

import * as z from 'zod/mini';
import { instantOf } from './quantities.ts';
import type { WireResponse } from './transport.ts';
import { exchangeV3, totalOf, unwrapped, type V3Vehicle } from './v3.ts';
import { firstError, refusedInside, v3RefusedBy } from './v3-error.ts';
import { isRecord, nothingThere, unusableAnswer, type VehicleError } from './vehicle-error.ts';

export interface SignalValue {
  readonly kind: 'value';
  readonly body: Readonly<Record<string, unknown>>;
  /** When the car measured (`oemUpdatedAt`). */
  readonly recordedAt: string | undefined;
  /** When the platform fetched it from the manufacturer. */
  readonly fetchedAt: string | undefined;
  readonly requestId: string | undefined;
}

/**
 * - `value`: the newest one the platform has; it may be a day old
 * - `failed`: refused or unusable; `error` says why, with the same meanings as a refused call
 * - `unavailable`: the platform knows the signal and has no value
 * - `absent`: not in the store: not heard of yet, or never sent by this car; the platform does not tell which
 */
export type SignalOutcome =
  | SignalValue
  | { readonly kind: 'failed'; readonly error: VehicleError }
  | { readonly kind: 'unavailable' }
  | { readonly kind: 'absent' };

/** An empty store means that the platform never heard of the car: it fills once a webhook is subscribed. */
export type SignalStore =
  | { readonly kind: 'empty_store' }
  | { readonly kind: 'signals'; readonly signals: ReadonlyMap<string, SignalOutcome> };

const signalsPath = (vehicle: V3Vehicle): string => `/vehicles/${encodeURIComponent(vehicle.vehicleId)}/signals`;

/** One signal by its code, e.g. `odometer-traveleddistance`. Throws VehicleError when the call itself failed. */
export const readSignal = async (vehicle: V3Vehicle, code: string, operation = 'signal'): Promise<SignalOutcome> => {
  const path = `${signalsPath(vehicle)}/${encodeURIComponent(code)}`;
  const { userId } = vehicle;
  const response = await exchangeV3(vehicle, { operation, method: 'GET', host: 'vehicle', path, userId });
  if (response.status === 404 && isAbsent(response.json)) return { kind: 'absent' };
  requireSuccess(operation, response);
  return outcomeOf(operation, unwrapped(response.json), response.headers);
};

/**
 * Every signal in the store, by code. Throws VehicleError when the call itself failed. No paging is documented for this list:
 * an answer that counts more signals than it holds is `unusable_answer`, because a cut list reads as signals that are absent.
 */
export const readSignals = async (vehicle: V3Vehicle): Promise<SignalStore> => {
  const operation = 'signals';
  const path = signalsPath(vehicle);
  const { userId } = vehicle;
  const response = await exchangeV3(vehicle, { operation, method: 'GET', host: 'vehicle', path, userId });
  requireSuccess(operation, response);
  const items = unwrapped(response.json);
  if (!Array.isArray(items)) throw unusableAnswer(operation, response.status, 'data');
  if ((totalOf(response.json) ?? 0) > items.length) throw unusableAnswer(operation, response.status, 'meta.totalCount');
  if (items.length === 0) return { kind: 'empty_store' };
  const signals = new Map<string, SignalOutcome>();
  for (const item of items) {
    const code = codeOf(item);
    if (code !== undefined) signals.set(code, outcomeOf(operation, item, response.headers));
  }
  return { kind: 'signals', signals };
};

/** The value of an outcome. Throws its error, or `no_signal` where there is no value. */
export const valueIn = (operation: string, outcome: SignalOutcome): SignalValue => {
  if (outcome.kind === 'value') return outcome;
  throw outcome.kind === 'failed' ? outcome.error : nothingThere('no_signal', operation);
};

/** Checks the body of a signal. Throws VehicleError `unusable_answer` naming the field. */
export const bodyIn = <A>(operation: string, { body }: SignalValue, schema: z.ZodMiniType<A, unknown>): A => {
  const result = z.safeParse(schema, body);
  if (result.success) return result.data;
  throw unusableAnswer(operation, 200, ['body', ...(result.error.issues[0]?.path ?? [])].map(String).join('.'));
};

const requireSuccess = (operation: string, { status, headers, json }: WireResponse & { json: unknown }): void => {
  if (status === 200 && firstError(json) === undefined) return;
  throw v3RefusedBy({ operation, status, headers, body: json });
};

// The generic word stands in the oldest answers. Every other 404 (path, vehicle, a proxy's page) is a refusal.
const isAbsent = (json: unknown): boolean => {
  const code = firstError(json)?.['code'];
  return code === 'SIGNAL_NOT_FOUND' || code === 'not_found';
};

const codeOf = (item: unknown): string | undefined => {
  if (!isRecord(item)) return undefined;
  const attributes = isRecord(item['attributes']) ? item['attributes'] : {};
  const code = attributes['code'] ?? item['id'];
  return typeof code === 'string' ? code : undefined;
};

// A signal that cannot be used must not take the others of its list along, so nothing is thrown here.
const outcomeOf = (operation: string, item: unknown, headers: WireResponse['headers']): SignalOutcome => {
  const failed = (error: VehicleError): SignalOutcome => ({ kind: 'failed', error });
  const attributes = isRecord(item) ? item['attributes'] : undefined;
  if (!isRecord(item) || !isRecord(attributes)) return failed(unusableAnswer(operation, 200, 'attributes'));
  const status = isRecord(attributes['status']) ? attributes['status'] : {};
  if (isRecord(status['error']) || status['value'] === 'ERROR') {
    return failed(refusedInside(operation, status['error'], headers));
  }
  if (status['value'] === 'UNAVAILABLE') return { kind: 'unavailable' };
  // The oldest answers have no status at all.
  if (status['value'] !== undefined && status['value'] !== 'SUCCESS') {
    return failed(unusableAnswer(operation, 200, 'attributes.status.value'));
  }
  const { body } = attributes;
  if (!isRecord(body)) return failed(unusableAnswer(operation, 200, 'attributes.body'));
  const meta = isRecord(item['meta']) ? item['meta'] : {};
  const recordedAt = instantOf(meta['oemUpdatedAt']);
  const fetchedAt = instantOf(meta['retrievedAt'] ?? meta['fetchedAt']);
  return { kind: 'value', body, recordedAt, fetchedAt, requestId: headers['sc-request-id'] };
};
