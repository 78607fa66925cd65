// Control actions that break things for one car: errors, limits, consent taken back, signals that are not there.

import * as z from 'zod/mini';
import { type ControlAction, withoutHoles } from './control-action.ts';
import { onCar, throttleField } from './control-cars.ts';
import { signals } from './signals.ts';
import { type VendorErrorName, vendorErrors } from './vendor-error.ts';

// Object.keys forgets the names; z.enum wants them as a tuple of at least one.
const errorField = z.enum(Object.keys(vendorErrors) as [VendorErrorName, ...VendorErrorName[]]);
const codeField = z.enum(signals.map(({ code }) => code));

export const faultActions: readonly ControlAction[] = [
  onCar(
    '/fault',
    'Fails the next requests, or those to one endpoint or signal, with one of the vendor’s errors.',
    { error: 'UPSTREAM:NO_RESPONSE', count: 2, path: '/odometer' },
    z.strictObject({
      error: errorField,
      count: z.optional(z.int().check(z.gte(1))),
      path: z.optional(z.string()),
      retryAfterSeconds: z.optional(z.int().check(z.gte(0))),
      whole: z.optional(z.boolean()),
    }),
    ({ simulator }, { car }, fault) => simulator.fleet.inject(car.id, withoutHoles(fault)),
  ),
  onCar(
    '/trouble',
    'Fails everything that needs the car until told otherwise; null mends it.',
    { error: 'CONNECTED_SERVICES_ACCOUNT:SUBSCRIPTION' },
    z.strictObject({ error: z.nullable(errorField) }),
    ({ simulator }, { car }, { error }) => simulator.fleet.setTrouble(car.id, error),
  ),
  onCar(
    '/throttle',
    'Allows so many calls in so many seconds, then 429 with retry-after; null lifts it.',
    { throttle: { calls: 2, seconds: 120 } },
    z.strictObject({ throttle: z.nullable(throttleField) }),
    ({ simulator }, { car }, { throttle }) => simulator.fleet.setThrottle(car.id, throttle),
  ),
  onCar(
    '/exhaust',
    'Spends the calls of this month: 430 for the next requests.',
    { requests: 1 },
    z.strictObject({ requests: z._default(z.int().check(z.gte(1)), 500) }),
    ({ simulator }, { car }, { requests }) =>
      simulator.fleet.inject(car.id, { error: 'BILLING:VEHICLE_REQUEST_LIMIT', count: requests }),
  ),
  onCar(
    '/withdraw',
    'The owner takes back one permission.',
    { permission: 'read_location' },
    z.strictObject({ permission: z.string() }),
    ({ simulator }, { car }, { permission }) => simulator.withdrawPermission(car.id, permission),
  ),
  onCar(
    '/signals',
    'V3 signals this car does not have.',
    { missing: ['vehicleidentification-vin'] },
    z.strictObject({ missing: z.array(codeField) }),
    ({ simulator }, { car }, { missing }) => simulator.fleet.setMissingSignals(car.id, missing),
  ),
  onCar(
    '/lose-on-v3',
    'V3 lists the connection, and answers 404 for the vehicle.',
    { lost: false },
    z.strictObject({ lost: z.boolean() }),
    ({ simulator }, { car }, { lost }) => simulator.fleet.loseOnV3(car.id, lost),
  ),
  onCar('/revoke', 'The owner ends every connection of the car.', {}, z.strictObject({}), ({ simulator }, { car }) =>
    simulator.revoke(car.id),
  ),
];
