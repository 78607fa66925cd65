// Instants as the records, claims and the API write them: `YYYY-MM-DDTHH:mm:ss.sssZ`, UTC, always with milliseconds.
// One spelling per instant, so comparing texts compares times. Reads no clock and knows no zone.
import { MileageError } from './mileage-error.ts';

/** `YYYY-MM-DDTHH:mm:ss.sssZ` */
export type Instant = string;

const form = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/**
 * @param instant canonical text
 * @returns milliseconds since 1970-01-01T00:00Z
 * @throws MileageError `bad_instant` for any other spelling and for dates that do not exist
 */
export const epochOf = (instant: Instant): number => {
  const epoch = form.test(instant) ? Date.parse(instant) : Number.NaN;
  // Date.parse rolls 30 February over into March; only a round trip proves that the date exists.
  if (Number.isNaN(epoch) || new Date(epoch).toISOString() !== instant) throw new MileageError('bad_instant');
  return epoch;
};

/**
 * @param epoch milliseconds since 1970-01-01T00:00Z
 * @returns the canonical text
 * @throws MileageError `bad_instant` outside the years 0000 to 9999
 */
export const instantOf = (epoch: number): Instant => {
  const text = Number.isFinite(epoch) && Math.abs(epoch) <= 8.64e15 ? new Date(epoch).toISOString() : '';
  if (!form.test(text)) throw new MileageError('bad_instant');
  return text;
};
