// A contract that is ended: its last period is stated as the others are, none comes after it, and then its connection ends.
import { describe, expect, it } from 'vitest';
import { getConnection } from '../../../lib/connection/connection.ts';
import { endContract } from '../../../lib/contract/end.ts';
import type { Fault } from '../../stores/faults.ts';
import type { ContractRef } from './check-store.ts';
import { underEveryFault } from './every-fault.ts';
import { DEADLINE, FEBRUARY, stateOf } from './month.ts';
import { useWorld } from './use-world.ts';
import { DAY, HOUR, MINUTE, type World } from './world.ts';

let world: World;
const open = useWorld((opened) => {
  world = opened;
});

const end = async (ref: ContractRef, endsAt: string) =>
  endContract(world.tables.business, await world.contract(ref), endsAt, world.now);

/** 18 February in Paris. */
const ENDS = '2026-02-17T23:00:00.000Z';

describe('a contract that is ended in the middle of a month', () => {
  it('I1 I2 I9 states the days until then, to the metre, and nothing after them; grant and pair end', async () => {
    const contract = await world.sign();
    const { connectionId } = await world.connect(contract);
    await world.runTo('2026-02-10T12:00:00.000Z');
    expect(await end(contract, ENDS)).toMatchObject({ kind: 'ended' });
    await world.runTo('2026-02-19T00:00:00.000Z');
    const [january, february, ...more] = await world.claims(contract);
    expect(more).toEqual([]);
    expect(february).toMatchObject({
      outcome: 'measured',
      verdict: 'logical',
      period: { id: '2026-02', from: '2026-01-31T23:00:00.000Z', to: ENDS },
    });
    if (january?.outcome !== 'measured' || february?.outcome !== 'measured') throw new Error('not measured');
    // It spans its days, however few: no reading falls short of them.
    expect([february.partial, february.closing.at]).toEqual([false, ENDS]);
    const distances = (january.distanceMetres ?? 0) + (february.distanceMetres ?? 0);
    expect(distances).toBe(february.closing.metres - january.opening.metres);
    const ended = await getConnection(world.tables.business, { ...contract, connectionId });
    expect([ended?.state, ended?.withdrawnAt, ended?.dueAt]).toEqual(['ended', undefined, undefined]);
    expect(await world.turning.vault.read({ ...contract, connectionId })).toBeUndefined();
    expect([world.count('vehicle.disconnect'), (await world.contract(contract)).dueAt]).toEqual([1, undefined]);
    const reads = world.count('vehicle.read');
    await world.runTo('2026-05-01T00:00:00.000Z');
    expect([world.count('vehicle.read'), (await world.claims(contract)).length]).toEqual([reads, 2]);
  });

  it('I1 I2 on a day that has passed is stated at once, from the next reading', async () => {
    const contract = await world.sign();
    await world.connect(contract);
    await world.runTo('2026-02-20T12:00:00.000Z');
    await end(contract, ENDS);
    await world.runTo('2026-02-20T12:20:00.000Z');
    expect(await world.claims(contract)).toMatchObject([
      { period: { id: '2026-01' } },
      { outcome: 'measured', period: { to: ENDS }, closing: { at: ENDS, method: 'interpolated' } },
    ]);
  });

  it('I2 whose car sleeps ends without a reading at its own deadline, and the connection after it', async () => {
    const contract = await world.sign();
    const { carId, connectionId } = await world.connect(contract);
    await world.runTo('2026-02-10T12:00:00.000Z');
    await end(contract, ENDS);
    world.simulator.fleet.setTrouble(carId, 'VEHICLE_STATE:ASLEEP');
    const deadline = Date.parse(ENDS) + 10 * DAY;
    await world.runTo(deadline - MINUTE);
    expect([(await world.claims(contract)).length, await stateOf(world, contract, connectionId)]).toEqual([
      1,
      'active',
    ]);
    await world.runTo(deadline + HOUR);
    expect((await world.claims(contract))[1]).toMatchObject({
      outcome: 'no_reading',
      reason: 'asleep',
      period: { to: ENDS },
    });
    expect(await stateOf(world, contract, connectionId)).toBe('ended');
  });

  it('I2 on the first day of its running month has no part of it', async () => {
    const contract = await world.sign();
    await world.connect(contract);
    await world.runTo('2026-02-10T12:00:00.000Z');
    await end(contract, new Date(FEBRUARY).toISOString());
    await world.runTo('2026-04-01T00:00:00.000Z');
    expect(await world.claims(contract)).toMatchObject([{ period: { id: '2026-01' } }]);
  });

  it('I2 that nobody connected is stated, and one that is cancelled is not', async () => {
    const contract = await world.sign();
    const cancelled = await world.sign();
    await world.runTo('2026-01-20T00:00:00.000Z');
    await end(contract, '2026-01-15T23:00:00.000Z');
    await end(cancelled, (await world.contract(cancelled)).startsAt);
    await world.runTo(DEADLINE);
    expect(await world.claims(contract)).toMatchObject([
      { reason: 'not_connected', period: { to: '2026-01-15T23:00:00.000Z' } },
    ]);
    expect([await world.claims(cancelled), (await world.contract(cancelled)).dueAt]).toEqual([[], undefined]);
  });

  it('leaves another contract’s connection to the same car alone', async () => {
    const contract = await world.sign();
    await world.connect(contract);
    const other = await world.sign();
    const otherConnection = await world.reconnect(other, 1);
    await world.runTo('2026-02-20T12:00:00.000Z');
    await end(contract, ENDS);
    await world.runTo('2026-03-02T00:00:00.000Z');
    expect([world.count('vehicle.disconnect'), await stateOf(world, other, otherConnection)]).toEqual([0, 'active']);
    expect((await world.claims(other)).at(-1)).toMatchObject({ outcome: 'measured', period: { id: '2026-02' } });
  });

  it('takes no car any more: a login that comes back late is ended', async () => {
    const contract = await world.sign();
    const { connectionId } = await world.connect(contract);
    await world.runTo('2026-02-20T12:00:00.000Z');
    await end(contract, ENDS);
    await world.runTo('2026-02-21T00:00:00.000Z');
    expect(await stateOf(world, contract, connectionId)).toBe('ended');
    await expect(world.reconnect(contract, 1)).rejects.toThrow('the car was not bound: done');
    expect(world.count('vehicle.disconnect')).toBe(2);
  });

  it('I1 while a turn is at the car: that turn states nothing of the month that is cut', async () => {
    const contract = await world.sign();
    await world.connect(contract);
    await world.runTo(FEBRUARY - 1);
    let once = true;
    world.afterAnswer = async () => {
      if (once) await end(contract, ENDS);
      once = false;
    };
    await world.runTo('2026-03-05T00:00:00.000Z');
    expect((await world.claims(contract)).map(({ period }) => [period.id, period.to])).toEqual([
      ['2026-01', new Date(FEBRUARY).toISOString()],
      ['2026-02', ENDS],
    ]);
  });
});

it('I1 I2 I7 ends the same way whichever call of its last turn fails, applied or not', async () => {
  const play = async (nth: number, fault: Fault | undefined) => {
    await open({ startAt: Date.parse('2026-02-14T09:00:00.000Z') });
    const contract = await world.sign();
    const { connectionId } = await world.connect(contract);
    await world.runTo('2026-02-20T12:00:00.000Z');
    await end(contract, ENDS);
    const before = world.faults.calls.length;
    if (fault !== undefined) world.faults.failNext(fault, nth);
    await world.runTo('2026-02-20T18:00:00.000Z');
    const calls = world.faults.calls.slice(before);
    const pair = await world.turning.vault.read({ ...contract, connectionId });
    const periods = (await world.claims(contract)).map(({ period }) => period.to);
    const { dueAt } = await world.contract(contract);
    return {
      calls,
      end: [periods, await stateOf(world, contract, connectionId), pair, dueAt, world.deadLetters.length],
    };
  };
  const ended = await underEveryFault(play, () => world.check());
  expect(ended).toEqual([[ENDS], 'ended', undefined, undefined, 0]);
}, 240_000);
