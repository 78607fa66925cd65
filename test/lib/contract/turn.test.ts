// Turns: one of many planners takes one, one message ends it, and no answer that got lost gives a contract two.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Table } from '../../../lib/aws/table.ts';
import { type Contract, getContract } from '../../../lib/contract/contract.ts';
import { dueContracts, endTurn, hasten, TURN_LEASE_MS, takeTurn } from '../../../lib/contract/turn.ts';
import { newId } from '../../../lib/tenant/id.ts';
import { InjectedFault, makeFaults } from '../../stores/faults.ts';
import { openTables, type Tables } from '../../stores/open-tables.ts';
import { made } from './terms.ts';

const DUE = '2026-02-10T23:00:00.000Z';
const AT = Date.parse(DUE);
const LEASED = '2026-02-11T00:00:00.000Z';

let tables: Tables;
let business: Table;
let references = 0;

beforeAll(async () => {
  tables = await openTables();
  business = tables.business;
});

afterAll(() => tables.close());

function fresh(): Promise<Contract> {
  references += 1;
  return made(business, 'acme', { reference: `POL-${references}` });
}

const keyOf = ({ tenantId, contractId }: Contract) => ({ pk: `T#${tenantId}#C#${contractId}`, sk: 'Z#CONTRACT' });

const dueEntry = (contract: Contract, dueAt = DUE) => ({ key: keyOf(contract), dueAt });

const stored = (contract: Contract) => getContract(business, contract.tenantId, contract.contractId);

describe('taking a turn', () => {
  it('raises the number and leases the contract for an hour', async () => {
    const contract = await fresh();
    const taken = await takeTurn(business, dueEntry(contract), AT);
    expect(taken).toEqual({ ...contract, turn: 1, dueAt: LEASED });
    expect(await stored(contract)).toEqual(taken);
    expect(TURN_LEASE_MS).toBe(3_600_000);
  });

  it('ahead of time leases from when it is due', async () => {
    const contract = await fresh();
    expect(await takeTurn(business, dueEntry(contract), AT - 300_000)).toHaveProperty('dueAt', LEASED);
  });

  it('late leases from now', async () => {
    const contract = await fresh();
    const taken = await takeTurn(business, dueEntry(contract), AT + 86_400_000);
    expect(taken).toHaveProperty('dueAt', '2026-02-12T00:00:00.000Z');
  });

  it('is done by exactly one of 50 planners', async () => {
    const contract = await fresh();
    const planners = Array.from({ length: 50 }, () => takeTurn(business, dueEntry(contract), AT));
    const taken = (await Promise.all(planners)).filter((one) => one !== undefined);
    expect(taken).toEqual([{ ...contract, turn: 1, dueAt: LEASED }]);
    expect(await stored(contract)).toEqual(taken[0]);
  });

  it('by what the index showed before it caught up changes nothing', async () => {
    const contract = await fresh();
    expect(await takeTurn(business, dueEntry(contract, '2026-01-31T23:00:00.000Z'), AT)).toBeUndefined();
    expect(await stored(contract)).toEqual(contract);
  });

  it('of a contract that is gone makes none', async () => {
    const key = { pk: `T#acme#C#${newId('con', AT, randomBytes)}`, sk: 'Z#CONTRACT' };
    expect(await takeTurn(business, { key, dueAt: DUE }, AT)).toBeUndefined();
    expect(await business.get(key)).toBeUndefined();
  });

  it('whose answer got lost leaves the contract leased, due again when the lease ends', async () => {
    const contract = await fresh();
    const faults = makeFaults();
    faults.failNext('applied');
    const lost = takeTurn(faults.wrap('business', business), dueEntry(contract), AT);
    await expect(lost).rejects.toBeInstanceOf(InjectedFault);
    expect(await takeTurn(business, dueEntry(contract), AT)).toBeUndefined();
    const later = await takeTurn(business, dueEntry(contract, LEASED), Date.parse(LEASED));
    expect(later).toHaveProperty('turn', 2);
  });

  it('that was not applied can be taken at once', async () => {
    const contract = await fresh();
    const faults = makeFaults();
    faults.failNext('not_applied');
    const lost = takeTurn(faults.wrap('business', business), dueEntry(contract), AT);
    await expect(lost).rejects.toBeInstanceOf(InjectedFault);
    expect(await takeTurn(business, dueEntry(contract), AT)).toHaveProperty('turn', 1);
  });
});

