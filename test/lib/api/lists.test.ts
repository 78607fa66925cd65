// Pages of contracts and of attestations: newest first, whole, and still while something is added.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeCursor, encodeCursor } from '../../../lib/api/cursor.ts';
import { putPushed } from '../../../lib/reading/reading.ts';
import { SCOPES } from '../../../lib/tenant/scopes.ts';
import { createTenant } from '../../../lib/tenant/tenant.ts';
import { type ApiWorld, CANAL, CURSOR_KEY, NOW, openApiWorld } from './api-world.ts';

let world: ApiWorld;
const contracts: string[] = [];
let chain = '';

const newContract = async (): Promise<string> => {
  world.later(1);
  const id = await world.contract({ start: '2025-01-01', end: undefined, dayOffset: 1 });
  contracts.unshift(id);
  return id;
};

beforeAll(async () => {
  world = await openApiWorld();
  for (let n = 0; n < 7; n += 1) await newContract();
  [chain = ''] = contracts;
  await world.stated(chain, '2025-09-01T00:00:00.000Z');
});
afterAll(() => world.close());

const page = async (path: string, query: string) => {
  const { status, body } = await world.ask('GET', path, { query });
  expect(status).toBe(200);
  expect(Object.keys(body)).toEqual(['items', 'next']);
  const items = body['items'] as readonly { readonly id: string }[];
  return { ids: items.map(({ id }) => id), items, next: body['next'] as string | null };
};

const everyPage = async (path: string, limit: number, between: () => Promise<unknown>): Promise<readonly string[]> => {
  const seen: string[] = [];
  for (let next: string | null = ''; next !== null; ) {
    const turned = await page(path, `limit=${limit}${next === '' ? '' : `&cursor=${next}`}`);
    seen.push(...turned.ids);
    next = turned.next;
    await between();
  }
  return seen;
};

describe('the list of contracts', () => {
  it('is newest first, and its end has no next', async () => {
    const { ids, items, next } = await page('/v1/contracts', '');
    expect(ids).toEqual(contracts);
    expect(next).toBeNull();
    const { connection: _, ...shown } = (await world.ask('GET', `/v1/contracts/${contracts[0]}`)).body;
    expect(items[0]).toEqual(shown);
  });

  it.each([1, 2, 3, 6, 7])('is complete in pages of %i while contracts are added', async (limit) => {
    const before = [...contracts];
    expect(await everyPage('/v1/contracts', limit, newContract)).toEqual(before);
  });

  it('ends exactly at its last item', async () => {
    const { ids, next } = await page('/v1/contracts', `limit=${contracts.length}`);
    expect(ids).toEqual(contracts);
    expect(next).toBeNull();
  });

  it('has 25 on a page unless told otherwise, 100 at most', async () => {
    const many = { tenantId: 'many', keyId: 'key_many', scopes: SCOPES };
    await createTenant(world.tables.business, { tenantId: 'many', name: 'M', applicationId: 'default' }, NOW);
    await Promise.all(Array.from({ length: 102 }, () => world.contract({}, many)));
    const sizes = ['', 'limit=1', 'limit=100'].map(async (query) => {
      const { body } = await world.ask('GET', '/v1/contracts', { caller: many, query });
      return (body['items'] as unknown[]).length;
    });
    expect(await Promise.all(sizes)).toEqual([25, 1, 100]);
  });

  it('I13 is empty for a tenant that has none, and takes no cursor from another tenant', async () => {
    const { next } = await page('/v1/contracts', 'limit=1');
    const { status, body } = await world.ask('GET', '/v1/contracts', { caller: CANAL });
    expect([status, body]).toEqual([200, { items: [], next: null }]);
    const stolen = await world.ask('GET', '/v1/contracts', { caller: CANAL, query: `cursor=${next}` });
    expect([stolen.status, stolen.body['code']]).toEqual([400, 'invalid_request']);
  });
});

