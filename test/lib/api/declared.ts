// Holds an answer against what its route declares: status, media type, every field of the body and no other, every header and no other,
// the code of a refusal, and the field or header that it is about.
import { expect } from 'vitest';
import * as z from 'zod/mini';
import { allRoutes } from '../../../lib/api/all-routes.ts';
import {
  type AnswerHeaders,
  FROM_GATEWAY,
  headersOf,
  headersRefusing,
  headersUnchanged,
} from '../../../lib/api/answer-headers.ts';
import { findRoute } from '../../../lib/api/handle.ts';
import type { ProblemCode } from '../../../lib/api/problem.ts';
import { problemsOf } from '../../../lib/api/route.ts';

/** Statuses that say that something of the request is wrong: what it is, is named. */
const OF_A_FIELD = [400, 406, 412, 413, 415, 422, 428];

const SOME_FIELDS: unknown = expect.schemaMatching(
  z.array(z.object({ field: z.string(), message: z.string().check(z.minLength(1)) })).check(z.minLength(1)),
);

/** Of every answer with a body: HTTP's own, that nobody has to be told of. */
const STANDARD = ['content-type', 'cache-control'];

/** None that is not told of, and all that are promised; that of the gateway is not here, where there is none. */
function expectHeaders(told: AnswerHeaders, headers: Answered['headers'], name: string): void {
  const untold = Object.keys(headers).filter((each) => !STANDARD.includes(each) && told[each] === undefined);
  const promised = Object.keys(told).filter((each) => told[each]?.required === true && each !== FROM_GATEWAY);
  const missing = promised.filter((each) => headers[each] === undefined);
  expect(untold, `${name} does not declare these headers`).toEqual([]);
  expect(missing, `${name} has not these headers`).toEqual([]);
}

interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export function expectDeclared(
  request: { readonly method: string; readonly path: string },
  { status, headers, text, body }: Answered,
): void {
  const { found } = findRoute(allRoutes, request);
  if (found === undefined) return;
  const { route } = found;
  const type = headers['content-type'] ?? '';
  if (status === 304) {
    expectHeaders(headersUnchanged(route), headers, `${route.name} 304`);
    expect([route.method, text, headers['etag']]).toEqual(['GET', '', expect.any(String)]);
    return;
  }
  if (type === 'application/problem+json') {
    expect(problemsOf(route), `${route.name} does not declare ${body['code']}`).toContain(body['code']);
    expectHeaders(headersRefusing([body['code'] as ProblemCode], false), headers, `${route.name} ${body['code']}`);
    if (OF_A_FIELD.includes(status)) expect(body['errors'], `${body['code']} names no field`).toEqual(SOME_FIELDS);
    return;
  }
  expectHeaders(headersOf(route, status), headers, `${route.name} ${status}`);
  const declared = route.answers[status]?.content;
  if (declared !== undefined && Object.keys(declared).length === 0) {
    expect([text, type]).toEqual(['', '']);
    return;
  }
  const schema = declared?.[type];
  if (schema === undefined) throw new Error(`${route.name} does not declare ${status} ${type}`);
  // Parsing drops what a schema does not know.
  const whole: unknown = type === 'application/json' ? body : text;
  expect(schema.parse(whole)).toEqual(whole);
}
