// The generator of crash tests: a healthy run is recorded; then, for every call that it made to AWS or to the vehicle platform, comes a
// run whose function dies right before that call, and one where it dies right after the call took effect. The same statements must
// come of it. A call that is added to the product is covered by being made.
//
// What may differ, and why: `iat` and the times of attempts and fetching (the run took longer), request ids (the car was asked by another
// request), `prev` (it covers those), and, where a car refused and the worker died before it could note that, one failed attempt:
// nobody knows of it any more. Figures, boundaries, recorded times, verdicts, reasons, numbers and periods may not.
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { CloudCall } from '../../infra/local/cloud-call.ts';
import { periodContaining } from '../../lib/mileage/period.ts';
import type { BoundaryClaim, ReadingClaim, StatementClaims } from '../../lib/proof/claims.ts';
import { CALENDAR, type Crash, CrashStage, type Month, type Scenario } from './crash-stage.ts';

/** A loaded machine is slow, not wrong. */
export const LONG = 600_000;

/** A planner that dies while it looks around has done nothing: that is played where functions have just started, and only there. */
const isLook = ({ caller, name }: CloudCall): boolean => caller === 'plan-reads' && name === 'DynamoDB.Query';

/** Every call of every function, before and after it. */
export function crashesOf(calls: readonly CloudCall[], cold = true): readonly Crash[] {
  const byCaller = Map.groupBy(calls, ({ caller }) => caller);
  return [...byCaller].flatMap(([caller, own]) =>
    own.flatMap((one, n) =>
      !cold && isLook(one)
        ? []
        : [{ caller, call: n + 1, when: 'before' } as const, { caller, call: n + 1, when: 'after' } as const],
    ),
  );
}

const MAY_DIFFER = [
  'id',
  'iat',
  'prev',
  'requestId',
  'fetchedAt',
  'firstAt',
  'lastAt',
  'counts',
  'sub',
  'jti',
  'iss',
  'seq',
  // Of the status list: the verifier compares both with number and issuer.
  'idx',
  'uri',
];

const sinceReading = (reading: ReadingClaim, metres: number): ReadingClaim => ({
  ...reading,
  metres: reading.metres - metres,
});

/** A boundary as if the odometer had shown `metres` less. */
const sinceBoundary = ({ before, after, ...boundary }: BoundaryClaim, metres: number): BoundaryClaim => ({
  ...boundary,
  metres: boundary.metres - metres,
  lowerMetres: boundary.lowerMetres - metres,
  upperMetres: boundary.upperMetres - metres,
  ...(before && { before: sinceReading(before, metres) }),
  ...(after && { after: sinceReading(after, metres) }),
});

/** What the odometer showed is told from the opening on. */
const sinceOpening = (claims: StatementClaims): StatementClaims => {
  if (claims.outcome === 'no_reading') return claims;
  const { opening, closing } = claims;
  const { metres } = opening;
  return { ...claims, opening: sinceBoundary(opening, metres), closing: sinceBoundary(closing, metres) };
};

const monthsOf = (id: string): number => Number(id.slice(0, 4)) * 12 + Number(id.slice(5));

/** An instant from the end of a month that is nearest, and which that is: 0 begins the month of the statement, 1 ends it. */
function fromMonth(text: string, statement: string): string {
  const { id, from, to } = periodContaining(CALENDAR, text);
  const [begun, left] = [Date.parse(text) - Date.parse(from), Date.parse(to) - Date.parse(text)];
  const month = monthsOf(id) - monthsOf(statement);
  return begun < left ? `${month} + ${begun} ms` : `${month + 1} - ${left} ms`;
}

/** Everything that may not differ, a line each. */
function lasting(claims: StatementClaims): readonly string[] {
  const told = (name: string, value: unknown): unknown => {
    if (MAY_DIFFER.includes(name)) return undefined;
    const isInstant = typeof value === 'string' && /^\d{4}-\d\d-\d\dT.*Z$/.test(value);
    return isInstant ? fromMonth(value, claims.period.id) : value;
  };
  return JSON.stringify(sinceOpening(claims), told, 1).split('\n');
}

