// A refusal as every refusal is: a problem document of its code, with the request's id twice, kept by nobody.
import { expect } from 'vitest';
import { type ProblemCode, problems } from '../../../lib/api/problem.ts';
import type { Answer, Ask, Asking } from './api-world.ts';

/** The names in `errors`. */
export const fields = ({ body }: Answer) =>
  (body['errors'] as readonly { readonly field: string }[]).map(({ field }) => field);

/** Asks, and expects to be refused with this code. */
export const expectRefused = async (
  ask: Ask,
  code: ProblemCode,
  [method, path]: readonly [string, string],
  asking: Asking = {},
): Promise<Answer> => {
  const answer = await ask(method, path, { id: 'req-9', ...asking });
  const { status, title } = problems[code];
  expect(answer.body).toMatchObject({
    type: `urn:odoseal:problem:${code}`,
    title,
    status,
    code,
    requestId: 'req-9',
  });
  expect(answer.status).toBe(status);
  expect(answer.headers).toMatchObject({
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    'x-request-id': 'req-9',
  });
  return answer;
};
