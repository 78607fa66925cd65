// Literal months, one per rule of judging: what a clerk would compute by hand.
import { describe, expect, it } from 'vitest';
import type { Boundary } from '../../../lib/mileage/boundary.ts';
import { type JudgeInput, judge, type Measured } from '../../../lib/mileage/judge.ts';
import { RULES_VERSION } from '../../../lib/mileage/limits.ts';
import type { Period } from '../../../lib/mileage/period.ts';
import { type Reading, type ReadingRef, refOf } from '../../../lib/mileage/reading.ts';

const vin = 'VF7SXHNPXRT000001';
const otherVin = 'VF7SXHNPXRT000002';

const month = (id: string, from: string, to: string): Period => ({
  id,
  from: `${from}T00:00:00.000Z`,
  to: `${to}T00:00:00.000Z`,
  zone: 'UTC',
});
const january = month('2026-01', '2026-01-01', '2026-02-01');
const february = month('2026-02', '2026-02-01', '2026-03-01');
const march = month('2026-03', '2026-03-01', '2026-04-01');

/** `at` like `02-01T06:00`; fetched a minute later unless told. */
const reading = (at: string, km: number, more: Partial<Reading> = {}): Reading => ({
  id: `r-${at}-${km}`,
  metres: km * 1_000,
  recordedAt: `2026-${at}:00.000Z`,
  fetchedAt: `2026-${at}:30.000Z`,
  requestId: `q-${at}`,
  unit: 'km',
  source: 'poll',
  ...more,
});

const readBoundary = (at: string, by: Reading): Boundary => ({
  at,
  metres: by.metres,
  lowerMetres: by.metres,
  upperMetres: by.metres,
  method: 'read',
  before: refOf(by),
});

const measured = (input: JudgeInput): Measured => {
  const result = judge(input);
  if (result.outcome !== 'measured') throw new Error(`not closed: ${result.why}`);
  return result;
};

const start = reading('01-01T00:00', 10_000);
const anchor = readBoundary(january.from, start);

describe('an ordinary month', () => {
  it('is not closed while the car has not measured since its end', () => {
    expect(judge({ period: january, anchor, readings: [start, reading('01-31T23:49', 11_000)] })).toEqual({
      outcome: 'not_closed',
      why: 'no_closing_reading',
    });
  });

  it('takes a reading within ten minutes of the end as the boundary and bounds what is left by the speed ceiling', () => {
    const end = reading('01-31T23:51', 11_000);
    const result = measured({ period: january, anchor, readings: [end] });
    expect(result).toEqual({
      outcome: 'measured',
      opening: anchor,
      closing: {
        at: january.to,
        metres: 11_000_000,
        lowerMetres: 11_000_000,
        upperMetres: 11_030_000,
        method: 'read',
        before: refOf(end),
      },
      distanceMetres: 1_000_000,
      lowerMetres: 1_000_000,
      upperMetres: 1_030_000,
      readToRead: { metres: 1_000_000, from: start.recordedAt, to: end.recordedAt },
      partial: false,
      verdict: 'logical',
      reasons: [],
      findings: [],
      rulesVersion: RULES_VERSION,
    });
    expect(result.opening).toBe(anchor);
  });

  it('takes the nearer of two readings beside the end, the earlier of two equally near', () => {
    const readings = [reading('01-31T23:52', 11_000), reading('02-01T00:07', 11_010)];
    expect(measured({ period: january, anchor, readings }).closing.metres).toBe(11_010_000);
    const even = [reading('01-31T23:52', 11_000), reading('02-01T00:08', 11_010)];
    expect(measured({ period: january, anchor, readings: even }).closing.metres).toBe(11_000_000);
  });

  it('interpolates between two readings, to the metre, and bounds by monotony and speed ceiling', () => {
    const before = reading('01-31T21:00', 11_000);
    const after = reading('02-01T06:00', 11_900.001);
    const { closing, readToRead } = measured({ period: january, anchor, readings: [after, before] });
    expect(closing).toEqual({
      at: january.to,
      metres: 11_300_000, // 3 of 9 hours of 900,001 m
      lowerMetres: 11_000_000,
      upperMetres: 11_600_000, // 3 hours at 200 km/h
      method: 'interpolated',
      before: refOf(before),
      after: refOf(after),
    });
    expect(readToRead).toEqual({ metres: 1_900_001, from: start.recordedAt, to: after.recordedAt });
  });

  it('opens with the very object that the month before closed with, and reads on from its closing reading', () => {
    const first = reading('02-02T00:00', 12_000);
    const second = reading('03-02T00:00', 13_000);
    const one = measured({ period: january, anchor, readings: [first] });
    const two = measured({ period: february, anchor: one.closing, readings: [start, first, second] });
    expect(two.opening).toBe(one.closing);
    expect(two.readToRead).toEqual({ metres: 1_000_000, from: first.recordedAt, to: second.recordedAt });
    expect(two.closing.before).toEqual(refOf(first));
    // The anchor carries its readings: nothing older has to be passed along.
    expect(measured({ period: february, anchor: one.closing, readings: [second] })).toEqual(two);
  });

  it('keeps the first of several answers with the same measurement', () => {
    const fresh = reading('02-01T06:00', 11_000);
    const again = { ...fresh, id: 'again', fetchedAt: '2026-02-12T00:00:00.000Z' };
    const result = measured({ period: january, anchor, readings: [again, fresh] });
    expect(result.closing.after).toEqual(refOf(fresh));
    expect(result.verdict).toBe('logical');
  });
});

