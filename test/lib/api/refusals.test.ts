// Bodies and queries that the API refuses: each refusal is a problem document that names the field and never its value, carries the
// request's id twice, and leaves every table as it was.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ProblemCode } from '../../../lib/api/problem.ts';
import type { Item } from '../../../lib/aws/table.ts';
import { type ApiWorld, type Asking, openApiWorld, TERMS } from './api-world.ts';
import { expectRefused, fields } from './refused.ts';

let world: ApiWorld;
let id = '';
let before: readonly Item[] = [];
beforeAll(async () => {
  world = await openApiWorld();
  id = await world.contract();
});
afterAll(() => world.close());
beforeEach(async () => {
  before = await world.snapshot();
});
afterEach(async () => {
  expect(await world.snapshot()).toEqual(before);
});

const refused = (code: ProblemCode, method: string, path: string, asking?: Asking) =>
  expectRefused(world.ask, code, [method, path], asking);
const create = (code: ProblemCode, asking: Asking) => refused(code, 'POST', '/v1/contracts', asking);
const list = (query: string) => refused('invalid_request', 'GET', '/v1/contracts', { query });
const CANARY = 'CANARY-7c1f';

describe('a body', () => {
  it.each([
    '',
    '{',
    '{"kind":}',
    '{"kind":"lease",}',
    "{'kind':'lease'}",
    'kind=lease',
    '\u0000',
    '{}{}',
    '\ufeff{}',
    'NaN',
  ])('of %j is not JSON, or says nothing', async (raw) => {
    const answer = await create(raw === '' ? 'invalid_request' : 'malformed_json', { raw });
    if (raw === '') expect(fields(answer)).toEqual(['kind', 'reference', 'start', 'zone']);
    else expect(answer.body['errors']).toEqual([{ field: 'body', message: 'A JSON object' }]);
  });

  it.each([[[]], [null], [7], ['text'], [true], [[TERMS]]])('of %j is no object', async (body) => {
    const answer = await create('invalid_request', { body });
    expect(answer.body['errors']).toEqual([{ field: 'body', message: 'A JSON object' }]);
  });

  it('without any field names those that are needed', async () => {
    const answer = await create('invalid_request', { body: {} });
    expect(answer.body['errors']).toEqual([
      { field: 'kind', message: 'Missing: One of insurance, lease' },
      { field: 'reference', message: 'Missing: A text of 1 to 128 characters' },
      { field: 'start', message: 'Missing: A day, YYYY-MM-DD, from 2000-01-01 to 2099-12-31' },
      { field: 'zone', message: 'Missing: An IANA time zone, e.g. Europe/Amsterdam' },
    ]);
  });

  it.each(['colour', '__proto__', 'constructor', 'hasOwnProperty', 'Kind', 'tenantId', 'id'])(
    'with the unknown field %s is refused by its name',
    async (field) => {
      const raw = `${JSON.stringify(TERMS).slice(0, -1)},"${field}":"${CANARY}"}`;
      const answer = await create('invalid_request', { raw });
      expect(answer.body['errors']).toEqual([{ field, message: 'Unknown field' }]);
      expect(answer.text).not.toContain(CANARY);
    },
  );

  it('with a note called __proto__ is refused: it would be lost', async () => {
    const raw = `${JSON.stringify(TERMS).slice(0, -1)},"metadata":{"a":"b","__proto__":"${CANARY}"}}`;
    const answer = await create('invalid_request', { raw });
    expect(answer.body['errors']).toEqual([{ field: 'metadata.__proto__', message: 'Unknown field' }]);
    expect(answer.text).not.toContain(CANARY);
  });

  it.each([
    ['"reference":"X"', 'reference'],
    ['"re\\u0066erence":"X"', 'reference'],
    ['"metadata":{"a":"1","b":"\\",\\"a\\":","a":"1"}', 'metadata.a'],
    ['"unknown":[{"a":1},{"a":2,"b":[[],{"x" :1,"x" :1}]}]', 'unknown.1.b.1.x'],
  ])('that names something twice (%s) is refused by its name', async (more, field) => {
    const raw = `${JSON.stringify(TERMS).slice(0, -1)},${more}}`;
    const answer = await create('invalid_request', { raw });
    expect(answer.body['errors']).toEqual([{ field, message: 'Given more than once' }]);
  });

  it('may name in one object what it names in another, or says in a text', async () => {
    const more = '"metadata":{"reference":"\\"reference\\":","kind":"kind"},"colour":1';
    const answer = await create('invalid_request', { raw: `${JSON.stringify(TERMS).slice(0, -1)},${more}}` });
    expect(answer.body['errors']).toEqual([{ field: 'colour', message: 'Unknown field' }]);
  });

  it('with a thousand unknown fields is answered with the first 20, each cut at 200 characters', async () => {
    const body = Object.fromEntries(Array.from({ length: 1000 }, (_, n) => [`${n}`.padEnd(201, 'x'), CANARY]));
    const answer = await create('invalid_request', { body: { ...TERMS, ...body } });
    expect(fields(answer)).toHaveLength(20);
    expect(fields(answer)[0]).toBe('0'.padEnd(200, 'x'));
  });

  const day = 'A day, YYYY-MM-DD, from 2000-01-01 to 2099-12-31';
  const vin = 'A VIN: 17 letters and digits, without I, O and Q';
  const zone = 'An IANA time zone, e.g. Europe/Amsterdam';
  const text = 'A text of 1 to 128 characters';
  const unicode = 'No control characters and no broken Unicode';
  it.each([
    ['kind', 'Lease', 'One of insurance, lease'],
    ['kind', null, 'One of insurance, lease'],
    ['reference', '', text],
    ['reference', 'r'.repeat(129), text],
    ['reference', 12, text],
    ['reference', 'a\nb', unicode],
    ['reference', '\ud800', unicode],
    ['reference', 'a\ufffdb', unicode],
    ['reference', ' A', 'No spaces at either end'],
    ['reference', 'A\u00a0', 'No spaces at either end'],
    ['vin', 'VF72R1HNP4T00010', vin],
    ['vin', 'VF72R1HNP4T0001011', vin],
    ['vin', 'VF72R1HNP4T00010O', vin],
    ['vin', 'VF7SXHNPTPT0010-ß', vin],
    ['vin', ' '.repeat(40), vin],
    ['vin', null, vin],
    ['start', '2026-02-30', 'This day does not exist'],
    ['start', '2025-02-29', 'This day does not exist'],
    ['start', '2026-13-01', 'This day does not exist'],
    ['start', '2026-1-1', day],
    ['start', '1999-12-31', day],
    ['start', '2026-01-01T00:00:00Z', day],
    ['start', 20260101, day],
    ['end', '2026-09-31', 'This day does not exist'],
    ['end', '9999-12-31', day],
    ['end', '2026-01-01', 'Must come after start'],
    ['end', '2025-12-31', 'Must come after start'],
    ['end', null, day],
    ['zone', 'Mars/Olympus', zone],
    ['zone', 'europe/paris', zone],
    ['zone', '+01:00', zone],
    ['zone', '', zone],
    ['zone', ['Europe/Paris'], zone],
    ['dayOffset', 0, 'A whole number from 1 to 28'],
    ['dayOffset', 29, 'A whole number from 1 to 28'],
    ['dayOffset', 1.5, 'A whole number from 1 to 28'],
    ['dayOffset', '1', 'A whole number from 1 to 28'],
    ['dayOffset', 1e300, 'A whole number from 1 to 28'],
    ['policy', 'before', 'One of after, around'],
    ['deadlineDays', 0, 'A whole number from 1 to 20'],
    ['deadlineDays', 21, 'A whole number from 1 to 20'],
    ['deadlineDays', {}, 'A whole number from 1 to 20'],
  ])('with %s %j is refused by that field alone', async (field, value, message) => {
    const answer = await create('invalid_request', { body: { ...TERMS, [field]: value } });
    expect(answer.body['errors']).toEqual([{ field, message }]);
    if (typeof value === 'string' && value.length > 9) expect(answer.text).not.toContain(value);
  });

  it.each(['Pacific/Apia', 'Pacific/Fakaofo'])('with a day that %s never had is refused by it', async (zone) => {
    const message = 'This day does not exist';
    const refused = async (days: object) =>
      (await create('invalid_request', { body: { ...TERMS, zone, ...days } })).body['errors'];
    expect(await refused({ start: '2011-12-30', end: '2012-12-31' })).toEqual([{ field: 'start', message }]);
    expect(await refused({ start: '2011-12-01', end: '2011-12-30' })).toEqual([{ field: 'end', message }]);
  });

  it('names every field that is wrong', async () => {
    const body = { ...TERMS, kind: 'x', vin: 'x', end: 'x', extra: 1 };
    expect(fields(await create('invalid_request', { body })).toSorted()).toEqual(['end', 'extra', 'kind', 'vin']);
  });

  const sized = (bytes: number): string => `{"reference":"${'é'.repeat(8)}"${' '.repeat(bytes - 32)}}`;
  it('of 256 KB is read, of one byte more is not', async () => {
    expect(Buffer.byteLength(sized(262_144))).toBe(262_144);
    await create('invalid_request', { raw: sized(262_144) });
    const { body } = await create('body_too_large', { raw: sized(262_145) });
    expect(body['errors']).toEqual([{ field: 'body', message: 'At most 256 KB' }]);
  });

  it('is refused by that where none is taken, however long it is', async () => {
    const answer = await expectRefused(world.ask, 'invalid_request', ['GET', '/v1/contracts'], { raw: sized(262_145) });
    expect(answer.body['errors']).toEqual([{ field: 'body', message: 'GET takes no body' }]);
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/json-patch+json',
    'json',
    '',
    'application/json, text/plain',
  ])('of type %j is refused', async (type) => {
    const answer = await create('unsupported_media_type', { body: TERMS, headers: { 'content-type': type } });
    expect(answer.body['errors']).toEqual([{ field: 'content-type', message: 'application/json' }]);
  });

  it.each(['/v1/contracts', '/v1/contracts/{id}', '/v1/contracts/{id}/attestations', '/v1/attestations/att_1'])(
    'has no place in GET %s',
    async (path) => {
      const answer = await refused('invalid_request', 'GET', path.replace('{id}', id), { body: {} });
      expect(answer.body['errors']).toEqual([{ field: 'body', message: 'GET takes no body' }]);
    },
  );
});

