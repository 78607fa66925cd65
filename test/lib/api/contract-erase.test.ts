// Erasing a contract's personal data over HTTP: what may be erased and what may not, who may lift a hold, and what changes no more.
import { hash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allRoutes } from '../../../lib/api/all-routes.ts';
import { keys } from '../../../lib/aws/keys.ts';
import { SCOPES } from '../../../lib/tenant/scopes.ts';
import { type ApiWorld, type Asking, openApiWorld, RIVAGE, TERMS } from './api-world.ts';

let world: ApiWorld;
beforeAll(async () => {
  world = await openApiWorld();
});
afterAll(() => world.close());

const erase = (id: string) => world.ask('POST', `/v1/contracts/${id}/erase`);

const patch = (id: string, body: unknown, asking: Asking = {}) =>
  world.ask('PATCH', `/v1/contracts/${id}`, { body, headers: { 'if-match': '*' }, ...asking });

const WITHOUT_ERASE = { ...RIVAGE, scopes: SCOPES.filter((scope) => scope !== 'contracts:erase') };

it('the document says what goes: the reports too, but those on a month', () => {
  const { detail = '' } = allRoutes.find(({ name }) => name === 'eraseContract') ?? {};
  for (const gone of [
    'VIN',
    'reference',
    'metadata',
    'connections',
    'readings',
    'declarations',
    'personal link',
    'reports on the contract',
  ])
    expect(detail.split(' go, ')[0]).toContain(gone);
  expect(detail).toContain('A report on a month, which names the reference and no VIN, stays for its 30 days.');
});

it('a contract that is over says since when it is asked, the same however often', async () => {
  const id = await world.over();
  const askedAt = new Date(world.later(0)).toISOString();
  const first = await erase(id);
  expect([first.status, first.body, first.headers['location']]).toEqual([
    202,
    { askedAt, erasedAt: null },
    `/v1/contracts/${id}`,
  ]);
  const before = await world.snapshot();
  world.later(60_000);
  expect(await erase(id)).toEqual(first);
  expect(await world.snapshot()).toEqual(before);
  expect((await world.ask('GET', `/v1/contracts/${id}`)).body['erasure']).toEqual({ askedAt, erasedAt: null });
});

it.each([
  ['runs', { start: '2025-11-01', end: undefined }, undefined],
  ['ended, and has a month to be stated', { start: '2025-11-01', end: '2025-12-15' }, undefined],
  ['has not ended, and has nothing due', { start: '2025-11-01', end: '2026-12-15' }, ['dueAt']],
  ['has no end, and nothing due', { start: '2025-11-01', end: undefined }, ['dueAt']],
])('one that %s is not over, and stays', async (_, terms, remove) => {
  const id = await world.contract(terms);
  if (remove !== undefined) await world.tables.business.update(keys.contract('rivage', id), { remove });
  const before = await world.snapshot();
  const { status, body } = await erase(id);
  expect([status, body['code']]).toEqual([409, 'contract_not_over']);
  expect(await world.snapshot()).toEqual(before);
});

it('one under a legal hold stays, until somebody who may erase lifts it', async () => {
  const id = await world.over();
  expect((await patch(id, { legalHold: true }, { caller: WITHOUT_ERASE })).body['legalHold']).toBe(true);
  const before = await world.snapshot();
  const held = await erase(id);
  expect([held.status, held.body['code']]).toEqual([409, 'legal_hold']);
  const refused = await patch(id, { legalHold: false }, { caller: WITHOUT_ERASE });
  expect([refused.status, refused.body['detail']]).toEqual([403, 'This needs the scope contracts:erase.']);
  expect(await world.snapshot()).toEqual(before);
  // Saying that there is none where there is none lifts nothing.
  const free = await world.over();
  expect((await patch(free, { legalHold: false }, { caller: WITHOUT_ERASE })).status).toBe(200);
  expect((await patch(id, { legalHold: false })).body['legalHold']).toBe(false);
  expect((await erase(id)).status).toBe(202);
});

it('one that is being erased takes no change, no declaration and no driver', async () => {
  const id = await world.over();
  await erase(id);
  const before = await world.snapshot();
  const event = { kind: 'reading', at: '2025-12-02T10:00:00Z', metres: 1, evidence: 'Anna' };
  const answers = [
    await patch(id, { metadata: { driver: 'Anna' } }),
    await patch(id, { legalHold: true }),
    await world.ask('POST', `/v1/contracts/${id}/odometer-events`, { body: event }),
    await world.ask('POST', `/v1/contracts/${id}/connect-sessions`, { body: {} }),
    await world.ask('POST', `/v1/contracts/${id}/readings`),
  ];
  expect(answers.map(({ status, body }) => [status, body['code']])).toEqual([
    [409, 'contract_erased'],
    [409, 'contract_erased'],
    [409, 'contract_erased'],
    [409, 'contract_over'],
    [409, 'contract_over'],
  ]);
  expect(await world.snapshot()).toEqual(before);
});

