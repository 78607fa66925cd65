// How reports write a distance. Statements carry whole metres; this is for people.
import { MileageError } from './mileage-error.ts';

/**
 * @param metres whole metres
 * @returns kilometres with one decimal, half rounded away from zero, decimal point, no unit: `1234567` → `1234.6`
 * @throws MileageError `bad_metres`
 */
export const kilometres = (metres: number): string => {
  if (!Number.isSafeInteger(metres)) throw new MileageError('bad_metres');
  // Tenths as a whole number first: dividing to a fraction and rounding that loses halves (0.05 is no binary number).
  const tenths = Math.floor((Math.abs(metres) + 50) / 100);
  const sign = metres < 0 && tenths > 0 ? '-' : '';
  return `${sign}${Math.floor(tenths / 10)}.${tenths % 10}`;
};
