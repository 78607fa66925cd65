// Whole turns of a car that answers, sooner or later: planner, queues, refresh, car, judgement, signature, with time that is moved.
import { describe, expect, it } from 'vitest';
import type { ContractRef } from './check-store.ts';
import { DEADLINE, FEBRUARY, readingsOf, START, watchReads } from './month.ts';
import { useWorld } from './use-world.ts';
import { DAY, HOUR, MINUTE, type World } from './world.ts';

let world: World;
const reopen = useWorld((opened) => {
  world = opened;
});

describe('a car that answers', () => {
  it('is read when it is connected and when the month is over, and attested', async () => {
    const contract = await world.sign();
    await world.connect(contract);
    const asked = watchReads(world);
    await world.runTo('2026-02-01T00:00:00.000Z');
    expect(await world.claims(contract)).toMatchObject([
      {
        outcome: 'measured',
        seq: 1,
        prev: null,
        period: { id: '2026-01', to: '2026-01-31T23:00:00.000Z' },
        verdict: 'logical',
        attempts: { counts: { read: 2 }, firstAt: '2026-01-05T09:00:00.000Z', lastAt: '2026-01-31T23:00:00.000Z' },
      },
    ]);
    expect(asked).toEqual(['2026-01-05T09:00:00.000Z', '2026-01-31T23:00:00.000Z']);
    expect(world.waiting).toEqual([]);
  });

  it('read so near the end that this closes the month is not asked again, and the month is signed when it is over', async () => {
    const contract = await world.sign();
    await world.runTo('2026-01-31T22:55:00.000Z');
    await world.connect(contract);
    const asked = watchReads(world);
    await world.runTo('2026-01-31T22:59:59.000Z');
    expect(asked).toHaveLength(1);
    expect(await world.claims(contract)).toEqual([]);
    await world.runTo('2026-01-31T23:05:00.000Z');
    expect(asked).toHaveLength(1);
    expect(await world.claims(contract)).toMatchObject([
      { outcome: 'measured', iat: Date.parse('2026-01-31T23:00:00.000Z') / 1000 },
    ]);
  });

  it('of a contract that begins in a hundred days keeps its pair alive until then, without being asked', async () => {
    const contract = await world.sign({ startsAt: new Date(START + 100 * DAY).toISOString() });
    await world.connect(contract);
    const asked = watchReads(world);
    await world.runTo(START + 99 * DAY);
    expect(asked).toEqual([]);
    // Once when it was connected, then after 21, 42, 63 and 84 days.
    expect(world.count('queue.tend')).toBe(5);
    await world.runTo(START + 101 * DAY);
    expect(asked).toHaveLength(1);
  });

  it('of policy around is read in the last day before the end and after it, and its bounds are tight', async () => {
    const contract = await world.sign({ policy: 'around' });
    // Records every six hours: no reading is near enough to be the boundary.
    await world.connect(contract, { recordEveryMs: 6 * HOUR, since: START - 3 * HOUR });
    await world.runTo(START + MINUTE);
    const asked = watchReads(world);
    await world.runTo('2026-02-28T00:00:00.000Z');
    expect(asked).toEqual([
      '2026-01-31T21:30:00.000Z',
      '2026-01-31T23:00:00.000Z',
      '2026-01-31T23:15:00.000Z',
      '2026-02-01T00:15:00.000Z',
    ]);
    const [january] = await world.claims(contract);
    expect(january).toMatchObject({
      outcome: 'measured',
      closing: {
        method: 'interpolated',
        before: { recordedAt: '2026-01-31T18:00:00.000Z' },
        after: { recordedAt: '2026-02-01T00:00:00.000Z' },
      },
    });
    // What the car drives from one of the two readings to the other.
    const { lowerMetres = 0, upperMetres = 0 } = january?.outcome === 'measured' ? january.closing : {};
    expect(upperMetres - lowerMetres).toBe(10_000);
  });

  it('is asked together with all others of its batch: fifty calls are in flight at once', async () => {
    for (let n = 0; n < 50; n += 1) await world.connect(await world.sign());
    await world.runTo(FEBRUARY - 1);
    const { platform } = world.turning;
    const { read } = platform;
    let inFlight = 0;
    let most = 0;
    const counted: typeof read = async (...call) => {
      inFlight += 1;
      most = Math.max(most, inFlight);
      try {
        return await read(...call);
      } finally {
        inFlight -= 1;
      }
    };
    Object.assign(platform, { read: counted });
    await world.runTo(FEBRUARY + MINUTE);
    expect(most).toBe(50);
    const months = await Promise.all(world.contracts.map((contract) => world.claims(contract)));
    expect(months.map((claims) => claims.map(({ outcome }) => outcome))).toEqual(months.map(() => ['measured']));
  });

  it('is read on its own day: the first reads of a fleet are spread', async () => {
    await reopen({ application: { spreadMinutes: 600 } });
    const contracts: ContractRef[] = [];
    for (let n = 0; n < 6; n += 1) {
      contracts.push(await world.sign());
      await world.connect(contracts[n] ?? { tenantId: '', contractId: '' });
    }
    const asked = watchReads(world);
    await world.runTo(FEBRUARY - 1);
    const before = asked.length;
    await world.runTo(FEBRUARY + 10 * HOUR);
    const spread = asked.slice(before);
    expect(spread).toHaveLength(6);
    expect(new Set(spread).size).toBe(6);
    expect(spread.every((at) => Date.parse(at) < FEBRUARY + 10 * HOUR)).toBe(true);
  });
});

