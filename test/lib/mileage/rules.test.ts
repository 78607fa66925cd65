// One literal month per rule that a whole month is looked at with, on both sides of its limit.
import { describe, expect, it } from 'vitest';
import type { Facts } from '../../../lib/mileage/doubts.ts';
import type { JudgeInput } from '../../../lib/mileage/judge.ts';
import type { Reading } from '../../../lib/mileage/reading.ts';
import { anchor, february, january, measured, readBoundary, reading, start } from './months.ts';

const judgedWith = (readings: readonly Reading[], more: Partial<JudgeInput> = {}) =>
  measured({ period: january, anchor, readings, ...more });
const told = (readings: readonly Reading[], facts: Facts = {}) =>
  judgedWith(readings, { facts }).findings.map(({ rule, severity, numbers }) => ({ rule, severity, ...numbers }));
const end = reading('02-01T00:00', 11_000);

describe('zero', () => {
  it('after a figure is named for what it is, and breaks the segment', () => {
    const result = judgedWith([reading('02-01T00:00', 0)]);
    expect([result.verdict, result.reasons, result.distanceMetres]).toEqual(['illogical', ['zero_reading'], null]);
  });

  it('of a new car is a figure like any other', () => {
    const fresh = readBoundary(january.from, reading('01-01T00:00', 0));
    expect(judgedWith([reading('02-01T00:00', 800)], { anchor: fresh })).toMatchObject({
      verdict: 'logical',
      distanceMetres: 800_000,
    });
  });

  it('that returns is left out', () => {
    expect(told([reading('01-15T00:00', 0), end])).toEqual([
      { rule: 'outlier', severity: 'no_judgement', beforeMetres: 10_000_000, shownMetres: 0, afterMetres: 11_000_000 },
    ]);
  });
});

describe('an outlier', () => {
  it('above the line, which goes on below it, is left out of every figure', () => {
    const result = judgedWith([reading('01-15T00:00', 105_000), end]);
    expect(result).toMatchObject({
      verdict: 'no_judgement',
      reasons: ['outlier'],
      distanceMetres: 1_000_000,
      upperMetres: 1_000_000,
    });
  });

  it('that comes back a little lower than before is a rollback all the same', () => {
    expect(judgedWith([reading('01-15T00:00', 105_000), reading('02-01T00:00', 9_000)]).reasons).toContain('rollback');
  });

  it('closes nothing: the reading behind it does', () => {
    const result = judgedWith([reading('02-01T00:00', 100), reading('02-01T06:00', 11_000)]);
    expect(result.closing).toMatchObject({ method: 'interpolated', after: { metres: 11_000_000 } });
  });

  it('is not what a car is that goes far and stays there', () => {
    const readings = [reading('01-15T00:00', 12_000), reading('02-01T00:00', 12_100)];
    expect(judgedWith(readings).reasons).toEqual([]);
  });

  it('is not what an odometer is that was turned back by a believable way', () => {
    expect(judgedWith([reading('01-15T00:00', 12_000), end]).reasons).toEqual(['rollback']);
  });
});

describe('the maximum of a window', () => {
  it.each([
    ['day', 1, [reading('01-15T00:00', 10_100), reading('01-16T00:00', 12_602)], 2_502_000],
    ['week', 7, [reading('01-15T00:00', 10_100), reading('01-22T00:00', 18_102)], 8_002_000],
    ['month', 31, [reading('02-01T00:00', 30_002)], 20_002_000],
  ])('per %s is told just above it and not at it', (_, days, readings, gainMetres) => {
    const over = [...readings, reading('02-01T00:00', 30_002)].filter(
      (one, n, all) => all.findIndex(({ recordedAt }) => recordedAt === one.recordedAt) === n,
    );
    const found = told(over).find(({ rule }) => rule === 'window_maximum');
    expect(found).toMatchObject({ severity: 'no_judgement', windowDays: days, gainMetres });
    const under = readings.map((one, n) => (n === readings.length - 1 ? { ...one, metres: one.metres - 400 } : one));
    const last = under.at(-1);
    const closed =
      last && last.recordedAt < january.to ? [...under, { ...reading('02-01T00:00', 0), metres: last.metres }] : under;
    expect(told(closed).map(({ rule }) => rule)).not.toContain('window_maximum');
  });

  it.each([
    ['quarter', 92, '2025-11-01', 45_000_000],
    ['year', 366, '2025-02-01', 150_000_000],
  ])('per %s looks at earlier figures, where they lead here', (_, windowDays, day, maximumMetres) => {
    const at = `${day}T00:00:00.000Z`;
    const car = readBoundary(january.from, reading('01-01T00:00', 190_000));
    const close = reading('02-01T00:00', 191_000);
    const facts = (metres: number): Facts => ({ earlier: [{ at, metres }] });
    const rules = (metres: number) =>
      judgedWith([close], { anchor: car, facts: facts(metres) }).findings.filter(
        ({ rule }) => rule === 'window_maximum',
      );
    expect(rules(191_000_000 - maximumMetres - 1_611)).toMatchObject([{ numbers: { windowDays, maximumMetres } }]);
    expect(rules(191_000_000 - maximumMetres - 1_610)).toEqual([]);
    expect(rules(200_000_000)).toEqual([]); // of another segment: it fell since
  });
});