describe('ending a turn', () => {
  const progress = {
    goal: 'close',
    failures: 2,
    attempts: { seq: 1, counts: { asleep: 2 }, firstAt: DUE, lastAt: DUE, last: 'asleep' },
    dueAt: '2026-02-11T04:00:00.000Z',
    lastFetchedAt: undefined,
  } as const;

  const taken = async () => {
    const turn = await takeTurn(business, dueEntry(await fresh()), AT);
    if (turn === undefined) throw new Error('no turn');
    return turn;
  };

  it('moves the contract on and spends the number', async () => {
    const turn = await taken();
    const { lastFetchedAt, ...moved } = progress;
    expect(await endTurn(business, turn, progress)).toEqual({ ...turn, ...moved, turn: 2 });
  });

  it('keeps when it was last read when there was nothing new', async () => {
    const turn = await taken();
    const read = await endTurn(business, turn, { ...progress, lastFetchedAt: '2026-02-11T00:30:00.000Z' });
    if (read === undefined) throw new Error('not ended');
    const next = await endTurn(business, read, progress);
    expect(next).toHaveProperty('lastFetchedAt', '2026-02-11T00:30:00.000Z');
  });

  it('for good takes the contract out of the index', async () => {
    const turn = await taken();
    const ended = await endTurn(business, turn, { ...progress, dueAt: undefined });
    expect(ended).not.toHaveProperty('dueAt');
    const where = { expression: '#dueShard = :shard', values: { shard: turn.dueShard } };
    const { items } = await business.query({ index: 'due', where });
    expect(items.map(({ pk }) => pk)).not.toContain(keyOf(turn).pk);
  });

  it('is done by exactly one of 50 deliveries of its message', async () => {
    const turn = await taken();
    const ended = await Promise.all(Array.from({ length: 50 }, () => endTurn(business, turn, progress)));
    expect(ended.filter((one) => one !== undefined)).toHaveLength(1);
    expect(await stored(turn)).toHaveProperty('turn', 2);
  });

  it('of which another has been given since changes nothing', async () => {
    const turn = await taken();
    const overtaking = await takeTurn(business, dueEntry(turn, LEASED), Date.parse(LEASED));
    expect(await endTurn(business, turn, progress)).toBeUndefined();
    expect(await stored(turn)).toEqual(overtaking);
  });

  it('whose answer got lost is ended: the message that comes again has nothing left to do', async () => {
    const turn = await taken();
    const faults = makeFaults();
    faults.failNext('applied');
    await expect(endTurn(faults.wrap('business', business), turn, progress)).rejects.toBeInstanceOf(InjectedFault);
    expect(await endTurn(business, turn, progress)).toBeUndefined();
    expect(await stored(turn)).toMatchObject({ turn: 2, dueAt: progress.dueAt, failures: 2 });
  });

  it('of a contract that is gone makes none', async () => {
    const turn = { ...(await taken()), contractId: newId('con', AT, randomBytes) };
    expect(await endTurn(business, turn, progress)).toBeUndefined();
    expect(await stored(turn)).toBeUndefined();
  });
});

describe('what is due', () => {
  it("is one shard's, before the given instant, most overdue first, no more than asked for", async () => {
    const contracts = [];
    for (const dueAt of ['2031-01-03T00:00:00.000Z', '2031-01-01T00:00:00.000Z', '2031-01-02T00:00:00.000Z']) {
      const contract = await fresh();
      await business.update(keyOf(contract), { set: { dueAt, dueShard: 'D#77' } });
      contracts.push(dueEntry(contract, dueAt));
    }
    const [third, first, second] = contracts;
    expect(await dueContracts(business, 77, '2031-01-03T00:00:00.000Z', 10)).toEqual([first, second]);
    expect(await dueContracts(business, 77, '2031-01-03T00:00:00.001Z', 10)).toEqual([first, second, third]);
    expect(await dueContracts(business, 77, '2031-01-03T00:00:00.001Z', 1)).toEqual([first]);
    expect(await dueContracts(business, 78, '2031-01-03T00:00:00.001Z', 10)).toEqual([]);
  });
});

describe('bringing a contract forward', () => {
  const SOONER = '2026-02-10T12:00:00.000Z';

  it('spends its turn, so that a message under way finds itself overtaken', async () => {
    const turn = await takeTurn(business, dueEntry(await fresh()), AT);
    if (turn === undefined) throw new Error('no turn');
    await hasten(business, turn, SOONER);
    expect(await stored(turn)).toEqual({ ...turn, turn: turn.turn + 1, dueAt: SOONER });
    const { goal, failures, attempts } = turn;
    expect(await endTurn(business, turn, { goal, failures, attempts, dueAt: LEASED })).toBeUndefined();
    expect(await stored(turn)).toHaveProperty('dueAt', SOONER);
  });

  it('is done by whoever saw it as it was before', async () => {
    const contract = await fresh();
    const taken = await takeTurn(business, dueEntry(contract), AT);
    await hasten(business, contract, SOONER);
    expect(await stored(contract)).toMatchObject({ dueAt: SOONER, turn: (taken?.turn ?? 0) + 1 });
  });

  it('changes nothing when it is due by then, or never again', async () => {
    const contract = await fresh();
    for (const at of [DUE, LEASED]) await hasten(business, contract, at);
    expect(await stored(contract)).toEqual(contract);
    const { goal, failures, attempts } = contract;
    const over = await endTurn(business, contract, { goal, failures, attempts, dueAt: undefined });
    await hasten(business, contract, SOONER);
    expect(await stored(contract)).toEqual(over);
  });
});
