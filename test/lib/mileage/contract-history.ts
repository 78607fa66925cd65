// A tiny model of a contract's life for the property tests: a car that drives, readings that arrive in the order they
// were fetched, and a chain that states period after period: the month when a reading closes it, `no_reading` at the
// deadline. It shares with the product only what it tests.
import fc from 'fast-check';
import type { Boundary } from '../../../lib/mileage/boundary.ts';
import { type JudgeInput, judge, type Measured } from '../../../lib/mileage/judge.ts';
import type { Replacement } from '../../../lib/mileage/line.ts';
import { type Calendar, firstPeriod, nextPeriod, type Period } from '../../../lib/mileage/period.ts';
import type { Reading } from '../../../lib/mileage/reading.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MONTHS = 8;
export const contractedVin = 'VF7SXHNPXRT000001';

/** One attempt to read, by the month whose end it is about. */
interface Attempt {
  readonly month: number;
  /** When the car measured, from the end of that month. */
  readonly hours: number;
  readonly minutes: number;
  /** How much later the reading reached us. */
  readonly ageHours: number;
  readonly foreign: boolean;
  readonly withVin: boolean;
}

interface Tamper {
  readonly day: number;
  /** Negative: the odometer leaps. */
  readonly fallMetres: number;
}

const fallMetres = fc.oneof(
  fc.integer({ min: 1, max: 1_610 }),
  fc.integer({ min: 1_611, max: 30_000_000 }),
  fc.integer({ min: -90_000_000, max: -1_000_000 }),
);

export interface History {
  readonly calendar: Calendar;
  readonly start: number;
  /** Kilometres per hour, 0 to 200, in turns of 7 hours, repeated for ever. */
  readonly speeds: readonly number[];
  readonly attempts: readonly Attempt[];
  readonly tampers: readonly Tamper[];
  readonly deadlineDays: number;
  readonly knowsStart: boolean;
}

const attempt = (foreign: fc.Arbitrary<boolean>): fc.Arbitrary<Attempt> =>
  fc.record({
    month: fc.integer({ min: -1, max: MONTHS }),
    hours: fc.oneof(
      fc.constant(0), // on the boundary, give or take minutes
      fc.integer({ min: -24, max: 24 }), // policy `around`
      fc.integer({ min: 1, max: 200 }), // asleep for a while
      fc.integer({ min: -700, max: 700 }), // any time: pushes, reads of another month
    ),
    minutes: fc.integer({ min: -15, max: 15 }),
    ageHours: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 1_500 })),
    foreign,
    withVin: fc.boolean(),
  });

const zones = ['Europe/Amsterdam', 'America/Sao_Paulo', 'Asia/Kathmandu', 'Pacific/Apia', 'Australia/Lord_Howe', 'UTC'];

/** @param honest whether the odometer is never turned back and no other car ever answers */
export const histories = (honest: boolean): fc.Arbitrary<History> =>
  fc.record({
    calendar: fc.record({ zone: fc.constantFrom(...zones), dayOffset: fc.integer({ min: 1, max: 28 }) }),
    start: fc.integer({ min: Date.UTC(2009, 0, 1), max: Date.UTC(2027, 0, 1) }),
    speeds: fc.array(fc.constantFrom(0, 0, 0, 1, 3, 30, 90, 130, 200), { minLength: 1, maxLength: 12 }),
    attempts: fc.array(attempt(honest ? fc.constant(false) : fc.integer({ min: 0, max: 9 }).map((n) => n === 0)), {
      minLength: 1,
      maxLength: 24,
    }),
    tampers: honest
      ? fc.constant([])
      : fc.array(fc.record({ day: fc.integer({ min: 0, max: 240 }), fallMetres }), { maxLength: 3 }),
    deadlineDays: fc.constantFrom(10, 10, 10, 100),
    knowsStart: fc.boolean(),
  });

