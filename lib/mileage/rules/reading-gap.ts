// Gap in readings: nobody looked for so long that how the distance falls to the months is interpolated. A note: the bounds say it too.
import type { Knot } from '../boundary.ts';
import type { Finding } from '../finding.ts';
import { READING_GAP_MS } from '../limits.ts';

const DAY_MS = 86_400_000;

/** @param knots the segment, in order */
export const readingGap = (knots: readonly Knot[]): Finding | undefined => {
  const gaps = knots.slice(1).map((knot, index) => knot.epoch - (knots[index]?.epoch ?? knot.epoch));
  const widest = Math.max(0, ...gaps);
  if (widest <= READING_GAP_MS) return undefined;
  return {
    rule: 'reading_gap',
    severity: 'note',
    numbers: { days: Math.floor(widest / DAY_MS), limitDays: READING_GAP_MS / DAY_MS },
  };
};
