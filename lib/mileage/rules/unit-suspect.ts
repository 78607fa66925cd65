// Unit mix-up: miles sent as kilometres or the reverse multiply the whole odometer by 1.609 or 0.621. A gain that no
// driver makes, landing on that ratio, is more likely a unit than a journey. The distance stays stated.
import type { Knot } from '../boundary.ts';
import type { Finding } from '../finding.ts';
import { MILE_RATIO, MILE_RATIO_TOLERANCE, PACE_MIN_SPAN_MS, UNIT_JUMP_METRES_PER_DAY } from '../limits.ts';

const DAY_MS = 86_400_000;

/** Where the odometer would stand had the car gone on as in the readings before; without a known pace, where it was. */
const projected = (first: Knot, last: Knot, epoch: number): number => {
  const span = last.epoch - first.epoch;
  const pace = span >= PACE_MIN_SPAN_MS ? (last.metres - first.metres) / span : 0;
  return last.metres + Math.round(pace * (epoch - last.epoch));
};

const near = (ratio: number, target: number): boolean => Math.abs(ratio / target - 1) <= MILE_RATIO_TOLERANCE;

/**
 * @param earlier the segment so far, in order
 * @param epoch when the next reading was recorded
 * @param metres what it shows
 */
export const unitSuspect = (earlier: readonly Knot[], epoch: number, metres: number): Finding | undefined => {
  const [first, last] = [earlier[0], earlier.at(-1)];
  if (!first || !last) return undefined;
  const projectedMetres = projected(first, last, epoch);
  const ratio = metres / projectedMetres;
  const gain = metres - last.metres;
  const up = near(ratio, MILE_RATIO) && gain > (UNIT_JUMP_METRES_PER_DAY * (epoch - last.epoch)) / DAY_MS;
  const down = near(ratio, 1 / MILE_RATIO) && gain < 0;
  if (!up && !down) return undefined;
  return {
    rule: 'unit_suspect',
    severity: 'no_judgement',
    numbers: { metres, projectedMetres, ratioThousandths: Math.round(ratio * 1_000) },
  };
};
