// What comes in the way of a plain month: odometers and platforms that are wrong, contracts that start late, end early, are past.
import { describe, expect, it } from 'vitest';
import { withdrawConsent } from '../../../lib/connection/withdraw.ts';
import { putOdometerEvent } from '../../../lib/reading/odometer-event.ts';
import { DEADLINE, FEBRUARY, readingsOf, START, storeReading, watchReads } from './month.ts';
import { useWorld } from './use-world.ts';
import { DAY, HOUR, MINUTE, type World } from './world.ts';

let world: World;
const reopen = useWorld((opened) => {
  world = opened;
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

  it('a car of two contracts of one tenant is told in both, for the months that both have', async () => {
    const vin = 'VF7SXHNPTPT000777';
    const first = await world.sign({ endsAt: '2026-02-28T23:00:00.000Z' });
    const second = await world.sign({ startsAt: '2026-01-31T23:00:00.000Z' });
    const foreign = await world.sign({}, 'canal');
    for (const contract of [first, second, foreign]) await world.connect(contract, { vin });
    await world.runTo('2026-04-02T00:00:00.000Z');
    const told = async (contract: typeof first) =>
      (await world.claims(contract)).map((one) => (one.outcome === 'measured' ? one.reasons : one.reason));
    expect(await told(first)).toEqual([[], ['vin_shared']]);
    expect(await told(second)).toEqual([['vin_shared'], []]);
    expect(await told(foreign)).toEqual([[], [], []]);
  });

  it('a replacement that was declared is counted over, without judgement, until it is told', async () => {
    const contracts = [await world.sign(), await world.sign()] as const;
    for (const [n, contract] of contracts.entries()) {
      const { carId } = await world.connect(contract, { odometerMetres: 90_000_000, metresPerDay: 40_000 });
      if (n === 0) continue;
      const at = '2026-01-20T00:00:00.000Z';
      world.simulator.fleet.setOdometer(carId, 5_000, Date.parse(at));
      const proof = { id: 'ode_1', declaredAt: at, keyId: 'key_1', evidence: 'invoice' };
      const replacement = { kind: 'replacement', at, oldMetres: 90_625_000, newMetres: 5_000, ...proof } as const;
      await putOdometerEvent(world.tables.business, contract, replacement);
    }
    await world.runTo('2026-03-01T00:00:00.000Z');
    const [plain, replaced] = await Promise.all(contracts.map((contract) => world.claims(contract)));
    expect(replaced).toMatchObject([
      {
        verdict: 'no_judgement',
        reasons: ['odometer_replaced'],
        replaced: [{ at: '2026-01-20T00:00:00.000Z', old: 90_625_000, new: 5_000 }],
      },
      // January is told: February is a month like any other, though what the dashboard showed then is in its window.
      { verdict: 'logical', reasons: [] },
    ]);
    const distances = (claims: typeof plain) => claims?.map((one) => one.outcome === 'measured' && one.distanceMetres);
    expect(distances(replaced)).toEqual(distances(plain));
  });

  it('what somebody read off closes no month, and changes none', async () => {
    const contract = await world.sign();
    const { carId } = await world.connect(contract, { odometerMetres: 90_000_000 });
    world.simulator.fleet.sleep(carId, { from: FEBRUARY - DAY, to: DEADLINE + DAY });
    const proof = { id: 'ode_1', declaredAt: '2026-02-01T00:00:00.000Z', keyId: 'key_1', evidence: 'photo' };
    const manual = { kind: 'reading', at: '2026-01-31T23:00:00.000Z', metres: 90_900_000, ...proof } as const;
    await putOdometerEvent(world.tables.business, contract, manual);
    await world.runTo(DEADLINE + 5 * MINUTE);
    expect(await world.claims(contract)).toMatchObject([{ outcome: 'no_reading', reason: 'asleep' }]);
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

  it('another VIN than the first that was read is too, of a car that told none when it was bound', async () => {
    const vin = 'VF7SXHNPTPT000321';
    const error = { type: 'VEHICLE_STATE', code: 'ASLEEP' };
    const attributes = { code: 'vehicleidentification-vin', status: { value: 'ERROR', error } };
    await reopen({
      application: { platform: 'v3' },
      gateway: ({ url }) =>
        url.endsWith(`/signals/${attributes.code}`) && world.now < FEBRUARY
          ? Response.json({ data: { id: attributes.code, type: 'signal', attributes, meta: {} } })
          : undefined,
    });
    const contract = await world.sign();
    const { carId } = await world.connect(contract, { vin });
    await world.runTo(FEBRUARY - DAY);
    expect((await readingsOf(world, contract)).map((reading) => reading.vin)).toEqual([undefined]);
    expect((await world.contract(contract)).boundVin).toBeUndefined();
    await world.runTo(FEBRUARY + DAY);
    expect((await world.contract(contract)).boundVin).toBe(vin);
    world.simulator.fleet.changeVin(carId, 'VF7SXHNPTPT999999', Date.parse('2026-02-15T00:00:00.000Z'));
    await world.runTo('2026-03-02T00:00:00.000Z');
    expect(await world.claims(contract)).toMatchObject([
      { outcome: 'measured', verdict: 'logical' },
      { outcome: 'measured', verdict: 'illogical', reasons: ['vin_mismatch'], distanceMetres: null },
    ]);
  });

  it('a month whose driver withdrew the day before its end, and came back, is measured and told so', async () => {
    const contract = await world.sign();
    const { connectionId } = await world.connect(contract);
    await world.runTo(FEBRUARY - DAY);
    await withdrawConsent(world.tables.business, { ...contract, connectionId }, world.now);
    await world.runTo(FEBRUARY + DAY);
    await world.reconnect(contract, 1);
    await world.runTo(FEBRUARY + 2 * DAY);
    expect(await world.claims(contract)).toMatchObject([
      {
        outcome: 'measured',
        verdict: 'no_judgement',
        reasons: ['disconnected_before_end'],
        findings: [{ rule: 'disconnected_before_end', numbers: { hoursBeforeEnd: 24 } }, { rule: 'vin_check_digit' }],
      },
    ]);
  });

  it('a year that nobody drives is told by the figures of the months before', async () => {
    const contract = await world.sign();
    await world.connect(contract, { odometerMetres: 90_000_000, metresPerDay: 600_000 });
    await world.runTo('2026-04-02T00:00:00.000Z');
    const claims = await world.claims(contract);
    expect(claims.map((one) => (one.outcome === 'measured' ? one.reasons : one.reason))).toEqual([
      [],
      [],
      ['window_maximum'],
    ]);
    expect(claims[2]).toMatchObject({ findings: [{ numbers: { windowDays: 92, maximumMetres: 45_000_000 } }] });
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
    // One says whose status list it is.
    expect(world.count('attestations.put')).toBe(1 + 3);
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
    const asked = watchReads(world);
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
    const asked = watchReads(world);
    await world.runTo(START + 2 * HOUR);
    expect(asked).toEqual([new Date(START).toISOString()]);
    expect(await readingsOf(world, contract)).toMatchObject([
      { recordedAt: stock, fetchedAt: new Date(START).toISOString() },
    ]);
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
    await storeReading(world, contract, '2031-01-01T00:00:00.000Z', new Date(START).toISOString());
    await world.runTo(FEBRUARY - HOUR);
    await world.read([
      { queue: 'read', body: { ...(await world.contract(contract)), kind: 'turn' }, visibleAt: 0, receives: 0 },
    ]);
    expect(await world.claims(contract)).toEqual([]);
  });

  it('about the time, by a minute: what was measured was measured before it came', async () => {
    const contract = await world.sign();
    await world.connect(contract);
    await world.runTo(FEBRUARY - 1);
    recordedAt(new Date(FEBRUARY + MINUTE).toISOString());
    await world.runTo(FEBRUARY);
    expect((await readingsOf(world, contract))[0]).toMatchObject({
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
