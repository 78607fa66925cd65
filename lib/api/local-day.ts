// Days as callers write them: the local day that begins at an instant. No zone is more than 12 hours behind UTC, none more than 14 ahead: a
// day that begins before 10:00 UTC has the date of UTC, and one that begins after 12:00 the next. Only in between a zone is asked for,
// which costs a cold start 20 ms.
import { localDate } from '../mileage/local-date.ts';

const DAY_MS = 86_400_000;
const FIRST_UNSURE = '10';
const LAST_UNSURE = '12';

/**
 * @param instant at which a day begins in this zone, in UTC with milliseconds
 * @returns `YYYY-MM-DD`
 */
export function localDay(zone: string, instant: string): string {
  const hour = instant.slice(11, 13);
  if (hour < FIRST_UNSURE) return instant.slice(0, 10);
  if (hour <= LAST_UNSURE) return localDate(zone, Date.parse(instant));
  return new Date(Date.parse(instant) + DAY_MS).toISOString().slice(0, 10);
}
