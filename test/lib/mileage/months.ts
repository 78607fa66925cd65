// Three literal months in UTC, a contract that opens January at 10,000 km, and short ways to write readings down.
import type { Boundary } from '../../../lib/mileage/boundary.ts';
import { type JudgeInput, judge, type Measured } from '../../../lib/mileage/judge.ts';
import type { Period } from '../../../lib/mileage/period.ts';
import { type Reading, refOf } from '../../../lib/mileage/reading.ts';

export const vin = 'VF7SXHNPXRT000001';
export const otherVin = 'VF7SXHNPXRT000002';

const month = (id: string, from: string, to: string): Period => ({
  id,
  from: `${from}T00:00:00.000Z`,
  to: `${to}T00:00:00.000Z`,
  zone: 'UTC',
});
export const january = month('2026-01', '2026-01-01', '2026-02-01');
export const february = month('2026-02', '2026-02-01', '2026-03-01');
export const march = month('2026-03', '2026-03-01', '2026-04-01');

/** `at` like `02-01T06:00`; fetched a minute later unless told. */
export const reading = (at: string, km: number, more: Partial<Reading> = {}): Reading => ({
  id: `r-${at}-${km}`,
  metres: km * 1_000,
  recordedAt: `2026-${at}:00.000Z`,
  fetchedAt: `2026-${at}:30.000Z`,
  requestId: `q-${at}`,
  unit: 'km',
  source: 'poll',
  ...more,
});

export const readBoundary = (at: string, by: Reading): Boundary => ({
  at,
  metres: by.metres,
  lowerMetres: by.metres,
  upperMetres: by.metres,
  method: 'read',
  before: refOf(by),
});

export const measured = (input: JudgeInput): Measured => {
  const result = judge(input);
  if (result.outcome !== 'measured') throw new Error(`not closed: ${result.why}`);
  return result;
};

export const start = reading('01-01T00:00', 10_000);
export const anchor = readBoundary(january.from, start);
