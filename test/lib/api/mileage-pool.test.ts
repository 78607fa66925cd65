// Contracts that share their allowances, as a leasing firm settles them: what one has left, another may use; what nobody knows is in no sum.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keys } from '../../../lib/aws/keys.ts';
import type { Table } from '../../../lib/aws/table.ts';
import { putPushed } from '../../../lib/reading/reading.ts';
import { type ApiWorld, CANAL, NOW, openApiWorld } from './api-world.ts';

let world: ApiWorld;
beforeEach(async () => {
  world = await openApiWorld();
  world.later(Date.parse('2026-02-20T12:00:00.000Z') - NOW);
});
afterEach(() => world.close());

const FLEET = { per: 'year', metres: 7_300_000, group: 'fleet' };
const TERMS = { kind: 'lease', start: '2026-01-01', end: '2027-01-01', zone: 'UTC', dayOffset: 1, allowance: FLEET };

type Connected = Parameters<ApiWorld['connect']>[1];

/** A car that is read every ten days from 1 January, and goes so many metres a day. */
async function leased(perDay: number, reads: number, terms = {}, connection: Connected = {}): Promise<string> {
  const contractId = await world.contract({ ...TERMS, vin: undefined, ...terms });
  await world.connect(contractId, connection);
  for (let n = 0; n < reads; n += 1) {
    const recordedAt = new Date(Date.UTC(2026, 0, 1 + n * 10)).toISOString();
    const metres = 1_000_000 + n * 10 * perDay;
    const ids = { id: `rdg_${n}`, connectionId: 'cnn_1', requestId: 'req' };
    const measured = { metres, distance: metres / 1000, unit: 'km', recordedAt, fetchedAt: recordedAt } as const;
    await putPushed(
      world.tables.business,
      { tenantId: 'rivage', contractId },
      {
        ...ids,
        ...measured,
        source: 'push',
        platform: 'v3',
      },
    );
  }
  return contractId;
}

async function told(contractId: string, query = '', business?: Table): Promise<Record<string, unknown>> {
  const asking = business === undefined ? { query } : { query, business };
  const { status, body } = await world.ask('GET', `/v1/contracts/${contractId}/mileage`, asking);
  expect(status).toBe(200);
  return body;
}

const NOT_KNOWN = {
  ...{ known: false, contracts: null, counted: null },
  ...{ allowedMetres: null, usedMetres: null, balanceMetres: null, projection: null },
};

