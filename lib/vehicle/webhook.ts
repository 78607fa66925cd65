// What the platform pushes: the challenge, the signature over the raw bytes, and the envelope as a tagged union. PURE.
// Tolerant of every documented variation of the envelope, strict about what readings are made of. Lets through named fields
// only: no location, no free text, no private link. Never throws, whatever the bytes are.

import { createHmac, timingSafeEqual } from 'node:crypto';
import { MAX_PUSH_BYTES } from './constants.ts';
import { instantOf } from './quantities.ts';
import { isRecord, parseJson } from './vehicle-error.ts';
import {
  type PushedError,
  type PushedOdometer,
  pushedErrors,
  pushedOdometer,
  pushedVin,
  signalCode,
} from './webhook-signals.ts';

const hmac = (key: string, message: string | Uint8Array): Buffer => createHmac('sha256', key).update(message).digest();

/**
 * The answer to a challenge: lower-case hex of HMAC-SHA256 under the application management token. It is the same function
 * as the signature, so it is computed for what looks like a challenge and can never be the JSON of an event; for anything
 * else, and without a key, undefined. Whether to answer at all is the caller's decision.
 */
export const challengeAnswer = (key: string, challenge: string): string | undefined =>
  key !== '' && /^[A-Za-z0-9_-]{8,128}$/.test(challenge) ? hmac(key, challenge).toString('hex') : undefined;

/** Whether `header` (`SC-Signature`) signs exactly these bytes. Constant time; false without a key or a well-formed header. */
export const verifySignature = (rawBody: Uint8Array, header: string | undefined, key: string): boolean => {
  if (key === '' || header === undefined || !/^[0-9a-f]{64}$/.test(header)) return false;
  return timingSafeEqual(Buffer.from(header, 'hex'), hmac(key, rawBody));
};

interface Delivery {
  /** Lower-case UUID, the same in every delivery of one event. */
  readonly eventId: string;
  readonly vehicleId: string;
  readonly userId: string | undefined;
  /** Only `live` is a real car: a dashboard sends `test`. Undefined where the envelope does not say. */
  readonly mode: string | undefined;
  readonly deliveryId: string | undefined;
  /** `YYYY-MM-DDTHH:mm:ss.sssZ`. */
  readonly deliveredAt: string | undefined;
  readonly webhookId: string | undefined;
  readonly applicationId: string | undefined;
  /** Orders events that measured at the same instant. */
  readonly sequence: number | undefined;
}

interface StateEvent extends Delivery {
  readonly kind: 'VEHICLE_STATE';
  readonly odometer: PushedOdometer;
  readonly vin: string | undefined;
  /** Codes of the signals whose change caused it. */
  readonly triggers: readonly string[];
  /** Sent because the vehicle was just subscribed. */
  readonly firstDelivery: boolean;
}

interface ErrorEvent extends Delivery {
  readonly kind: 'VEHICLE_ERROR';
  readonly errors: readonly PushedError[];
}

export type Envelope =
  /** Not signed. */
  | { readonly kind: 'VERIFY'; readonly challenge: string }
  | StateEvent
  | ErrorEvent
  /** `reason` is the first thing that was wrong: what it is, never what it holds. */
  | {
      readonly kind: 'unreadable';
      readonly reason: 'too_large' | 'not_json' | 'event_type' | 'event_id' | 'vehicle_id' | 'challenge';
    };

/** Reads a push body of at most 50 KB. Verify its signature first: nothing here says who sent it. */
export const parseEnvelope = (rawBody: Uint8Array): Envelope => {
  if (rawBody.byteLength > MAX_PUSH_BYTES) return unreadable('too_large');
  const body = jsonOf(rawBody);
  if (!isRecord(body)) return unreadable('not_json');
  const data = recordOf(body['data']);
  switch (body['eventType']) {
    case 'VERIFY':
      return verifyEvent(data);
    case 'VEHICLE_STATE':
      return delivered(body, data, (delivery) => stateEvent(delivery, body, data));
    case 'VEHICLE_ERROR':
      return delivered(body, data, (delivery) => {
        return { kind: 'VEHICLE_ERROR', ...delivery, errors: pushedErrors(data['errors']) };
      });
    default:
      return unreadable('event_type');
  }
};

