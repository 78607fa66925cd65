// Fields that take a calendar. Apart from the others, because a calendar is a quarter of what there is to load, and few routes need one.
import * as z from 'zod/mini';
import { isZone, startOfDay } from '../mileage/period.ts';

const ZONE = 'An IANA time zone, e.g. Europe/Amsterdam';

export const zone = z.string(ZONE).check(z.refine(isZone, ZONE));

/** First instant of a day of the right form; undefined for one that no calendar has. */
export function instantOf(inZone: string, text: string): string | undefined {
  try {
    return startOfDay(inZone, text);
  } catch {
    return undefined;
  }
}
