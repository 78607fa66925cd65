// A reading that the tenant asks for: through the same turns, budget and attempts as every other one; asked once, answered once, and the
// month goes on as if nothing had been.
import { describe, expect, it } from 'vitest';
import { withdrawConsent } from '../../../lib/connection/withdraw.ts';
import { askReading } from '../../../lib/contract/ask.ts';
import { giveBack, spareOf, takeAll, takeRequests } from '../../../lib/reading/budget.ts';
import { toldEvents } from './check-events.ts';
import type { ContractRef } from './check-store.ts';
import { DEADLINE, FEBRUARY, readingsOf, watchReads } from './month.ts';
import { useWorld } from './use-world.ts';
import { DAY, HOUR, MINUTE, TENANT, type World } from './world.ts';

let world: World;
const open = useWorld((opened) => {
  world = opened;
});

const iso = (at: number): string => new Date(at).toISOString();
const ask = async (ref: ContractRef) => askReading(world.tables.business, await world.contract(ref), world.now);
const MIDMONTH = FEBRUARY - 14 * DAY;

describe('in the middle of a month', () => {
  it('a car that answers is read once; what is due next is what was due before', async () => {
    const contract = await world.sign();
    await world.connect(contract);
    await world.runTo(MIDMONTH);
    const before = await world.contract(contract);
    const reads = world.count('vehicle.read');
    await ask(contract);
    await world.runTo(MIDMONTH + 10 * MINUTE);
    const [reading] = await readingsOf(world, contract);
    const { asked, ...after } = await world.contract(contract);
    expect(asked).toEqual({
      at: iso(MIDMONTH),
      outcome: 'read',
      answeredAt: reading?.fetchedAt,
      readingId: reading?.id,
    });
    expect([after.goal, after.dueAt, after.failures]).toEqual([before.goal, before.dueAt, 0]);
    await world.runTo(FEBRUARY - 1);
    expect(world.count('vehicle.read')).toBe(reads + 1);
    await world.runTo(FEBRUARY + DAY);
    expect(await world.claims(contract)).toMatchObject([{ outcome: 'measured', attempts: { counts: { read: 3 } } }]);
  });

  it('a car that sleeps says so, is not asked again before it is due anyway, and the month retries as ever', async () => {
    const contract = await world.sign();
    const { carId, connectionId } = await world.connect(contract);
    await world.runTo(MIDMONTH);
    const before = await world.contract(contract);
    world.simulator.fleet.setTrouble(carId, 'VEHICLE_STATE:ASLEEP');
    const reads = world.count('vehicle.read');
    await ask(contract);
    await world.runTo(MIDMONTH + 10 * MINUTE);
    const { asked, goal, dueAt, failures, attempts } = await world.contract(contract);
    expect(asked).toMatchObject({ at: iso(MIDMONTH), outcome: 'asleep' });
    expect([goal, dueAt, failures, attempts.counts]).toEqual([before.goal, before.dueAt, 0, { asleep: 1 }]);
    await world.runTo(FEBRUARY - 1);
    expect(world.count('vehicle.read')).toBe(reads + 1);
    await world.check();
    const asleep = (await toldEvents(world.tables.business, TENANT)).filter(({ type }) => type === 'period.asleep');
    expect(asleep.map(({ data }) => data)).toEqual([
      { contractId: contract.contractId, connectionId, periodId: '2026-01' },
    ]);
    await world.runTo(FEBRUARY + 16 * MINUTE);
    expect(world.count('vehicle.read')).toBe(reads + 3);
  });

  it('I10 a driver who withdraws meanwhile is not asked, and it says so', async () => {
    const contract = await world.sign();
    const { connectionId } = await world.connect(contract);
    await world.runTo(MIDMONTH);
    const reads = world.count('vehicle.read');
    await ask(contract);
    await withdrawConsent(world.tables.business, { ...contract, connectionId }, world.now);
    await world.runTo(MIDMONTH + HOUR);
    expect((await world.contract(contract)).asked).toMatchObject({ at: iso(MIDMONTH), outcome: 'not_asked' });
    expect(world.count('vehicle.read')).toBe(reads);
  });

  it('waits for the budget like every other reading, and is not lost', async () => {
    await open({ application: { burst: 5 } });
    const contract = await world.sign();
    await world.connect(contract);
    await world.runTo(MIDMONTH);
    const key = { pk: 'APP#default', sk: 'BUDGET' };
    await world.tables.business.update(key, { set: { closedUntil: MIDMONTH + 3 * HOUR } });
    const reads = world.count('vehicle.read');
    await ask(contract);
    await world.runTo(MIDMONTH + 2 * HOUR);
    expect([world.count('vehicle.read'), (await world.contract(contract)).asked]).toEqual([
      reads,
      { at: iso(MIDMONTH) },
    ]);
    await world.runTo(MIDMONTH + 6 * HOUR);
    expect(world.count('vehicle.read')).toBe(reads + 1);
    expect((await world.contract(contract)).asked?.outcome).toBe('read');
  });

  it('leaves half of the budget to the months, asked for without end', async () => {
    await open({ application: { burst: 6, refillPerMinute: 0.01 } });
    const contract = await world.sign();
    await world.connect(contract);
    await world.runTo(MIDMONTH);
    const reads = world.count('vehicle.read');
    for (let minute = 0; minute < 60; minute += 1) {
      await ask(contract);
      await world.runTo(MIDMONTH + minute * MINUTE);
    }
    const application = await world.turning.application('default');
    expect(world.count('vehicle.read') - reads).toBe(1);
    expect(await takeAll(world.tables.business, application, 4, world.now)).toBe(true);
  });
});