describe('a contract that was connected in the middle of a month', () => {
  const first = reading('01-10T12:00', 10_500);
  const end = reading('02-01T00:00', 11_000);

  it('opens with its first reading and says that the month is partial', () => {
    const result = measured({ period: january, readings: [end, first] });
    expect(result.opening).toEqual({
      at: first.recordedAt,
      metres: 10_500_000,
      lowerMetres: 10_500_000,
      upperMetres: 10_500_000,
      method: 'first_reading',
      before: refOf(first),
    });
    expect([result.distanceMetres, result.partial]).toEqual([500_000, true]);
  });

  it('is whole when the first reading is within tolerance of the start', () => {
    const near = reading('01-01T00:04', 10_000);
    const result = measured({ period: january, readings: [near, end] });
    expect([result.opening.at, result.opening.method, result.partial]).toEqual([january.from, 'read', false]);
    const early = measured({ period: january, readings: [{ ...near, recordedAt: '2025-12-31T23:55:00.000Z' }, end] });
    expect([early.opening.method, early.partial, early.catchUpMetres]).toEqual(['read', false, undefined]);
  });

  it('has nothing to state for a month before its first reading', () => {
    expect(judge({ period: january, readings: [reading('02-03T00:00', 10_500)] })).toEqual({
      outcome: 'not_closed',
      why: 'no_opening_reading',
    });
  });

  it('counts nothing driven before the contract', () => {
    const readings = [reading('01-05T00:00', 10_000), reading('01-15T00:00', 11_000), end];
    const late = { ...january, from: '2026-01-10T00:00:00.000Z' };
    const result = measured({ period: late, readings, facts: { contractStart: late.from } });
    expect([result.opening.at, result.opening.metres, result.catchUpMetres]).toEqual([
      late.from,
      10_500_000,
      undefined,
    ]);
    const next = measured({
      period: february,
      readings: [...readings, reading('03-01T00:00', 12_000)],
      facts: { contractStart: late.from },
    });
    expect([next.catchUpMetres, next.catchUpFrom?.at, next.distanceMetres]).toEqual([500_000, late.from, 1_000_000]);
  });

  it('does not see a rollback that another contract had', () => {
    const readings = [reading('01-02T00:00', 90_000), reading('01-05T00:00', 10_000), end];
    const late = { ...january, from: '2026-01-10T00:00:00.000Z' };
    expect(measured({ period: late, readings, facts: { contractStart: late.from } }).verdict).toBe('logical');
    expect(measured({ period: late, readings }).verdict).toBe('illogical');
  });
});

