// What of a chain has to be stated again, decided from the statements in force and from what is known now: the one that somebody wants
// stated again, then each later one whose opening has moved. PURE: puts and signs nothing.
import type { Boundary } from '../mileage/boundary.ts';
import { RULES_VERSION } from '../mileage/limits.ts';
import { joinProblem } from '../proof/chain.ts';
import { buildClaims, type MeasuredClaims, type NoReadingFact, type StatementClaims } from '../proof/claims.ts';
import { ProofFault } from '../proof/proof-fault.ts';
import { type JudgeCase, judgeMonth } from './judge-month.ts';
import { claimsAfter, platformOf, type Result } from './make-statement.ts';
import { readSigned } from './sd-jwt.ts';
import type { Statement } from './statement.ts';

/** A month as it is stated now. */
export interface StatedMonth {
  readonly statement: Statement;
  readonly claims: StatementClaims;
  /** Where it closes, with what it rests on; undefined when it measures nothing. */
  readonly closing: Boundary | undefined;
}

export function statedMonth(statement: Statement): StatedMonth {
  const { claims } = readSigned(statement);
  const { closing, boundary, replaces } = statement;
  const own = closing ?? (replaces === undefined && claims.outcome === 'measured' ? boundary : undefined);
  return { statement, claims, closing: own };
}

export interface Restating {
  readonly judging: JudgeCase;
  readonly issuer: string;
  /** The newest statement. */
  readonly head: Statement;
  /** In force, oldest first. */
  readonly months: readonly StatedMonth[];
  /** Number of the statement that is wanted again. */
  readonly wanted: number | undefined;
  /** That one is stated again also where it would say the same: under another key. */
  readonly underNewKey?: boolean;
  /** Epoch milliseconds. */
  readonly now: number;
}

export interface Restatement {
  readonly kind: 'put';
  /** Which of the months. */
  readonly at: number;
  readonly claims: StatementClaims;
  readonly closing: Boundary | undefined;
}

type Decision = Restatement | { readonly kind: 'done'; readonly outcome: 'replaced' | 'unchanged' | 'not_possible' };

/** The last boundary that is fixed before a month. */
export const anchorBefore = (months: readonly StatedMonth[], at: number): Boundary | undefined =>
  months.slice(0, at).findLast(({ closing }) => closing !== undefined)?.closing;

const isMeasured = (claims: StatementClaims): claims is MeasuredClaims => claims.outcome === 'measured';

/** The first month that does not open where the one before it closes now; -1 when all do. */
export function firstMoved(months: readonly StatedMonth[]): number {
  let before: MeasuredClaims | undefined;
  return months.findIndex(({ claims }) => {
    if (!isMeasured(claims)) return false;
    const problem = joinProblem(before, claims);
    before = claims;
    return problem !== undefined;
  });
}

/** What is known of the month now; undefined where it was measured and cannot be any more. */
function resultOf({ judging, months }: Restating, at: number): Result | undefined {
  const month = months[at];
  if (month === undefined) return undefined;
  const { claims, statement } = month;
  const judged = judgeMonth(judging, statement.period, anchorBefore(months, at));
  if (judged.outcome === 'measured') return judged;
  if (claims.outcome === 'measured') return undefined;
  return { outcome: 'no_reading', reason: claims.reason, rulesVersion: claims.rulesVersion };
}

/** How often the car was asked does not change any more: what is remembered of that is the statement alone. */
const foundAgain = ({ judging }: Restating, { claims, statement }: StatedMonth, result: Result) => ({
  period: statement.period,
  attempts: claims.attempts,
  platform: platformOf(result, judging.readings) ?? claims.platform,
  result,
});

/** Whether the very same statement would be made of it, number and time aside. */
function saysTheSame(restating: Restating, month: StatedMonth, result: Result): boolean {
  const { claims } = month;
  if (result.outcome === 'no_reading') return true;
  const again = buildClaims({
    ...foundAgain(restating, month, result),
    issuer: claims.iss,
    issuedAt: claims.iat * 1000,
    jti: claims.jti,
    tenant: claims.aud,
    contract: claims.sub,
    seq: claims.seq,
    statusUri: claims.status.status_list.uri,
    prev: claims.prev,
    ...(claims.replaces === undefined ? {} : { replaces: claims.replaces }),
  });
  return JSON.stringify(again) === JSON.stringify(claims);
}

