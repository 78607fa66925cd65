// Implausible speed: the way between two readings is longer than any car goes in that time.
import type { Finding } from '../finding.ts';
import { farthest, ROUNDING_METRES, SPEED_CEILING_KM_PER_HOUR } from '../limits.ts';

/**
 * @param mostMetres the most the odometer can have shown before
 * @param metres what it shows now
 * @param elapsedMs time between the two, not negative
 */
export const implausibleSpeed = (mostMetres: number, metres: number, elapsedMs: number): Finding | undefined => {
  const possibleMetres = farthest(elapsedMs) + ROUNDING_METRES;
  const gainMetres = metres - mostMetres;
  if (gainMetres <= possibleMetres) return undefined;
  const elapsedSeconds = Math.round(elapsedMs / 1_000);
  return {
    rule: 'implausible_speed',
    severity: 'illogical',
    numbers: { gainMetres, elapsedSeconds, possibleMetres, ceilingKmPerHour: SPEED_CEILING_KM_PER_HOUR },
  };
};
