// Counting runs: against stores whose calls fail, applied or not, against another counter at any moment, and against contracts that are
// made, stated, ended and erased meanwhile. Whatever happens, a run is told to be complete once, and when it is.
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunTotals } from '../../../lib/attestation/followed-run.ts';
import { countRun } from '../../../lib/attestation/run-counts.ts';
import { TallyError } from '../../../lib/attestation/tally-runs.ts';
import { keys } from '../../../lib/aws/keys.ts';
import type { Table } from '../../../lib/aws/table.ts';
import type { Contract } from '../../../lib/contract/contract.ts';
import { endContract } from '../../../lib/contract/end.ts';
import { InjectedFault, makeFaults } from '../../stores/faults.ts';
import { type Fleet, openFleet, type Stores, TENANT } from './run-fleet.ts';

/** From then on no month before January runs anywhere. */
const MADE = '2026-01-28T12:00:00.000Z';
/** The deadline of January in Paris has passed. */
const AFTER = '2026-02-11T00:00:00.000Z';
const DAY = 86_400_000;

let fleet: Fleet;
beforeEach(async () => {
  fleet = await openFleet(MADE);
});
afterEach(() => fleet.tables.close());

const many = async (count: number, terms = {}): Promise<readonly Contract[]> => {
  const made: Contract[] = [];
  for (let n = 0; n < count; n += 1) made.push(await fleet.contract(terms));
  return made;
};

const stateAll = async (contracts: readonly Contract[], until = AFTER) => {
  for (const contract of contracts) await fleet.state(contract, until);
};

const totalsOf = async (periodId: string): Promise<RunTotals | undefined> => (await fleet.run(periodId))?.totals;

const COMPLETED = { type: 'run.completed', tenantId: TENANT, data: { periodId: '2026-01' } };

const wrapped = (faults: ReturnType<typeof makeFaults>): Stores => ({
  business: faults.wrap('business', fleet.tables.business),
  attestations: faults.wrap('attestations', fleet.tables.attestations),
});

/** The business table, with something that happens before its n-th call from now. */
function beforeCall(nth: number, happens: () => Promise<unknown>): Stores {
  const { business, attestations } = fleet.tables;
  let calls = 0;
  const step = async <T>(work: () => Promise<T>): Promise<T> => {
    calls += 1;
    if (calls === nth) await happens();
    return work();
  };
  const table: Table = {
    ...business,
    query: (range) => step(() => business.query(range)),
    put: (item, condition) => step(() => business.put(item, condition)),
    update: (key, change) => step(() => business.update(key, change)),
  };
  return { business: table, attestations };
}

/** January of five contracts, all stated, that is looked at next for the first time. */
async function ripe(): Promise<readonly Contract[]> {
  const contracts = await many(5);
  await stateAll(contracts);
  await fleet.follow();
  fleet.at(AFTER);
  return contracts;
}

it('a run of 250 contracts is counted in three slices, for so many calls, complete with the last statement, told once, and left alone', async () => {
  const contracts = await many(250);
  await stateAll(contracts.slice(0, 1));
  await fleet.stateAlike(contracts.slice(0, -1));
  await fleet.follow();
  fleet.at(AFTER);
  const faults = makeFaults();
  expect(await fleet.tally(undefined, wrapped(faults))).toEqual({ counted: 1, completed: 0 });
  const slice = ['business.query', 'attestations.getMany'];
  const save = [...slice, 'business.update'];
  // What the last contract has; and the first look leads to the month after.
  const last = [...slice, 'business.query', 'business.put', 'business.update'];
  expect(faults.calls).toEqual(['business.query', ...save, ...save, ...last]);
  expect(await totalsOf('2026-01')).toMatchObject({
    ...{ asOf: AFTER, complete: false },
    counts: { contracts: 250, byStatus: { no_reading: 249, failed: 1 }, byReason: { not_connected: 249 } },
  });
  expect(await fleet.tell()).toEqual([]);
  await stateAll(contracts.slice(-1));
  fleet.at('2026-02-12T00:00:00.000Z');
  expect(await fleet.tally()).toEqual({ counted: 1, completed: 1 });
  expect(await totalsOf('2026-01')).toMatchObject({ complete: true, counts: { byStatus: { no_reading: 250 } } });
  expect(await fleet.nextLook('2026-01')).toBeUndefined();
  const at = '2026-02-12T00:00:00.000Z';
  expect(await fleet.tell()).toEqual([{ ...COMPLETED, id: expect.stringMatching(/^evt_[0-9a-f]{32}$/), at }]);
  const idle = makeFaults();
  expect(await fleet.tally(undefined, wrapped(idle))).toEqual({ counted: 0, completed: 0 });
  expect([idle.calls, await fleet.tell()]).toEqual([['business.query'], []]);
});