describe('while the month’s own reading is due', () => {
  it('it joins the turn that is at the car: one call, one reading, and the answer is that one', async () => {
    const contract = await world.sign();
    await world.connect(contract);
    // One that was answered before must not be taken for it.
    await world.runTo(MIDMONTH);
    await ask(contract);
    await world.runTo(FEBRUARY - 1);
    const reads = world.count('vehicle.read');
    world.afterAnswer = async () => {
      world.afterAnswer = () => Promise.resolve();
      await ask(contract);
    };
    await world.runTo(FEBRUARY + DAY);
    const [reading] = await readingsOf(world, contract);
    const { asked } = await world.contract(contract);
    expect(asked).toEqual({
      at: reading?.fetchedAt,
      outcome: 'read',
      answeredAt: reading?.fetchedAt,
      readingId: reading?.id,
    });
    expect(world.count('vehicle.read')).toBe(reads + 1);
    expect(await world.claims(contract)).toHaveLength(1);
  });

  it('I7 it is not forgotten when the turn that it joined ends, and nothing after that', async () => {
    const contract = await world.sign();
    await world.connect(contract);
    await world.runTo(FEBRUARY - 1);
    let isNoted = false;
    world.afterAnswer = async () => {
      if (!isNoted) await ask(contract);
      isNoted = true;
      world.now += 1000;
    };
    // The worker ends after the update that ends its turn.
    const { business } = world.turning;
    let died = false;
    const dying: typeof business = {
      ...business,
      update: async (key, change) => {
        if (isNoted && !died && change.set?.['goal'] === 'asked') {
          died = true;
          throw new Error('the worker is gone');
        }
        return business.update(key, change);
      },
    };
    Object.assign(world.turning, { business: dying });
    await world.runTo(FEBRUARY + 2 * HOUR);
    expect([died, (await world.contract(contract)).asked?.outcome]).toEqual([true, 'read']);
  });

  it('it joins a turn that is refused: the car is asked once more, at once, and nothing is lost', async () => {
    const contract = await world.sign();
    const { carId } = await world.connect(contract);
    await world.runTo(FEBRUARY - 1);
    world.simulator.fleet.inject(carId, { error: 'VEHICLE_STATE:ASLEEP', count: 1 });
    const reads = world.count('vehicle.read');
    const { platform } = world.turning;
    const read = platform.read;
    let asked = false;
    Object.assign(platform, {
      read: async (...call: Parameters<typeof read>) => {
        if (!asked) await ask(contract);
        asked = true;
        return read(...call);
      },
    });
    await world.runTo(FEBRUARY + DAY);
    expect((await world.contract(contract)).asked?.outcome).toBe('read');
    expect(world.count('vehicle.read')).toBe(reads + 2);
  });

  it('of a car that sleeps it is an early try, counted as the next one of the month', async () => {
    const contract = await world.sign();
    const { carId } = await world.connect(contract);
    await world.runTo(FEBRUARY - 1);
    world.simulator.fleet.setTrouble(carId, 'VEHICLE_STATE:ASLEEP');
    await world.runTo(FEBRUARY + 5 * HOUR);
    const { failures } = await world.contract(contract);
    await ask(contract);
    await world.runTo(FEBRUARY + 5 * HOUR + 10 * MINUTE);
    const after = await world.contract(contract);
    expect([after.goal, after.failures, after.asked?.outcome]).toEqual(['close', failures + 1, 'asleep']);
    await world.runTo(DEADLINE + MINUTE);
    const [stated] = await world.claims(contract);
    expect([stated?.outcome, stated?.attempts.counts['asleep']]).toEqual(['no_reading', 20]);
  });
});

