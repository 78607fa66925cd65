// Holds an answer against what its route declares: status, media type, every field of the body and no other, the code of a refusal.
import { expect } from 'vitest';
import { findRoute } from '../../../lib/api/handle.ts';
import { problemsOf } from '../../../lib/api/route.ts';
import { routes } from '../../../lib/api/routes.ts';

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
  const { found } = findRoute(routes, request);
  if (found === undefined) return;
  const { route } = found;
  const type = headers['content-type'] ?? '';
  if (status === 304) {
    expect([route.method, text, headers['etag']]).toEqual(['GET', '', expect.any(String)]);
    return;
  }
  if (type === 'application/problem+json') {
    expect(problemsOf(route), `${route.name} does not declare ${body['code']}`).toContain(body['code']);
    return;
  }
  const schema = route.answers[status]?.content[type];
  if (schema === undefined) throw new Error(`${route.name} does not declare ${status} ${type}`);
  // Parsing drops what a schema does not know.
  const whole: unknown = type === 'application/json' ? body : text;
  expect(schema.parse(whole)).toEqual(whole);
}