describe('the mileage of a contract in a group', () => {
  it('has what all of the group have used and are allowed, until the newest reading of each', async () => {
    const keen = await leased(30_000, 6);
    const frugal = await leased(10_000, 4);
    // 20 km a day are allowed: 1,000 km in 50 days, 600 km in 30. A year is 10,950 km and 3,650 km.
    const pool = {
      ...{ known: true, contracts: 2, counted: 2 },
      allowedMetres: 1_000_000 + 600_000,
      usedMetres: 1_500_000 + 300_000,
      balanceMetres: -500_000 + 300_000,
      projection: { metres: 10_950_000 + 3_650_000, allowedMetres: 14_600_000, excessMetres: 0 },
    };
    expect(await told(keen)).toMatchObject({ allowance: { balanceMetres: -500_000 }, pool });
    expect(await told(frugal)).toMatchObject({ allowance: { balanceMetres: 300_000 }, pool });
    // Both, until the day that is asked for: 20 days.
    expect(await told(keen, 'to=2026-01-21')).toMatchObject({
      pool: { contracts: 2, counted: 2, allowedMetres: 800_000, usedMetres: 800_000, balanceMetres: 0 },
    });
    expect(await told(keen, 'from=2026-01-01')).toMatchObject({ allowance: null, pool: null });
  });

  it('counts one that has ended until its end, and none that has yet to begin', async () => {
    const running = await leased(20_000, 6);
    const ended = await leased(30_000, 6, { end: '2026-01-11' });
    await leased(20_000, 0, { start: '2026-03-01' });
    const pool = { contracts: 2, counted: 2, allowedMetres: 1_200_000, usedMetres: 1_300_000, balanceMetres: -100_000 };
    expect(await told(running)).toMatchObject({ pool });
    expect(await told(running, 'to=2026-02-10')).toMatchObject({
      pool: { contracts: 2, counted: 2, allowedMetres: 1_000_000, usedMetres: 1_100_000 },
    });
    // The ten days it had are too few to project.
    expect(await told(ended)).toMatchObject({ pool: { ...pool, projection: null } });
  });

  it('has none in its sums of which nothing is known, and says how many those are', async () => {
    const known = await leased(20_000, 6);
    const unread = await leased(20_000, 0);
    const pool = {
      ...{ known: true, contracts: 2, counted: 1 },
      ...{ allowedMetres: 1_000_000, usedMetres: 1_000_000, balanceMetres: 0, projection: null },
    };
    expect(await told(known)).toMatchObject({ pool });
    expect(await told(unread)).toMatchObject({ known: false, allowance: null, pool });
  });

  it('I10 counts nothing that was read after its driver had withdrawn', async () => {
    const own = await leased(20_000, 6);
    await leased(20_000, 6, {}, { state: 'withdrawn', withdrawnAt: '2026-01-22T00:00:00.000Z' });
    expect(await told(own)).toMatchObject({ pool: { contracts: 2, counted: 2, usedMetres: 1_000_000 + 400_000 } });
  });

  it('has nothing of other groups, of contracts without one, and of other tenants', async () => {
    const own = await leased(20_000, 6);
    await leased(20_000, 6, { allowance: { ...FLEET, group: 'Fleet' } });
    const alone = await leased(20_000, 6, { allowance: { per: 'year', metres: 1 } });
    await world.contract({ ...TERMS, vin: undefined }, CANAL);
    expect(await told(own)).toMatchObject({ pool: { contracts: 1, counted: 1, usedMetres: 1_000_000 } });
    expect(await told(alone)).toMatchObject({ allowance: { usedMetres: 1_000_000 }, pool: null });
  });

  it('is another one when the contract changes its group', async () => {
    const [moving, staying] = [await leased(20_000, 6), await leased(10_000, 6)];
    const path = `/v1/contracts/${moving}`;
    const { headers } = await world.ask('GET', path);
    const body = { allowance: { ...FLEET, group: 'other' } };
    await world.ask('PATCH', path, { body, headers: { 'if-match': headers['etag'] ?? '' } });
    expect(await told(moving)).toMatchObject({ pool: { contracts: 1, usedMetres: 1_000_000 } });
    expect(await told(staying)).toMatchObject({ pool: { contracts: 1, usedMetres: 500_000 } });
  });

  it('of a hundred contracts is told, of one more it is not', async () => {
    const own = await leased(20_000, 6);
    const lines = Array.from({ length: 99 }, (_, n) => ({ ...TERMS, reference: `L-${n}` }));
    await world.ask('POST', '/v1/contract-batches', { body: { contracts: lines } });
    expect(await told(own)).toMatchObject({ pool: { known: true, contracts: 100, counted: 1, usedMetres: 1_000_000 } });
    await world.contract({ ...TERMS, vin: undefined });
    expect((await told(own))['pool']).toEqual(NOT_KNOWN);
  });

  it('looks at 5,000 contracts of the tenant, page after page, and says so when there are more', async () => {
    const own = await leased(20_000, 6);
    const other = await world.contract({ ...TERMS, vin: undefined, allowance: undefined });
    const { business } = world.tables;
    const item = (await business.get(keys.contract('rivage', other))) ?? {};
    let asked = 0;
    /** The index has so many pages, with contracts of no group. */
    const vast = (pages: number): Table => ({
      ...business,
      query: (range) => {
        if (range.index !== 'byTenant') return business.query(range);
        asked += 1;
        return Promise.resolve({ items: Array.from({ length: asked < pages ? 501 : 500 }, () => item) });
      },
    });
    expect(await told(own, '', vast(10))).toMatchObject({ pool: { known: true, contracts: 1 } });
    expect(asked).toBe(10);
    asked = 0;
    expect((await told(own, '', vast(11)))['pool']).toEqual(NOT_KNOWN);
    expect(asked).toBe(10);
  });
});
