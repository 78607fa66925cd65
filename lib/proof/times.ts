// Whether what one statement says about when can be: nobody states a month that is not over, and nothing is measured, fetched and
// signed in another order. It compares the statement's own times with each other; it has no clock to compare them with.
import type { BoundaryClaim, ReadingClaim, StatementClaims } from './claims.ts';

export type TimeProblem = 'issued_early' | 'recorded_after_fetched' | 'fetched_after_issue';

/** Three clocks write these times: the car's, and those of two machines. The service trusts a car's clock to the same ten minutes. */
export const CLOCK_TOLERANCE_MS = 10 * 60_000;

const readingsOf = ({ before, after }: BoundaryClaim): readonly ReadingClaim[] =>
  [before, after].filter((reading) => reading !== undefined);

function readingProblem({ recordedAt, fetchedAt }: ReadingClaim, issuedAt: number): TimeProblem | undefined {
  const fetched = Date.parse(fetchedAt);
  if (Date.parse(recordedAt) > fetched + CLOCK_TOLERANCE_MS) return 'recorded_after_fetched';
  return fetched > issuedAt + CLOCK_TOLERANCE_MS ? 'fetched_after_issue' : undefined;
}

/** The first time of a statement that cannot be, or undefined. `iat` is whole seconds, so the period's end counts by its second. */
export function timeProblem(claims: StatementClaims): TimeProblem | undefined {
  if (claims.iat < Math.floor(Date.parse(claims.period.to) / 1000)) return 'issued_early';
  if (claims.outcome === 'no_reading') return undefined;
  for (const reading of [claims.opening, claims.closing].flatMap(readingsOf)) {
    const problem = readingProblem(reading, claims.iat * 1000);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
