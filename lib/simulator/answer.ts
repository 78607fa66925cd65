// From an answer to a WHATWG response: header names in lower case, JSON always, errors in the vendor's form.
// Some SDKs look header names up case-sensitively and parse only `application/json`; hence the care.

import { errorBody, type Refusal, statusOf } from './vendor-error.ts';

export interface Answer {
  readonly kind: 'answer';
  readonly body: object;
  /** Beside `content-type` and `sc-request-id`. */
  readonly headers: Readonly<Record<string, string>>;
}

export function answer(body: object, headers: Readonly<Record<string, string>> = {}): Answer {
  return { kind: 'answer', body, headers };
}

export function toResponse(outcome: Answer | Refusal, requestId: string): Response {
  const headers = { 'content-type': 'application/json', 'sc-request-id': requestId, ...headersOf(outcome) };
  return outcome.kind === 'answer'
    ? new Response(JSON.stringify(outcome.body), { status: 200, headers })
    : new Response(JSON.stringify(errorBody(outcome, requestId)), { status: statusOf(outcome), headers });
}

/** One element of the `responses` of a batch; `headers` is always there, else an SDK breaks. */
export function toPart(path: string, outcome: Answer | Refusal, requestId: string): object {
  return outcome.kind === 'answer'
    ? { path, code: 200, headers: outcome.headers, body: outcome.body }
    : { path, code: statusOf(outcome), headers: headersOf(outcome), body: errorBody(outcome, requestId) };
}

function headersOf(outcome: Answer | Refusal): Readonly<Record<string, string>> {
  if (outcome.kind === 'answer') return outcome.headers;
  return outcome.retryAfterSeconds === undefined ? {} : { 'retry-after': String(outcome.retryAfterSeconds) };
}