describe('while others use up the half of the budget that is for what is asked', () => {
  const application = { burst: 40, refillPerMinute: 0.2 };

  /** Moves time on; every four minutes others take what there is in that half, and leave the other one alone. */
  async function runBesideOthers(until: number): Promise<void> {
    const spare = spareOf(await world.turning.application('default'));
    while (world.now < until) {
      while ((await takeRequests(world.tables.business, spare, 1, world.now)) > 0);
      await world.runTo(Math.min(until, world.now + 4 * MINUTE));
    }
  }

  it.each([
    ['after', [FEBRUARY]],
    ['around', [FEBRUARY - 90 * MINUTE, FEBRUARY]],
  ] as const)('I2 the month is read when it is due all the same, and answers (policy %s)', async (policy, due) => {
    await open({ application });
    const contract = await world.sign({ policy });
    await world.connect(contract);
    await world.runTo(FEBRUARY - 5 * HOUR);
    const reads = watchReads(world);
    await ask(contract);
    await runBesideOthers(FEBRUARY + 3 * HOUR);
    expect(reads).toEqual(due.map(iso));
    expect((await world.contract(contract)).asked).toMatchObject({ outcome: 'read', answeredAt: reads[0] });
    expect(await world.claims(contract)).toMatchObject([{ outcome: 'measured' }]);
  });

  it('I2 a month that waits for the budget, and is asked for, takes what is kept for it', async () => {
    await open({ application: { burst: 40, refillPerMinute: 0.01 } });
    const contract = await world.sign();
    await world.connect(contract);
    await world.runTo(FEBRUARY - 1);
    const budget = await world.turning.application('default');
    while ((await takeRequests(world.tables.business, budget, 1, world.now)) > 0);
    await world.runTo(FEBRUARY + 5 * MINUTE);
    const reads = watchReads(world);
    await ask(contract);
    expect((await world.contract(contract)).goal).toBe('asked');
    await giveBack(world.tables.business, budget, 10);
    await world.runTo(FEBRUARY + 15 * MINUTE);
    expect(reads).toHaveLength(1);
    expect(await world.claims(contract)).toMatchObject([{ outcome: 'measured' }]);
  });

  it('a car that was refused is not tried before the month tries it again, nor later', async () => {
    await open({ application });
    const contract = await world.sign();
    const { carId } = await world.connect(contract);
    await world.runTo(FEBRUARY - 1);
    world.simulator.fleet.setTrouble(carId, 'VEHICLE_STATE:ASLEEP');
    await runBesideOthers(FEBRUARY + 5 * HOUR);
    const { dueAt = '' } = await world.contract(contract);
    expect(Date.parse(dueAt)).toBeGreaterThan(FEBRUARY + 6 * HOUR);
    const reads = watchReads(world);
    await ask(contract);
    await runBesideOthers(Date.parse(dueAt) + 10 * MINUTE);
    expect(reads.map((at) => Math.floor((Date.parse(at) - Date.parse(dueAt)) / (5 * MINUTE)))).toEqual([0]);
    expect((await world.contract(contract)).asked?.outcome).toBe('asleep');
  });
});

it('I7 is answered once, with one call to a car, whichever call of its turn fails, applied or not', async () => {
  const run = async (nth: number, fault: 'not_applied' | 'applied' | undefined) => {
    await open({});
    const contract = await world.sign();
    await world.connect(contract);
    await world.runTo(MIDMONTH);
    await ask(contract);
    const before = world.faults.calls.length;
    if (fault !== undefined) world.faults.failNext(fault, nth);
    await world.runTo(MIDMONTH + 3 * HOUR);
    const calls = world.faults.calls.slice(before);
    const { asked, failures } = await world.contract(contract);
    const readings = await readingsOf(world, contract);
    return { calls, end: [asked?.outcome, failures, readings.length, world.deadLetters.length] };
  };
  const healthy = await run(0, undefined);
  expect(healthy.end).toEqual(['read', 0, 2, 0]);
  for (const [n, call] of healthy.calls.entries()) {
    // Reading changes nothing: whether it was done before its answer was lost is one and the same.
    for (const fault of /\.(get|query)$/.test(call) ? (['applied'] as const) : (['not_applied', 'applied'] as const)) {
      const { end } = await run(n + 1, fault);
      const told = `${n + 1} ${call} ${fault}`;
      // A car whose answer got lost is asked once more.
      expect(end, told).toEqual(['read', 0, 2, 0]);
      expect(await world.check(), told).toEqual([]);
    }
  }
}, 180_000);
