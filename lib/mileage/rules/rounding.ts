// Rounding: a figure that fell by less than unit rounding counts as the higher one seen before. A note, so that a
// boundary which differs from its reading explains itself.
import type { Knot } from '../boundary.ts';
import type { Finding } from '../finding.ts';

/** @param knots the segment, in order */
export const rounding = (knots: readonly Knot[]): Finding | undefined => {
  const falls = knots.map((knot) => knot.metres - knot.reading.metres).filter((fall) => fall > 0);
  if (falls.length === 0) return undefined;
  const largestFallMetres = Math.max(...falls);
  return {
    rule: 'rounding',
    severity: 'note',
    numbers: { readings: falls.length, largestFallMetres },
  };
};