describe('while it is counted', () => {
  /** Five stated contracts, in slices of two; `happens` before the second slice is read. */
  async function meanwhile(happens: (contracts: readonly Contract[]) => Promise<unknown>) {
    const contracts = await ripe();
    // The look at the index, the first slice, what was found there.
    const outcome = await fleet.tally(
      2,
      beforeCall(4, () => happens(contracts)),
    );
    return { contracts, outcome };
  }

  it('a contract is made that has the month: it comes last, and is waited for', async () => {
    const late: Contract[] = [];
    await meanwhile(async () => late.push(await fleet.contract()));
    expect(await totalsOf('2026-01')).toMatchObject({ complete: false, counts: { contracts: 6 } });
    expect(await fleet.tell()).toEqual([]);
    await stateAll(late, '2026-02-12T00:00:00.000Z');
    fleet.at('2026-02-12T00:00:00.000Z');
    await fleet.tally(2);
    expect(await fleet.tell()).toMatchObject([COMPLETED]);
  });

  it('one that was looked at is stated: the next look sees it', async () => {
    const contracts = await many(5);
    const [first, ...others] = contracts;
    await fleet.follow();
    fleet.at(AFTER);
    await stateAll(others);
    await fleet.tally(
      2,
      beforeCall(4, () => stateAll(first === undefined ? [] : [first])),
    );
    expect(await totalsOf('2026-01')).toMatchObject({ complete: false, counts: { byStatus: { no_reading: 4 } } });
    fleet.now += DAY;
    await fleet.tally(2);
    expect(await totalsOf('2026-01')).toMatchObject({ complete: true, counts: { byStatus: { no_reading: 5 } } });
  });

  it.each([0, 2, 4])('what names a person is erased of contract %i: it counts as before', async (n) => {
    const { contracts } = await meanwhile(async (all) => {
      const { tenantId, contractId } = all[n] ?? { tenantId: '', contractId: '' };
      const set = { erasedAt: AFTER, erasureAskedAt: AFTER, reference: 'erased', saltSecret: 'erased' };
      await fleet.tables.business.update(keys.contract(tenantId, contractId), { set, remove: ['vin'] });
    });
    expect(await totalsOf('2026-01')).toMatchObject({ complete: true, counts: { contracts: contracts.length } });
  });

  it('the last open one is ended before its month: the run has it no more', async () => {
    const contracts = await many(4);
    const later = await fleet.contract({ startsAt: '2026-01-30T23:00:00.000Z' });
    await fleet.follow();
    await stateAll(contracts);
    expect(await endContract(fleet.tables.business, later, later.startsAt, fleet.now)).toMatchObject({ kind: 'ended' });
    fleet.at(AFTER);
    await fleet.tally(2);
    expect(await totalsOf('2026-01')).toMatchObject({ complete: true, counts: { contracts: 4 } });
  });

  it('time is over: what is left is gone on with, behind those that have waited longer', async () => {
    const contracts = await ripe();
    const until = fleet.now + 60_000;
    const late = beforeCall(4, async () => {
      fleet.now = until;
    });
    expect(await fleet.tally(2, late, until)).toEqual({ counted: 0, completed: 0 });
    const left = await fleet.run('2026-01');
    expect(left?.walk).toMatchObject({ since: AFTER, after: contracts[3]?.contractId, counts: { contracts: 4 } });
    expect([left?.totals, await fleet.nextLook('2026-01')]).toEqual([undefined, AFTER]);
    fleet.now += 1;
    const faults = makeFaults();
    await fleet.tally(2, wrapped(faults));
    expect(faults.calls.slice(-4)).toEqual([
      'business.query',
      'attestations.getMany',
      'business.put',
      'business.update',
    ]);
    expect(await totalsOf('2026-01')).toMatchObject({ asOf: AFTER, complete: true, counts: { contracts: 5 } });
    expect(await fleet.tell()).toMatchObject([COMPLETED]);
  });
});

