// One line per car, whatever its dashboards showed: replaced odometers and rollovers change no distance.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Measured } from '../../../lib/mileage/judge.ts';
import type { Replacement } from '../../../lib/mileage/line.ts';
import type { Reading } from '../../../lib/mileage/reading.ts';
import { chainOf, histories, readingsOf, type Statement } from './contract-history.ts';
import { anchor, february, january, measured, readBoundary, reading } from './months.ts';

const DAY = 86_400_000;

const replaced = (at: string, oldKm: number, newKm: number, more: Partial<Replacement> = {}): Replacement => ({
  id: `event-${at}`,
  at: `2026-${at}:00.000Z`,
  oldMetres: oldKm * 1_000,
  newMetres: newKm * 1_000,
  declaredAt: `2026-${at}:30.000Z`,
  confirmed: false,
  ...more,
});

describe('a replaced odometer', () => {
  const event = replaced('01-16T00:00', 10_600, 5);
  const end = reading('02-01T00:00', 405);
  const january1 = { period: january, anchor, readings: [end], facts: { replacements: [event] } };

  it('counts on: what the old one gained, and what the new one has gained since', () => {
    const result = measured(january1);
    expect(result).toMatchObject({
      distanceMetres: 1_000_000, // 600 on the old one, 400 on the new one
      lowerMetres: 1_000_000,
      readToRead: { metres: 1_000_000 },
      replacements: [event],
      partial: false,
    });
    expect(result.opening).toBe(anchor);
    expect(result.closing).toMatchObject({ metres: 405_000, method: 'read', before: { metres: 405_000 } });
  });

  it('leaves the month without judgement until somebody else has confirmed it', () => {
    expect(measured(january1)).toMatchObject({
      verdict: 'no_judgement',
      reasons: ['odometer_replaced'],
      findings: [{ rule: 'odometer_replaced', numbers: { oldMetres: 10_600_000, newMetres: 5_000 } }],
    });
    const confirmed = { ...january1, facts: { replacements: [{ ...event, confirmed: true }] } };
    expect(measured(confirmed)).toMatchObject({ verdict: 'logical', findings: [{ severity: 'note' }] });
  });

  it('takes what the dashboard showed before onto the line: nobody drove what the old one showed more', () => {
    const more = replaced('01-16T00:00', 30_600, 5);
    const earlier = [{ at: '2026-01-25T00:00:00.000Z', metres: 50_000 }];
    const readings = [reading('02-20T00:00', 600), reading('03-01T00:00', 805)];
    const facts = { replacements: [more], earlier };
    expect(measured({ period: february, anchor: readBoundary(february.from, end), readings, facts })).toMatchObject({
      distanceMetres: 400_000,
      reasons: [],
    });
  });

  it('that nobody declared is a rollback', () => {
    expect(measured({ ...january1, facts: {} })).toMatchObject({ verdict: 'illogical', reasons: ['rollback'] });
  });

  it('declared with a figure below an earlier reading is a rollback too', () => {
    const below = replaced('01-16T00:00', 9_000, 5);
    expect(measured({ ...january1, facts: { replacements: [below] } }).reasons).toEqual([
      'rollback',
      'odometer_replaced',
    ]);
  });

  it('is told in its own month, and the next one goes on with the new odometer', () => {
    const one = measured(january1);
    const next = reading('03-01T00:00', 1_405);
    const two = measured({
      period: february,
      anchor: one.closing,
      readings: [end, next],
      facts: { replacements: [event] },
    });
    expect(two).toMatchObject({ distanceMetres: 1_000_000, verdict: 'logical', findings: [] });
    expect(two.opening).toBe(one.closing);
    expect(two).not.toHaveProperty('replacements');
  });

  it('closes no period by itself, and stands between two readings as they showed', () => {
    const late = replaced('02-03T00:00', 11_200, 0);
    const facts = { replacements: [late] };
    const before = reading('01-30T00:00', 10_800);
    expect(measured({ period: january, anchor, readings: [before, reading('02-05T00:00', 100)], facts })).toMatchObject(
      {
        closing: {
          metres: 11_000_000, // on the way from 10,800 to the old one's last 11,200, half of the four days
          before: { metres: 10_800_000 },
          after: { id: late.id, metres: 11_200_000, source: 'manual' },
        },
        distanceMetres: 1_000_000,
      },
    );
    expect(() => measured({ period: january, anchor, readings: [before], facts })).toThrow('no_closing_reading');
  });
});

