// The parts of a push that the product acts on: odometer, VIN, errors. PURE. A value is taken whole or not at all, and what
// is wrong with it is named by field; nothing else of a signal is read.

import { MAX_ODOMETER } from './constants.ts';
import { distanceUnitOf, metresOf } from './metres.ts';
import type { Odometer } from './platform.ts';
import { instantOf } from './quantities.ts';
import { type Meaning, meaningOf } from './refusals.ts';
import { STATUS_BY_TYPE } from './v3-error.ts';
import { isRecord, word } from './vehicle-error.ts';

/**
 * - `value`: as a polled one; `fetchedAt` falls back to the delivery, and is undefined where that has no instant either
 * - `failed`: the platform could not get it
 * - `unavailable`: the platform knows the signal and has no value
 * - `unusable`: sent, but wrong in `field`: no reading, and something to look at
 * - `absent`: not in this push
 */
export type PushedOdometer =
  | {
      readonly kind: 'value';
      readonly odometer: Omit<Odometer, 'fetchedAt'> & { readonly fetchedAt: string | undefined };
    }
  | ({ readonly kind: 'failed' } & Refusal)
  | { readonly kind: 'unavailable' }
  | { readonly kind: 'unusable'; readonly field: string }
  | { readonly kind: 'absent' };

interface Refusal {
  readonly type: string | undefined;
  readonly code: string | null;
  readonly meaning: Meaning;
}

/** One trouble of the car or its account. It comes and goes: act on it only once it persists. */
export interface PushedError extends Refusal {
  readonly state: 'ERROR' | 'RESOLVED';
  /** What the platform proposes, e.g. `REAUTHENTICATE`. */
  readonly resolution: string | undefined;
  /** Codes of the signals it concerns; empty where it does not say. */
  readonly signals: readonly string[];
}

const ODOMETER = 'odometer-traveleddistance';
const VIN = 'vehicleidentification-vin';

/** The odometer among the signals of a push. Two of them are unusable: nobody says which one is meant. */
export const pushedOdometer = (signals: unknown, deliveredAt: string | undefined): PushedOdometer => {
  const [signal, ...others] = signalsOf(signals, ODOMETER);
  if (signal === undefined) return { kind: 'absent' };
  if (others.length > 0) return unusable('signals');
  const status = recordOf(signal['status']);
  if (isRecord(status['error']) || status['value'] === 'ERROR') {
    return { kind: 'failed', ...refusalOf(recordOf(status['error'])) };
  }
  if (status['value'] === 'UNAVAILABLE') return { kind: 'unavailable' };
  if (status['value'] !== undefined && status['value'] !== 'SUCCESS') return unusable('status.value');
  return odometerOf(recordOf(signal['body']), recordOf(signal['meta']), deliveredAt);
};

const odometerOf = (body: Fields, meta: Fields, deliveredAt: string | undefined): PushedOdometer => {
  const { value: distance } = body;
  const unit = distanceUnitOf(body['unit']);
  if (typeof distance !== 'number' || !(distance >= 0 && distance <= MAX_ODOMETER)) return unusable('body.value');
  if (unit === undefined) return unusable('body.unit');
  const fetched = instantOf(meta['retrievedAt']) ?? instantOf(meta['fetchedAt']);
  const recordedAt = instantOf(meta['oemUpdatedAt']) ?? fetched;
  if (recordedAt === undefined) return unusable('meta.oemUpdatedAt');
  const fetchedAt = fetched ?? deliveredAt;
  const metres = metresOf(distance, unit);
  return { kind: 'value', odometer: { metres, unit, distance, recordedAt, fetchedAt, requestId: undefined } };
};

/** The VIN: a signal, or in older copies a field of the vehicle. Undefined unless it has the form of one (ISO 3779). */
export const pushedVin = (signals: unknown, ofVehicle: unknown): string | undefined => {
  const values = signalsOf(signals, VIN).map((signal) => recordOf(signal['body'])['value']);
  return [...values, ofVehicle].filter((value) => typeof value === 'string').find((value) => VIN_FORM.test(value));
};

const VIN_FORM = /^[A-HJ-NPR-Z0-9]{17}$/i;

const MAX_ERRORS = 50;

/** The errors of a VEHICLE_ERROR push; elements without a type are left out. */
export const pushedErrors = (errors: unknown): readonly PushedError[] =>
  listOf(errors)
    .slice(0, MAX_ERRORS)
    .map(recordOf)
    .filter((error) => word(error['type']) !== undefined)
    .map((error) => ({
      ...refusalOf(error),
      state: error['state'] === 'RESOLVED' ? 'RESOLVED' : 'ERROR',
      resolution: word(recordOf(error['resolution'])['type']),
      signals: listOf(error['signals'])
        .map(signalCode)
        .filter((code) => code !== undefined),
    }));

/** Whether an error is about what readings are made of. One that does not say what it is about may be. */
export const isAboutReadings = ({ signals }: Pick<PushedError, 'signals'>): boolean =>
  signals.length === 0 || signals.includes(ODOMETER) || signals.includes(VIN);

/** The code of a signal, from its object or from `Group.Name`, `group-name` or its code as text. */
export const signalCode = (signal: unknown): string | undefined => {
  const { code = signal, group, name } = recordOf(signal);
  const written = [code, group, name].map((one) => (typeof one === 'string' ? one.toLowerCase() : ''));
  const normal = written[0] === '' ? `${written[1]}-${written[2]}` : written[0]?.replaceAll('.', '-');
  return normal !== undefined && /^[a-z]{1,40}-[a-z]{1,40}$/.test(normal) ? normal : undefined;
};

type Fields = Readonly<Record<string, unknown>>;

const unusable = (field: string): PushedOdometer => ({ kind: 'unusable', field });

const recordOf = (value: unknown): Fields => (isRecord(value) ? value : {});

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const signalsOf = (signals: unknown, code: string): readonly Fields[] =>
  listOf(signals)
    .map(recordOf)
    .filter((signal) => signalCode(signal) === code);

// A pushed error has no HTTP status: the one documented for its type stands in for an unknown code.
const refusalOf = (error: Fields): Refusal => {
  const type = word(error['type']);
  const code = word(error['code']) ?? null;
  const status = type !== undefined && Object.hasOwn(STATUS_BY_TYPE, type) ? STATUS_BY_TYPE[type] : undefined;
  return { type, code, meaning: meaningOf({ service: 'vehicle', status: status ?? 502, type, code }) };
};
