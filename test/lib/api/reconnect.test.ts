// The link of a connection whose login is dead, as the API shows it: to whom, in which states, and that asking for it writes nothing.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keys } from '../../../lib/aws/keys.ts';
import { STATES } from '../../../lib/connection/connection.ts';
import { readReconnectToken } from '../../../lib/connection/reconnect-link.ts';
import { SCOPES, type Scope } from '../../../lib/tenant/scopes.ts';
import { makeFaults } from '../../stores/faults.ts';
import { type ApiWorld, type Asking, NOW, ORIGIN, openApiWorld, RECONNECT_KEY, RIVAGE } from './api-world.ts';

let world: ApiWorld;
beforeAll(async () => {
  world = await openApiWorld();
});
afterAll(() => world.close());

const DAY = 86_400_000;
const cxn = (contractId: string): string => contractId.replace('con_', 'cxn_');

/** @returns the contract's id */
async function standing(state: (typeof STATES)[number] = 'reauth_required', terms = {}): Promise<string> {
  const contractId = await world.contract(terms);
  await world.connect(contractId, { connectionId: cxn(contractId), state });
  return contractId;
}

const pathOf = (contractId: string): string => `/v1/contracts/${contractId}`;

/** What both addresses show of it, which has to be the same. */
async function reconnectOf(contractId: string, asking: Asking = {}): Promise<Record<string, unknown> | null> {
  const whole = await world.ask('GET', pathOf(contractId), asking);
  const alone = await world.ask('GET', `${pathOf(contractId)}/connection`, asking);
  expect(whole.body['connection']).toEqual(alone.body);
  // The shape is compared with what is declared.
  return alone.body['reconnect'] as Record<string, unknown> | null;
}

const holding = (...scopes: readonly Scope[]): Asking => ({ caller: { ...RIVAGE, scopes } });
const tokenOf = (url: unknown): string => String(url).slice(`${ORIGIN}/connect/`.length);