describe('a rollover', () => {
  const near = readBoundary(january.from, reading('01-01T00:00', 999_500));
  const end = reading('02-01T00:00', 600);

  it('counts on past 999,999 and leaves the month without judgement', () => {
    const result = measured({ period: january, anchor: near, readings: [end] });
    expect(result).toMatchObject({
      distanceMetres: 1_100_000,
      verdict: 'no_judgement',
      reasons: ['rollover'],
      findings: [{ numbers: { beforeMetres: 999_500_000, shownMetres: 600_000 } }],
      closing: { metres: 1_000_600_000, before: { metres: 600_000 } },
    });
    expect(result.opening).toBe(near);
  });

  it('is told once', () => {
    const one = measured({ period: january, anchor: near, readings: [reading('02-03T00:00', 700)] });
    const two = measured({
      period: february,
      anchor: one.closing,
      readings: [reading('02-03T00:00', 700), reading('03-01T00:00', 2_000)],
    });
    expect(one.reasons).toEqual(['rollover']);
    expect(two).toMatchObject({ verdict: 'logical', closing: { metres: 1_002_000_000 } });
    expect(two.opening).toBe(one.closing);
  });

  it('of a mile odometer is at its own end', () => {
    const miles = readBoundary(january.from, { ...start('01-01T00:00', 999_900), unit: 'mi' });
    const result = measured({
      period: january,
      anchor: miles,
      readings: [{ ...start('02-01T00:00', 100), unit: 'mi' }],
    });
    expect(result).toMatchObject({ distanceMetres: 321_868, reasons: ['rollover'] });
  });

  it('is no name for a rollback', () => {
    const stood = readBoundary(january.from, reading('01-01T00:00', 850_000));
    expect(measured({ period: january, anchor: stood, readings: [end] }).reasons).toEqual(['rollback']);
  });
});

/** A reading of so many miles. */
const start = (at: string, miles: number): Reading => ({
  ...reading(at, 0),
  metres: Math.round(miles * 1_609.344),
});

const figures = ({ distanceMetres, lowerMetres, upperMetres, catchUpMetres, readToRead }: Measured) => ({
  distanceMetres,
  lowerMetres,
  upperMetres,
  catchUpMetres,
  readToRead,
});
const figuresOf = (statements: readonly Statement[]) =>
  statements.map(({ measured: month }) => month && figures(month));

describe('the same car with another dashboard', () => {
  it('I9 drives the same distances over a rollover', () => {
    fc.assert(
      fc.property(histories(true), fc.integer({ min: 0, max: 60_000_000 }), (history, left) => {
        const slow = { ...history, speeds: history.speeds.map((speed) => speed % 15) };
        const readings = readingsOf(slow);
        const first = Math.min(...readings.map(({ metres }) => metres));
        const shifted = readings.map((one) => ({ ...one, metres: one.metres - first + 1_000_000_000 - left }));
        const rolled = shifted.map((one) => ({ ...one, metres: one.metres % 1_000_000_000 }));
        // One that shows nothing at all is not believed: `zero_reading`.
        fc.pre(rolled.every(({ metres }) => metres > 0));
        expect(figuresOf(chainOf(slow, { readings: rolled }))).toEqual(figuresOf(chainOf(slow, { readings: shifted })));
      }),
      { numRuns: 200 },
    );
  });

  it('I9 adds up over a declared replacement: distances plus catch-ups are the difference of the ends and what was replaced', () => {
    let reached = 0;
    fc.assert(
      fc.property(
        histories(true),
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 0, max: 50_000_000 }),
        (drawn, day, newMetres) => {
          const history = { ...drawn, speeds: [1] };
          const readings = readingsOf(history);
          const when = new Date(history.start + day * DAY).toISOString();
          const old = Math.max(
            0,
            ...readings.filter(({ recordedAt }) => recordedAt < when).map(({ metres }) => metres),
          );
          const event = { id: 'event', at: when, oldMetres: old, newMetres, declaredAt: when, confirmed: true };
          const shown = readings.map((one) =>
            one.recordedAt >= when ? { ...one, metres: one.metres - old + newMetres } : one,
          );
          if (old === 0) return;
          const months = chainOf(history, { readings: shown, replacements: [event] }).flatMap(
            ({ measured: month }) => month ?? [],
          );
          const [first, last] = [months[0], months.at(-1)];
          if (!first || !last || months.some(({ verdict }) => verdict === 'illogical')) return;
          const sum = months.reduce(
            (metres, month) => metres + (month.distanceMetres ?? Number.NaN) + (month.catchUpMetres ?? 0),
            0,
          );
          const over = months.some((month) => month.replacements) ? old - newMetres : 0;
          reached += over === 0 ? 0 : 1;
          expect(sum).toBe(last.closing.metres - (first.catchUpFrom ?? first.opening).metres + over);
        },
      ),
      { numRuns: 200 },
    );
    expect(reached).toBeGreaterThan(20);
  });
});
