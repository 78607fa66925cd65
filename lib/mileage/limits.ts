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
 * The longest way a car can go in a time.
 *
 * @param milliseconds length of the time, not negative
 * @returns metres, rounded up, at the speed ceiling
 */
export const farthest = (milliseconds: number): number => Math.ceil((milliseconds * SPEED_CEILING_KM_PER_HOUR) / 3_600);