describe('the list of attestations', () => {
  const path = (): string => `/v1/contracts/${chain}/attestations`;

  it('is newest first', async () => {
    const { ids, next } = await page(path(), '');
    expect(ids).toEqual(await Promise.all([7, 6, 5, 4, 3, 2, 1].map((seq) => world.statementId(chain, seq))));
    expect(next).toBeNull();
  });

  it.each([1, 2, 3, 6, 7])('is complete in pages of %i', async (limit) => {
    const ids = await everyPage(path(), limit, () => Promise.resolve());
    expect(ids.map((id) => Number(id.split('_')[2]))).toEqual([7, 6, 5, 4, 3, 2, 1]);
  });

  it('holds still while statements are added', async () => {
    const until = ['2025-10-15T00:00:00.000Z', '2025-11-15T00:00:00.000Z', '2025-12-15T00:00:00.000Z'];
    const other = await newContract();
    await world.stated(other, '2025-06-15T00:00:00.000Z');
    const ids = await everyPage(`/v1/contracts/${other}/attestations`, 2, () => {
      const next = until.shift();
      return next === undefined ? Promise.resolve() : world.stated(other, next);
    });
    expect(ids.map((id) => Number(id.split('_')[2]))).toEqual([5, 4, 3, 2, 1]);
  });

  it('is empty before the first statement', async () => {
    const { ids, next } = await page(`/v1/contracts/${contracts.at(-1)}/attestations`, '');
    expect([ids, next]).toEqual([[], null]);
  });
});

describe('the list of readings', () => {
  const path = (): string => `/v1/contracts/${chain}/readings`;
  let ids: readonly string[] = [];

  const store = async (contractId: string, n: number): Promise<string> => {
    const at = new Date(NOW + n * 60_000).toISOString();
    const ids = { id: `rdg_${n}`, connectionId: 'cnn_1', requestId: `req_${n}` };
    const measured = { metres: 1_000 * n, distance: n, unit: 'km', recordedAt: at, fetchedAt: at } as const;
    const reading = { ...ids, ...measured, source: 'push', platform: 'v3' } as const;
    await putPushed(world.tables.business, { tenantId: 'rivage', contractId }, reading);
    return reading.id;
  };

  beforeAll(async () => {
    const stored: string[] = [];
    await world.connect(chain, { state: 'active' });
    for (const n of [3, 1, 4, 7, 5, 6, 2]) stored.push(await store(chain, n));
    ids = stored.toSorted().toReversed();
    // Another contract's: on no page of this one.
    await store(contracts[1] ?? '', 9);
  });

  it('is newest first, by the instant of the measurement', async () => {
    const { items, next } = await page(path(), 'limit=7');
    expect(items.map(({ id }) => id)).toEqual(ids);
    expect(next).toBeNull();
    expect(items[0]).toEqual({
      id: 'rdg_7',
      recordedAt: '2026-01-05T09:07:00.000Z',
      fetchedAt: '2026-01-05T09:07:00.000Z',
      metres: 7_000,
      shown: { distance: 7, unit: 'km' },
      source: 'push',
      platform: 'v3',
      vin: null,
      connection: 'cnn_1',
      requestId: 'req_7',
    });
  });

  it.each([1, 2, 3, 6, 7])('is complete in pages of %i while newer ones come', async (limit) => {
    let n = 100 * limit;
    const before = (await page(path(), 'limit=100')).ids;
    expect(before).toEqual(expect.arrayContaining([...ids]));
    const seen = await everyPage(path(), limit, () => {
      n += 1;
      return store(chain, n);
    });
    expect(seen).toEqual(before);
  });

  it('I10 shows nothing that came after the driver had withdrawn', async () => {
    const contractId = await newContract();
    const withdrawnAt = new Date(NOW + 90_000).toISOString();
    await world.connect(contractId, { state: 'withdrawn', withdrawnAt });
    await store(contractId, 1);
    await store(contractId, 2);
    const { ids: shown } = await page(`/v1/contracts/${contractId}/readings`, '');
    expect(shown).toEqual(['rdg_1']);
  });

  it('is empty before the first reading', async () => {
    const { ids: none, next } = await page(`/v1/contracts/${contracts.at(-1)}/readings`, '');
    expect([none, next]).toEqual([[], null]);
  });
});