describe('after a month without a reading', () => {
  it('interpolates the opening and catches up what was driven unread', () => {
    const next = reading('03-01T00:00', 15_900);
    const result = measured({ period: february, anchor, readings: [next] });
    expect(result.opening).toMatchObject({ at: february.from, metres: 13_100_000, method: 'interpolated' });
    expect([result.catchUpMetres, result.distanceMetres, result.partial]).toEqual([3_100_000, 2_800_000, false]);
    expect(result.catchUpFrom).toBe(anchor);
    expect(result.readToRead).toEqual({ metres: 5_900_000, from: start.recordedAt, to: next.recordedAt });
  });

  it('measures from the first reading when no statement has fixed a boundary yet', () => {
    const result = measured({ period: february, readings: [start, reading('03-01T00:00', 15_900)] });
    expect([result.catchUpMetres, result.distanceMetres]).toEqual([3_100_000, 2_800_000]);
    expect(result.catchUpFrom).toMatchObject({ at: start.recordedAt, method: 'first_reading' });
  });
});

describe('a rollback', () => {
  const end = reading('02-01T00:00', 9_000);

  it('in the middle of a month leaves no distance and opens the next segment at the fallen reading', () => {
    const fallen = reading('01-20T00:00', 8_000);
    const result = measured({ period: january, anchor, readings: [reading('01-10T00:00', 12_000), fallen, end] });
    expect(result).toMatchObject({
      verdict: 'illogical',
      reasons: ['rollback'],
      distanceMetres: null,
      lowerMetres: null,
      upperMetres: null,
    });
    expect(result.readToRead).toEqual({ metres: null, from: start.recordedAt, to: end.recordedAt });
    expect(result.opening).toBe(anchor);
    expect(result.closing).toEqual({
      at: fallen.recordedAt,
      metres: 8_000_000,
      lowerMetres: 8_000_000,
      upperMetres: 8_000_000,
      method: 'restart',
      before: refOf(fallen),
    });
    expect(result.findings[0]?.numbers).toEqual({
      earlierMetres: 12_000_000,
      laterMetres: 8_000_000,
      fallMetres: 4_000_000,
      toleranceMetres: 1_610,
    });
    // What the new segment drove until the end of the month is not lost.
    const next = measured({ period: february, anchor: result.closing, readings: [end, reading('03-01T00:00', 9_500)] });
    expect([next.catchUpMetres, next.distanceMetres, next.verdict]).toEqual([1_000_000, 500_000, 'logical']);
  });

  it('across the end opens the next month a little late, with the same object', () => {
    const fallen = reading('02-01T06:00', 9_000);
    const result = measured({ period: january, anchor, readings: [reading('01-28T00:00', 12_000), fallen] });
    expect([result.closing.at, result.closing.method, result.partial]).toEqual([fallen.recordedAt, 'restart', true]);
    const next = measured({
      period: february,
      anchor: result.closing,
      readings: [fallen, reading('03-01T00:00', 9_700)],
    });
    expect(next.opening).toBe(result.closing);
    expect([next.distanceMetres, next.partial, next.catchUpMetres, next.verdict]).toEqual([
      700_000,
      true,
      undefined,
      'logical',
    ]);
  });

  it('that happens again restarts at the last fall', () => {
    const readings = [
      reading('01-10T00:00', 5_000),
      reading('01-15T00:00', 6_000),
      reading('01-20T00:00', 3_000),
      reading('02-01T00:00', 3_300),
    ];
    const result = measured({ period: january, anchor, readings });
    expect(result.closing).toMatchObject({ at: '2026-01-20T00:00:00.000Z', metres: 3_000_000 });
    expect(result.findings.map(({ rule }) => rule)).toEqual(['rollback', 'rollback']);
    expect(result.reasons).toEqual(['rollback']);
  });

  it('within unit rounding is none: the higher figure counts, and a note says so', () => {
    const low = { ...reading('02-01T00:00', 0), metres: 9_998_390 };
    const result = measured({ period: january, anchor, readings: [low] });
    expect(result).toMatchObject({
      verdict: 'logical',
      reasons: [],
      distanceMetres: 0,
      closing: { metres: 10_000_000 },
    });
    expect(result.findings).toMatchObject([
      { rule: 'rounding', severity: 'note', numbers: { readings: 1, largestFallMetres: 1_610 } },
    ]);
    expect(measured({ period: january, anchor, readings: [{ ...low, metres: 9_998_389 }] }).verdict).toBe('illogical');
  });

  it('cannot creep through month by month below the tolerance', () => {
    const one = measured({ period: january, anchor, readings: [{ ...reading('02-01T00:00', 0), metres: 9_999_000 }] });
    const two = measured({
      period: february,
      anchor: one.closing,
      readings: [{ ...reading('03-01T00:00', 0), metres: 9_998_000 }],
    });
    expect([one.verdict, two.verdict]).toEqual(['logical', 'illogical']);
  });

  it('behind a whole unread month leaves that month without a metre', () => {
    const fallen = reading('03-05T00:00', 500);
    const one = measured({ period: january, anchor, readings: [fallen] });
    const two = measured({ period: february, anchor: one.closing, readings: [fallen] });
    expect(two).toMatchObject({
      verdict: 'illogical',
      reasons: ['starts_after_period'],
      distanceMetres: null,
      partial: true,
    });
    expect([two.opening, two.closing]).toEqual([one.closing, one.closing]);
    const three = measured({ period: march, anchor: two.closing, readings: [fallen, reading('04-01T00:00', 800)] });
    expect([three.distanceMetres, three.partial, three.verdict]).toEqual([300_000, true, 'logical']);
  });
});