/** What the car has driven since the day before the contract, in metres, at most 200 km/h at any moment. */
export const driven = ({ start, speeds }: History, epoch: number): number => {
  const turn = 7 * HOUR;
  const elapsed = Math.max(0, epoch - (start - 60 * DAY));
  const round = speeds.reduce((sum, speed) => sum + speed * 7_000, 0);
  const turns = Math.floor(elapsed / turn);
  const whole = Math.floor(turns / speeds.length) * round;
  const some = speeds.slice(0, turns % speeds.length).reduce((sum, speed) => sum + speed * 7_000, 0);
  const now = ((speeds[turns % speeds.length] ?? 0) * (elapsed - turns * turn)) / 3_600;
  return whole + some + Math.floor(now);
};

const initialMetres = 100_000_000;

/** What the dashboard shows: as driven, less what was turned back. */
export const shown = (history: History, epoch: number): number =>
  history.tampers
    .filter(({ day }) => epoch >= history.start + day * DAY)
    .reduce((metres, { fallMetres }) => metres - fallMetres, initialMetres + driven(history, epoch));

export const periodsOf = ({ calendar, start }: History): readonly Period[] => {
  const periods = [firstPeriod(calendar, new Date(start).toISOString())];
  while (periods.length < MONTHS) periods.push(nextPeriod(calendar, periods.at(-1) ?? firstPeriod(calendar, '')));
  return periods;
};

export const readingsOf = (history: History): readonly Reading[] => {
  const periods = periodsOf(history);
  return history.attempts.map(({ month, hours, minutes, ageHours, foreign, withVin }, index) => {
    const end = Date.parse(periods[month]?.to ?? periods[0]?.from ?? '');
    const epoch = end + hours * HOUR + minutes * 60_000;
    return {
      id: `reading-${index}`,
      metres: foreign ? 7_000_000 + driven(history, epoch) : shown(history, epoch),
      recordedAt: new Date(epoch).toISOString(),
      fetchedAt: new Date(epoch + ageHours * HOUR + 30_000 + index).toISOString(),
      requestId: `request-${index}`,
      unit: 'km',
      source: 'poll',
      ...(foreign ? { vin: 'VF7SXHNPXRT000002' } : withVin && { vin: contractedVin }),
    };
  });
};

export interface Statement {
  readonly input: JudgeInput;
  /** `undefined`: no_reading. */
  readonly measured?: Measured;
}

/**
 * The chain as the service builds it: every arrival and every deadline in order of time, one statement per period.
 * @param shownAs what the car's dashboards made of its readings
 */
export const chainOf = (
  history: History,
  shownAs: { readonly readings?: readonly Reading[]; readonly replacements?: readonly Replacement[] } = {},
): readonly Statement[] => {
  const { knowsStart, start, deadlineDays } = history;
  const came = shownAs.readings ?? readingsOf(history);
  const replacements = shownAs.replacements ?? [];
  const readings = [...came].sort((a, b) => (a.fetchedAt < b.fetchedAt ? -1 : 1));
  const statements: Statement[] = [];
  let anchor: Boundary | undefined;
  for (const period of periodsOf(history)) {
    const deadline = new Date(Date.parse(period.to) + deadlineDays * DAY).toISOString();
    // A period is judged at each arrival until its deadline; what came before its turn is there at once.
    const turn = statements.findLast((statement) => statement.measured)?.input.readings.at(-1)?.fetchedAt ?? '';
    const arrivals = readings.map((reading) => reading.fetchedAt).filter((at) => at > turn && at < deadline);
    const facts = { replacements, ...(knowsStart && { contractStart: new Date(start).toISOString() }) };
    const inputAt = (moment: string): JudgeInput => ({
      period,
      ...(anchor && { anchor }),
      readings: readings.filter((reading) => reading.fetchedAt <= moment),
      expectedVin: contractedVin,
      facts,
    });
    let statement: Statement = { input: inputAt(deadline) };
    for (const moment of [turn, ...arrivals]) {
      const result = judge(inputAt(moment));
      if (result.outcome === 'not_closed') continue;
      statement = { input: inputAt(moment), measured: result };
      anchor = result.closing;
      break;
    }
    statements.push(statement);
  }
  return statements;
};
