// Months that end without a reading, and why: never connected, refused, asleep, consent withdrawn. Stated once, without the car.
import { describe, expect, it } from 'vitest';
import { withdrawConsent } from '../../../lib/connection/withdraw.ts';
import type { ContractRef } from './check-store.ts';
import { DEADLINE, FEBRUARY, readingsOf, stateOf, storeReading, watchReads } from './month.ts';
import { useWorld } from './use-world.ts';
import { DAY, HOUR, MINUTE, type World } from './world.ts';

let world: World;
useWorld((opened) => {
  world = opened;
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
    expect(await stateOf(world, contract, connectionId)).toBe('reauth_required');
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
    expect(await stateOf(world, contract, connectionId)).toBe('reauth_required');
    expect(claims).toMatchObject([{ outcome: 'no_reading', reason: 'reconnect_needed' }]);
    expect(touched).toEqual([]);
  });

  it('I2 of a car whose owner has something to do: asked again all the same, then refused', async () => {
    const contract = await world.sign();
    const { carId, connectionId } = await world.connect(contract);
    await world.runTo(FEBRUARY - 1);
    world.simulator.fleet.setTrouble(carId, 'CONNECTED_SERVICES_ACCOUNT:SUBSCRIPTION');
    const { claims, touched } = await untilDeadline(contract);
    expect(await stateOf(world, contract, connectionId)).toBe('action_required');
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
    expect(await stateOf(world, contract, connectionId)).toBe('action_required');
    world.simulator.fleet.setTrouble(carId, null);
    await world.runTo(FEBRUARY + 3 * HOUR);
    expect(await stateOf(world, contract, connectionId)).toBe('active');
    expect(await world.claims(contract)).toMatchObject([{ outcome: 'measured' }]);
  });

  it('ends when the owner has acted, also of a car that has stood since before', async () => {
    const contract = await world.sign();
    const { carId, connectionId } = await world.connect(contract);
    await world.runTo(FEBRUARY - 1);
    world.simulator.fleet.inject(carId, { error: 'UPSTREAM:NO_RESPONSE', count: 1 });
    await world.runTo(FEBRUARY + 10 * MINUTE);
    world.simulator.fleet.drive(carId, 0);
    world.simulator.fleet.setTrouble(carId, 'CONNECTED_SERVICES_ACCOUNT:SUBSCRIPTION');
    await world.runTo(FEBRUARY + HOUR);
    expect(await stateOf(world, contract, connectionId)).toBe('action_required');
    world.simulator.fleet.setTrouble(carId, null);
    await world.runTo(FEBRUARY + 3 * HOUR);
    const [newest] = await readingsOf(world, contract);
    expect(newest?.recordedAt).toBe(new Date(FEBRUARY + 10 * MINUTE).toISOString());
    expect(await stateOf(world, contract, connectionId)).toBe('active');
    expect(await world.claims(contract)).toMatchObject([{ outcome: 'measured' }]);
  });

  it('I2 of a car that cannot answer such a question: asked once a month, refused', async () => {
    const contract = await world.sign();
    const { carId } = await world.connect(contract);
    await world.runTo(FEBRUARY - 1);
    world.simulator.fleet.setTrouble(carId, 'COMPATIBILITY:VEHICLE_NOT_CAPABLE');
    const asked = watchReads(world);
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
    const asked = watchReads(world);
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
    const stored = await readingsOf(world, contract);
    world.afterAnswer = async () => {
      await withdrawConsent(world.tables.business, { ...contract, connectionId }, world.now);
    };
    await world.runTo(FEBRUARY + 5 * MINUTE);
    expect(world.count('vehicle.read')).toBe(2);
    expect(await readingsOf(world, contract)).toEqual(stored);
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
    await storeReading(world, contract, late, late);
    await world.runTo(DEADLINE + 5 * MINUTE);
    expect(await world.claims(contract)).toMatchObject([{ outcome: 'no_reading', reason: 'consent_withdrawn' }]);
  });

  it('I10 ended by the insurer: grant and pair end within minutes, another contract’s on the same car do not', async () => {
    const contract = await world.sign();
    const { connectionId } = await world.connect(contract);
    const other = await world.sign();
    const otherConnection = await world.reconnect(other, 1);
    await world.runTo(FEBRUARY - 10 * DAY);
    const pairOf = (id: string, of: ContractRef) => world.turning.vault.read({ ...of, connectionId: id });
    await withdrawConsent(world.tables.business, { ...contract, connectionId }, world.now, 'ended_by_insurer');
    await world.runTo(FEBRUARY - 10 * DAY + 5 * MINUTE);
    expect(await pairOf(connectionId, contract)).toBeUndefined();
    expect([world.count('vehicle.disconnect'), await pairOf(otherConnection, other)]).toMatchObject([
      0,
      { version: 1 },
    ]);
    await withdrawConsent(
      world.tables.business,
      { ...other, connectionId: otherConnection },
      world.now,
      'ended_by_insurer',
    );
    await world.runTo(FEBRUARY - 10 * DAY + 10 * MINUTE);
    expect([world.count('vehicle.disconnect'), await pairOf(otherConnection, other)]).toEqual([1, undefined]);
    const reads = world.count('vehicle.read');
    await world.runTo(DEADLINE + 5 * MINUTE);
    expect(world.count('vehicle.read')).toBe(reads);
    for (const one of [contract, other])
      expect(await world.claims(one)).toMatchObject([{ outcome: 'no_reading', reason: 'consent_withdrawn' }]);
    expect(await world.check()).toEqual([]);
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
