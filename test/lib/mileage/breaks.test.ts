// Literal months in which the odometer fell or leapt: no distance, and where the next segment opens.
import { describe, expect, it } from 'vitest';
import { type Reading, refOf } from '../../../lib/mileage/reading.ts';
import { anchor, february, january, march, measured, reading, start } from './months.ts';

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
    expect(result.findings).toMatchObject([
      { rule: 'rollback', numbers: { earlierMetres: 6_000_000, laterMetres: 3_000_000, times: 2 } },
    ]);
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
    expect(result.readToRead.metres).toBe(0);
    expect(result.findings).toMatchObject([
      { rule: 'frozen_odometer', severity: 'note' },
      { rule: 'rounding', severity: 'note', numbers: { readings: 1, largestFallMetres: 1_610 } },
    ]);
    expect(measured({ period: january, anchor, readings: [{ ...low, metres: 9_998_389 }] }).verdict).toBe('illogical');
  });

  it('within unit rounding never makes a month negative, also where one reading closes two months', () => {
    const readings = [{ ...reading('01-20T00:00', 0), metres: 9_998_500 }, reading('03-20T00:00', 10_000)];
    const one = measured({ period: january, anchor, readings });
    const two = measured({ period: february, anchor: one.closing, readings });
    expect([one.closing.metres, two.closing.metres, two.distanceMetres, two.lowerMetres]).toEqual([
      10_000_000, 10_000_000, 0, 0,
    ]);
  });

  it('within unit rounding counts as the earlier figure in the next month too', () => {
    const low = { ...reading('02-01T00:00', 0), metres: 9_999_000 };
    const one = measured({ period: january, anchor, readings: [low] });
    const two = measured({ period: february, anchor: one.closing, readings: [low, reading('03-03T00:00', 10_030)] });
    expect(two.closing.metres).toBe(10_028_000);
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

  it('is not held against a reading of the segment before it that comes late', () => {
    const fallen = reading('02-01T06:00', 9_000);
    const one = measured({ period: january, anchor, readings: [reading('01-28T00:00', 12_000), fallen] });
    const late = reading('01-29T00:00', 12_100, { fetchedAt: '2026-02-20T00:00:00.000Z' });
    const two = measured({ period: february, anchor: one.closing, readings: [late, reading('03-01T00:00', 9_700)] });
    expect([two.verdict, two.findings]).toEqual(['logical', []]);
  });

  it('first seen at the very end of a later month leaves that month without a metre at once', () => {
    const fallen = reading('03-01T00:00', 500);
    const one = measured({ period: january, anchor, readings: [fallen] });
    expect(measured({ period: february, anchor: one.closing, readings: [fallen] }).reasons).toEqual([
      'starts_after_period',
    ]);
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

  it('begins one metre above what is possible', () => {
    const verdict = (metres: number) => {
      const after = { ...reading('02-01T00:00', 0), metres };
      return measured({ period: january, anchor, readings: [reading('01-31T22:00', 11_000), after] }).verdict;
    };
    expect([11_401_610, 11_401_611].map(verdict)).toEqual(['logical', 'illogical']);
  });

  it('is also two figures at one instant, whichever comes first in the input', () => {
    const twins = [
      reading('02-01T00:00', 11_000, { fetchedAt: '2026-02-01T02:00:00.000Z' }),
      reading('02-01T00:00', 11_050),
    ];
    const result = measured({ period: january, anchor, readings: [...twins, reading('02-02T00:00', 11_060)] });
    expect(result.closing.metres).toBe(11_050_000);
    expect(result.reasons).toEqual(['implausible_speed']);
    expect(
      measured({ period: january, anchor, readings: [reading('02-02T00:00', 11_060), ...twins.toReversed()] }),
    ).toEqual(result);
  });
});
