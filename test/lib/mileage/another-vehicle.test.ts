// Literal months in which the connection answered for another vehicle than the contract's.
import { describe, expect, it } from 'vitest';
import { judge } from '../../../lib/mileage/judge.ts';
import { refOf } from '../../../lib/mileage/reading.ts';
import { anchor, february, january, march, measured, otherVin, reading, start, vin } from './months.ts';

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
    // The anchor remembers the doubt: the foreign reading itself need not be there any more.
    expect(measured({ period: february, anchor: one.closing, readings: [silent], expectedVin })).toEqual(two);
    const right = [reading('03-20T00:00', 14_000, { vin }), reading('04-01T00:00', 14_500)];
    const three = measured({
      period: march,
      anchor: two.closing,
      readings: [good, foreign, silent, ...right],
      expectedVin,
    });
    expect([three.verdict, three.closing.metres]).toEqual(['logical', 14_500_000]);
  });

  it('known from a second answer with the same measurement is known', () => {
    const silent = reading('01-20T00:00', 11_000);
    const told = { ...silent, id: 'told', vin: otherVin, fetchedAt: '2026-01-21T00:00:00.000Z' };
    const end = reading('02-01T00:00', 12_000, { vin });
    const result = measured({ period: january, anchor, readings: [silent, told, end], expectedVin });
    expect([result.verdict, result.closing.metres]).toEqual(['illogical', 12_000_000]);
  });

  it('that is heard of late does not take back the reading a boundary rests on', () => {
    const after = reading('02-05T00:00', 12_000);
    const one = measured({ period: january, anchor, readings: [after], expectedVin });
    const late = reading('02-03T00:00', 60, { vin: otherVin, fetchedAt: '2026-02-20T00:00:00.000Z' });
    const end = reading('03-01T00:00', 13_000, { vin });
    const two = measured({ period: february, anchor: one.closing, readings: [late, end], expectedVin });
    expect([two.verdict, two.closing]).toMatchObject(['illogical', { at: after.recordedAt, metres: 12_000_000 }]);
  });

  it('heard of late from before a boundary says nothing about its figure', () => {
    const late = reading('01-01T00:00', 60, { vin: otherVin });
    const old = { ...late, recordedAt: '2025-12-20T00:00:00.000Z', fetchedAt: '2026-01-20T00:00:00.000Z' };
    const readings = [old, reading('02-01T00:00', 12_000, { vin })];
    const fast = { ...old, metres: 90_000_000 };
    expect(measured({ period: january, anchor, readings, expectedVin }).findings).toEqual([]);
    expect(measured({ period: january, anchor, readings: [fast, ...readings], expectedVin }).findings).toEqual([]);
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
