// Literal months whose distance stands beside a doubt: late readings, old answers, miles taken for kilometres.
import { describe, expect, it } from 'vitest';
import { type Reading, refOf } from '../../../lib/mileage/reading.ts';
import { anchor, february, january, march, measured, readBoundary, reading } from './months.ts';

describe('a late reading', () => {
  const interpolated = measured({ period: january, anchor, readings: [reading('02-11T00:00', 14_100)] }).closing;
  const end = reading('03-01T00:00', 15_000);
  const late = (at: string, km: number, fetched = '02-20'): Reading =>
    reading(at, km, { fetchedAt: `2026-${fetched}T00:00:00.000Z` });
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

  it('outside the signed bounds is told before one within them', () => {
    const result = contradicted([late('01-30T00:00', 13_900), late('01-31T00:00', 16_000)]);
    expect(result.findings).toMatchObject([{ severity: 'no_judgement', numbers: { lateReadingMetres: 16_000_000 } }]);
  });

  it('is told beside a break too', () => {
    const fallen = reading('03-01T00:00', 5_000);
    const readings = [late('01-31T00:00', 16_000), fallen];
    const result = measured({ period: february, anchor: interpolated, readings });
    expect([result.verdict, result.reasons]).toEqual(['illogical', ['rollback', 'boundary_contradicted']]);
  });

  it('minutes before the reading that is the boundary is measured against that reading', () => {
    const one = measured({ period: january, anchor, readings: [reading('02-01T00:08', 11_000)] });
    const readings = [late('02-01T00:04', 10_995), end];
    expect(measured({ period: february, anchor: one.closing, readings }).findings).toEqual([]);
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

  it('inside a gap that is settled already closes and places nothing, so that read-to-read figures never overlap', () => {
    const only = reading('03-20T00:00', 17_800);
    const one = measured({ period: january, anchor, readings: [only] });
    expect(one.closing.metres).toBe(13_100_000);
    const two = measured({
      period: february,
      anchor: one.closing,
      readings: [only, late('03-02T00:00', 10_001, '03-25')],
    });
    expect(two.closing).toMatchObject({ metres: 15_900_000, after: refOf(only) });
    expect(two.readToRead).toEqual({ metres: 0, from: only.recordedAt, to: only.recordedAt });
    expect(two.findings).toMatchObject([
      { rule: 'boundary_contradicted', severity: 'note' },
      { rule: 'reading_gap', severity: 'note', numbers: { days: 78, limitDays: 45 } },
    ]);
  });

  it('inside a settled gap that no odometer could have shown breaks the segment all the same', () => {
    const only = reading('03-20T00:00', 17_800);
    const one = measured({ period: january, anchor, readings: [only] });
    const two = measured({
      period: february,
      anchor: one.closing,
      readings: [only, late('02-27T00:00', 20_000, '03-25')],
    });
    expect([two.verdict, two.reasons]).toEqual(['illogical', ['rollback']]);
    expect(two.closing).toMatchObject({ at: only.recordedAt, method: 'restart' });
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
    expect(two.findings[0]?.numbers).toMatchObject({ openingAgeHours: 168, closingAgeHours: 0 });
    const again = reading('03-01T00:00', 12_000, { fetchedAt: '2026-03-08T00:00:01.000Z' });
    const both = measured({ period: february, anchor: one.closing, readings: [again] });
    expect(both.findings[0]?.numbers).toMatchObject({ openingAgeHours: 168, closingAgeHours: 168 });
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
    expect(result).toMatchObject({
      verdict: 'no_judgement',
      reasons: ['unit_suspect', 'window_maximum'],
      distanceMetres: 32_600_000,
    });
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

  it('does not mistake a driver who stops driving for a unit', () => {
    const readings = [reading('01-09T00:00', 14_000), reading('02-01T00:00', 16_000)];
    expect(measured({ period: january, anchor, readings }).findings).toEqual([]);
  });

  it('explains a fall by that ratio, which stays a rollback', () => {
    const opened = readBoundary(january.from, reading('01-01T00:00', 50_000));
    const result = measured({ period: january, anchor: opened, readings: [reading('02-01T00:00', 31_600)] });
    expect([result.verdict, result.reasons]).toEqual(['illogical', ['rollback', 'unit_suspect']]);
  });
});
