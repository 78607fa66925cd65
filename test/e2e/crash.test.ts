// Generated crash tests over the read path: planner, refresh, reading, statement, events. A healthy run is recorded; then, for every call that
// it made to AWS or to the vehicle platform, a run whose function dies right before that call, and one where it dies right after the
// call took effect. The same statements must come of it. A call that is added to the product is covered by being made.
//
// What may differ, and why: `iat` and the times of attempts and fetching (the run took longer), request ids (the car was asked by another
// request), `prev` (it covers those), and, where a car refused and the worker died before it could note that, one failed attempt:
// nobody knows of it any more. Figures, boundaries, recorded times, verdicts, reasons, numbers and periods may not.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StatementClaims } from '../../lib/proof/claims.ts';
import { type Crash, CrashStage, isLooking, type Month, type Scenario } from './crash-stage.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const isVehicle = ({ name }: { readonly name: string }): boolean => name === 'VEHICLE_API_ORIGIN.POST';

const SCENARIOS: readonly Scenario[] = [
  { name: 'a car that answers, functions that just started', contract: 'connected', cold: true },
  {
    name: 'a car that sleeps, from its refusal on',
    contract: 'connected',
    stage: (fleet, carId, to) => fleet.sleep(carId, { from: to - HOUR, to: to + 10 * MINUTE }),
    from: isVehicle,
  },
  {
    name: 'a token that is refused, from the refusal on',
    contract: 'connected',
    stage: (fleet, carId) => fleet.inject(carId, { error: 'AUTHENTICATION' }),
    from: isVehicle,
  },
  { name: 'a contract that was never connected', contract: 'never_connected' },
];

interface Played {
  readonly recorded: Month;
  readonly crashes: readonly Crash[];
  /** What the month of each crash states when nobody dies. */
  readonly expected: readonly StatementClaims[];
}

/** Every call of every function, before and after it; but for those that only look, and for sealing where functions are warm: it would be the same. */
function crashesOf({ calls }: Month, { cold = false }: Scenario): readonly Crash[] {
  const byCaller = Map.groupBy(
    calls.filter(({ caller }) => cold || caller !== 'seal-log'),
    ({ caller }) => caller,
  );
  return [...byCaller].flatMap(([caller, own]) =>
    own.flatMap((call, n) =>
      isLooking(call)
        ? []
        : [{ caller, call: n + 1, when: 'before' } as const, { caller, call: n + 1, when: 'after' } as const],
    ),
  );
}

async function playHealthy(): Promise<readonly Played[]> {
  const stage = await CrashStage.open();
  try {
    const played: Played[] = [];
    for (const scenario of SCENARIOS) {
      const recorded = await stage.play(scenario);
      const crashes = crashesOf(recorded, scenario);
      const expected: StatementClaims[] = [];
      // Whether a copy is fresh changes nothing here but the time it takes.
      for (const _ of crashes) expected.push((await stage.play({ ...scenario, cold: false })).claims);
      played.push({ recorded, crashes, expected });
    }
    expect(await stage.check()).toEqual([]);
    return played;
  } finally {
    await stage.close();
  }
}

const MAY_DIFFER = ['iat', 'prev', 'requestId', 'fetchedAt', 'firstAt', 'lastAt', 'counts', 'sub', 'jti', 'iss'];

/** Everything that may not differ, as text. */
const lasting = (claims: StatementClaims): string =>
  JSON.stringify(claims, (name, value) => (MAY_DIFFER.includes(name) ? undefined : value), 1);

/** Every attempt is counted, but for one that was refused and never noted. */
function lostAttempts(claims: StatementClaims, expected: StatementClaims): number {
  const { read, ...refused } = claims.attempts.counts;
  const { read: expectedRead, ...expectedRefused } = expected.attempts.counts;
  const total = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((sum, n) => sum + n, 0);
  return read === expectedRead ? total(expectedRefused) - total(refused) : Number.NaN;
}

describe('I1 I2 I3 I4 I5 I11 whoever dies wherever, the statements are the same', () => {
  let healthy: readonly Played[];
  let stage: CrashStage;

  beforeAll(async () => {
    healthy = await playHealthy();
    stage = await CrashStage.open();
  }, 240_000);
  afterAll(() => stage.close());

  it('the recording holds every kind of call', () => {
    const calls = healthy[0]?.recorded.calls.map(({ caller, name }) => `${caller} ${name}`);
    expect(calls).toEqual(
      expect.arrayContaining([
        'plan-reads DynamoDB.Query',
        'plan-reads DynamoDB.UpdateItem',
        'plan-reads SQS.SendMessageBatch',
        'tend-connection KMS.Decrypt',
        'tend-connection SecretsManager.GetSecretValue',
        'tend-connection VEHICLE_AUTH_ORIGIN.POST',
        'tend-connection SQS.SendMessageBatch',
        'read-vehicle VEHICLE_API_ORIGIN.POST',
        'read-vehicle KMS.GetPublicKey',
        'read-vehicle KMS.Sign',
        'read-vehicle DynamoDB.PutItem',
        'read-vehicle DynamoDB.UpdateItem',
        'send-webhooks DynamoDB.PutItem',
        'send-webhooks DynamoDB.UpdateItem',
        'seal-log DynamoDB.Query',
        'seal-log DynamoDB.GetItem',
        'seal-log DynamoDB.BatchGetItem',
        'seal-log DynamoDB.PutItem',
        'seal-log KMS.GetPublicKey',
        'seal-log KMS.Sign',
        'seal-log DynamoDB.UpdateItem',
      ]),
    );
    expect(healthy.map(({ crashes }) => crashes.length > 10)).toEqual(SCENARIOS.map(() => true));
  });

  it.each(SCENARIOS.map((scenario, n) => [scenario.name, scenario, n] as const))(
    '%s',
    async (_, scenario, n) => {
      const { crashes, expected } = healthy[n] ?? { crashes: [], expected: [] };
      await stage.play(scenario);
      const wrong: string[] = [];
      for (const [month, crash] of crashes.entries()) {
        const { claims, died, left } = await stage.play(scenario, crash);
        const where = `${crash.when} call ${crash.call} of ${crash.caller}, ${died?.name}`;
        const wanted = expected[month];
        if (died === undefined || wanted === undefined) wrong.push(`${where}: nobody died`);
        else if (lasting(claims) !== lasting(wanted))
          wrong.push(`${where}: ${lasting(claims)} is not ${lasting(wanted)}`);
        else if (![0, scenario.from === undefined ? 0 : 1].includes(lostAttempts(claims, wanted)))
          wrong.push(`${where}: ${JSON.stringify(claims.attempts)} is not ${JSON.stringify(wanted.attempts)}`);
        if (left > 0) wrong.push(`${where}: ${left} messages are left`);
      }
      expect(wrong).toEqual([]);
      expect(await stage.check()).toEqual([]);
    },
    240_000,
  );
});
