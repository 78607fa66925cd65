// A contract that waits after a failed attempt, and is made due by something else meanwhile: a trouble that the platform tells of. What
// the attempt has to wait for holds.
import { createHmac } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import { DEADLINE, FEBRUARY, START, watchReads } from './month.ts';
import { DAY, HOUR, MINUTE, openWorld } from './world.ts';

vi.setConfig({ testTimeout: 60_000 });

const troubleOf = (vehicleId: string, now: number) => {
  const error = { type: 'CONNECTED_SERVICES_ACCOUNT', code: 'ACCOUNT_ISSUE', state: 'ERROR' };
  const body = JSON.stringify({
    eventId: '00000000-0000-4000-8000-000000000001',
    eventType: 'VEHICLE_ERROR',
    data: { vehicle: { id: vehicleId }, errors: [error] },
    meta: { deliveredAt: now },
  });
  const signature = createHmac('sha256', 'management-token').update(body).digest('hex');
  return { applicationId: 'default', body: Buffer.from(body), signature };
};

describe('a contract that waits and is made due by a told trouble', () => {
  const limited = { error: 'RATE_LIMIT:VEHICLE', retryAfterSeconds: 80_000, count: 1, whole: true } as const;
  const incapable = { error: 'COMPATIBILITY:VEHICLE_NOT_CAPABLE', count: 99 } as const;
  const unpaid = { error: 'BILLING:VEHICLE_REQUEST_LIMIT', count: 99 } as const;

  const silent = { error: 'UPSTREAM:NO_RESPONSE', count: 99 } as const;

  it.each([
    ['what the platform asked for', limited, [0, 80_000]],
    ['a car that cannot be read', incapable, [0]],
    ['a plan that is spent', unpaid, [0, 12, 24, 36, 48, 60].map((hours) => hours * 3_600)],
    ['the schedule', silent, [0, 15, 75, 255, 615, 1_335, 2_055, 2_775, 3_495].map((minutes) => minutes * 60)],
  ])('is not asked before its time is over: %s', async (_, fault, seconds) => {
    const { world, close } = await openWorld({ startAt: START, application: { platform: 'v3' } });
    try {
      const contract = await world.sign();
      const { carId } = await world.connect(contract);
      const asked = watchReads(world);
      await world.runTo(FEBRUARY - 14 * HOUR);
      asked.splice(0);
      world.simulator.fleet.inject(carId, fault);
      // It has lasted a day, and is looked at, ten hours after the month.
      expect(await world.deliverPush(troubleOf(carId, world.now))).toEqual({ kind: 'taken' });
      const turns: number[] = [];
      for (const at of [FEBRUARY + 9 * HOUR, FEBRUARY + 11 * HOUR]) {
        await world.runTo(at);
        turns.push((await world.contract(contract)).turn);
      }
      expect(turns[1]).toBeGreaterThan(Number(turns[0]));
      await world.runTo(FEBRUARY + 2 * DAY + 14 * HOUR);
      const due = seconds.map((after) => new Date(FEBRUARY + after * 1000).toISOString());
      expect(asked).toEqual(due);
      await world.runTo(DEADLINE + 5 * MINUTE);
      expect(await world.check()).toEqual([]);
    } finally {
      await close();
    }
  });
});