describe('I11 whatever fails, and whoever counts beside', () => {
  /** One query of the index; three slices, of which two are kept; the month after, and the end. */
  const CALLS = 1 + 3 * 2 + 2 + 2;
  const NTH = Array.from({ length: CALLS }, (_, n) => n + 1);

  /** Days go by. What comes of January whatever happened, and that nothing happens twice. */
  async function expectOneEnd(told: readonly unknown[] = []): Promise<void> {
    const more = [...told, ...(await fleet.tell())];
    for (let days = 0; days < 2; days += 1) {
      fleet.now += DAY;
      await fleet.tally(2);
      more.push(...(await fleet.tell()));
    }
    expect(more).toMatchObject([COMPLETED]);
    const january = await fleet.run('2026-01');
    expect(january?.totals).toMatchObject({ complete: true, counts: { contracts: 5, byStatus: { no_reading: 5 } } });
    expect(january?.walk).toBeUndefined();
    // The month after is followed; nobody's is over yet.
    expect(await fleet.run('2026-02')).toEqual({ tenantId: TENANT, periodId: '2026-02', step: 0 });
    expect(await fleet.nextLook('2026-02')).toBe('2026-02-28T10:00:00.000Z');
    expect(await fleet.run('2026-03')).toBeUndefined();
  }

  it('counting that goes well makes as many calls as are broken here', async () => {
    await ripe();
    const faults = makeFaults();
    await fleet.tally(2, wrapped(faults));
    expect(faults.calls).toHaveLength(CALLS);
    await expectOneEnd();
  });

  it.each(NTH.flatMap((nth) => [[nth, 'not_applied'] as const, [nth, 'applied'] as const]))(
    'call %i, %s: it fails, and the next call finds what there is, and tells it once',
    async (nth, fault) => {
      await ripe();
      const faults = makeFaults();
      faults.failNext(fault, nth);
      // Without the index nobody knows of a run; a run that fails stands in no other one's way.
      await expect(fleet.tally(2, wrapped(faults))).rejects.toThrow(nth === 1 ? InjectedFault : TallyError);
      await expectOneEnd();
    },
  );

  it.each([2, 3, 4, 5, 6, 7, 8])('another one comes and goes before call %i to the business table', async (nth) => {
    await ripe();
    const told: unknown[] = [];
    const met = beforeCall(nth, async () => {
      fleet.now += 1;
      await fleet.tally(2);
      told.push(...(await fleet.tell()));
    });
    expect(await fleet.tally(2, met)).toEqual({ counted: 0, completed: 0 });
    await expectOneEnd(told);
  });

  it('three begin together: one of them ends', async () => {
    await ripe();
    const tallied = await Promise.all([fleet.tally(2), fleet.tally(1), fleet.tally(5)]);
    expect(tallied.map(({ completed }) => completed).toSorted()).toEqual([0, 0, 1]);
    await expectOneEnd();
  });
});