describe('an implausible speed', () => {
  it('cuts the segment before the reading that leapt', () => {
    const readings = [reading('01-31T22:00', 11_000), reading('02-01T00:00', 11_402)];
    const result = measured({ period: january, anchor, readings });
    expect(result).toMatchObject({
      verdict: 'illogical',
      reasons: ['implausible_speed'],
      distanceMetres: null,
      closing: { method: 'restart', metres: 11_402_000 },
    });
    expect(result.findings[0]?.numbers).toEqual({
      gainMetres: 402_000,
      elapsedSeconds: 7_200,
      possibleMetres: 401_610,
      ceilingKmPerHour: 200,
    });
    expect(
      measured({ period: january, anchor, readings: [readings[0] as Reading, reading('02-01T00:00', 11_401)] }).verdict,
    ).toBe('logical');
  });

  it('is also two figures at one instant, whichever comes first in the input', () => {
    const twins = [reading('02-01T00:00', 11_000), reading('02-01T00:00', 11_050)];
    const result = measured({ period: january, anchor, readings: [...twins, reading('02-02T00:00', 11_060)] });
    expect(result.closing.metres).toBe(11_050_000);
    expect(result.reasons).toEqual(['implausible_speed']);
    expect(
      measured({ period: january, anchor, readings: [reading('02-02T00:00', 11_060), ...twins.toReversed()] }),
    ).toEqual(result);
  });
});

