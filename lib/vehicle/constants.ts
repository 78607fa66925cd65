// Every number the client of the vehicle platform depends on, each with its reason.

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** V2 refresh tokens die after 60 days; the token answer does not say so, the platform's documentation does. */
export const REFRESH_LIFETIME_MS = 60 * 24 * HOUR;

/** Largest answer worth reading. The biggest documented ones (service history, signals) stay under 100 KB. */
export const MAX_ANSWER_BYTES = 1024 * 1024;

/** Idle sockets are dropped before the usual 60 s of a load balancer, so that a read seldom meets a closed one. */
export const IDLE_SOCKET_MS = 45_000;

/** Largest page `/vehicles` and `/permissions` are documented to accept. */
export const PAGE_SIZE = 50;

/** A driver has a handful of cars: a list that never ends is a fault of the platform, not a long list. */
export const MAX_PAGES = 20;

/** The platform itself gives up on a car after about five minutes; its own libraries wait 310 s. */
export const LONGEST_CALL_MS = 310_000;

/** Waits after the first, second, … failed attempt; the last one repeats. Cars sleep for hours, not for seconds. */
export const RETRY_WAITS_MS = [15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR] as const;

/**
 * Longest `retry-after` of an application that counts, in seconds: one day, twice the longest wait of the schedule. A longer one is a slip
 * or an attack, and would close the budget of a whole fleet for as long.
 */
export const MAX_PAUSE_S = (24 * HOUR) / 1000;

/** Longest `retry-after` of one vehicle that is told apart, in seconds: no month is waited for so long, with all the days of its deadline. */
export const MAX_RETRY_AFTER_S = 90 * MAX_PAUSE_S;

/** Attempts per period, the first included. Every one is billed by the platform. */
export const MAX_ATTEMPTS = 20;

/** Kilometres or miles. No car drove a tenth of it; beyond it an answer is garbage, not a distance. */
export const MAX_ODOMETER = 10_000_000;

/** The platform promises pushes of at most 50 KB. */
export const MAX_PUSH_BYTES = 50 * 1024;
