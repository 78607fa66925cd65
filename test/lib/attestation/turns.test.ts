// Whole turns: planner, queues, refresh, car, judgement, signature, with time that is moved.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runTurns } from '../../../lib/attestation/turn.ts';
import { getConnection } from '../../../lib/connection/connection.ts';
import { withdrawConsent } from '../../../lib/connection/withdraw.ts';
import { readDossier } from '../../../lib/reading/dossier.ts';
import type { ContractRef } from './check-store.ts';
import { DAY, HOUR, MINUTE, openWorld, TENANT, type Waiting, type World } from './world.ts';

const START = Date.parse('2026-01-05T09:00:00.000Z');
/** First instant of February in Paris, when every contract here is due. */
const FEBRUARY = Date.parse('2026-01-31T23:00:00.000Z');
/** Ten days later. */
const DEADLINE = FEBRUARY + 10 * DAY;

/** Weeks of retries are many calls; a busy machine takes its time over them. */
vi.setConfig({ testTimeout: 60_000 });

let world: World;
let close: () => Promise<void>;

beforeEach(async () => {
  ({ world, close } = await openWorld({ startAt: START }));
});
afterEach(async () => {
  try {
    expect(await world.check()).toEqual([]);
    expect(world.deadLetters).toEqual([]);
  } finally {
    await close();
  }
});

/** When a car was asked from now on. */
const watchReads = (): readonly string[] => {
  const asked: string[] = [];
  const { read } = world.turning.platform;
  Object.assign(world.turning.platform, {
    read: (...call: Parameters<typeof read>) => {
      asked.push(new Date(world.now).toISOString());
      return read(...call);
    },
  });
  return asked;
};

const readingsOf = async (contract: ContractRef) =>
  (await readDossier(world.tables.business, TENANT, contract.contractId))?.readings ?? [];

/** One more reading like the first, as another worker might have stored it. */
const storeReading = async (contract: ContractRef, recordedAt: string, fetchedAt: string): Promise<void> => {
  const [first] = await readingsOf(contract);
  const id = 'rdg_other';
  const key = { pk: `T#${TENANT}#C#${contract.contractId}`, sk: `R#${recordedAt}#${id}` };
  await world.tables.business.put({ ...first, ...key, id, recordedAt, fetchedAt });
};

const stateOf = async (contract: ContractRef, connectionId: string) =>
  (await getConnection(world.tables.business, { ...contract, connectionId }))?.state;

