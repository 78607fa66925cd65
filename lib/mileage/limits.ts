// Every number the room decides with, in one place, each with its reason.
// Changing a number, or a rule that uses one, changes verdicts: RULES_VERSION changes with it.

/** Named in every statement: the same readings judged by the same version give the same answer for ever. */
export const RULES_VERSION = '1';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/**
 * A reading this close to a boundary, before or after it, is the boundary. Ten minutes is the delay between a
 * scheduled call and the car's own stamp on a slow answer (up to five minutes), on both sides, and still short
 * against a month: at the speed ceiling it is 33.4 km, and the bounds state what is left of it.
 */
export const BOUNDARY_TOLERANCE_MS = 10 * MINUTE_MS;

/** No car on a public road keeps an average of 200 km/h between two readings; a motorway express does not either. */
export const SPEED_CEILING_KM_PER_HOUR = 200;

/** Vendors convert and truncate whole kilometres or whole miles: one figure may fall by up to a mile without the car. */
export const ROUNDING_METRES = 1_610;

/**
 * Above this age an answer came from a cache, not from the car: retries ask at least every 12 hours, so a fresh
 * measurement is at hand within a day, and a week leaves room for an outage of either side.
 */
export const DATA_AGE_LIMIT_MS = 7 * DAY_MS;

/** Metres in an international mile (exactly 1,609.344), as the ratio of a kilometre figure to a mile figure. */
export const MILE_RATIO = 1.609344;

/** How near the ratio must be: the car goes on driving while its unit is wrong, at most a few percent of its life. */
export const MILE_RATIO_TOLERANCE = 0.05;

/** A jump counts as a unit mix-up only above 400 km a day (146,000 km a year): nobody drives that between two readings. */
export const UNIT_JUMP_METRES_PER_DAY = 400_000;

/** A pace known from less than a week of readings says nothing about the next month. */
export const PACE_MIN_SPAN_MS = 7 * DAY_MS;

/**
 * The most a car is driven within a window, as the Dutch register keeps limits per day, week, month, quarter and year: two drivers
 * taking turns on motorways for a day, a courier for a week, a taxi in two shifts for longer. Metres, shortest window first.
 */
export const WINDOW_MAXIMA = [
  { days: 1, metres: 2_500_000 },
  { days: 7, metres: 8_000_000 },
  { days: 31, metres: 20_000_000 },
  { days: 92, metres: 45_000_000 },
  { days: 366, metres: 150_000_000 },
] as const;

/** What the car did before a period counts for so long: readings this much older than its anchor belong to its judgement. */
export const LONGEST_WINDOW_MS = Math.max(...WINDOW_MAXIMA.map(({ days }) => days)) * DAY_MS;

/** A figure that did not move for so long is told; twice as long, and the readings cannot tell a parked car from a dead odometer. */
export const FROZEN_NOTE_MS = 28 * DAY_MS;
export const FROZEN_DOUBT_MS = 56 * DAY_MS;

/** A wait of a month and a half between readings holds a whole month that was never looked at. */
export const READING_GAP_MS = 45 * DAY_MS;

/** The car's clock and ours may differ by this much: a reading measured later than it was fetched proves nothing. */
export const CLOCK_TOLERANCE_MS = 10 * MINUTE_MS;

/** Ending the connection this shortly before the end of a period keeps its last days from being read. */
export const DISCONNECT_WINDOW_MS = 3 * DAY_MS;

/** A six-digit odometer counts to 999,999 of its unit and starts over. Metres. */
export const ROLLOVER_METRES = { km: 1_000_000_000, mi: 1_609_344_000 } as const;

/** It has rolled over when, counted on, the figure is within a tenth of its range of the one before; else it fell. */
export const ROLLOVER_REACH = 0.1;

/**
 * The longest way a car can go in a time.
 *
 * @param milliseconds length of the time, not negative
 * @returns metres, rounded up, at the speed ceiling
 */
export const farthest = (milliseconds: number): number => Math.ceil((milliseconds * SPEED_CEILING_KM_PER_HOUR) / 3_600);
