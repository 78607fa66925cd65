// Whether the statements of one contract, taken together, tell one story: numbered without holes, each bound to the one before, one
// statement per month with none left out, each month opening where the last one closed, figures adding up. It takes verified
// statements and believes their signatures; whether the newest statement given is the newest there is, it cannot know.
import type { BoundaryClaim, MeasuredClaims, ReadingClaim, StatementClaims } from './claims.ts';
import { type FigureProblem, figureProblem, replacedMetres, startMetres } from './figures.ts';
import { type TimeProblem, timeProblem } from './times.ts';

/** A verified statement, as far as a chain needs it. */
export interface Link {
  readonly claims: StatementClaims;
  readonly signingInputHash: string;
}

export type ChainRefusal =
  | 'empty'
  | 'seq_hole'
  | 'seq_repeated'
  | 'prev_mismatch'
  | 'other_contract'
  | 'status_list_changed'
  | 'zone_changed'
  | 'statement_repeated'
  | 'period_repeated'
  | 'period_gap'
  | 'replaces_unknown'
  | 'replaces_other_period'
  | 'boundary_mismatch'
  | 'catch_up_mismatch'
  | 'wrong_figures'
  | 'wrong_times';

/**
 * A run of months between two `illogical` ones: distances and catch-ups add up to the difference of its ends, and what replaced
 * odometers showed more.
 */
interface Segment {
  readonly from: string;
  readonly to: string;
  readonly firstMetres: number;
  readonly lastMetres: number;
  readonly distanceMetres: number;
  readonly catchUpMetres: number;
  readonly replacedMetres: number;
}

export interface ChainHolds {
  readonly ok: true;
  readonly contract: string;
  /** The chain is complete from 1 to this number. Newer statements may exist. */
  readonly upToSeq: number;
  /** The statement in force for each period, oldest first. */
  readonly live: readonly Link[];
  readonly superseded: readonly Link[];
  readonly segments: readonly Segment[];
}

export interface ChainBroken {
  readonly ok: false;
  readonly reason: ChainRefusal;
  /** The number at which it breaks: the missing one, or the one that does not fit. */
  readonly seq: number;
  readonly detail?: FigureProblem | TimeProblem;
}

const broken = (reason: ChainRefusal, seq: number, detail?: ChainBroken['detail']): ChainBroken => ({
  ok: false,
  reason,
  seq,
  ...(detail !== undefined && { detail }),
});

/** Numbers, hashes, that all of it is one contract's, and that each statement agrees with itself. */
function linkProblem(link: Link, before: Link | undefined, first: Link): ChainBroken | undefined {
  const { claims } = link;
  const expected = (before?.claims.seq ?? 0) + 1;
  if (claims.sub !== first.claims.sub || claims.aud !== first.claims.aud || claims.iss !== first.claims.iss)
    return broken('other_contract', claims.seq);
  if (claims.seq < expected) return broken('seq_repeated', claims.seq);
  if (claims.seq > expected) return broken('seq_hole', expected);
  if (claims.prev !== (before?.signingInputHash ?? null)) return broken('prev_mismatch', claims.seq);
  if (claims.status.status_list.uri !== first.claims.status.status_list.uri)
    return broken('status_list_changed', claims.seq);
  if (claims.period.zone !== first.claims.period.zone) return broken('zone_changed', claims.seq);
  const figure = figureProblem(claims);
  if (figure !== undefined) return broken('wrong_figures', claims.seq, figure);
  const time = timeProblem(claims);
  return time && broken('wrong_times', claims.seq, time);
}

/** Statements by period start, as they stand after each further one. */
class Months {
  readonly live = new Map<string, Link>();
  readonly superseded: Link[] = [];
  readonly #ids = new Set<string>();
  /** End of the last stated period. */
  #through: string | undefined;