describe('another vehicle', () => {
  const expectedVin = vin;
  const good = reading('01-25T00:00', 11_800, { vin });
  const foreign = reading('02-01T06:00', 50, { vin: otherVin });

  it('answering for the contract is illogical, and the segment restarts at the first reading of the right one', () => {
    const back = reading('02-02T00:00', 12_000, { vin });
    const result = measured({ period: january, anchor, readings: [good, foreign, back], expectedVin });
    expect(result).toMatchObject({ verdict: 'illogical', reasons: ['vin_mismatch'], distanceMetres: null });
    expect(result.closing).toMatchObject({ at: back.recordedAt, method: 'restart', metres: 12_000_000 });
    expect(result.findings[0]?.numbers).toEqual({ foreignReadings: 1, unconfirmedReadings: 0 });
  });

  it('last read leaves the contracted one where it was last seen, and is told once', () => {
    const result = measured({ period: january, anchor, readings: [good, foreign], expectedVin });
    expect(result.closing).toEqual({
      at: good.recordedAt,
      metres: 11_800_000,
      lowerMetres: 11_800_000,
      upperMetres: 11_800_000,
      method: 'restart',
      before: refOf(good),
      after: refOf(foreign),
    });
    const end = reading('03-01T00:00', 13_200, { vin });
    const next = measured({ period: february, anchor: result.closing, readings: [good, foreign, end], expectedVin });
    expect(next).toMatchObject({
      verdict: 'logical',
      catchUpMetres: 280_000,
      distanceMetres: 1_120_000,
      partial: false,
    });
  });

  it('only, for months, keeps the anchor in place until the right one is read', () => {
    const one = measured({ period: january, anchor, readings: [start, foreign], expectedVin });
    expect(one.closing).toEqual({ ...anchor, method: 'restart', after: refOf(foreign) });
    const second = reading('03-01T06:00', 90, { vin: otherVin });
    const two = measured({ period: february, anchor: one.closing, readings: [start, foreign, second], expectedVin });
    expect([two.verdict, two.closing.before, two.closing.after]).toEqual(['illogical', refOf(start), refOf(second)]);
    const end = reading('04-01T00:00', 19_000, { vin });
    const three = measured({
      period: march,
      anchor: two.closing,
      readings: [start, foreign, second, end],
      expectedVin,
    });
    expect([three.verdict, three.catchUpMetres, three.distanceMetres]).toEqual(['logical', 5_900_000, 3_100_000]);
  });

  it('makes readings without a VIN unconfirmed until the right one is read again, over the end of a statement too', () => {
    const silent = reading('03-01T00:00', 13_000);
    const one = measured({ period: january, anchor, readings: [good, foreign], expectedVin });
    const two = measured({ period: february, anchor: one.closing, readings: [good, foreign, silent], expectedVin });
    expect(two.findings).toMatchObject([
      { rule: 'vin_mismatch', numbers: { foreignReadings: 0, unconfirmedReadings: 1 } },
    ]);
    const right = [reading('03-20T00:00', 14_000, { vin }), reading('04-01T00:00', 14_500)];
    const three = measured({
      period: march,
      anchor: two.closing,
      readings: [good, foreign, silent, ...right],
      expectedVin,
    });
    expect([three.verdict, three.closing.metres]).toEqual(['logical', 14_500_000]);
  });

  it('hides no rollback of the contracted one', () => {
    const back = reading('02-02T00:00', 9_000, { vin });
    const result = measured({ period: january, anchor, readings: [good, foreign, back], expectedVin });
    expect(result.reasons).toEqual(['vin_mismatch', 'rollback']);
  });

  it('is not one that only spells its VIN in another way', () => {
    const end = reading('02-01T00:00', 12_000, { vin: 'vf7-sxhn pxrt000001' });
    expect(measured({ period: january, anchor, readings: [end], expectedVin }).verdict).toBe('logical');
  });

  it('alone is nothing to open with', () => {
    expect(judge({ period: january, readings: [foreign], expectedVin })).toEqual({
      outcome: 'not_closed',
      why: 'no_trusted_reading',
    });
  });

  it('never puts its VIN into what is signed', () => {
    const result = measured({ period: january, anchor, readings: [good, foreign], expectedVin });
    expect(JSON.stringify(result)).not.toMatch(/VF7SX/i);
  });
});

