// Which headers an answer has beside its body's (`content-type`, `cache-control`): what handle.ts, idempotent.ts and problem.ts put there,
// and what a route says of its own. The document tells them, and tests hold every answer against them, both ways.
import type { ProblemCode } from './problem.ts';
import { type Described, isDoneOnce } from './route.ts';

interface Told {
  readonly description: string;
  /** Whether every such answer has it. */
  readonly required: boolean;
}

/** By name. */
export type AnswerHeaders = Readonly<Record<string, Told>>;

/** Put there by the gateway, and nowhere else. */
export const FROM_GATEWAY = 'apigw-requestid';

const WORDS = {
  'x-request-id': 'Names this request, in our logs too.',
  [FROM_GATEWAY]: 'The same id. What the gateway answers by itself has this one alone.',
  etag: 'Names these bytes.',
  'retry-after': 'Seconds after which to try again.',
  'idempotency-replayed': '`true`: the request was sent before, and this is the answer that it got.',
  'www-authenticate': '`Bearer`: how a key is shown.',
  allow: 'The methods that there are.',
} as const;

type Name = keyof typeof WORDS;

/** What every refusal with this code says; whoever refuses gives the value. */
const REFUSING: Partial<Readonly<Record<ProblemCode, Name>>> = {
  unauthorized: 'www-authenticate',
  method_not_allowed: 'allow',
  request_in_progress: 'retry-after',
  asked_recently: 'retry-after',
  rate_limited: 'retry-after',
  vehicle_platform_busy: 'retry-after',
};

const told = (name: Name, required: boolean): AnswerHeaders => ({ [name]: { description: WORDS[name], required } });

const all = (headers: Readonly<Record<string, string>> = {}, required: boolean): AnswerHeaders =>
  Object.fromEntries(Object.entries(headers).map(([name, description]) => [name, { description, required }]));

const REQUEST_ID = told('x-request-id', true);

/** Of an answer that the route declares. */
export function headersOf(route: Described, status: number): AnswerHeaders {
  const { headers, sometimes } = route.answers[status] ?? {};
  const tagged = status === 200 && (route.method === 'GET' || route.method === 'PATCH');
  return {
    ...REQUEST_ID,
    ...(tagged ? told('etag', true) : {}),
    ...(isDoneOnce(route) ? told('idempotency-replayed', false) : {}),
    ...all(headers, true),
    ...all(sometimes, false),
  };
}

/** Of 304: those of the answer that it stands for. Source: RFC 9110 §15.4.5. */
export const headersUnchanged = (route: Described): AnswerHeaders => headersOf(route, 200);

/**
 * Of a refusal.
 * @param codes what it may be refused with
 * @param gateways whether the gateway may answer instead, which says none of this
 */
export function headersRefusing(codes: readonly ProblemCode[], gateways: boolean): AnswerHeaders {
  const lists = codes.map((code): readonly Name[] => {
    const own = REFUSING[code];
    return own === undefined ? ['x-request-id'] : ['x-request-id', own];
  });
  const names = [...new Set(lists.flat())];
  const ours = names.map((name) => told(name, !gateways && lists.every((list) => list.includes(name))));
  return Object.assign({}, ...ours, gateways ? told(FROM_GATEWAY, true) : {});
}