describe('a query', () => {
  it.each([
    ['offset=1', 'offset', 'Unknown field'],
    ['Limit=1', 'Limit', 'Unknown field'],
    ['__proto__=1', '__proto__', 'Unknown field'],
    ['limit=1&limit=2', 'limit', 'Given more than once'],
    ['limit=1&limit=1', 'limit', 'Given more than once'],
    ['limit=1&%6cimit=2', 'limit', 'Given more than once'],
    ['cursor=&cursor=', 'cursor', 'Given more than once'],
    ['=1', '', 'Unknown field'],
  ])('of %s is refused', async (query, field, message) => {
    const answer = await list(query);
    expect(answer.body['errors']).toEqual([{ field, message }]);
  });

  it('is refused where there is nothing to ask', async () => {
    const answers = [
      await refused('invalid_request', 'GET', `/v1/contracts/${id}`, { query: `limit=${CANARY}` }),
      await refused('invalid_request', 'POST', '/v1/contracts', { query: 'dryRun=1', body: TERMS }),
      await refused('invalid_request', 'POST', `/v1/contracts/${id}/connect-sessions`, { query: 'days=1' }),
    ];
    expect(answers.map(fields)).toEqual([['limit'], ['dryRun'], ['days']]);
    expect(answers[0]?.text).not.toContain(CANARY);
  });
});
