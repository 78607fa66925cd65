// Crash tests over a driver who connects on V3: the redirect that names no car, the list of connections, the webhook, the first reading.
// Who binds dies here; who serves the pages does in test/lib/connection/crash.test.ts. How they are made, and
// what may differ: crash-runs.ts.
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { compareEnds, compareStatements, crashesOf, LONG, namesOf, placeOf } from './crash-runs.ts';
import { CrashStage } from './crash-stage.ts';

describe('I1 I2 I3 a driver who connects on V3: whoever dies wherever, the statements are the same', () => {
  let stage: CrashStage;

  beforeAll(async () => {
    stage = await CrashStage.open(inject('assembly'), { platform: 'v3' });
  }, LONG);
  afterAll(() => stage?.close());

  it(
    'the car is bound, subscribed and read once, and its month is stated',
    async () => {
      const healthy = await stage.join('healthy');
      expect([healthy.page, healthy.left]).toEqual(['Your car is connected', 0]);
      expect(namesOf(healthy.calls)).toEqual(
        expect.arrayContaining([
          'connect DynamoDB.PutItem',
          'connect SQS.SendMessageBatch',
          'tend-connection VEHICLE_IAM_ORIGIN.POST',
          'tend-connection VEHICLE_MANAGEMENT_ORIGIN.POST',
          'tend-connection VEHICLE_V3_ORIGIN.GET',
          'read-vehicle VEHICLE_V3_ORIGIN.GET',
        ]),
      );
      const wrong: string[] = [];
      const crashes = crashesOf(healthy.calls.filter(({ caller }) => caller === 'tend-connection'));
      for (const [n, crash] of crashes.entries()) {
        const run = await stage.join(`driver-${n}`, crash);
        const seen = run.page === healthy.page ? [] : [`the page says ${run.page}`];
        wrong.push(...[...seen, ...compareEnds(run)].map((problem) => `${placeOf(crash, run.died)}: ${problem}`));
      }
      const stated = await stage.closeJoined();
      const wanted = stated.get('healthy');
      if (wanted === undefined) throw new Error('nothing was stated');
      expect(wanted.outcome).toBe('measured');
      for (const [n, crash] of crashes.entries()) {
        const claims = stated.get(`driver-${n}`);
        const found = claims === undefined ? ['nothing was stated'] : compareStatements(claims, wanted, 0);
        wrong.push(...found.map((problem) => `${placeOf(crash, undefined)}: ${problem}`));
      }
      expect(wrong).toEqual([]);
      expect(await stage.check()).toEqual([]);
    },
    LONG,
  );
});
