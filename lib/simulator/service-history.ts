// Service visits of a car, as the workshop recorded them: one before it entered the fleet, then one every 180 days.
// Answers a top-level array, odometer in kilometres whatever the unit header says (vendor's documents).

import { type Car, odometerAt } from './car.ts';
import { type Refusal, refuse } from './vendor-error.ts';

const DAY = 86_400_000;
const BETWEEN_VISITS = 180 * DAY;

/** Takes `start_date` and `end_date`, or `startDate` and `endDate`, as dates; by default the last year. */
export function serviceHistory(car: Car, query: URLSearchParams, now: number): readonly object[] | Refusal {
  const from = dateOf(query, ['start_date', 'startDate'], now - 365 * DAY);
  const to = endOf(dateOf(query, ['end_date', 'endDate'], now));
  if (Number.isNaN(from) || Number.isNaN(to)) return refuse('VALIDATION:PARAMETER');
  return visits(car, now)
    .filter((at) => from <= at && at <= to)
    .map((at) => visit(car, at));
}

function visits(car: Car, now: number): number[] {
  const entered = car.odometer[0]?.at ?? now;
  const first = entered - 90 * DAY;
  const count = Math.floor((now - first) / BETWEEN_VISITS) + 1;
  return Array.from({ length: count }, (_, index) => first + index * BETWEEN_VISITS);
}

function visit(car: Car, at: number): object {
  return {
    serviceId: null,
    serviceDate: new Date(at).toISOString(),
    odometerDistance: Math.floor(odometerAt(car, at) / 1000),
    serviceTasks: [{ taskId: 'PERIODIC', taskDescription: 'Periodic maintenance' }],
    serviceDetails: [{ type: 'Service', value: 'Periodic maintenance' }],
    serviceCost: { totalCost: null, currency: null },
  };
}

/** A date without a time ends with its day: the period is inclusive. */
function endOf(instant: number): number {
  return instant % DAY === 0 ? instant + DAY - 1 : instant;
}

/** The SDKs that are given no date send the word `undefined`. */
function dateOf(query: URLSearchParams, names: readonly string[], otherwise: number): number {
  const text = names.map((name) => query.get(name)).find((value) => value !== null && value !== 'undefined');
  return text === undefined || text === null ? otherwise : Date.parse(text);
}
