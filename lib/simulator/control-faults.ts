// Control actions that break things for one car: errors, limits, signals that are not there.

import * as z from 'zod/mini';
import { type ControlAction, withoutHoles } from './control-action.ts';
import { onCar } from './control-cars.ts';
import { errorField, signalField, throttleField } from './control-fields.ts';

const SPENT = 'BILLING:VEHICLE_REQUEST_LIMIT';

export const faultActions: readonly ControlAction[] = [
  onCar(
    '/fault',
    'Fails the next requests, or those to one endpoint or signal, with one of the vendor’s errors; null forgets what is left.',
    { example: { error: 'UPSTREAM:NO_RESPONSE', count: 2, path: '/odometer' }, back: { error: null } },
    z.strictObject({
      error: z.nullable(errorField),
      count: z.optional(z.int().check(z.gte(1))),
      path: z.optional(
        z
          .string()
          .check(z.describe('an endpoint or signal, such as /odometer or odometer-traveleddistance (default any)')),
      ),
      retryAfterSeconds: z.optional(z.int().check(z.gte(0))),
      whole: z.optional(z.boolean()),
    }),
    ({ simulator }, { car }, { error, ...fault }) =>
      error === null
        ? simulator.fleet.forgetFaults(car.id)
        : simulator.fleet.inject(car.id, { error, ...withoutHoles(fault) }),
  ),
  onCar(
    '/trouble',
    'Fails everything that needs the car until told otherwise; null mends it.',
    { example: { error: 'CONNECTED_SERVICES_ACCOUNT:SUBSCRIPTION' }, back: { error: null } },
    z.strictObject({ error: z.nullable(errorField) }),
    ({ simulator }, { car }, { error }) => simulator.fleet.setTrouble(car.id, error),
  ),
  onCar(
    '/throttle',
    'Allows so many calls in so many seconds, then 429 with retry-after; null lifts it.',
    { example: { throttle: { calls: 2, seconds: 120 } }, back: { throttle: null } },
    z.strictObject({ throttle: z.nullable(throttleField) }),
    ({ simulator }, { car }, { throttle }) => simulator.fleet.setThrottle(car.id, throttle),
  ),
  onCar(
    '/exhaust',
    'Spends the calls of this month: 430 for the next requests; 0 begins another month.',
    { example: { requests: 1 }, back: { requests: 0 } },
    z.strictObject({ requests: z._default(z.int().check(z.gte(0)), 500) }),
    ({ simulator: { fleet } }, { car }, { requests }) =>
      requests === 0 ? fleet.forgetFaults(car.id, SPENT) : fleet.inject(car.id, { error: SPENT, count: requests }),
  ),
  onCar(
    '/signals',
    'V3 signals this car does not have.',
    { example: { missing: ['vehicleidentification-vin'] }, back: { missing: [] } },
    z.strictObject({ missing: z.array(signalField) }),
    ({ simulator }, { car }, { missing }) => simulator.fleet.setMissingSignals(car.id, missing),
  ),
  onCar(
    '/lose-on-v3',
    'V3 lists the connection, and answers 404 for the vehicle.',
    { example: { lost: true }, back: { lost: false } },
    z.strictObject({ lost: z.boolean() }),
    ({ simulator }, { car }, { lost }) => simulator.fleet.loseOnV3(car.id, lost),
  ),
];
