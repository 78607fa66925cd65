// Contracts as stored: one per reference whatever happens while it is made, found and listed for its tenant alone.
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keys } from '../../../lib/aws/keys.ts';
import type { Table } from '../../../lib/aws/table.ts';
import { getContract, queryContractPartition } from '../../../lib/contract/contract.ts';
import { createContract } from '../../../lib/contract/create.ts';
import { shardOf, spreadOf } from '../../../lib/contract/due.ts';
import { listContracts } from '../../../lib/contract/list-contracts.ts';
import { openPeriod } from '../../../lib/contract/open-period.ts';
import { newId } from '../../../lib/tenant/id.ts';
import { type Fault, InjectedFault, makeFaults } from '../../stores/faults.ts';
import { openTables, type Tables } from '../../stores/open-tables.ts';
import { application, made, NOW, terms } from './terms.ts';

const LEASE_MS = 60_000;

let tables: Tables;
let business: Table;
let tenants = 0;

beforeAll(async () => {
  tables = await openTables();
  business = tables.business;
});

afterAll(() => tables.close());

/** A tenant that nothing was made for yet. */
function freshTenant(): string {
  tenants += 1;
  return `tenant-${tenants}`;
}

const create = (table: Table, tenantId: string, now = NOW) =>
  createContract(table, tenantId, terms, application, now, randomBytes);

const contractsOf = async (tenantId: string) => (await listContracts(business, tenantId, { limit: 100 })).contracts;

/** Writes that happen twice, as when the SDK repeats one whose answer was lost. */
const repeating = (table: Table): Table => ({
  ...table,
  put: async (...put) => {
    await table.put(...put);
    return table.put(...put);
  },
  update: async (...update) => {
    await table.update(...update);
    return table.update(...update);
  },
});

describe('a new contract', () => {
  it('is due at the deadline of its first period, with secrets of its own', async () => {
    const tenantId = freshTenant();
    const contract = await made(business, tenantId, { vin: 'VF7SXHNPXRT000001' });
    expect(contract).toEqual({
      tenantId,
      contractId: expect.stringMatching(/^con_[0-9a-f]{32}$/),
      ...terms,
      vin: 'VF7SXHNPXRT000001',
      ...application,
      createdAt: '2026-01-05T10:00:00.000Z',
      chainSecret: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
      saltSecret: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
      turn: 0,
      dueAt: '2026-02-10T23:00:00.000Z',
      deadlineAt: '2026-02-10T23:00:00.000Z',
      dueShard: expect.stringMatching(/^D#[0-3]$/),
      goal: 'deadline',
      failures: 0,
      attempts: { seq: 1, counts: {} },
    });
    expect(contract.chainSecret).not.toBe(contract.saltSecret);
    expect(await getContract(business, tenantId, contract.contractId)).toEqual(contract);
  });

  it('that ends inside its first period is due after its end', async () => {
    const contract = await made(business, freshTenant(), { endsAt: '2026-01-19T23:00:00.000Z', deadlineDays: 3 });
    expect(contract.dueAt).toBe('2026-01-22T23:00:00.000Z');
  });

  it('is found by the planner through its shard', async () => {
    const tenantId = freshTenant();
    const { contractId, dueShard = '' } = await made(business, tenantId);
    const where = { expression: '#dueShard = :shard', values: { shard: dueShard } };
    const { items } = await business.query({ index: 'due', where });
    expect(items.map(({ pk }) => pk)).toContain(`T#${tenantId}#C#${contractId}`);
    expect(dueShard).toBe(`D#${shardOf(contractId, 4)}`);
  });
});

describe('the shard of a contract', () => {
  // Were it the quarter of the spread, each shard would have its own six hours of the night, and the others nothing to do.
  it('has nothing to do with when it is due: at every time of the night all shards share the work', () => {
    const ids = Array.from({ length: 8000 }, (_, n) => newId('con', NOW + n, randomBytes));
    const night = Map.groupBy(ids, (id) => `${Math.floor(spreadOf(id) * 4)}/${shardOf(id, 4)}`);
    expect(night.size).toBe(16);
    for (const [, own] of night) expect(own.length).toBeGreaterThan(8000 / 16 / 2);
  });

  it('is one of those there are', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 16 }), (id, shards) => {
        const shard = shardOf(id, shards);
        expect(Number.isInteger(shard) && shard >= 0 && shard < shards).toBe(true);
      }),
    );
  });
});

