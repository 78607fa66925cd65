// Window maximum: more than anybody drives in a day, week, month, quarter or year, though each step on its way was possible. The
// figures rise and stay stated; whether the car went so far is in doubt.
import type { Knot } from '../boundary.ts';
import type { Finding } from '../finding.ts';
import { farthest, ROUNDING_METRES, WINDOW_MAXIMA } from '../limits.ts';

const DAY_MS = 86_400_000;

/** What the odometer showed at an instant. */
export interface Stand {
  readonly epoch: number;
  readonly metres: number;
}

/** Whether a gain is more than the shortest window that holds the time allows. @param elapsedMs not negative */
export const exceedsMaximum = (gainMetres: number, elapsedMs: number): boolean => {
  const window = WINDOW_MAXIMA.find(({ days }) => elapsedMs <= days * DAY_MS);
  return window !== undefined && gainMetres > window.metres + ROUNDING_METRES;
};

/** Of earlier stands the newest run that leads to the segment: one that fell or leapt is another segment's. */
const leadingTo = (first: Knot, earlier: readonly Stand[]): readonly Stand[] => {
  const run: Stand[] = [];
  let next: Stand = first;
  for (const stand of earlier.filter(({ epoch }) => epoch < first.epoch).toReversed()) {
    const gain = next.metres - stand.metres;
    if (gain < 0 || gain > farthest(next.epoch - stand.epoch) + ROUNDING_METRES) break;
    run.unshift(stand);
    next = stand;
  }
  return run;
};

interface Excess {
  readonly days: number;
  readonly gainMetres: number;
  readonly maximumMetres: number;
}

/** The line never falls: within a window the earliest stand shows the largest gain. */
const excesses = (stands: readonly Stand[], since: number): readonly Excess[] =>
  WINDOW_MAXIMA.flatMap(({ days, metres }) => {
    let from = 0;
    return stands.flatMap((stand) => {
      while (stand.epoch - (stands[from]?.epoch ?? stand.epoch) > days * DAY_MS) from += 1;
      const gainMetres = stand.metres - (stands[from]?.metres ?? stand.metres);
      const told = stand.epoch <= since || gainMetres <= metres + ROUNDING_METRES;
      return told ? [] : [{ days, gainMetres, maximumMetres: metres }];
    });
  });

/**
 * @param knots the segment, in order
 * @param earlier stands of the past year, in order
 * @param since epoch milliseconds; what ends before was told in an earlier statement
 */
export const windowMaximum = (
  knots: readonly Knot[],
  earlier: readonly Stand[],
  since: number,
): Finding | undefined => {
  const [first] = knots;
  if (!first) return undefined;
  const found = excesses([...leadingTo(first, earlier), ...knots], since);
  const [worst] = found.toSorted((a, b) => b.gainMetres / b.maximumMetres - a.gainMetres / a.maximumMetres);
  if (!worst) return undefined;
  const { days, gainMetres, maximumMetres } = worst;
  return {
    rule: 'window_maximum',
    severity: 'no_judgement',
    numbers: { windowDays: days, gainMetres, maximumMetres },
  };
};
