// Future timestamp: the car claims to have measured after its answer came, so nobody knows when it measured.
import type { Finding } from '../finding.ts';
import { epochOf } from '../instant.ts';
import { CLOCK_TOLERANCE_MS } from '../limits.ts';
import type { ReadingRef } from '../reading.ts';

/** @param used the readings that open and close the period */
export const futureTimestamp = (...used: readonly (ReadingRef | undefined)[]): Finding | undefined => {
  const ahead = used.map((reading) => (reading ? epochOf(reading.recordedAt) - epochOf(reading.fetchedAt) : 0));
  const aheadMs = Math.max(...ahead);
  if (aheadMs <= CLOCK_TOLERANCE_MS) return undefined;
  return {
    rule: 'future_timestamp',
    severity: 'no_judgement',
    numbers: { aheadSeconds: Math.floor(aheadMs / 1_000), toleranceSeconds: CLOCK_TOLERANCE_MS / 1_000 },
  };
};