  /** Takes the next statement in; answers what keeps it out. */
  add(link: Link): ChainRefusal | undefined {
    const { jti, period, replaces } = link.claims;
    if (this.#ids.has(jti)) return 'statement_repeated';
    this.#ids.add(jti);
    if (replaces !== undefined) return this.#replace(link, replaces);
    if (this.#through !== undefined && period.from < this.#through) return 'period_repeated';
    if (this.#through !== undefined && period.from > this.#through) return 'period_gap';
    this.#through = period.to;
    this.live.set(period.from, link);
    return undefined;
  }

  /** A replacement takes the place of the statement in force for exactly its period. */
  #replace(link: Link, replaces: string): ChainRefusal | undefined {
    const old = [...this.live.values()].find(({ claims }) => claims.jti === replaces);
    if (old === undefined) return 'replaces_unknown';
    const [was, is] = [old.claims.period, link.claims.period];
    if (was.id !== is.id || was.from !== is.from || was.to !== is.to) return 'replaces_other_period';
    this.superseded.push(old);
    this.live.set(is.from, link);
    return undefined;
  }
}

const sameBoundary = (a: BoundaryClaim, b: BoundaryClaim): boolean => {
  const { before: aBefore, after: aAfter, ...aRest } = a;
  const { before: bBefore, after: bAfter, ...bRest } = b;
  return sameMembers(aRest, bRest) && sameReading(aBefore, bBefore) && sameReading(aAfter, bAfter);
};

/** A statement that would be too large leaves the ids of requests out: then the other one's counts. */
function sameReading(a: ReadingClaim | undefined, b: ReadingClaim | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  const { requestId: aId = b.requestId, ...aRest } = a;
  const { requestId: bId = aId, ...bRest } = b;
  return aId === bId && sameMembers(aRest, bRest);
}

function sameMembers(a: object, b: object): boolean {
  const [as, bs] = [new Map(Object.entries(a)), new Map(Object.entries(b))];
  return as.size === bs.size && [...as].every(([name, value]) => bs.get(name) === value);
}

const isMeasured = (claims: StatementClaims): claims is MeasuredClaims => claims.outcome === 'measured';

/** The first boundary that a statement accounts for: its opening, or where it starts to catch up. */
const startOf = (claims: MeasuredClaims): Pick<BoundaryClaim, 'at' | 'metres'> => ({
  at: claims.catchUpFrom ?? claims.opening.at,
  metres: startMetres(claims),
});

/**
 * A measured statement opens with the very boundary that the measured one before it closed with. After months without
 * a reading (or behind a restart that lies before its period) it catches up from there instead.
 */
export function joinProblem(before: MeasuredClaims | undefined, claims: MeasuredClaims): ChainRefusal | undefined {
  if (before === undefined) return undefined;
  const { opening, catchUpFrom } = claims;
  if (catchUpFrom === undefined) return sameBoundary(before.closing, opening) ? undefined : 'boundary_mismatch';
  const { at, metres } = startOf(claims);
  return before.closing.at === at && before.closing.metres === metres ? undefined : 'catch_up_mismatch';
}

/** Cuts the measured months at those without a distance. */
function runsOf(months: readonly MeasuredClaims[]): readonly (readonly MeasuredClaims[])[] {
  const runs: MeasuredClaims[][] = [[]];
  for (const claims of months) {
    if (claims.distanceMetres === null) runs.push([]);
    else runs.at(-1)?.push(claims);
  }
  return runs;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

function segmentOf(months: readonly MeasuredClaims[]): readonly Segment[] {
  const [first, last] = [months[0], months.at(-1)];
  if (first === undefined || last === undefined) return [];
  const start = startOf(first);
  return [
    {
      from: start.at,
      to: last.closing.at,
      firstMetres: start.metres,
      lastMetres: last.closing.metres,
      distanceMetres: sum(months.map(({ distanceMetres }) => distanceMetres ?? 0)),
      catchUpMetres: sum(months.map(({ catchUpMetres }) => catchUpMetres ?? 0)),
      replacedMetres: sum(months.map((month) => replacedMetres(month, startOf(month).at, month.closing.at))),
    },
  ];
}

function firstBadJoin(months: readonly MeasuredClaims[]): ChainBroken | undefined {
  for (const [i, claims] of months.entries()) {
    const problem = joinProblem(months[i - 1], claims);
    if (problem !== undefined) return broken(problem, claims.seq);
  }
  return undefined;
}

/**
 * @param statements verified statements of one contract, in the order of their numbers
 * @returns the months in force and their segments, or the first thing that does not fit
 */
export function verifyChain(statements: readonly Link[]): ChainHolds | ChainBroken {
  const [first] = statements;
  if (first === undefined) return broken('empty', 0);
  const months = new Months();
  for (const [i, link] of statements.entries()) {
    const problem = linkProblem(link, statements[i - 1], first);
    if (problem !== undefined) return problem;
    const refusal = months.add(link);
    if (refusal !== undefined) return broken(refusal, link.claims.seq);
  }
  const live = [...months.live.values()];
  const measured = live.map(({ claims }) => claims).filter(isMeasured);
  const badJoin = firstBadJoin(measured);
  if (badJoin !== undefined) return badJoin;
  return {
    ok: true,
    contract: first.claims.sub,
    upToSeq: statements.length,
    live,
    superseded: months.superseded,
    segments: runsOf(measured).flatMap(segmentOf),
  };
}
