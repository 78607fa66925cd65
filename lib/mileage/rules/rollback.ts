// Rollback: an odometer only counts up. A figure below an earlier one, by more than unit rounding explains, is false,
// or the earlier one was; which of the two, the readings cannot tell. A zero is named for what it is: an instrument that answers nothing.
import type { Finding } from '../finding.ts';
import { ROUNDING_METRES } from '../limits.ts';

/**
 * @param leastMetres the least the odometer had shown before
 * @param metres what it shows now
 */
export const rollback = (leastMetres: number, metres: number): Finding | undefined => {
  const fallMetres = leastMetres - metres;
  if (fallMetres <= ROUNDING_METRES) return undefined;
  return {
    rule: metres === 0 ? 'zero_reading' : 'rollback',
    severity: 'illogical',
    numbers: { earlierMetres: leastMetres, laterMetres: metres, fallMetres, toleranceMetres: ROUNDING_METRES },
  };
};
