// That an answer is held against its route: what is promised and missing, and what nobody was told of, both fail.
import { expect, it } from 'vitest';
import { problem } from '../../../lib/api/problem.ts';
import { expectDeclared } from './declared.ts';

const request = { method: 'GET', path: '/v1/me' };
const refused = (headers: Readonly<Record<string, string>>) => {
  const { status, headers: own, body } = problem('rate_limited', 'req-1', { headers });
  return { status, headers: own, text: body, body: JSON.parse(body) };
};
const unchanged = (headers: Readonly<Record<string, string>>) => ({ status: 304, headers, text: '', body: {} });

it.each([
  ['a refusal', refused({ 'retry-after': '1' })],
  ['304', unchanged({ etag: '"1"', 'x-request-id': 'req-1', 'cache-control': 'no-store' })],
])('%s with the headers that are declared is as it should be', (_, answer) => {
  expect(() => expectDeclared(request, answer)).not.toThrow();
});

it.each([
  ['a refusal without what it promises', refused({}), 'retry-after'],
  ['a refusal with what nobody was told of', refused({ 'retry-after': '1', 'x-more': '1' }), 'x-more'],
  ['304 without its tag', unchanged({ 'x-request-id': 'req-1' }), 'etag'],
  ['304 with a header of another route', unchanged({ etag: '"1"', 'x-request-id': 'req-1', link: '' }), 'link'],
])('%s is not', (_, answer, header) => {
  expect(() => expectDeclared(request, answer)).toThrow(header);
});