describe('a frozen odometer', () => {
  const still = (at: string) => reading(at, 10_000);

  it('is a note from four weeks on, a doubt from eight', () => {
    expect(told([still('01-28T00:00'), reading('02-01T00:00', 10_100)])).toEqual([]);
    expect(told([still('01-29T00:00'), reading('02-01T00:00', 10_100)])).toEqual([
      { rule: 'frozen_odometer', severity: 'note', days: 28 },
    ]);
    const earlier = (at: string): Facts => ({ earlier: [{ at: `${at}T00:00:00.000Z`, metres: 10_000_000 }] });
    expect(told([still('02-01T00:00')], earlier('2025-12-08'))).toMatchObject([{ severity: 'note', days: 55 }]);
    expect(told([still('02-01T00:00')], earlier('2025-12-07'))).toMatchObject([{ severity: 'no_judgement', days: 56 }]);
  });

  it('that moved between is none', () => {
    expect(told([reading('01-15T00:00', 10_001), reading('02-01T00:00', 10_001)])).toEqual([]);
  });
});

describe('readings', () => {
  it('that lie more than 45 days apart are told', () => {
    const at = (day: string) => ({ ...reading('02-01T00:00', 11_000), recordedAt: day, fetchedAt: day });
    expect(told([at('2026-02-15T00:00:00.000Z')])).toEqual([]);
    expect(told([at('2026-02-15T00:00:00.001Z')])).toEqual([
      { rule: 'reading_gap', severity: 'note', days: 45, limitDays: 45 },
    ]);
  });

  it('that say they were measured after they were fetched prove nothing', () => {
    const ahead = (fetchedAt: string) => told([{ ...end, fetchedAt }]);
    expect(ahead('2026-01-31T23:50:00.000Z')).toEqual([]);
    expect(ahead('2026-01-31T23:49:59.999Z')).toEqual([
      { rule: 'future_timestamp', severity: 'no_judgement', aheadSeconds: 600, toleranceSeconds: 600 },
    ]);
  });
});

describe('declared facts', () => {
  it('a connection that ended within three days before the end of the period is told', () => {
    const ended = (at: string) => told([end], { disconnectedAt: [at] });
    expect(ended('2026-01-28T23:59:59.999Z')).toEqual([]);
    expect(ended('2026-01-29T00:00:00.000Z')).toEqual([
      { rule: 'disconnected_before_end', severity: 'no_judgement', hoursBeforeEnd: 72 },
    ]);
    expect(ended('2026-02-01T00:00:00.000Z')).toEqual([]);
  });

  it('a vehicle in two contracts of the tenant is told', () => {
    expect(told([end], { contractsOnVehicle: 1 })).toEqual([]);
    expect(told([end], { contractsOnVehicle: 2 })).toEqual([
      { rule: 'vin_shared', severity: 'no_judgement', contracts: 2 },
    ]);
  });

  it('whatever is declared, it is told beside a break too', () => {
    const fallen = reading('02-01T00:00', 5_000);
    expect(judgedWith([fallen], { facts: { contractsOnVehicle: 2 } }).reasons).toEqual(['rollback', 'vin_shared']);
  });
});

describe('the check digit of a VIN', () => {
  const first = (expectedVin: string) =>
    measured({ period: january, readings: [start, end], expectedVin }).findings.filter(
      ({ rule }) => rule === 'vin_check_digit',
    );

  it('is demanded in North America, elsewhere a warning', () => {
    expect(first('1M8GDM9AXKP042788')).toEqual([]);
    expect(first('1M8GDM9A0KP042788')).toMatchObject([{ severity: 'no_judgement', numbers: { position: 9 } }]);
    expect(first('VF7SXHNPXRT000002')).toMatchObject([{ severity: 'note' }]);
  });

  it('is told in the first statement only', () => {
    const expectedVin = 'VF7SXHNPXRT000002';
    const one = measured({ period: january, readings: [start, end], expectedVin });
    const next = reading('03-01T00:00', 12_000);
    expect(measured({ period: february, anchor: one.closing, readings: [next], expectedVin }).findings).toEqual([]);
  });
});