it('what was decided on before it was asked for is not written after it', async () => {
  const id = await world.over();
  const { business } = world.tables;
  let raced = false;
  const racing: typeof business = {
    ...business,
    update: async (key, change) => {
      if (!raced && key.sk === 'Z#CONTRACT') {
        raced = true;
        await erase(id);
      }
      return business.update(key, change);
    },
  };
  const late = await patch(id, { metadata: { driver: 'Anna' } }, { business: racing });
  expect([raced, late.status]).toEqual([true, 412]);
  expect((await world.ask('GET', `/v1/contracts/${id}`)).body['metadata']).toEqual({});
});

describe('I12 what is kept of an answer for its repetition', () => {
  const PERSONAL = ['VF72R1HNP4T000777', 'POLICY-OF-ANNA', 'driver is Anna', 'fleet of Anna', 'INVOICE-OF-ANNA'];

  const terms = (reference: string) => ({
    ...TERMS,
    ...{ reference, vin: 'VF72R1HNP4T000777', start: '2025-11-01', end: '2026-02-15' },
    metadata: { note: 'driver is Anna' },
    allowance: { per: 'year', metres: 20_000_000, group: 'fleet of Anna' },
  });

  const post = (path: string, key: string, body: unknown) =>
    world.ask('POST', path, { body, headers: { 'idempotency-key': key } });

  /** One of a batch, one by itself and everything that is posted about it with personal data in the answer. */
  async function posted(): Promise<{
    readonly id: string;
    readonly requests: readonly (readonly [string, string, unknown])[];
  }> {
    const lines = { contracts: [terms('POLICY-OF-ANNA-1'), { ...TERMS, reference: 'POLICY-OF-BERT' }] };
    const batch = ['/v1/contract-batches', 'batch', lines] as const;
    const items = (await post(...batch)).body['items'] as readonly { readonly contract: { readonly id: string } }[];
    const id = items[0]?.contract.id ?? '';
    const end = [`/v1/contracts/${id}/end`, 'end', { end: '2026-01-16' }] as const;
    const event = { kind: 'reading', at: '2025-12-02T10:00:00Z', metres: 1, evidence: 'INVOICE-OF-ANNA' };
    const declared = [`/v1/contracts/${id}/odometer-events`, 'event', event] as const;
    return { id, requests: [batch, end, declared] };
  }

  /** As the one who erases leaves a contract (lib/connection/erase.ts). */
  const erased = (id: string) =>
    world.tables.business.update(keys.contract('rivage', id), {
      set: { reference: id, saltSecret: '', erasedAt: '2026-01-06T00:00:00.000Z' },
      remove: ['vin', 'metadata', 'allowance'],
    });

  const recordsOf = async (): Promise<string> =>
    JSON.stringify((await world.snapshot()).filter(({ sk }) => sk === 'IDEMPOTENCY'));

  it('is the answer as it was given, and names nobody where it lies', async () => {
    const { requests } = await posted();
    for (const asked of [...requests, ['/v1/contracts', 'one', terms('POLICY-OF-ANNA-2')] as const]) {
      const first = await post(...asked);
      const again = await post(...asked);
      expect([again.status, again.headers['idempotency-replayed'], again.text]).toEqual([
        first.status,
        'true',
        first.text,
      ]);
      expect([again.headers['etag'], again.headers['location']]).toEqual([
        first.headers['etag'],
        first.headers['location'],
      ]);
    }
    const records = await recordsOf();
    for (const text of PERSONAL) expect(records).not.toContain(text);
  });

  it('cannot be read once the contract is erased', async () => {
    const { id, requests } = await posted();
    const one = ['/v1/contracts', 'one', terms('POLICY-OF-ANNA-2')] as const;
    const other = String((await post(...one)).body['id']);
    for (const asked of requests) expect((await post(...asked)).status).toBeLessThan(300);
    for (const each of [id, other]) await erased(each);
    for (const asked of [...requests, one]) {
      const { status, body, text } = await post(...asked);
      expect([asked[1], status, body['code']]).toEqual([asked[1], 409, 'contract_erased']);
      for (const personal of PERSONAL) expect(text).not.toContain(personal);
    }
  });

  it('fits an item for a hundred contracts with as much as a request may hold', async () => {
    const note = (n: number, m: number) => hash('sha512', `${n} ${m}`, 'base64url').repeat(2).slice(0, 110);
    const contracts = Array.from({ length: 100 }, (_, n) => ({
      ...TERMS,
      reference: `FULL-${n}`,
      metadata: Object.fromEntries(Array.from({ length: 19 }, (__, m) => [`field-${m}`, note(n, m)])),
    }));
    expect(JSON.stringify({ contracts }).length).toBeGreaterThan(240_000);
    expect((await post('/v1/contract-batches', 'full', { contracts })).status).toBe(200);
    const record = (await world.snapshot()).find(({ answer }) => JSON.stringify(answer ?? '').length > 100_000);
    expect(JSON.stringify(record).length).toBeLessThan(400_000);
    expect((await post('/v1/contract-batches', 'full', { contracts })).headers['idempotency-replayed']).toBe('true');
  });
});
