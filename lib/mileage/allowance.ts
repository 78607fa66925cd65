// The allowance of a contract: how far the car may go, how far it has gone, and where it will be at the end. Counts whole metres and
// whole milliseconds; knows no price. Figures are of the odometer, as everywhere in this room.
import { epochOf, type Instant } from './instant.ts';
import { MileageError } from './mileage-error.ts';

/** Metres a year, counted to the day of every year, or metres for the whole term. */
export interface Allowance {
  readonly per: 'year' | 'term';
  readonly metres: number;
}

/** Half-open. A term without an end has an allowance per year. */
export interface Term {
  readonly from: Instant;
  readonly to?: Instant | undefined;
}

/** Distance known between two instants. */
export interface Driven {
  readonly from: Instant;
  readonly to: Instant;
  readonly metres: number;
}

export interface Usage {
  /** Allowed from the start of the term until `until`, pro rata. */
  readonly allowedMetres: number;
  readonly usedMetres: number;
  /** allowed − used: negative when the car is ahead of its allowance. */
  readonly balanceMetres: number;
  /** Absent before four weeks are known. `at`: the end of the term; without one, of its running year. */
  readonly projection?: Projection & { readonly at: Instant };
}

/** From the start of the term, at the pace so far. */
interface Projection {
  readonly metres: number;
  readonly allowedMetres: number;
  readonly excessMetres: number;
}

/** Of contracts together, each projected to an end of its own. */
export type Pool = Omit<Usage, 'projection'> & { readonly projection?: Projection };

const DAY_MS = 86_400_000;

/** A pace from less than four weeks says nothing about a year: holidays and weekends weigh too much. */
export const PROJECTION_MIN_MS = 28 * DAY_MS;

/** `count × part ÷ whole`, halves up, in whole numbers. */
const share = (count: number, part: number, whole: number): number =>
  Number((2n * BigInt(count) * BigInt(part) + BigInt(whole)) / (2n * BigInt(whole)));

/** Start of the n-th year of a term, counted from its own start (29 February: 28th in common years). */
const anniversary = (from: number, n: number): number => {
  const start = new Date(from);
  const date = new Date(from);
  date.setUTCFullYear(start.getUTCFullYear() + n);
  if (date.getUTCMonth() !== start.getUTCMonth()) date.setUTCDate(0);
  return date.getTime();
};

const perYear = (metres: number, from: number, until: number): number => {
  let sum = 0;
  for (let n = 0; ; n += 1) {
    const [begin, end] = [anniversary(from, n), anniversary(from, n + 1)];
    if (until >= end) sum += metres;
    else return sum + (until > begin ? share(metres, until - begin, end - begin) : 0);
  }
};

/** End of the year of a term in which an instant is. */
const yearEnd = (from: number, at: number): number => {
  let n = 1;
  while (anniversary(from, n) <= at) n += 1;
  return anniversary(from, n);
};

/**
 * What a contract is allowed from its start until an instant, pro rata to the millisecond.
 *
 * @throws MileageError `bad_term` for an allowance per term without its end, or an end that is not after the start
 */
export const allowedUntil = ({ per, metres }: Allowance, term: Term, until: Instant): number => {
  const from = epochOf(term.from);
  const to = term.to === undefined ? Number.POSITIVE_INFINITY : epochOf(term.to);
  if (to <= from || (per === 'term' && term.to === undefined)) throw new MileageError('bad_term');
  const counted = Math.min(Math.max(epochOf(until), from), to);
  return per === 'year' ? perYear(metres, from, counted) : share(metres, counted - from, to - from);
};

/**
 * @param driven what is known, in order and without overlap; time without any counts as unknown, not as zero
 * @throws MileageError `bad_term`
 */
export const usageOf = (allowance: Allowance, term: Term, driven: readonly Driven[], until: Instant): Usage => {
  const usedMetres = driven.reduce((sum, { metres }) => sum + metres, 0);
  const knownMs = driven.reduce((sum, { from, to }) => sum + epochOf(to) - epochOf(from), 0);
  const allowedMetres = allowedUntil(allowance, term, until);
  const usage = { allowedMetres, usedMetres, balanceMetres: allowedMetres - usedMetres };
  if (knownMs < PROJECTION_MIN_MS) return usage;
  const at = term.to ?? new Date(yearEnd(epochOf(term.from), epochOf(until))).toISOString();
  const metres = share(usedMetres, epochOf(at) - epochOf(term.from), knownMs);
  const whole = allowedUntil(allowance, term, at);
  return { ...usage, projection: { at, metres, allowedMetres: whole, excessMetres: Math.max(0, metres - whole) } };
};

/** Contracts of one pool settle together: what one has left, another may use. */
export const pooled = (usages: readonly Usage[]): Pool => {
  const sum = (of: (usage: Usage) => number): number => usages.reduce((total, usage) => total + of(usage), 0);
  const together = {
    allowedMetres: sum(({ allowedMetres }) => allowedMetres),
    usedMetres: sum(({ usedMetres }) => usedMetres),
    balanceMetres: sum(({ balanceMetres }) => balanceMetres),
  };
  const projections = usages.map(({ projection }) => projection).filter((projection) => projection !== undefined);
  // One car whose pace is unknown leaves the pool's end unknown.
  if (projections.length === 0 || projections.length < usages.length) return together;
  const metres = projections.reduce((total, projection) => total + projection.metres, 0);
  const allowedMetres = projections.reduce((total, projection) => total + projection.allowedMetres, 0);
  return { ...together, projection: { metres, allowedMetres, excessMetres: Math.max(0, metres - allowedMetres) } };
};