describe('a run', () => {
  it('of a tenant without a contract is looked at once a week, and over without a word', async () => {
    await fleet.follow();
    const calls: string[] = [];
    let looks = 0;
    for (let day = 0; day < 90; day += 1) {
      const faults = makeFaults();
      looks += (await fleet.tally(undefined, wrapped(faults))).counted;
      calls.push(...faults.calls.filter((call) => call !== 'business.query'));
      expect(await fleet.tell()).toEqual([]);
      fleet.now += DAY + 1;
    }
    expect(await totalsOf('2026-02')).toMatchObject({ complete: true, counts: { contracts: 0 } });
    // 28 January to 27 April: the last month that is over for somebody leads to the one that is not.
    expect((await fleet.run('2026-04'))?.step).toBe(0);
    // A look is one query of contracts, none of statements, and its end.
    expect([looks, calls.length]).toEqual([14, 2 * 14 + 3]);
  });

  it('with contracts in Auckland and in Los Angeles is complete when the last of both is stated, and none that starts meanwhile is missed', async () => {
    const east = await fleet.contract({
      zone: 'Pacific/Auckland',
      startsAt: '2025-12-31T11:00:00.000Z',
      deadlineDays: 1,
    });
    const west = await fleet.contract({
      zone: 'America/Los_Angeles',
      startsAt: '2026-01-01T08:00:00.000Z',
      deadlineDays: 1,
    });
    await fleet.follow();
    fleet.at('2026-02-01T07:59:00.000Z');
    await fleet.state(east, '2026-02-01T11:00:00.000Z');
    await fleet.tally();
    expect(await totalsOf('2026-01')).toMatchObject({
      complete: false,
      counts: { byStatus: { no_reading: 1, running: 1 } },
    });
    fleet.at('2026-02-02T08:20:00.000Z');
    await fleet.state(west, '2026-02-02T08:00:00.000Z');
    await fleet.tally();
    expect(await totalsOf('2026-01')).toMatchObject({ complete: true, counts: { byStatus: { no_reading: 2 } } });
    expect(await fleet.tell()).toMatchObject([COMPLETED]);
  });

  it('whose only contract ended in the middle of the month waits for the end of the month: another may begin', async () => {
    fleet.at('2026-01-05T09:00:00.000Z');
    const ended = await fleet.contract({ endsAt: '2026-01-10T23:00:00.000Z', deadlineDays: 1 });
    await fleet.follow();
    await fleet.tally();
    await fleet.state(ended, '2026-01-12T00:00:00.000Z');
    fleet.at('2026-01-31T11:00:00.000Z');
    await fleet.tally();
    await fleet.tally();
    expect(await totalsOf('2026-01')).toMatchObject({
      complete: false,
      counts: { contracts: 1, byStatus: { no_reading: 1 } },
    });
    expect(await fleet.nextLook('2026-01')).toBe('2026-01-31T23:00:00.000Z');
    const begun = await fleet.contract({ startsAt: '2026-01-30T23:00:00.000Z', deadlineDays: 1 });
    fleet.at('2026-02-01T00:00:00.000Z');
    await fleet.tally();
    expect(await totalsOf('2026-01')).toMatchObject({ complete: false, counts: { contracts: 2 } });
    await fleet.state(begun, '2026-02-01T23:00:00.000Z');
    fleet.at('2026-02-02T00:00:00.000Z');
    await fleet.tally();
    expect(await totalsOf('2026-01')).toMatchObject({ complete: true, counts: { contracts: 2 } });
    expect(await fleet.tell()).toMatchObject([COMPLETED]);
  });

  it('that is complete stays so when a contract is made that began in it: the line is there, the count and the word are not', async () => {
    await ripe();
    await fleet.tally();
    expect(await fleet.tell()).toMatchObject([COMPLETED]);
    const kept = await fleet.run('2026-01');
    await fleet.contract();
    for (let days = 0; days < 30; days += 1) {
      fleet.now += DAY;
      await fleet.tally();
    }
    expect(await fleet.run('2026-01')).toEqual(kept);
    expect(await fleet.tell()).toEqual([]);
    expect(await fleet.lines('2026-01')).toHaveLength(6);
  });

  it('counts a month that was stated again once, and the one after it, whose statement has another number by it', async () => {
    const corrected = await fleet.contract({ startsAt: '2025-11-30T23:00:00.000Z', dayOffset: 1 });
    await fleet.state(corrected, '2026-01-20T00:00:00.000Z');
    await fleet.stateAgain(corrected);
    await fleet.follow();
    fleet.at(AFTER);
    await fleet.tally();
    expect(await totalsOf('2026-01')).toMatchObject({
      complete: false,
      counts: { contracts: 1, byStatus: { failed: 1 } },
    });
    await fleet.state(corrected, AFTER);
    fleet.now += DAY;
    await fleet.tally();
    expect(await totalsOf('2026-01')).toMatchObject({
      complete: true,
      counts: { contracts: 1, byStatus: { no_reading: 1 } },
    });
    expect(await fleet.tell()).toMatchObject([COMPLETED]);
  });

  it('that cannot be counted is heard of, and stands in nobody’s way', async () => {
    const broken = await fleet.contract({}, 'broken');
    await fleet.follow('broken');
    await ripe();
    await fleet.tables.business.update(keys.contract('broken', broken.contractId), { remove: ['chainSecret'] });
    await expect(fleet.tally()).rejects.toMatchObject({ code: 'TALLY_INCOMPLETE' });
    expect(await fleet.tell()).toMatchObject([COMPLETED]);
  });

  it('is counted at every moment as its lines are', async () => {
    const instants = ['2026-01-10', '2026-01-31', '2026-02-04', '2026-02-12', '2026-03-15'];
    const terms = fc.record({
      zone: fc.constantFrom('Europe/Paris', 'Pacific/Auckland', 'America/Los_Angeles', 'Pacific/Marquesas'),
      dayOffset: fc.constantFrom(1, 15, 28),
      startsAt: fc.constantFrom('2025-11-03T00:00:00.000Z', '2025-12-31T23:00:00.000Z', '2026-01-20T12:00:00.000Z'),
      endsAt: fc.constantFrom(undefined, undefined, '2026-01-25T00:00:00.000Z', '2026-02-14T23:00:00.000Z'),
      deadlineDays: fc.constantFrom(1, 10),
    });
    const contracts = fc.array(fc.tuple(terms, fc.boolean()), { maxLength: 5 });
    let tenants = 0;
    const property = fc.asyncProperty(contracts, fc.integer({ min: 1, max: 4 }), async (wanted, slice) => {
      tenants += 1;
      const tenantId = `tenant-${tenants}`;
      fleet.at('2026-01-05T09:00:00.000Z');
      await fleet.follow(tenantId);
      const made: (readonly [Contract, boolean])[] = [];
      for (const [own, isStated] of wanted) made.push([await fleet.contract(own, tenantId), isStated]);
      for (const day of instants) {
        fleet.at(`${day}T12:00:00.000Z`);
        for (const [contract, isStated] of made) if (isStated) await fleet.state(contract, `${day}T12:00:00.000Z`);
        await fleet.tally(slice);
        await fleet.tally(slice);
        for (const periodId of ['2026-01', '2026-02']) {
          const { totals } = (await fleet.run(periodId, tenantId)) ?? {};
          const lines = await fleet.lines(periodId, tenantId);
          if (totals === undefined || totals.asOf !== `${day}T12:00:00.000Z`) continue;
          expect(totals.counts).toEqual(countRun(lines));
          const open = lines.filter(({ standing: { status } }) => status !== 'attested' && status !== 'no_reading');
          if (totals.complete) expect(open).toEqual([]);
        }
      }
      const told = (await fleet.tell()).map(({ data }) => data.periodId);
      expect(new Set(told).size).toBe(told.length);
      for (const periodId of told) expect((await fleet.run(String(periodId), tenantId))?.totals?.complete).toBe(true);
    });
    await fc.assert(property, { numRuns: 10 });
  });
});
