// Entity tags: what is read has one, who has it already gets 304, and nothing but the same bytes has the same one.
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { entityTag, ifMatch } from '../../../lib/api/entity-tag.ts';
import { type ApiWorld, openApiWorld } from './api-world.ts';

let world: ApiWorld;
let path = '';
beforeAll(async () => {
  world = await openApiWorld();
  path = `/v1/contracts/${await world.contract()}`;
});
afterAll(() => world.close());

const get = (header?: string) =>
  world.ask('GET', path, header === undefined ? {} : { headers: { 'if-none-match': header } });

it('a tag is the hash of the bytes that are given', async () => {
  const { headers, text } = await get();
  const expected = createHash('sha256').update(text).digest('base64url').slice(0, 27);
  expect(headers['etag']).toBe(`"${expected}"`);
  expect(entityTag(text)).toBe(headers['etag']);
  expect(entityTag(`${text} `)).not.toBe(headers['etag']);
});

it.each([
  (tag: string) => tag,
  (tag: string) => `W/${tag}`,
  (tag: string) => `"other", ${tag}`,
  (tag: string) => `"other",W/${tag} , "more"`,
  () => '*',
])('whoever has the answer gets 304 without it: %s', async (make) => {
  const { headers: first } = await get();
  const { status, text, headers } = await get(make(first['etag'] ?? ''));
  expect([status, text]).toEqual([304, '']);
  expect(headers).toEqual({ 'cache-control': 'no-store', etag: first['etag'], 'x-request-id': 'req-1' });
});

it.each(['', '"other"', 'W/"other"', 'other', '"*"'])('whoever has another one gets it: %s', async (header) => {
  const { status, body } = await get(header);
  expect([status, `/v1/contracts/${body['id']}`]).toEqual([200, path]);
});

it('a refusal has none, whatever is sent', async () => {
  const { status, headers } = await world.ask('GET', `${path}0`, { headers: { 'if-none-match': '*' } });
  expect([status, headers['etag']]).toEqual([404, undefined]);
});

it('a change is only made for a strong tag', () => {
  expect(ifMatch('"a"', '"a"')).toBe(true);
  expect(ifMatch('"b", "a"', '"a"')).toBe(true);
  expect(ifMatch('*', '"a"')).toBe(true);
  expect(ifMatch('W/"a"', '"a"')).toBe(false);
  expect(ifMatch('"b"', '"a"')).toBe(false);
  expect(ifMatch('a', '"a"')).toBe(false);
  expect(ifMatch('', '"a"')).toBe(false);
});
