// The golden months of the rules: readings and declared facts in, the judgement out, as version after version must go on giving it.
// Written to mileage.json by regenerate.ts when a new version of the rules is added; what stands there is never changed.
import type { Boundary } from '../../lib/mileage/boundary.ts';
import { type JudgeInput, judgeAs } from '../../lib/mileage/judge.ts';
import { RULES_VERSION } from '../../lib/mileage/limits.ts';
import type { Replacement } from '../../lib/mileage/line.ts';
import { anchor, february, january, otherVin, readBoundary, reading, start, vin } from '../lib/mileage/months.ts';

const end = reading('02-01T00:00', 11_000);
const late = reading('02-11T00:00', 14_100);
const opened = (km: number): Boundary => readBoundary(january.from, reading('01-01T00:00', km));

const replacement: Replacement = {
  id: 'event-1',
  at: '2026-01-16T00:00:00.000Z',
  oldMetres: 10_600_000,
  newMetres: 5_000,
  declaredAt: '2026-01-16T09:00:00.000Z',
  confirmed: false,
};

const judged = (input: JudgeInput): Boundary | undefined => {
  const result = judgeAs(RULES_VERSION, input);
  return result.outcome === 'measured' ? result.closing : undefined;
};

/** One input for every rule and every way to open and close. */
const inputs: Readonly<Record<string, JudgeInput>> = {
  'read at both ends': { period: january, anchor, readings: [end], expectedVin: vin },
  interpolated: { period: january, anchor, readings: [reading('01-31T21:00', 11_000), reading('02-01T06:00', 11_900.001)] },
  'connected in the month': { period: january, readings: [reading('01-10T12:00', 10_500), end], expectedVin: otherVin },
  'catches up': { period: february, anchor, readings: [late, reading('03-02T00:00', 15_000)] },
  'not closed': { period: january, anchor, readings: [start] },
  rollback: { period: january, anchor, readings: [reading('02-01T00:00', 5_000)] },
  'zero reading': { period: january, anchor, readings: [reading('02-01T00:00', 0)] },
  'implausible speed': { period: january, anchor, readings: [reading('01-01T06:00', 12_000), reading('02-01T00:00', 12_500)] },
  'another vehicle': { period: january, anchor, readings: [{ ...end, vin: otherVin }], expectedVin: vin },
  'starts after the period': {
    period: february,
    anchor: { ...opened(10_000), at: '2026-03-05T00:00:00.000Z', method: 'restart' },
    readings: [],
  },
  'odometer replaced': { period: january, anchor, readings: [reading('02-01T00:00', 405)], facts: { replacements: [replacement] } },
  rollover: { period: january, anchor: opened(999_500), readings: [reading('02-01T00:00', 600)] },
  outlier: { period: january, anchor, readings: [reading('01-15T00:00', 105_000), end] },
  'window maximum': { period: january, anchor, readings: [reading('01-15T00:00', 19_000), reading('02-01T00:00', 30_500)] },
  'unit suspect': { period: january, anchor: opened(50_000), readings: [reading('01-16T00:00', 50_700), reading('02-01T00:00', 82_600)] },
  'frozen odometer': { period: january, anchor, readings: [reading('02-01T00:00', 10_000)] },
  'stale reading': { period: january, anchor, readings: [{ ...end, fetchedAt: '2026-02-09T00:00:00.000Z' }] },
  'future timestamp': { period: january, anchor, readings: [{ ...end, fetchedAt: '2026-01-31T23:00:00.000Z' }] },
  'boundary contradicted': {
    period: february,
    anchor: judged({ period: january, anchor, readings: [late] }),
    readings: [
      reading('01-31T00:00', 16_000, { fetchedAt: '2026-02-20T00:00:00.000Z' }),
      reading('03-01T00:00', 17_000),
    ],
  },
  'declared facts': {
    period: january,
    anchor,
    readings: [end],
    facts: { disconnectedAt: ['2026-01-30T00:00:00.000Z'], contractsOnVehicle: 2 },
  },
  'gap and rounding': { period: january, anchor, readings: [{ ...late, recordedAt: '2026-03-02T00:00:00.000Z', fetchedAt: '2026-03-02T00:00:30.000Z', metres: 9_999_000 }] },
};

export const buildMileageVectors = (): readonly object[] =>
  Object.entries(inputs).map(([name, input]) => ({
    name,
    rulesVersion: RULES_VERSION,
    input,
    judged: judgeAs(RULES_VERSION, input),
  }));
