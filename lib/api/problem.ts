// Problem details (RFC 9457): one table from our codes to what the caller sees. Generic outside, whatever happened inside.
import type { Sealing } from './kept-answer.ts';

/** One field that was wrong: where, and why. Never what was there. */
export interface FieldError {
  readonly field: string;
  readonly message: string;
}

interface Kind {
  readonly status: number;
  readonly title: string;
  /** For a code that can only ever be about one field. */
  readonly field?: FieldError;
}

export const problems = {
  malformed_json: {
    status: 400,
    title: 'The body is not JSON.',
    field: { field: 'body', message: 'A JSON object' },
  },
  invalid_request: { status: 400, title: 'The request has fields that are missing, unknown or wrong.' },
  unauthorized: { status: 401, title: 'The API key is missing, unknown, expired or revoked.' },
  missing_scope: { status: 403, title: 'The API key does not have the scope that this needs.' },
  not_found: { status: 404, title: 'There is nothing here, or it is not yours.' },
  method_not_allowed: { status: 405, title: 'This address does not take this method.' },
  not_acceptable: {
    status: 406,
    title: 'This cannot be given in the form you accept.',
    field: { field: 'accept', message: 'One of the forms that there are' },
  },
  reference_taken: { status: 409, title: 'A contract with this reference exists.' },
  not_connected: { status: 409, title: 'The car cannot be asked: no connection can be read from.' },
  contract_not_begun: { status: 409, title: 'The contract has not begun.' },
  contract_over: { status: 409, title: 'All of the contract is stated: nothing is read any more.' },
  contract_not_over: { status: 409, title: 'The contract has not ended, or not all of it is stated yet.' },
  contract_erased: { status: 409, title: 'The contract is being erased, or has been.' },
  terms_fixed: {
    status: 409,
    title: 'The first month of the contract is over: its zone, start, day offset and deadline are fixed.',
  },
  legal_hold: { status: 409, title: 'A legal hold is on the contract: nothing of it may be erased.' },
  replacement_waits: { status: 409, title: 'Another replacement of the odometer has yet to be told in a statement.' },
  attestation_replaced: { status: 409, title: 'Another attestation has taken the place of this one.' },
  replacement_requested: { status: 409, title: 'Another attestation of the contract has yet to be stated again.' },
  too_many_odometer_events: { status: 409, title: 'There are as many odometer events as a contract may have.' },
  report_not_ready: { status: 409, title: 'The report is not ready: nothing can be downloaded.' },
  request_in_progress: { status: 409, title: 'A request with this Idempotency-Key is being worked on.' },
  too_many_webhook_endpoints: { status: 409, title: 'There are as many webhook endpoints as there may be.' },
  webhook_endpoint_disabled: { status: 409, title: 'The webhook endpoint is disabled: enable it first.' },
  precondition_failed: {
    status: 412,
    title: 'This has changed since you read it.',
    field: { field: 'if-match', message: 'The etag that this has now' },
  },
  body_too_large: {
    status: 413,
    title: 'The body is larger than 256 KB.',
    field: { field: 'body', message: 'At most 256 KB' },
  },
  unsupported_media_type: {
    status: 415,
    title: 'The body must be application/json.',
    field: { field: 'content-type', message: 'application/json' },
  },
  idempotency_key_reused: {
    status: 422,
    title: 'This Idempotency-Key stands for another request.',
    field: { field: 'idempotency-key', message: 'Another one for each request' },
  },
  precondition_required: {
    status: 428,
    title: 'Say with If-Match which state you mean to change.',
    field: { field: 'if-match', message: 'Missing: The etag of what you mean to change' },
  },
  asked_recently: {
    status: 429,
    title: 'The car was asked less than 15 minutes ago; try again after the time in Retry-After.',
  },
  rate_limited: { status: 429, title: 'Too many requests; try again after the time in Retry-After.' },
  internal: { status: 500, title: 'Something went wrong on our side.' },
  vehicle_platform_busy: { status: 503, title: 'The vehicle platform cannot be asked right now.' },
} as const satisfies Readonly<Record<string, Kind>>;

export type ProblemCode = keyof typeof problems;

export interface ApiResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The body that is kept for a repetition of the request, where that must not be the one that is given: secrets are shown once. */
  readonly keptBody?: string;
  /** Contracts whose personal data the answer holds: what is kept of it cannot be read once one of them is erased. */
  readonly about?: readonly Sealing[];
  /** The body without what passes by itself and is no state of the thing: its entity tag tells the two apart. */
  readonly lastingBody?: string;
}

export interface ProblemDetails {
  readonly errors?: readonly FieldError[];
  /** What would help here; from our own tables, never from the request. */
  readonly detail?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const NO_STORE = { 'cache-control': 'no-store' } as const;

/** A body full of wrong fields is answered with the first of them. */
const MOST_ERRORS = 20;

export function problem(code: ProblemCode, requestId: string, details: ProblemDetails = {}): ApiResponse {
  const { status, title, field }: Kind = problems[code];
  const { detail, headers } = details;
  const errors = field === undefined ? (details.errors ?? []) : [field];
  const listed = errors.length === 0 ? {} : { errors: errors.slice(0, MOST_ERRORS) };
  const body = { type: `urn:odoseal:problem:${code}`, title, status, detail, code, requestId, ...listed };
  return {
    status,
    headers: {
      'content-type': 'application/problem+json',
      ...NO_STORE,
      'x-request-id': requestId,
      ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
      ...headers,
    },
    body: JSON.stringify(body),
  };
}

/** Done, and nothing to say about it. */
export const noContent = (): ApiResponse => ({ status: 204, headers: { ...NO_STORE }, body: '' });

/** An answer in JSON; what belongs to a tenant is not for shared caches. */
export const json = (status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): ApiResponse => ({
  status,
  headers: { 'content-type': 'application/json', ...NO_STORE, ...headers },
  body: JSON.stringify(value),
});