/** Every attempt is counted, but for one that was refused and never noted. */
function lostAttempts(claims: StatementClaims, expected: StatementClaims): number {
  const { read, ...refused } = claims.attempts.counts;
  const { read: expectedRead, ...expectedRefused } = expected.attempts.counts;
  const total = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((sum, n) => sum + n, 0);
  return read === expectedRead ? total(expectedRefused) - total(refused) : Number.NaN;
}

/** @param refusals how many attempts may be lost @returns what is wrong with a statement, empty when nothing is */
export function compareStatements(
  claims: StatementClaims,
  wanted: StatementClaims,
  refusals: 0 | 1,
): readonly string[] {
  const [found, expected] = [lasting(claims), lasting(wanted)];
  if (found.join() !== expected.join())
    return [
      ...found.filter((line) => !expected.includes(line)),
      'is not',
      ...expected.filter((line) => !found.includes(line)),
    ];
  const lost = lostAttempts(claims, wanted);
  return lost === 0 || lost === refusals
    ? []
    : [`${JSON.stringify(claims.attempts)} is not ${JSON.stringify(wanted.attempts)}`];
}

/** @returns what is wrong with how a run ended, whatever it stated */
export function compareEnds({ died, left }: Pick<Month, 'died' | 'left'>): readonly string[] {
  return [...(died === undefined ? ['nobody died'] : []), ...(left > 0 ? [`${left} messages are left`] : [])];
}

export const placeOf = ({ when, call, caller }: Crash, died: CloudCall | undefined): string =>
  `${when} call ${call} of ${caller}, ${died?.name}`;

/** Plays a scenario once for each of its crashes. @returns what went wrong, and where */
async function playCrashes(stage: CrashStage, scenario: Scenario, recorded: Month): Promise<readonly string[]> {
  const refusals = scenario.from === undefined ? 0 : 1;
  const wrong: string[] = [];
  for (const crash of crashesOf(recorded.calls, scenario.cold ?? false)) {
    const run = await stage.play(scenario, crash);
    const unstated = run.stated ? [] : ['the month is not stated'];
    const found = [...unstated, ...compareEnds(run), ...compareStatements(run.claims, recorded.claims, refusals)];
    wrong.push(...found.map((problem) => `${placeOf(crash, run.died)}: ${problem}`));
  }
  return wrong;
}

export const namesOf = (calls: readonly CloudCall[]): readonly string[] =>
  calls.map(({ caller, name }) => `${caller} ${name}`);

/**
 * The tests of a scenario: one that looks at its recording, and one with all its crashes.
 * @param look asserts that what was recorded is what is meant
 */
export function crashTests(scenario: Scenario, look: (recorded: Month) => void): void {
  describe(`I1 I2 I3 I4 I5 I11 ${scenario.name}: whoever dies wherever, the statements are the same`, () => {
    let stage: CrashStage;
    let recorded: Month;

    beforeAll(async () => {
      stage = await CrashStage.open(inject('assembly'), scenario);
      // The first month opens the chain, and the second opens with the first reading; from the third on all are alike.
      await stage.play(scenario);
      await stage.play(scenario);
      recorded = await stage.play(scenario);
    }, LONG);
    afterAll(() => stage?.close());

    it('the recording holds every kind of call, and the next month is the same', async () => {
      look(recorded);
      const next = await stage.play(scenario);
      expect(compareStatements(next.claims, recorded.claims, 0)).toEqual([]);
      expect([recorded.stated, next.stated]).toEqual([true, true]);
      expect(namesOf(next.calls)).toEqual(namesOf(recorded.calls));
    });

    it(
      'every crash',
      async () => {
        expect(await playCrashes(stage, scenario, recorded)).toEqual([]);
        expect(await stage.check()).toEqual([]);
      },
      LONG,
    );
  });
}
