// Frozen odometer: it shows the same figure again and again. A parked car does that, and a dead instrument; the readings cannot tell.
import type { Knot } from '../boundary.ts';
import type { Finding } from '../finding.ts';
import { FROZEN_DOUBT_MS, FROZEN_NOTE_MS } from '../limits.ts';
import type { Stand } from './window-maximum.ts';

const DAY_MS = 86_400_000;

/** The longest run of one figure that ends in the segment. */
const longest = (stands: readonly Stand[], since: number): number => {
  let begin: Stand | undefined;
  let most = 0;
  for (const stand of stands) {
    if (begin?.metres !== stand.metres) begin = stand;
    if (stand.epoch > since) most = Math.max(most, stand.epoch - begin.epoch);
  }
  return most;
};

/**
 * @param knots the segment, in order
 * @param earlier stands of the past year, in order
 * @param since epoch milliseconds; what ends before was told in an earlier statement
 */
export const frozenOdometer = (
  knots: readonly Knot[],
  earlier: readonly Stand[],
  since: number,
): Finding | undefined => {
  const begin = knots[0]?.epoch ?? 0;
  const still = longest([...earlier.filter(({ epoch }) => epoch < begin), ...knots], since);
  if (still < FROZEN_NOTE_MS) return undefined;
  return {
    rule: 'frozen_odometer',
    severity: still < FROZEN_DOUBT_MS ? 'note' : 'no_judgement',
    numbers: { days: Math.floor(still / DAY_MS) },
  };
};