describe('a reference', () => {
  it('belongs to one contract of a tenant, and to one of another tenant as well', async () => {
    const [one, other] = [freshTenant(), freshTenant()];
    const first = await made(business, one);
    expect(await create(business, one)).toEqual({ created: false });
    expect(await create(business, one, NOW + 365 * 86_400_000)).toEqual({ created: false });
    expect((await made(business, other)).contractId).not.toBe(first.contractId);
    expect(await contractsOf(one)).toEqual([first]);
  });

  it('goes to exactly one of 20 makers at once', async () => {
    const tenantId = freshTenant();
    const makers = await Promise.all(Array.from({ length: 20 }, () => create(business, tenantId)));
    const winners = makers.flatMap((maker) => (maker.created ? [maker.contract] : []));
    expect(winners).toHaveLength(1);
    expect(await contractsOf(tenantId)).toEqual(winners);
  });

  it('that a dead maker left behind goes to exactly one of 20 once its lease of 60 s is over', async () => {
    const tenantId = freshTenant();
    const faults = makeFaults();
    faults.failNext('not_applied', 2);
    await expect(create(faults.wrap('business', business), tenantId)).rejects.toBeInstanceOf(InjectedFault);
    expect(await create(business, tenantId, NOW + LEASE_MS - 1)).toEqual({ created: false });
    expect(await contractsOf(tenantId)).toEqual([]);
    const makers = await Promise.all(Array.from({ length: 20 }, () => create(business, tenantId, NOW + LEASE_MS)));
    const winners = makers.flatMap((maker) => (maker.created ? [maker.contract] : []));
    expect(winners).toHaveLength(1);
    expect(await contractsOf(tenantId)).toEqual(winners);
  });

  it('is leased again by who took it over', async () => {
    const tenantId = freshTenant();
    const faults = makeFaults();
    const broken = faults.wrap('business', business);
    faults.failNext('not_applied', 2);
    await expect(create(broken, tenantId)).rejects.toBeInstanceOf(InjectedFault);
    // Reserve, look at the holder, look for its contract, take over, make: the last step fails.
    faults.failNext('not_applied', 5);
    await expect(create(broken, tenantId, NOW + LEASE_MS)).rejects.toBeInstanceOf(InjectedFault);
    expect(await create(business, tenantId, NOW + 2 * LEASE_MS - 1)).toEqual({ created: false });
    expect(await create(business, tenantId, NOW + 2 * LEASE_MS)).toHaveProperty('created', true);
    expect(await contractsOf(tenantId)).toHaveLength(1);
  });

  it("is its own maker's when the store repeats a write whose answer was lost", async () => {
    const tenantId = freshTenant();
    const created = await create(repeating(business), tenantId);
    expect(created).toEqual({ created: true, contract: (await contractsOf(tenantId))[0] });
  });

  it('is taken over when the store repeats that write', async () => {
    const tenantId = freshTenant();
    await business.put({
      ...keys.reference(tenantId, 'POL-1'),
      contractId: 'con_gone',
      reservedAt: '2026-01-05T09:00:00.000Z',
    });
    const created = await create(repeating(business), tenantId);
    expect(created).toEqual({ created: true, contract: (await contractsOf(tenantId))[0] });
  });

  const steps = [1, 2].flatMap((nth) => (['not_applied', 'applied'] as const).map((fault) => [nth, fault] as const));

  it.each<readonly [number, Fault]>(steps)(
    'names its contract after a crash at call %i (%s) and another try a minute later',
    async (nth, fault) => {
      const tenantId = freshTenant();
      const faults = makeFaults();
      faults.failNext(fault, nth);
      await expect(create(faults.wrap('business', business), tenantId)).rejects.toBeInstanceOf(InjectedFault);
      const again = await create(business, tenantId, NOW + LEASE_MS);
      const [contract, ...others] = await contractsOf(tenantId);
      expect(others).toEqual([]);
      // Made by the first try, whose answer was lost, or by the second.
      expect(again).toEqual(nth === 2 && fault === 'applied' ? { created: false } : { created: true, contract });
      const reference = await business.get(keys.reference(tenantId, 'POL-1'));
      expect(reference?.['contractId']).toBe(contract?.contractId);
    },
  );
});