describe('the link', () => {
  it('is of the very connection, under this origin, for 14 days', async () => {
    const contractId = await standing();
    const { url, expiresAt } = (await reconnectOf(contractId)) ?? {};
    expect(url).toMatch(/^https:\/\/api\.odoseal\.example\/connect\/[\w-]{55}\.[\w-]{43}$/);
    expect(expiresAt).toBe(new Date(NOW + 14 * DAY).toISOString());
    expect(readReconnectToken(RECONNECT_KEY, tokenOf(url), NOW)).toEqual({
      ...{ tenantId: 'rivage', contractId, connectionId: cxn(contractId) },
    });
  });

  it('is there in one state alone', async () => {
    const shown: string[] = [];
    for (const state of STATES) if ((await reconnectOf(await standing(state))) !== null) shown.push(state);
    expect(shown).toEqual(['reauth_required']);
  });

  it('is for keys that may make links, and null for others', async () => {
    const contractId = await standing();
    const others = SCOPES.filter((scope) => scope !== 'contracts:write');
    expect(await reconnectOf(contractId, holding(...others))).toBeNull();
    expect(await reconnectOf(contractId, holding('contracts:read', 'contracts:write'))).toMatchObject({
      url: expect.stringContaining('/connect/'),
    });
  });

  it('is not of a connection that the contract does not read from', async () => {
    const contractId = await standing();
    await world.connect(contractId, { connectionId: `cxn_${'f'.repeat(32)}`, state: 'active' });
    expect(await reconnectOf(contractId)).toBeNull();
    // Nor of one that no contract took over, though it is shown.
    await world.tables.business.update(keys.contract('rivage', contractId), { remove: ['connectionId'] });
    await world.tables.business.update(keys.connection('rivage', contractId, `cxn_${'f'.repeat(32)}`), {
      set: { state: 'reauth_required' },
    });
    expect((await world.ask('GET', `${pathOf(contractId)}/connection`)).body).toMatchObject({
      ...{ id: `cxn_${'f'.repeat(32)}`, state: 'reauth_required', reconnect: null },
    });
  });

  it('is not of a contract that is over, nor of one that is erased', async () => {
    const contractId = await world.over();
    await world.connect(contractId, { connectionId: cxn(contractId), state: 'reauth_required' });
    expect(await reconnectOf(contractId)).toBeNull();
    await world.ask('POST', `${pathOf(contractId)}/erase`);
    expect((await world.ask('GET', pathOf(contractId))).body['erasure']).not.toBeNull();
    expect(await reconnectOf(contractId)).toBeNull();
  });

  it('costs one query, as ever, and stores nothing', async () => {
    const contractId = await standing();
    const before = await world.snapshot();
    const faults = makeFaults();
    await reconnectOf(contractId, { business: faults.wrap('business', world.tables.business) });
    expect(faults.calls).toEqual(['business.query', 'business.query']);
    expect(await world.snapshot()).toEqual(before);
  });

  it('is in no list', async () => {
    await standing();
    const { text } = await world.ask('GET', '/v1/contracts', { query: 'connectionState=reauth_required' });
    expect(text).toContain('"items":[{');
    expect(text).not.toMatch(/reconnect|\/connect\//);
  });
});

describe('an answer to a change', () => {
  it.each([
    ['PATCH', '', { metadata: { branch: 'Lille' } }, { 'if-match': '*' }],
    ['POST', '/end', { end: '2026-12-01' }, { 'idempotency-key': 'end-of-it' }],
  ] as const)('%s%s holds no link, and keeps none', async (method, under, body, headers) => {
    const contractId = await standing();
    const { status, body: answer, text } = await world.ask(method, `${pathOf(contractId)}${under}`, { body, headers });
    expect([status, answer['connection']]).toEqual([
      200,
      expect.objectContaining({ state: 'reauth_required', reconnect: null }),
    ]);
    expect(text).not.toContain('/connect/');
    expect(JSON.stringify(await world.snapshot())).not.toContain('/connect/');
    expect(await reconnectOf(contractId)).not.toBeNull();
  });

  it('ending the connection ends its link', async () => {
    const contractId = await standing();
    const { body } = await world.ask('DELETE', `${pathOf(contractId)}/connection`);
    expect([body['state'], body['reconnect'], await reconnectOf(contractId)]).toEqual(['withdrawn', null, null]);
  });
});

describe('the entity tag of its contract', () => {
  const get = (contractId: string, asking: Asking = {}) => world.ask('GET', pathOf(contractId), asking);
  const having = (tag: string | undefined): Asking => ({ headers: { 'if-none-match': String(tag) } });
  const change = (contractId: string, tag: string | undefined) =>
    world.ask('PATCH', pathOf(contractId), { body: { policy: 'after' }, headers: { 'if-match': String(tag) } });

  it('tells one link from another: who has an old one is given the new one', async () => {
    const contractId = await standing();
    const { headers } = await get(contractId);
    expect((await get(contractId, having(headers['etag']))).status).toBe(304);
    world.later(3_600_000);
    const { status, headers: later } = await get(contractId, having(headers['etag']));
    expect([status, later['etag'] === headers['etag']]).toEqual([200, false]);
    expect((await get(contractId, having(later['etag']))).status).toBe(304);
  });

  it('tells it from none: who has read without the scope is given it', async () => {
    const contractId = await standing();
    const { headers } = await get(contractId, holding('contracts:read'));
    expect((await get(contractId, { ...holding('contracts:read'), ...having(headers['etag']) })).status).toBe(304);
    expect((await get(contractId, having(headers['etag']))).status).toBe(200);
  });

  it('lets a change be made hours later, and by who read no link, and not after another change', async () => {
    const contractId = await standing();
    const read = (await get(contractId)).headers['etag'];
    const withoutLink = (await get(contractId, holding('contracts:read'))).headers['etag'];
    world.later(5 * 3_600_000);
    const first = await change(contractId, read);
    expect([first.status, (await change(contractId, read)).status]).toEqual([200, 412]);
    expect((await change(contractId, withoutLink)).status).toBe(412);
    expect((await change(contractId, first.headers['etag'])).status).toBe(200);
    const again = (await get(contractId, holding('contracts:read'))).headers['etag'];
    expect((await change(contractId, again)).status).toBe(200);
  });

  it('of the link alone changes nothing', async () => {
    const contractId = await standing();
    const [, ofLink] = ((await get(contractId)).headers['etag'] ?? '').split('.');
    expect((await change(contractId, `"${ofLink}`)).status).toBe(412);
  });
});