type Fields = Readonly<Record<string, unknown>>;

const unreadable = (reason: Extract<Envelope, { kind: 'unreadable' }>['reason']): Envelope => ({
  kind: 'unreadable',
  reason,
});

const recordOf = (value: unknown): Fields => (isRecord(value) ? value : {});

const jsonOf = (bytes: Uint8Array): unknown => {
  try {
    return parseJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
};

const verifyEvent = ({ challenge }: Fields): Envelope =>
  typeof challenge === 'string' && challenge !== '' ? { kind: 'VERIFY', challenge } : unreadable('challenge');

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

const delivered = (body: Fields, data: Fields, event: (delivery: Delivery) => Envelope): Envelope => {
  const { eventId } = body;
  if (typeof eventId !== 'string' || !UUID.test(eventId)) return unreadable('event_id');
  const vehicle = recordOf(data['vehicle']);
  const vehicleId = oneOf(idOf(body['vehicleId']), idOf(vehicle['id']));
  if (vehicleId === undefined) return unreadable('vehicle_id');
  const meta = recordOf(body['meta']);
  return event({
    eventId: eventId.toLowerCase(),
    vehicleId,
    userId: idOf(recordOf(data['user'])['id']),
    mode: modeOf(vehicle['mode'], meta['mode']),
    deliveryId: idOf(meta['deliveryId']),
    deliveredAt: instantOf(meta['deliveredAt']),
    webhookId: idOf(meta['webhookId']),
    applicationId: idOf(meta['applicationId']),
    sequence: numberOf(meta['sequence']),
  });
};

const stateEvent = (delivery: Delivery, body: Fields, data: Fields): Envelope => {
  const vin = pushedVin(data['signals'], recordOf(data['vehicle'])['vin']);
  const odometer = pushedOdometer(data['signals'], delivery.deliveredAt);
  return { kind: 'VEHICLE_STATE', ...delivery, odometer, vin, ...triggersIn(body['triggers'], data['triggers']) };
};

// Vendor ids are UUIDs, some with a prefix (`wh_`, `app_`). Nothing as long as a VIN passes.
const idOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value.length !== 17 && /^[A-Za-z0-9_-]{1,64}$/.test(value) ? value : undefined;

const numberOf = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;

/** The vehicle's id stands in either place; two different ones name no vehicle. */
const oneOf = (outer: string | undefined, inner: string | undefined): string | undefined =>
  outer === undefined || inner === undefined || outer === inner ? (outer ?? inner) : undefined;

// Written in either case in either place. Whatever is not live in one of them is not live.
const modeOf = (...places: readonly unknown[]): string | undefined => {
  const modes = places.filter((one) => typeof one === 'string').map((one) => one.toLowerCase());
  const known = modes.map((mode) => (['live', 'test', 'simulated'].includes(mode) ? mode : 'unknown'));
  return known.find((mode) => mode !== 'live') ?? known[0];
};

const MAX_TRIGGERS = 100;

// Captured at the top, documented inside `data`; the signal is an object, its code alone, or `Group.Name`.
const triggersIn = (...places: readonly unknown[]): Pick<StateEvent, 'triggers' | 'firstDelivery'> => {
  const all: readonly unknown[] = places.filter((place) => Array.isArray(place)).flat();
  const codes = all.slice(0, MAX_TRIGGERS).map((trigger) => {
    const { type, code, signal = trigger } = recordOf(trigger);
    return [type, code].includes('FIRST_DELIVERY') ? FIRST : signalCode(typeof trigger === 'string' ? trigger : signal);
  });
  const triggers = new Set(codes.filter((code) => code !== undefined));
  return { firstDelivery: triggers.delete(FIRST), triggers: [...triggers] };
};

const FIRST = 'FIRST_DELIVERY';
