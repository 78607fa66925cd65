// Whole contract histories, folded through a model of the chain: what holds for every month of every contract.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Boundary } from '../../../lib/mileage/boundary.ts';
import { judge, type Measured } from '../../../lib/mileage/judge.ts';
import { chainOf, type History, histories, type Statement, shown } from './contract-history.ts';

const measuredOf = (statements: readonly Statement[]): readonly Measured[] =>
  statements.flatMap(({ measured }) => (measured ? [measured] : []));

/** Cut at illogical statements: each part begins at the boundary the cut left, or at the contract's first. */
const segmentsOf = (months: readonly Measured[]): readonly (readonly Measured[])[] => {
  const segments: Measured[][] = [[]];
  for (const month of months) {
    if (month.verdict === 'illogical') segments.push([]);
    else segments.at(-1)?.push(month);
  }
  return segments;
};

const beginning = (month: Measured): Boundary => month.catchUpFrom ?? month.opening;

const frozen = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) frozen(part);
  }
  return value;
};

describe('a chain of statements', () => {
  it('I9 distances plus catch-ups equal last minus first boundary, to the metre, within every segment', () => {
    fc.assert(
      fc.property(histories(false), (history) => {
        const months = measuredOf(chainOf(history));
        for (const segment of segmentsOf(months)) {
          const [first, last] = [segment[0], segment.at(-1)];
          if (!first || !last) continue;
          const sum = segment.reduce(
            (metres, month) => metres + (month.distanceMetres ?? Number.NaN) + (month.catchUpMetres ?? 0),
            0,
          );
          expect(sum).toBe(last.closing.metres - beginning(first).metres);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('I9 every measured statement goes on from the very boundary that the one before it fixed', () => {
    fc.assert(
      fc.property(histories(false), (history) => {
        const months = measuredOf(chainOf(history));
        for (const [index, month] of months.entries()) {
          const previous = months[index - 1];
          if (previous) expect(beginning(month)).toBe(previous.closing);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('states figures that fit each other', () => {
    fc.assert(
      fc.property(histories(false), (history) => {
        for (const { input, measured } of chainOf(history)) {
          if (!measured) continue;
          const { distanceMetres, lowerMetres, upperMetres, readToRead, opening, closing } = measured;
          const figures = [distanceMetres, lowerMetres, upperMetres, readToRead.metres];
          expect(figures.map((figure) => figure === null)).toEqual(figures.map(() => measured.verdict === 'illogical'));
          for (const boundary of [opening, closing]) {
            expect(boundary.lowerMetres).toBeLessThanOrEqual(boundary.metres);
            expect(boundary.metres).toBeLessThanOrEqual(boundary.upperMetres);
          }
          expect(measured.partial).toBe(opening.at !== input.period.from || closing.at !== input.period.to);
          if (distanceMetres === null || lowerMetres === null || upperMetres === null) continue;
          expect([lowerMetres >= 0, lowerMetres <= distanceMetres, distanceMetres <= upperMetres]).toEqual([
            true,
            true,
            true,
          ]);
          expect(closing.at).toBe(input.period.to);
          expect(readToRead.metres).toBeGreaterThanOrEqual(0);
          expect(readToRead.from <= readToRead.to).toBe(true);
          expect(measured.catchUpMetres ?? 0).toBeGreaterThanOrEqual(0);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('of an honest car is never illogical, and its bounds hold what the odometer showed', () => {
    fc.assert(
      fc.property(histories(true), (history) => {
        for (const month of measuredOf(chainOf(history))) {
          expect(month.verdict).not.toBe('illogical');
          for (const { at, lowerMetres, upperMetres } of [month.opening, month.closing]) {
            const truth = shown(history, Date.parse(at));
            expect([lowerMetres <= truth, truth <= upperMetres]).toEqual([true, true]);
          }
          const way = shown(history, Date.parse(month.closing.at)) - shown(history, Date.parse(month.opening.at));
          expect([(month.lowerMetres ?? 0) <= way, way <= (month.upperMetres ?? 0)]).toEqual([true, true]);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('of an honest car states read-to-read figures that follow each other and add up', () => {
    fc.assert(
      fc.property(histories(true), (history) => {
        const months = measuredOf(chainOf(history));
        const [first, last] = [months[0], months.at(-1)];
        if (!first || !last) return;
        expect(months.slice(1).map(({ readToRead }) => readToRead.from)).toEqual(
          months.slice(0, -1).map(({ readToRead }) => readToRead.to),
        );
        const metresAt = (at: string): number => shown(history, Date.parse(at));
        const sum = months.reduce((metres, { readToRead }) => metres + (readToRead.metres ?? Number.NaN), 0);
        expect(sum).toBe(metresAt(last.readToRead.to) - metresAt(first.readToRead.from));
      }),
      { numRuns: 300 },
    );
  });

  it('of an odometer turned back between two readings is illogical once it is read', () => {
    fc.assert(
      fc.property(
        histories(true),
        fc.integer({ min: 2_000_000, max: 50_000_000 }),
        fc.integer({ min: 0, max: 200 }),
        (honest, extra, day) => {
          const history: History = { ...honest, speeds: [1], tampers: [{ day, fallMetres: 10_000_000 + extra }] };
          const at = new Date(history.start + day * 86_400_000).toISOString();
          const months = chainOf(history);
          const read = months.filter(({ measured }) => measured).map(({ input }) => input);
          const window =
            read
              .at(-1)
              ?.readings.filter(({ recordedAt }) => recordedAt <= (measuredOf(months).at(-1)?.readToRead.to ?? '')) ??
            [];
          const first = measuredOf(months)[0]?.readToRead.from ?? '';
          const before = window.some(
            ({ recordedAt, fetchedAt }) => recordedAt >= first && recordedAt < at && fetchedAt < at,
          );
          const after = window.some(({ recordedAt }) => recordedAt >= at);
          if (before && after) expect(measuredOf(months).some(({ verdict }) => verdict === 'illogical')).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('judging', () => {
  it('I8 gives the same statement for the same readings in any order, twice, and changes nothing it was given', () => {
    fc.assert(
      fc.property(histories(false), fc.infiniteStream(fc.nat()), (history, keys) => {
        for (const { input, measured } of chainOf(history)) {
          const shuffled = input.readings
            .map((reading) => ({ reading, key: keys.next().value ?? 0 }))
            .sort((a, b) => a.key - b.key)
            .map(({ reading }) => reading);
          const again = frozen(structuredClone({ ...input, readings: shuffled }));
          const result = judge(again);
          if (measured) expect(result).toEqual(measured);
          expect(judge(again)).toEqual(result);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('I8 needs nothing older than the anchor: that one carries its readings', () => {
    fc.assert(
      fc.property(histories(true), (drawn) => {
        const history = { ...drawn, attempts: drawn.attempts.map((attempt) => ({ ...attempt, ageHours: 0 })) };
        for (const { input, measured } of chainOf(history)) {
          const { anchor, readings } = input;
          if (!anchor || !measured) continue;
          expect(judge({ ...input, readings: readings.filter(({ recordedAt }) => recordedAt > anchor.at) })).toEqual(
            measured,
          );
        }
      }),
      { numRuns: 200 },
    );
  });

  it('I8 an answer with the same measurement again, fetched later, changes nothing', () => {
    fc.assert(
      fc.property(histories(true), (history) => {
        const later = (at: string): string => new Date(Date.parse(at) + 86_400_000).toISOString();
        for (const { input, measured } of chainOf(history)) {
          const twins = input.readings.map((reading) => ({
            ...reading,
            id: `${reading.id}-again`,
            fetchedAt: later(reading.fetchedAt),
          }));
          if (measured && !input.anchor)
            expect(judge({ ...input, readings: [...twins, ...input.readings] })).toEqual(measured);
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe('the histories drawn', () => {
  it('reach every rule, months without a reading, and every way in which a month can open and close', () => {
    const statements = fc
      .sample(histories(false), { numRuns: 400, seed: 20_261_123 })
      .flatMap((history) => chainOf(history));
    const months = measuredOf(statements);
    const seen = new Set([
      ...months.flatMap(({ findings }) => findings.map(({ rule, severity }) => `${rule} ${severity}`)),
      ...months.flatMap(({ opening, closing }) => [`opens ${opening.method}`, `closes ${closing.method}`]),
      ...months.map(({ closing }) => (closing.method === 'restart' && closing.after ? 'carried on' : 'closed')),
      ...months.map(({ catchUpMetres }) => (catchUpMetres === undefined ? 'follows on' : 'catches up')),
      ...statements.map(({ measured }) => (measured ? 'measured' : 'no_reading')),
    ]);
    expect([...seen].sort()).toEqual([
      'boundary_contradicted no_judgement',
      'boundary_contradicted note',
      'carried on',
      'catches up',
      'closed',
      'closes interpolated',
      'closes read',
      'closes restart',
      'follows on',
      'frozen_odometer no_judgement',
      'frozen_odometer note',
      'implausible_speed illogical',
      'measured',
      'no_reading',
      'opens first_reading',
      'opens interpolated',
      'opens read',
      'opens restart',
      'outlier no_judgement',
      'reading_gap note',
      'rollback illogical',
      'rounding note',
      'stale_reading no_judgement',
      'starts_after_period illogical',
      'unit_suspect no_judgement',
      'vin_mismatch illogical',
      'window_maximum no_judgement',
    ]);
  });
});
