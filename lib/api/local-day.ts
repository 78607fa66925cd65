// Days as callers write them: the local day that begins at an instant. No zone is more than 12 hours behind UTC, none more than 14 ahead: a
// day that begins before 10:00 UTC has the date of UTC, and one that begins after 12:00 the next. Only in between a zone is asked for,
// which costs a cold start 20 ms.
import { localDate } from '../mileage/local-date.ts';

const HOUR = 3_600_000;
const FIRST_UNSURE = 10;
const LAST_UNSURE = 12;

/**
 * @param instant at which a day begins in this zone
 * @returns `YYYY-MM-DD`
 */
export function localDay(zone: string, instant: string): string {
  const at = Date.parse(instant);
  const hour = (at / HOUR) % 24;
  if (hour >= FIRST_UNSURE && hour <= LAST_UNSURE) return localDate(zone, at);
  return new Date(hour < FIRST_UNSURE ? at : at + 24 * HOUR).toISOString().slice(0, 10);
}