describe('a car that sleeps', () => {
  it('is asked after 15 minutes by way of the queue, then after 1, 3, 6 and every 12 hours by the planner', async () => {
    const contract = await world.sign();
    const { carId } = await world.connect(contract);
    await world.runTo(FEBRUARY - DAY);
    world.simulator.fleet.sleep(carId, { from: world.now, to: FEBRUARY + 40 * HOUR });
    const asked = watchReads(world);
    await world.runTo(FEBRUARY);
    expect(world.waiting).toMatchObject([{ queue: 'read', visibleAt: FEBRUARY + 15 * MINUTE }]);
    await world.runTo(FEBRUARY + 15 * MINUTE);
    expect(world.waiting).toEqual([]);
    expect((await world.contract(contract)).dueAt).toBe(new Date(FEBRUARY + 75 * MINUTE).toISOString());
    await world.runTo(FEBRUARY + 60 * HOUR);
    const waits = [0, 15, 60, 180, 360, 720, 720, 720].map((minutes) => minutes * MINUTE);
    const expected = waits.map((_, n) => FEBRUARY + waits.slice(0, n + 1).reduce((sum, wait) => sum + wait, 0));
    expect(asked).toEqual(expected.map((at) => new Date(at).toISOString()));
    expect(await world.claims(contract)).toMatchObject([
      { outcome: 'measured', attempts: { counts: { read: 2, asleep: 7 }, lastAt: asked.at(-1) } },
    ]);
  });

  it('I14 sleeps for a week and wakes: it is attested, and nobody pressed a button', async () => {
    const contract = await world.sign();
    const { carId } = await world.connect(contract);
    world.simulator.fleet.sleep(carId, { from: FEBRUARY - HOUR, to: FEBRUARY + 7 * DAY });
    await world.runTo(FEBRUARY + 7 * DAY + 13 * HOUR);
    expect(await world.claims(contract)).toMatchObject([{ outcome: 'measured', seq: 1, period: { id: '2026-01' } }]);
    await world.runTo('2026-03-02T00:00:00.000Z');
    expect(await world.claims(contract)).toMatchObject([
      { seq: 1 },
      { outcome: 'measured', attempts: { counts: { read: 1 } } },
    ]);
  });

  it('I2 past its deadline has exactly one statement without a reading; the next month catches up', async () => {
    const contract = await world.sign();
    const { carId } = await world.connect(contract);
    world.simulator.fleet.sleep(carId, { from: FEBRUARY - HOUR, to: DEADLINE + 6 * HOUR });
    await world.runTo(DEADLINE - 1);
    expect(await world.claims(contract)).toEqual([]);
    const asked = watchReads(world);
    const before = world.faults.calls.length;
    await world.runTo(DEADLINE);
    const during = world.faults.calls.slice(before);
    expect(during.filter((call) => /^(vault|kms|vehicle)/.test(call))).toEqual([]);
    expect(during).toContain('signer.sign');
    const [january, ...others] = await world.claims(contract);
    expect(others).toEqual([]);
    expect(january).toMatchObject({
      outcome: 'no_reading',
      reason: 'asleep',
      attempts: { counts: { read: 1, asleep: 20 } },
    });
    await world.runTo(DEADLINE + DAY);
    // One more read opens the next period; the car still slept at first.
    expect(asked.length).toBeGreaterThan(1);
    const opened = (await readingsOf(world, contract))[0];
    expect(Date.parse(opened?.fetchedAt ?? '')).toBeGreaterThan(DEADLINE + 6 * HOUR - 1);
    await world.runTo('2026-03-02T00:00:00.000Z');
    const claims = await world.claims(contract);
    expect(claims).toMatchObject([{ seq: 1 }, { seq: 2, outcome: 'measured', period: { id: '2026-02' } }]);
    // 40 km a day from the first reading on 5 January to the first of February.
    const [, february] = claims;
    expect(february).toMatchObject({ catchUpFrom: '2026-01-05T09:00:00.000Z' });
    const caughtUp = february?.outcome === 'measured' ? february.catchUpMetres : undefined;
    expect(caughtUp).toBe(Math.round((40_000 * (FEBRUARY - START)) / DAY));
  });

  it('I3 through a whole month: the month after catches up from where the last measured one closed', async () => {
    const contract = await world.sign({ deadlineDays: 1 });
    const { carId } = await world.connect(contract);
    world.simulator.fleet.sleep(carId, { from: FEBRUARY + 10 * DAY, to: FEBRUARY + 32 * DAY });
    await world.runTo('2026-04-02T00:00:00.000Z');
    const [january, february, march] = await world.claims(contract);
    const closing = january?.outcome === 'measured' ? january.closing : undefined;
    expect(closing?.at).toBe('2026-01-31T23:00:00.000Z');
    expect(february).toMatchObject({ outcome: 'no_reading', reason: 'asleep', period: { id: '2026-02' } });
    expect(march).toMatchObject({ outcome: 'measured', verdict: 'logical', catchUpFrom: closing?.at });
  });

  it('answers with what it measured before the boundary: stored, counted, and asked again', async () => {
    const contract = await world.sign();
    const { carId } = await world.connect(contract);
    world.simulator.fleet.drive(carId, 0, FEBRUARY - 3 * HOUR);
    world.simulator.fleet.drive(carId, 40_000, FEBRUARY + 2 * HOUR);
    await world.runTo(FEBRUARY + 6 * HOUR);
    expect(await world.claims(contract)).toMatchObject([
      {
        outcome: 'measured',
        attempts: { counts: { read: 2, not_yet_recorded: 3 } },
        closing: { before: { recordedAt: new Date(FEBRUARY - 3 * HOUR).toISOString() } },
      },
    ]);
  });
});
