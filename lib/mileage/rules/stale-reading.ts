// Stale reading: the answer was old when it came, so its time of measurement rests on somebody's cache.
import type { Finding } from '../finding.ts';
import { epochOf } from '../instant.ts';
import { DATA_AGE_LIMIT_MS } from '../limits.ts';
import type { ReadingRef } from '../reading.ts';

const HOUR_MS = 3_600_000;

const ageOf = (reading: ReadingRef | undefined): number =>
  reading ? epochOf(reading.fetchedAt) - epochOf(reading.recordedAt) : 0;

/**
 * @param opening the reading that opens the period
 * @param closing the reading that closes it
 */
export const staleReading = (opening: ReadingRef | undefined, closing: ReadingRef): Finding | undefined => {
  const [openingAge, closingAge] = [ageOf(opening), ageOf(closing)];
  if (Math.max(openingAge, closingAge) <= DATA_AGE_LIMIT_MS) return undefined;
  return {
    rule: 'stale_reading',
    severity: 'no_judgement',
    numbers: {
      openingAgeHours: Math.floor(openingAge / HOUR_MS),
      closingAgeHours: Math.floor(closingAge / HOUR_MS),
      limitHours: DATA_AGE_LIMIT_MS / HOUR_MS,
    },
  };
};
