// Literal months of honest cars: what a clerk would compute by hand.
import { describe, expect, it } from 'vitest';
import { judge } from '../../../lib/mileage/judge.ts';
import { RULES_VERSION } from '../../../lib/mileage/limits.ts';
import { type ReadingRef, refOf } from '../../../lib/mileage/reading.ts';
import { anchor, february, january, measured, reading, start, vin } from './months.ts';

describe('an ordinary month', () => {
  it('is not closed while the car has not measured since its end', () => {
    expect(judge({ period: january, anchor, readings: [start, reading('01-31T23:49', 11_000)] })).toEqual({
      outcome: 'not_closed',
      why: 'no_closing_reading',
    });
  });

  it('takes a reading within ten minutes of the end as the boundary and bounds what is left by the speed ceiling', () => {
    const end = reading('01-31T23:50', 11_000);
    const result = measured({ period: january, anchor, readings: [end] });
    expect(result).toEqual({
      outcome: 'measured',
      opening: anchor,
      closing: {
        at: january.to,
        metres: 11_000_000,
        lowerMetres: 11_000_000,
        upperMetres: 11_033_334, // ten minutes at 200 km/h
        method: 'read',
        before: refOf(end),
      },
      distanceMetres: 1_000_000,
      lowerMetres: 1_000_000,
      upperMetres: 1_033_334,
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

  it('rounds half a metre up, also where the line is long', () => {
    const around = (metres: number) => [
      { ...reading('01-31T20:00', 0), metres: 10_000_000 },
      { ...reading('02-01T04:00', 0), metres },
    ];
    const at = (metres: number) => measured({ period: january, anchor, readings: around(metres) }).closing.metres;
    expect([10_000_001, 10_000_003, 10_000_004].map(at)).toEqual([10_000_001, 10_000_002, 10_000_002]);
  });

  it('bounds never exclude the figure, also where unit rounding alone makes the car too fast', () => {
    const readings = [reading('01-31T23:00', 11_000), reading('02-01T01:00', 11_401)];
    expect(measured({ period: january, anchor, readings }).closing).toMatchObject({
      lowerMetres: 11_200_500,
      metres: 11_200_500,
      upperMetres: 11_200_500,
    });
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

  it('opens with the earlier of two readings equally near', () => {
    const readings = [reading('01-31T23:52', 12_000), reading('02-01T00:08', 12_010), reading('03-01T00:00', 13_000)];
    expect(measured({ period: february, anchor, readings }).opening.metres).toBe(12_000_000);
  });

  it('measures from the first reading when no statement has fixed a boundary yet', () => {
    const result = measured({ period: february, readings: [start, reading('03-01T00:00', 15_900)] });
    expect([result.catchUpMetres, result.distanceMetres]).toEqual([3_100_000, 2_800_000]);
    expect(result.catchUpFrom).toMatchObject({ at: start.recordedAt, method: 'first_reading' });
  });
});

it('signs no more of a reading than its reference', () => {
  const ref: ReadingRef = refOf(reading('01-01T00:00', 1, { vin }));
  expect(Object.keys(ref)).toEqual(['id', 'metres', 'recordedAt', 'fetchedAt', 'requestId', 'unit', 'source']);
});