describe('a late reading', () => {
  const interpolated = measured({ period: january, anchor, readings: [reading('02-11T00:00', 14_100)] }).closing;
  const end = reading('03-01T00:00', 15_000);
  const late = (at: string, km: number): Reading => reading(at, km, { fetchedAt: '2026-02-20T00:00:00.000Z' });
  const contradicted = (readings: readonly Reading[]) =>
    measured({ period: february, anchor: interpolated, readings: [...readings, end] });

  it('that fits the fixed boundary changes nothing', () => {
    expect(interpolated.metres).toBe(13_100_000);
    expect(contradicted([late('01-15T00:00', 11_500)])).toEqual(contradicted([]));
  });

  it('that shows another figure within the signed bounds is a note, and the boundary stays', () => {
    const result = contradicted([late('01-31T00:00', 13_900)]);
    expect(result.opening).toBe(interpolated);
    expect(result).toMatchObject({ verdict: 'logical', reasons: [], distanceMetres: 1_900_000 });
    expect(result.findings).toMatchObject([
      {
        rule: 'boundary_contradicted',
        severity: 'note',
        numbers: { boundaryMetres: 13_100_000, lateReadingMetres: 13_900_000 },
      },
    ]);
  });

  it('just behind the boundary and below its figure is no rollback', () => {
    const result = contradicted([late('02-02T00:00', 10_050)]);
    expect([result.verdict, result.distanceMetres]).toEqual(['logical', 1_900_000]);
    expect(result.findings.map(({ rule }) => rule)).toEqual(['boundary_contradicted']);
  });

  it('outside the signed bounds makes the month without judgement, its distance still stated', () => {
    const result = contradicted([late('01-31T00:00', 16_000)]);
    expect(result).toMatchObject({
      verdict: 'no_judgement',
      reasons: ['boundary_contradicted'],
      distanceMetres: 1_900_000,
    });
    expect(result.opening).toBe(interpolated);
  });

  it('is told in one statement only', () => {
    const readings = [late('01-31T00:00', 16_000), end];
    const two = measured({ period: february, anchor: interpolated, readings });
    const three = measured({
      period: march,
      anchor: two.closing,
      readings: [...readings, reading('04-01T00:00', 16_000)],
    });
    expect(three.findings).toEqual([]);
  });

  it('cannot make a later boundary fall behind a fixed one', () => {
    const far = readBoundary('2026-01-01T00:00:00.000Z', start);
    const only = reading('03-20T00:00', 17_800);
    const one = measured({ period: january, anchor: far, readings: [only] });
    const two = measured({ period: february, anchor: one.closing, readings: [only, late('02-27T00:00', 10_001)] });
    expect(one.closing.metres).toBe(13_100_000);
    expect(two.closing).toMatchObject({ metres: 13_100_000, lowerMetres: 10_001_000 });
    expect([two.distanceMetres, two.lowerMetres]).toEqual([0, 0]);
  });
});

describe('doubts that leave the distance stated', () => {
  it('has no judgement on a closing or opening reading older than a week when fetched', () => {
    const old = reading('02-01T00:00', 11_000, { fetchedAt: '2026-02-08T00:00:00.001Z' });
    const one = measured({ period: january, anchor, readings: [old] });
    expect(one).toMatchObject({ verdict: 'no_judgement', reasons: ['stale_reading'], distanceMetres: 1_000_000 });
    expect(one.findings[0]?.numbers).toEqual({ openingAgeHours: 0, closingAgeHours: 168, limitHours: 168 });
    const two = measured({ period: february, anchor: one.closing, readings: [reading('03-01T00:00', 12_000)] });
    expect(two.reasons).toEqual(['stale_reading']);
    const fine = { ...old, fetchedAt: '2026-02-08T00:00:00.000Z' };
    expect(measured({ period: january, anchor, readings: [fine] }).verdict).toBe('logical');
  });

  it('has no judgement on a leap by the ratio of miles to kilometres', () => {
    const opened = readBoundary(january.from, reading('01-01T00:00', 50_000));
    const result = measured({
      period: january,
      anchor: opened,
      readings: [reading('01-16T00:00', 50_700), reading('02-01T00:00', 82_600)],
    });
    expect(result).toMatchObject({ verdict: 'no_judgement', reasons: ['unit_suspect'], distanceMetres: 32_600_000 });
    expect(result.findings[0]?.numbers).toEqual({
      metres: 82_600_000,
      projectedMetres: 51_446_667,
      ratioThousandths: 1_606,
    });
    const driven = measured({ period: january, anchor: opened, readings: [reading('02-01T00:00', 70_000)] });
    expect(driven.verdict).toBe('logical');
  });

  it('does not mistake a new car for a unit', () => {
    const opened = readBoundary(january.from, reading('01-01T00:00', 2_000));
    expect(measured({ period: january, anchor: opened, readings: [reading('02-01T00:00', 3_218)] }).verdict).toBe(
      'logical',
    );
  });

  it('explains a fall by that ratio, which stays a rollback', () => {
    const opened = readBoundary(january.from, reading('01-01T00:00', 50_000));
    const result = measured({ period: january, anchor: opened, readings: [reading('02-01T00:00', 31_600)] });
    expect([result.verdict, result.reasons]).toEqual(['illogical', ['rollback', 'unit_suspect']]);
  });
});

it('signs no more of a reading than its reference', () => {
  const ref: ReadingRef = refOf(reading('01-01T00:00', 1, { vin }));
  expect(Object.keys(ref)).toEqual(['id', 'metres', 'recordedAt', 'fetchedAt', 'requestId', 'unit', 'source']);
});