describe('the periods of a contract', () => {
  const lease = { ...terms, startsAt: '2026-01-14T23:00:00.000Z', endsAt: '2026-03-09T23:00:00.000Z' };

  it('follow each other from its start to its end, without gap or overlap', () => {
    const first = openPeriod(lease, undefined);
    const second = openPeriod(lease, first?.to);
    const third = openPeriod(lease, second?.to);
    const zone = 'Europe/Amsterdam';
    expect([first, second, third, openPeriod(lease, third?.to)]).toEqual([
      { id: '2026-01', from: '2026-01-14T23:00:00.000Z', to: '2026-01-31T23:00:00.000Z', zone },
      { id: '2026-02', from: '2026-01-31T23:00:00.000Z', to: '2026-02-28T23:00:00.000Z', zone },
      { id: '2026-03', from: '2026-02-28T23:00:00.000Z', to: '2026-03-09T23:00:00.000Z', zone },
      undefined,
    ]);
  });

  it('begin on its day of the month', () => {
    const open = openPeriod({ ...lease, dayOffset: 10 }, undefined);
    expect([open?.id, open?.from, open?.to]).toEqual([
      '2026-01',
      '2026-01-14T23:00:00.000Z',
      '2026-02-09T23:00:00.000Z',
    ]);
  });
});

describe('the list of contracts', () => {
  it('is newest first, page by page, without gap or repetition', async () => {
    const tenantId = freshTenant();
    const all = [];
    for (let n = 0; n < 7; n += 1) all.unshift(await made(business, tenantId, { reference: `POL-${n}` }, NOW + n));
    const first = await listContracts(business, tenantId, { limit: 3 });
    const second = await listContracts(business, tenantId, { limit: 3, after: first.contracts[2]?.contractId });
    const third = await listContracts(business, tenantId, { limit: 3, after: second.contracts[2]?.contractId });
    expect([...first.contracts, ...second.contracts, ...third.contracts]).toEqual(all);
    expect([first.more, second.more, third.more]).toEqual([true, true, false]);
    const exact = await listContracts(business, tenantId, { limit: 7 });
    expect([exact.contracts.length, exact.more]).toEqual([7, false]);
  });

  it('I13 holds nothing of another tenant, whatever id it goes on after', async () => {
    const [one, other] = [freshTenant(), freshTenant()];
    const foreign = await made(business, other, {}, NOW + 1000);
    const own = await made(business, one);
    const faults = makeFaults();
    const table = faults.wrap('business', business);
    const unknown = newId('con', NOW + 1000, randomBytes);
    const answers = [
      await listContracts(table, one, { limit: 5, after: foreign.contractId }),
      await listContracts(table, one, { limit: 5, after: unknown }),
    ];
    expect(answers).toEqual([
      { contracts: [own], more: false },
      { contracts: [own], more: false },
    ]);
    expect(faults.calls).toEqual(['business.query', 'business.query']);
  });
});

describe("I13 the id of another tenant's contract", () => {
  it('is an id that does not exist: same answer, same calls', async () => {
    const [one, other] = [freshTenant(), freshTenant()];
    const foreign = await made(business, other);
    const ids = [foreign.contractId, newId('con', NOW, randomBytes), `${foreign.contractId}#`, '', '../TENANT'];
    for (const contractId of ids) {
      const faults = makeFaults();
      const table = faults.wrap('business', business);
      expect(await getContract(table, one, contractId)).toBeUndefined();
      expect(await queryContractPartition(table, one, contractId, 60)).toEqual([]);
      expect(faults.calls).toEqual(['business.get', 'business.query']);
    }
  });

  it('cannot be reached by an id that spells the way to it', async () => {
    const [one, other] = [freshTenant(), freshTenant()];
    const { contractId } = await made(business, other);
    expect(await getContract(business, `${one}#C#x`, `#T#${other}#C#${contractId}`)).toBeUndefined();
    expect(await getContract(business, one, `#T#${other}#C#${contractId}`)).toBeUndefined();
  });
});
