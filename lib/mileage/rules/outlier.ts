// Outlier: one figure leaves the line and the next is back on it, as if nothing had been. A slip of an instrument or a digit; the
// figures around it fit each other, so the line goes on without it.
import type { Finding } from '../finding.ts';
import { implausibleSpeed } from './implausible-speed.ts';
import { rollback } from './rollback.ts';
import { exceedsMaximum } from './window-maximum.ts';

/** Between which figures the odometer stood, and when. */
export interface Range {
  readonly epoch: number;
  readonly least: number;
  readonly most: number;
}

interface Shown {
  readonly reading: { readonly id: string; readonly metres: number };
  readonly epoch: number;
}

const rangeOf = ({ reading, epoch }: Shown): Range => ({ epoch, least: reading.metres, most: reading.metres });

const fits = (stand: Range, { reading: { metres }, epoch }: Shown): boolean =>
  rollback(stand.least, metres) === undefined &&
  implausibleSpeed(stand.most, metres, epoch - stand.epoch) === undefined &&
  !exceedsMaximum(metres - stand.most, epoch - stand.epoch);

const falls = (stand: Range, { reading }: Shown): boolean => rollback(stand.least, reading.metres) !== undefined;

/** Up and down again, or down and up again. A figure that only rises too fast may be a long way. */
const leavesAndReturns = (before: Range, shown: Shown, next: Shown): boolean => {
  const away = falls(before, shown) || (falls(rangeOf(shown), next) && !fits(before, shown));
  return away && fits(before, next);
};

/**
 * @param stand where the odometer stood before the first of them; absent when nothing is known
 * @param trusted readings of the contracted vehicle, in order
 * @returns the finding of each outlier, by the id of its reading
 */
export const outliers = (stand: Range | undefined, trusted: readonly Shown[]): ReadonlyMap<string, Finding> => {
  const found = new Map<string, Finding>();
  let before = stand;
  for (const [index, shown] of trusted.entries()) {
    const next = trusted[index + 1];
    if (!before || !next || !leavesAndReturns(before, shown, next)) {
      before = rangeOf(shown);
      continue;
    }
    const numbers = { beforeMetres: before.least, shownMetres: shown.reading.metres, afterMetres: next.reading.metres };
    found.set(shown.reading.id, { rule: 'outlier', severity: 'no_judgement', numbers });
  }
  return found;
};