describe('a page', () => {
  const limits = ['0', '101', '1000', '-1', '1.5', '01', '+5', ' 5', '5 ', '', 'ten', '1e1', '0x10', '٣'];
  it.each(limits)('of limit %j is refused', async (limit) => {
    for (const path of ['/v1/contracts', `/v1/contracts/${chain}/attestations`]) {
      const { status, body } = await world.ask('GET', path, { query: new URLSearchParams({ limit }).toString() });
      expect([status, body['errors']]).toEqual([400, [{ field: 'limit', message: 'A whole number from 1 to 100' }]]);
    }
  });

  const own = (name: string, after: string, tenantId = 'rivage'): string =>
    encodeCursor(CURSOR_KEY, { tenantId, name }, after);
  const third = (): string => own('contracts', contracts[3] ?? '');
  const refused: readonly (readonly [string, () => string])[] = [
    ['garbage', () => 'garbage'],
    ['nothing', () => ''],
    ['an id', () => contracts[3] ?? ''],
    ['a place without its signature', () => Buffer.from(contracts[3] ?? '').toString('base64url')],
    ['one signed with another key', () => encodeCursor('guessed', { tenantId: 'rivage', name: 'contracts' }, 'con_1')],
    ['one of another tenant', () => own('contracts', contracts[3] ?? '', 'canal')],
    ['padding', () => `${third()}=`],
    ['a stray character', () => `${third()}!`],
    ['white space', () => ` ${third()}`],
    ['cut short', () => third().slice(0, -2)],
    ['201 characters', () => third().padEnd(201, 'A')],
    ['one byte changed in the place', () => `${third().slice(0, -4)}AAAA`],
    ['one byte changed in the signature', () => `AAAA${third().slice(4)}`],
  ];
  const ofContracts = [...refused, ['one of attestations', () => own(`attestations ${chain}`, '3')] as const];
  const ofAttestations = [
    ...refused,
    ['one of contracts', third] as const,
    ['one of another contract', () => own(`attestations ${contracts[3]}`, '3')] as const,
  ];
  const message = 'Not a cursor of this list';
  it.each(ofContracts)('of contracts refuses as cursor: %s', async (_, cursor) => {
    const query = new URLSearchParams({ cursor: cursor() }).toString();
    const { status, body } = await world.ask('GET', '/v1/contracts', { query });
    expect([status, body['errors']]).toEqual([400, [{ field: 'cursor', message }]]);
  });

  it.each(ofAttestations)('of attestations refuses as cursor: %s', async (_, cursor) => {
    const query = new URLSearchParams({ cursor: cursor() }).toString();
    const { status, body } = await world.ask('GET', `/v1/contracts/${chain}/attestations`, { query });
    expect([status, body['errors']]).toEqual([400, [{ field: 'cursor', message }]]);
  });
});

it('a cursor reads back as the place it was made from, for its own list, tenant and key only', () => {
  const list = { tenantId: 'acme', name: 'contracts' };
  const cursor = encodeCursor('key', list, 'con_1');
  // HMAC-SHA-256 over [1,"acme","contracts","con_1"], as openssl makes it, cut at 16 bytes; then the place.
  expect(cursor).toBe('6eRi6XWvK2DrMw92pkE3t2Nvbl8x');
  expect(decodeCursor('key', list, cursor)).toBe('con_1');
  expect(decodeCursor('other', list, cursor)).toBeUndefined();
  expect(decodeCursor('key', { ...list, tenantId: 'bcme' }, cursor)).toBeUndefined();
  expect(decodeCursor('key', { ...list, name: 'contractsx' }, cursor)).toBeUndefined();
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (after, name) => {
      const own = { tenantId: 'acme', name };
      expect(decodeCursor('key', own, encodeCursor('key', own, after))).toBe(after);
    }),
  );
});
