// The one error of the vehicle client, and the one factory that builds it from an answer's (status, headers, body).
// It never carries a URL, a body, a token or a VIN in its message, its enumerable fields or its cause, because errors
// end in logs: the resolution link is behind a getter, and vendor texts are not kept at all.

import { MAX_PAUSE_S, MAX_RETRY_AFTER_S } from './constants.ts';
import { applicationTokenRefusals, type Meaning, meaningOf, refusals, tokenRefusals, v3Refusals } from './refusals.ts';

/**
 * - `refused`: the platform answered with an error
 * - `timeout`: the caller's deadline passed
 * - `network`: no connection (name, route, TLS), or it broke in a way we do not know
 * - `half_closed`: the platform closed the connection before its answer was complete
 * - `too_large`: the answer was bigger than any documented one
 * - `unusable_answer`: success by status, but not JSON or without a field we need
 * - `no_signal`: V3 holds no value of this signal: not heard of yet, unavailable, or a car that does not send it
 * - `no_connection`: V3 lists no connection of this driver and car
 */
export type Fault =
  | 'refused'
  | 'timeout'
  | 'network'
  | 'half_closed'
  | 'too_large'
  | 'unusable_answer'
  | 'no_signal'
  | 'no_connection';

export interface Resolution {
  readonly type: string | null;
  /** Where the owner has to go. A private link: never log it. */
  readonly url: string | undefined;
}

export interface VehicleErrorFacts {
  readonly fault: Fault;
  readonly meaning: Meaning;
  readonly operation: string;
  /** False only when it is certain that no byte of the request left; true means that the platform may have acted on it. */
  readonly sent: boolean;
  readonly status?: number | undefined;
  readonly type?: string | undefined;
  readonly code?: string | null | undefined;
  readonly requestId?: string | undefined;
  readonly retryAfterSeconds?: number | undefined;
  readonly resolution?: Resolution | undefined;
  /** For `unusable_answer`: the path of the first field that was missing or wrong, from our schema. */
  readonly field?: string | undefined;
  readonly cause?: Error | undefined;
}

/** Thrown by every call of `lib/vehicle`. Decide by `meaning`; `type`, `code`, `status` and `requestId` are for support. */
export class VehicleError extends Error {
  readonly fault: Fault;
  readonly meaning: Meaning;
  readonly operation: string;
  readonly sent: boolean;
  readonly status: number | undefined;
  readonly type: string | undefined;
  readonly code: string | null;
  readonly requestId: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly field: string | undefined;
  readonly #resolution: Resolution | undefined;

  constructor(facts: VehicleErrorFacts) {
    super(describe(facts), facts.cause === undefined ? undefined : { cause: facts.cause });
    this.name = 'VehicleError';
    this.fault = facts.fault;
    this.meaning = facts.meaning;
    this.operation = facts.operation;
    this.sent = facts.sent;
    this.status = facts.status;
    this.type = facts.type;
    this.code = facts.code ?? null;
    this.requestId = facts.requestId;
    this.retryAfterSeconds = facts.retryAfterSeconds;
    this.field = facts.field;
    this.#resolution = facts.resolution;
  }

  /** What the platform proposes. Not enumerable, so that inspecting or serialising the error does not print the link. */
  get resolution(): Resolution | undefined {
    return this.#resolution;
  }
}

export interface Refused {
  readonly service: 'vehicle' | 'auth' | 'iam';
  readonly operation: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  /** Parsed JSON, or undefined when the body was empty or not JSON. */
  readonly body: unknown;
}

/**
 * Builds the error for an answer with an error status: a whole response or one part of a batch.
 * Reads `{type, code, requestId, resolution}` (API) and `{error}` (OAuth, RFC 6749 §5.2); survives anything else.
 */
export const refusedBy = (answer: Refused): VehicleError => {
  const body = isRecord(answer.body) ? answer.body : {};
  const type = word(answer.service === 'vehicle' ? body['type'] : body['error']);
  const code = word(body['code']) ?? null;
  const meaning = meaningOf({ service: answer.service, status: answer.status, type, code });
  // Of a page or an outage nobody knows whom it is about: it may have answered for every car.
  const isOneVehicles = meaning === 'vehicle_rate_limited' || code === 'VEHICLE_REQUEST_LIMIT';
  return new VehicleError({
    fault: 'refused',
    meaning,
    operation: answer.operation,
    sent: true,
    status: answer.status,
    type,
    code,
    requestId: requestIdOf(body['requestId']) ?? requestIdOf(answer.headers['sc-request-id']),
    retryAfterSeconds: retryAfterOf(answer.headers['retry-after'], isOneVehicles ? MAX_RETRY_AFTER_S : MAX_PAUSE_S),
    resolution: resolutionOf(body['resolution']),
  });
};

/** An answer that says success but cannot be used. `field` must come from our own schema, never from the answer. */
export const unusableAnswer = (operation: string, status: number, field?: string): VehicleError =>
  new VehicleError({ fault: 'unusable_answer', meaning: 'transient', operation, sent: true, status, field });

/** What V3 answered is that there is nothing: no value, no connection. */
export const nothingThere = (fault: 'no_signal' | 'no_connection', operation: string): VehicleError => {
  const meaning = fault === 'no_connection' ? 'reconnect' : 'transient';
  return new VehicleError({ fault, meaning, operation, sent: true, status: 200 });
};

/** JSON text → value, or undefined. The parser's own error quotes the body, so it is dropped on purpose. */
export const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** True for objects and arrays: whatever has fields that may be looked at. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** A vendor's error word: letters and underscores. Digits are refused, so that nothing like a VIN or a token passes. */
export const word = (value: unknown): string | undefined =>
  typeof value === 'string' && /^[A-Za-z_]{1,64}$/.test(value) ? value : undefined;

// Documented as a UUID; other vendor ids are let through, except anything as long as a VIN (17).
const requestIdOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value.length !== 17 && /^[A-Za-z0-9-]{8,64}$/.test(value) ? value : undefined;

// RFC 9110 §10.2.3 also allows a date; the platform documents whole seconds only, anything else means "not said".
const retryAfterOf = (value: unknown, most: number): number | undefined =>
  (typeof value === 'string' || typeof value === 'number') && /^\d+$/.test(String(value))
    ? Math.min(Number(value), most)
    : undefined;

// Older answers carry a bare string where newer ones carry an object.
const resolutionOf = (value: unknown): Resolution | undefined => {
  if (typeof value === 'string') return { type: word(value) ?? null, url: undefined };
  if (!isRecord(value)) return undefined;
  return { type: word(value['type']) ?? null, url: typeof value['url'] === 'string' ? value['url'] : undefined };
};

const describe = (facts: VehicleErrorFacts): string => {
  const status = facts.status === undefined ? '' : ` (${facts.status})`;
  return `vehicle platform: ${facts.operation}: ${facts.fault}${named(facts)}${status}, ${facts.meaning}`;
};

// Only names that stand in our tables get into a message.
const named = ({ type, code, field }: VehicleErrorFacts): string => {
  if (field !== undefined) return ` field ${field}`;
  if (type === undefined) return '';
  const pair = `${type}:${code ?? null}`;
  if (Object.hasOwn(refusals, pair) || Object.hasOwn(v3Refusals, pair)) return ` ${pair}`;
  const oauth = Object.hasOwn(tokenRefusals, type) || Object.hasOwn(applicationTokenRefusals, type);
  return oauth ? ` ${type}` : ' undocumented';
};