describe('a car that answers', () => {
  it('is read when it is connected and when the month is over, and attested', async () => {
    const contract = await world.sign();
    await world.connect(contract);
    const asked = watchReads();
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

  it('of policy around is read in the last day before the end and after it, and its bounds are tight', async () => {
    const contract = await world.sign({ policy: 'around' });
    // Records every six hours: no reading is near enough to be the boundary.
    await world.connect(contract, { recordEveryMs: 6 * HOUR, since: START - 3 * HOUR });
    await world.runTo(START + MINUTE);
    const asked = watchReads();
    await world.runTo('2026-02-28T00:00:00.000Z');
    expect(asked).toEqual([
      '2026-01-31T22:00:00.000Z',
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

  it('is read on its own day: the first reads of a fleet are spread', async () => {
    await close();
    ({ world, close } = await openWorld({ startAt: START, application: { spreadMinutes: 600 } }));
    const contracts: ContractRef[] = [];
    for (let n = 0; n < 6; n += 1) {
      contracts.push(await world.sign());
      await world.connect(contracts[n] ?? { tenantId: '', contractId: '' });
    }
    const asked = watchReads();
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
    const asked = watchReads();
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
    const asked = watchReads();
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
    const opened = (await readingsOf(contract))[0];
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

describe('a month without a reading', () => {
  const untilDeadline = async (contract: ContractRef) => {
    await world.runTo(DEADLINE - MINUTE);
    const before = world.faults.calls.length;
    await world.runTo(DEADLINE);
    const touched = world.faults.calls.slice(before).filter((call) => /^(vault|kms|vehicle)/.test(call));
    return { claims: await world.claims(contract), touched };
  };

  it('I2 of a contract that was never connected', async () => {
    const contract = await world.sign();
    const { claims, touched } = await untilDeadline(contract);
    expect(claims).toMatchObject([{ outcome: 'no_reading', reason: 'not_connected', attempts: { counts: {} } }]);
    expect(touched).toEqual([]);
    await world.runTo(DEADLINE + 60 * DAY);
    expect(await world.claims(contract)).toHaveLength(3);
    expect(world.count('vehicle')).toBe(0);
  });

  it('I2 of a contract that was connected after the month', async () => {
    const contract = await world.sign();
    await world.runTo(FEBRUARY + 2 * DAY);
    await world.connect(contract);
    const { claims } = await untilDeadline(contract);
    expect(claims).toMatchObject([
      { outcome: 'no_reading', reason: 'not_connected', attempts: { counts: { read: 1 } } },
    ]);
  });

  it('I2 of a car whose platform refuses the token twice: the driver has to reconnect', async () => {
    const contract = await world.sign();
    const { carId, connectionId } = await world.connect(contract);
    await world.runTo(FEBRUARY - 1);
    world.simulator.fleet.inject(carId, { error: 'AUTHENTICATION', count: 2 });
    const before = world.faults.calls.length;
    await world.runTo(FEBRUARY + 5 * MINUTE);
    const calls = world.faults.calls.slice(before);
    expect(calls.filter((call) => call === 'vehicle.read')).toHaveLength(2);
    expect(await stateOf(contract, connectionId)).toBe('reauth_required');
    const { claims, touched } = await untilDeadline(contract);
    expect(claims).toMatchObject([
      { outcome: 'no_reading', reason: 'reconnect_needed', attempts: { counts: { read: 1, reconnect_needed: 2 } } },
    ]);
    expect(touched).toEqual([]);
    await world.runTo(DEADLINE + 5 * DAY);
    expect(world.count('vehicle.read')).toBe(3);
    await world.reconnect(contract, 1);
    await world.runTo('2026-03-02T00:00:00.000Z');
    expect(await world.claims(contract)).toMatchObject([{ seq: 1 }, { outcome: 'measured', verdict: 'logical' }]);
  });

  it('I2 of a driver who ended the connection at the maker', async () => {
    const contract = await world.sign();
    const { carId, connectionId } = await world.connect(contract);
    await world.runTo(FEBRUARY - 1);
    world.simulator.revoke(carId);
    const { claims, touched } = await untilDeadline(contract);
    expect(await stateOf(contract, connectionId)).toBe('reauth_required');
    expect(claims).toMatchObject([{ outcome: 'no_reading', reason: 'reconnect_needed' }]);
    expect(touched).toEqual([]);
  });

  it('I2 of a car whose owner has something to do: asked again all the same, then refused', async () => {
    const contract = await world.sign();
    const { carId, connectionId } = await world.connect(contract);
    await world.runTo(FEBRUARY - 1);
    world.simulator.fleet.setTrouble(carId, 'CONNECTED_SERVICES_ACCOUNT:SUBSCRIPTION');
    const { claims, touched } = await untilDeadline(contract);
    expect(await stateOf(contract, connectionId)).toBe('action_required');
    expect(claims).toMatchObject([
      { outcome: 'no_reading', reason: 'refused', attempts: { counts: { read: 1, owner_must_act: 20 } } },
    ]);
    expect(touched).toEqual([]);
  });

  it('ends when the owner has acted: the connection is active again', async () => {
    const contract = await world.sign();
    const { carId, connectionId } = await world.connect(contract);
    await world.runTo(FEBRUARY - 1);
    world.simulator.fleet.setTrouble(carId, 'CONNECTED_SERVICES_ACCOUNT:SUBSCRIPTION');
    await world.runTo(FEBRUARY + HOUR);
    expect(await stateOf(contract, connectionId)).toBe('action_required');
    world.simulator.fleet.setTrouble(carId, null);
    await world.runTo(FEBRUARY + 3 * HOUR);
    expect(await stateOf(contract, connectionId)).toBe('active');
    expect(await world.claims(contract)).toMatchObject([{ outcome: 'measured' }]);
  });

  it('I2 of a car that cannot answer such a question: asked once a month, refused', async () => {
    const contract = await world.sign();
    const { carId } = await world.connect(contract);
    await world.runTo(FEBRUARY - 1);
    world.simulator.fleet.setTrouble(carId, 'COMPATIBILITY:VEHICLE_NOT_CAPABLE');
    const asked = watchReads();
    const { claims } = await untilDeadline(contract);
    expect(asked).toHaveLength(1);
    expect(claims).toMatchObject([{ outcome: 'no_reading', reason: 'refused', attempts: { counts: { refused: 1 } } }]);
    expect(world.warnings).toEqual([]);
  });

  it.each([
    ['BILLING:ACCOUNT_SUSPENDED', 'vehicle_billing'],
    ['SERVER:RECORD_NOT_FOUND', 'vehicle_operator'],
  ] as const)('I2 for %s: the operator is told, and it is tried every 12 hours', async (error, warning) => {
    const contract = await world.sign();
    const { carId } = await world.connect(contract);
    await world.runTo(FEBRUARY - 1);
    world.simulator.fleet.setTrouble(carId, error);
    const asked = watchReads();
    await world.runTo(FEBRUARY + 30 * HOUR);
    expect(asked.map((at) => (Date.parse(at) - FEBRUARY) / HOUR)).toEqual([0, 12, 24]);
    expect(world.warnings).toEqual([warning, warning, warning]);
    const { claims } = await untilDeadline(contract);
    expect(claims).toMatchObject([{ outcome: 'no_reading', reason: 'refused', attempts: { counts: { refused: 20 } } }]);
  });
});

describe('consent', () => {
  it('I10 withdrawn between the answer and storing: nothing is stored, and the month says so', async () => {
    const contract = await world.sign();
    const { connectionId } = await world.connect(contract);
    await world.runTo(FEBRUARY - 1);
    const stored = await readingsOf(contract);
    world.afterAnswer = async () => {
      await withdrawConsent(world.tables.business, { ...contract, connectionId }, world.now);
    };
    await world.runTo(FEBRUARY + 5 * MINUTE);
    expect(world.count('vehicle.read')).toBe(2);
    expect(await readingsOf(contract)).toEqual(stored);
    expect(await world.claims(contract)).toEqual([]);
    await world.runTo(DEADLINE + 5 * MINUTE);
    expect(world.count('vehicle.read')).toBe(2);
    expect(await world.claims(contract)).toMatchObject([{ outcome: 'no_reading', reason: 'consent_withdrawn' }]);
  });

  it('I10 withdrawn before a reading that another worker stored late: no statement uses it', async () => {
    const contract = await world.sign();
    const { connectionId } = await world.connect(contract);
    await world.runTo(FEBRUARY - HOUR);
    await withdrawConsent(world.tables.business, { ...contract, connectionId }, world.now);
    const late = new Date(FEBRUARY).toISOString();
    await storeReading(contract, late, late);
    await world.runTo(DEADLINE + 5 * MINUTE);
    expect(await world.claims(contract)).toMatchObject([{ outcome: 'no_reading', reason: 'consent_withdrawn' }]);
  });

  it('given again to the same car: the next month is measured, and catches up', async () => {
    const contract = await world.sign();
    const { connectionId } = await world.connect(contract);
    await world.runTo(FEBRUARY - 10 * DAY);
    await withdrawConsent(world.tables.business, { ...contract, connectionId }, world.now);
    await world.runTo(DEADLINE + 5 * DAY);
    await world.reconnect(contract, 1);
    await world.runTo('2026-03-02T00:00:00.000Z');
    expect(await world.claims(contract)).toMatchObject([
      { outcome: 'no_reading', reason: 'consent_withdrawn' },
      { outcome: 'measured', verdict: 'logical', catchUpFrom: '2026-01-05T09:00:00.000Z' },
    ]);
  });
});

describe('what the odometer says', () => {
  it('a fall is attested as illogical, without a distance, and the month after starts from it', async () => {
    const contract = await world.sign();
    const { carId } = await world.connect(contract, { odometerMetres: 90_000_000 });
    world.simulator.fleet.setOdometer(carId, 60_000_000, Date.parse('2026-01-20T00:00:00.000Z'));
    await world.runTo('2026-03-01T00:00:00.000Z');
    expect(await world.claims(contract)).toMatchObject([
      { outcome: 'measured', verdict: 'illogical', reasons: ['rollback'], distanceMetres: null },
      { outcome: 'measured', verdict: 'logical', opening: { method: 'restart' } },
    ]);
  });

  it('another VIN is attested as illogical', async () => {
    const contract = await world.sign();
    const { carId } = await world.connect(contract);
    world.simulator.fleet.changeVin(carId, 'VF7SXHNPTPT999999', Date.parse('2026-01-20T00:00:00.000Z'));
    await world.runTo('2026-02-01T00:00:00.000Z');
    expect(await world.claims(contract)).toMatchObject([
      { outcome: 'measured', verdict: 'illogical', reasons: ['vin_mismatch'], distanceMetres: null },
    ]);
  });

  it('only of another car: the month ends without a reading, refused', async () => {
    const contract = await world.sign();
    const { carId } = await world.connect(contract);
    world.simulator.fleet.changeVin(carId, 'VF7SXHNPTPT999999');
    await world.runTo(DEADLINE + 5 * MINUTE);
    expect(await world.claims(contract)).toMatchObject([{ outcome: 'no_reading', reason: 'refused' }]);
  });
});

describe('time', () => {
  it('several months that are past their deadline are stated in order, in one turn', async () => {
    const contract = await world.sign({ startsAt: '2025-09-14T22:00:00.000Z' });
    await world.runTo(START + 10 * MINUTE);
    const claims = await world.claims(contract);
    expect(claims.map(({ period }) => period.id)).toEqual(['2025-09', '2025-10', '2025-11']);
    expect(claims.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(world.count('attestations.put')).toBe(3);
    expect(world.count('business.update')).toBe(2);
  });

  it('a contract that ends within a month: the last part is stated, and nothing is due afterwards', async () => {
    const contract = await world.sign({ endsAt: '2026-02-11T23:00:00.000Z' });
    await world.connect(contract);
    await world.runTo('2026-02-12T00:00:00.000Z');
    expect(await world.claims(contract)).toMatchObject([
      { period: { id: '2026-01' } },
      { period: { id: '2026-02', to: '2026-02-11T23:00:00.000Z' }, outcome: 'measured' },
    ]);
    expect((await world.contract(contract)).dueAt).toBeUndefined();
    const before = world.faults.calls.length;
    await world.runTo('2026-04-12T00:00:00.000Z');
    expect(world.faults.calls).toHaveLength(before);
  });

  it('a contract that starts later is first read when it starts', async () => {
    const contract = await world.sign({ startsAt: '2026-01-14T23:00:00.000Z' });
    await world.connect(contract);
    const asked = watchReads();
    await world.runTo('2026-02-01T00:00:00.000Z');
    expect(asked).toEqual(['2026-01-14T23:00:00.000Z', '2026-01-31T23:00:00.000Z']);
    expect(await world.claims(contract)).toMatchObject([{ outcome: 'measured', partial: false }]);
  });

  it('an answer that the platform had in stock is asked for once, not every five minutes', async () => {
    const { read } = world.turning.platform;
    const stock = '2026-01-04T00:00:00.000Z';
    Object.assign(world.turning.platform, {
      read: async (...call: Parameters<typeof read>) => {
        const answer = await read(...call);
        return { ...answer, odometer: { ...answer.odometer, recordedAt: stock, fetchedAt: stock } };
      },
    });
    const contract = await world.sign();
    await world.connect(contract);
    const asked = watchReads();
    await world.runTo(START + 2 * HOUR);
    expect(asked).toEqual([new Date(START).toISOString()]);
    expect(await readingsOf(contract)).toMatchObject([{ recordedAt: stock, fetchedAt: new Date(START).toISOString() }]);
  });
});

describe('a platform that is wrong', () => {
  /** The platform answers with another time of measurement. */
  const recordedAt = (instant: string) => {
    const { read } = world.turning.platform;
    Object.assign(world.turning.platform, {
      read: async (...call: Parameters<typeof read>) => {
        const answer = await read(...call);
        return { ...answer, odometer: { ...answer.odometer, recordedAt: instant } };
      },
    });
  };

  it('about the time, years ahead: the answer is no reading, and no month is stated before it is over', async () => {
    const contract = await world.sign();
    await world.connect(contract);
    await world.runTo(FEBRUARY - 1);
    recordedAt('2031-01-01T00:00:00.000Z');
    await world.runTo(DEADLINE + 5 * MINUTE);
    expect(await world.claims(contract)).toMatchObject([
      { outcome: 'no_reading', reason: 'asleep', attempts: { counts: { read: 1, unavailable: 20 } } },
    ]);
  });

  it('and was believed once: still no month is stated before it is over', async () => {
    const contract = await world.sign();
    await world.connect(contract);
    await world.runTo(START + MINUTE);
    await storeReading(contract, '2031-01-01T00:00:00.000Z', new Date(START).toISOString());
    await world.runTo(FEBRUARY - HOUR);
    await world.read([{ queue: 'read', body: { ...(await world.contract(contract)) }, visibleAt: 0, receives: 0 }]);
    expect(await world.claims(contract)).toEqual([]);
  });

  it('about the time, by a minute: what was measured was measured before it came', async () => {
    const contract = await world.sign();
    await world.connect(contract);
    await world.runTo(FEBRUARY - 1);
    recordedAt(new Date(FEBRUARY + MINUTE).toISOString());
    await world.runTo(FEBRUARY);
    expect((await readingsOf(contract))[0]).toMatchObject({
      recordedAt: new Date(FEBRUARY).toISOString(),
      fetchedAt: new Date(FEBRUARY).toISOString(),
    });
  });

  it('I2 about every token, for longer than the deadline: the month is stated all the same', async () => {
    const contract = await world.sign({ deadlineDays: 1 });
    await world.connect(contract);
    await world.runTo(FEBRUARY - 1);
    world.simulator.interrupt({ path: '/oauth/token', count: 1_000_000, status: 500 });
    await world.runTo(FEBRUARY + DAY + 2 * HOUR);
    expect(await world.claims(contract)).toMatchObject([{ outcome: 'no_reading', attempts: { counts: { read: 1 } } }]);
    expect(world.count('vehicle.read')).toBe(1);
    // Their turns were over when they got there.
    expect(world.deadLetters.splice(0).every(({ queue }) => queue === 'tend')).toBe(true);
  });
});

describe('the rate budget', () => {
  it('exhausted: later, and no attempt', async () => {
    await close();
    ({ world, close } = await openWorld({ startAt: START, application: { burst: 4, refillPerMinute: 0.1 } }));
    const contracts: ContractRef[] = [];
    for (let n = 0; n < 5; n += 1) {
      const contract = await world.sign();
      await world.connect(contract);
      contracts.push(contract);
    }
    await world.runTo(FEBRUARY - 1);
    const before = world.count('vehicle.read');
    await world.runTo(FEBRUARY + 5 * MINUTE);
    expect(world.count('vehicle.read') - before).toBe(2);
    await world.runTo(FEBRUARY + 3 * HOUR);
    expect(world.count('vehicle.read') - before).toBe(5);
    for (const contract of contracts)
      expect(await world.claims(contract)).toMatchObject([{ outcome: 'measured', attempts: { counts: { read: 2 } } }]);
  });

  it('said by the platform to be empty: nobody is asked until it has refilled', async () => {
    await close();
    ({ world, close } = await openWorld({ startAt: START, application: { burst: 100, refillPerMinute: 2 } }));
    const first = await world.sign();
    const { carId } = await world.connect(first);
    const second = await world.sign({ startsAt: '2025-12-31T23:00:00.000Z' });
    await world.connect(second);
    await world.runTo(FEBRUARY - 1);
    world.simulator.fleet.inject(carId, { error: 'RATE_LIMIT:SMARTCAR_API', retryAfterSeconds: 1800, whole: true });
    const asked = watchReads();
    await world.runTo(FEBRUARY + 29 * MINUTE);
    expect(asked).toHaveLength(2);
    await world.runTo(FEBRUARY + 4 * HOUR);
    expect(await world.claims(first)).toMatchObject([{ attempts: { counts: { read: 2, rate_limited: 1 } } }]);
    expect(await world.claims(second)).toMatchObject([{ outcome: 'measured' }]);
  });
});

describe('messages', () => {
  it('stand for themselves: a budget that cannot be taken from fails only those that need it', async () => {
    const silent = await world.sign();
    await world.runTo(FEBRUARY - HOUR);
    const { business } = world.turning;
    const update: typeof business.update = (key, change) =>
      key.sk === 'BUDGET' ? Promise.reject(new Error('no budget')) : business.update(key, change);
    const again = await world.sign();
    await world.connect(again);
    const messages = await Promise.all(
      [silent, again].map(async (ref) => ({ ...ref, turn: (await world.contract(ref)).turn })),
    );
    const done = await runTurns({ ...world.turning, business: { ...business, update } }, messages);
    expect(done).toMatchObject([undefined, { message: 'no budget' }]);
  });

  const due = async () => {
    const contract = await world.sign();
    await world.connect(contract);
    const sent: Waiting[] = [];
    world.copies = (message) => {
      if (message.queue === 'read') sent.push(message);
      return 1;
    };
    await world.runTo(FEBRUARY + MINUTE);
    const last = sent.at(-1);
    if (last === undefined) throw new Error('nothing was sent');
    return { contract, last };
  };

  it('with a turn that is over are dropped: nothing is asked, written or sent', async () => {
    const { last } = await due();
    const before = world.faults.calls.length;
    expect(await world.read([last, last])).toEqual([undefined, undefined]);
    const calls = world.faults.calls.slice(before);
    expect(new Set(calls)).toEqual(new Set(['business.query', 'attestations.query']));
    expect(world.waiting).toEqual([]);
  });

  it('I1 that arrive at two workers at once: one statement', async () => {
    const contract = await world.sign();
    await world.connect(contract);
    await world.runTo(FEBRUARY - 1);
    world.copies = ({ queue }) => (queue === 'read' ? 3 : 1);
    const { attestations } = world.turning;
    const written: boolean[] = [];
    const put: typeof attestations.put = async (...statement) => {
      const won = await attestations.put(...statement);
      written.push(won);
      return won;
    };
    Object.assign(world.turning, { attestations: { ...attestations, put } });
    await world.runTo(FEBRUARY + 5 * MINUTE);
    expect(world.count('vehicle.read')).toBeGreaterThan(2);
    expect(written.toSorted()).toEqual([false, false, true]);
    expect(await world.claims(contract)).toHaveLength(1);
    await world.runTo('2026-03-01T00:00:00.000Z');
    expect(await world.claims(contract)).toMatchObject([{ seq: 1 }, { seq: 2, verdict: 'logical' }]);
  });

  it('that find no tokens any more: the driver has to reconnect', async () => {
    const contract = await world.sign();
    const { connectionId } = await world.connect(contract);
    await world.turning.vault.remove({ tenantId: TENANT, connectionId });
    await world.read([{ queue: 'read', body: { ...(await world.contract(contract)) }, visibleAt: 0, receives: 0 }]);
    expect(await stateOf(contract, connectionId)).toBe('reauth_required');
    expect((await world.contract(contract)).dueAt).toBe(new Date(DEADLINE).toISOString());
    expect(world.count('vehicle.read')).toBe(0);
  });

  it('that are lost after the turn was taken: the planner gives another turn when the lease ends', async () => {
    const contract = await world.sign();
    await world.connect(contract);
    await world.runTo(FEBRUARY - 1);
    world.copies = () => 0;
    await world.runTo(FEBRUARY + 30 * MINUTE);
    world.copies = () => 1;
    expect(await world.claims(contract)).toEqual([]);
    await world.runTo(FEBRUARY + 61 * MINUTE);
    expect(await world.claims(contract)).toMatchObject([{ outcome: 'measured', attempts: { counts: { read: 2 } } }]);
  });
});