/** @throws ProofFault `CLAIMS_TOO_LARGE` */
function restatement(restating: Restating, at: number, month: StatedMonth, result: Result): Restatement {
  const { issuer, judging, head, now } = restating;
  const replaces = month.statement.attestationId;
  const claims = claimsAfter(
    issuer,
    judging.contract,
    head,
    { ...foundAgain(restating, month, result), replaces },
    now,
  );
  return { kind: 'put', at, claims, closing: result.outcome === 'measured' ? result.closing : undefined };
}

const isTooLarge = (fault: unknown): boolean => fault instanceof ProofFault && fault.code === 'CLAIMS_TOO_LARGE';

const after = ({ at, claims, closing }: Restatement, months: readonly StatedMonth[]): readonly StatedMonth[] =>
  months.map((month, n) => (n === at ? { ...month, claims, closing } : month));

/** What is stored of a month does not agree with what it states: whatever is put after it would have to be put again, for ever. */
class ChainDisagrees extends Error {
  readonly code = 'CHAIN_DISAGREES';
}

/** A month that would open elsewhere all the same would be stated again and again. */
const opensElsewhere = (step: Restatement, months: readonly StatedMonth[]): boolean =>
  firstMoved(after(step, months)) === step.at;

const UNKNOWN: NoReadingFact = { outcome: 'no_reading', reason: 'refused', rulesVersion: RULES_VERSION };

/**
 * Once an earlier month is stated again, this one has to be, whatever has gone since that was found possible: what cannot be measured any
 * more is stated without a reading.
 * @throws ChainDisagrees
 */
function movedAgain(restating: Restating, at: number, month: StatedMonth): Restatement {
  try {
    const again = restatement(restating, at, month, resultOf(restating, at) ?? UNKNOWN);
    if (opensElsewhere(again, restating.months)) throw new ChainDisagrees('a month opens elsewhere all the same');
    return again;
  } catch (fault) {
    if (!isTooLarge(fault)) throw fault;
    return restatement(restating, at, month, UNKNOWN);
  }
}

/** Whether every reading that a month closes with is still there, and may be used. What was declared of an odometer stands in as one. */
function restsOnKnown({ judging }: Restating, { closing }: StatedMonth): boolean {
  const known = new Set([...judging.readings, ...judging.odometerEvents].map(({ id }) => id));
  return [closing?.before, closing?.after].every((reading) => reading === undefined || known.has(reading.id));
}

/** Whether this month and all that it moves can be stated with what is known: nothing that was measured is lost by it. */
function isPossible(restating: Restating, first: Restatement): boolean {
  if (!restating.months.slice(first.at).every((month) => restsOnKnown(restating, month))) return false;
  let months = restating.months;
  for (let step: Restatement | undefined = first; step !== undefined; ) {
    if (opensElsewhere(step, months)) return false;
    months = after(step, months);
    const at = firstMoved(months);
    const [month, result] = [months[at], resultOf({ ...restating, months }, at)];
    if (month !== undefined && result === undefined) return false;
    step = month && result && restatement({ ...restating, months }, at, month, result);
  }
  return true;
}

function decideWanted(restating: Restating, at: number, month: StatedMonth): Decision {
  const result = resultOf(restating, at);
  if (result === undefined) return { kind: 'done', outcome: 'not_possible' };
  if (restating.underNewKey !== true && saysTheSame(restating, month, result))
    return { kind: 'done', outcome: 'unchanged' };
  try {
    const first = restatement(restating, at, month, result);
    return isPossible(restating, first) ? first : { kind: 'done', outcome: 'not_possible' };
  } catch (fault) {
    if (isTooLarge(fault)) return { kind: 'done', outcome: 'not_possible' };
    throw fault;
  }
}

/** What to state again next; or that nothing is left, and what became of the statement that is wanted again. */
export function nextRestatement(restating: Restating): Decision {
  const { months, wanted } = restating;
  const at = months.findIndex(({ statement }) => statement.seq === wanted);
  const month = months[at];
  const own =
    month === undefined ? ({ kind: 'done', outcome: 'replaced' } as const) : decideWanted(restating, at, month);
  if (own.kind === 'put') return own;
  const moved = firstMoved(months);
  const next = months[moved];
  return next === undefined ? own : movedAgain(restating, moved, next);
}

/** The last boundary that is fixed in the chain once this is put: the next month starts from it. */
export const boundaryAfter = (step: Restatement, months: readonly StatedMonth[]): Boundary | undefined =>
  anchorBefore(after(step, months), months.length);
