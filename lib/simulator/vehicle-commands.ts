// The V2 endpoints that command a car: what they demand, when the car refuses, what they change.
// Refusals follow the vendor's simulator where it is documented; where a seed example contradicts it, the example wins.

import * as z from 'zod/mini';
import type { Powertrain } from './car.ts';
import type { Condition } from './condition.ts';
import { isFull, type Look } from './vehicle-reads.ts';
import { type Refusal, refuse } from './vendor-error.ts';

export interface Command {
  readonly path: string;
  readonly permission: string;
  readonly powertrains?: readonly Powertrain[];
  /** @returns what becomes of the car, or why not. */
  readonly run: (body: unknown, look: Look) => Partial<Condition> | Refusal;
}

const plugging: readonly Powertrain[] = ['BEV', 'PHEV'];

/** One SDK sends the limit as text. */
const chargeLimitBody = z.object({ limit: z.coerce.number().check(z.gte(0.5), z.lte(1)) });
const chargeBody = z.object({ action: z.enum(['START', 'STOP']) });
const chargingPortBody = z.object({ action: z.enum(['OPEN', 'CLOSE']) });
const securityBody = z.object({ action: z.enum(['LOCK', 'UNLOCK']) });
const destinationBody = z.object({
  latitude: z.number().check(z.gte(-90), z.lte(90)),
  longitude: z.number().check(z.gte(-180), z.lte(180)),
});

/** Commands that only V3 has. */
export const laterCommands: readonly Command[] = [
  {
    path: '/charge-port',
    permission: 'control_charge',
    powertrains: plugging,
    run: (body, { condition }) =>
      parsed(chargingPortBody, body, ({ action }) =>
        action === 'OPEN' ? { chargingPortOpen: true } : closePort(condition),
      ),
  },
];

export const vehicleCommands: readonly Command[] = [
  {
    path: '/security',
    permission: 'control_security',
    run: (body, { condition }) =>
      parsed(securityBody, body, ({ action }) =>
        action === 'LOCK'
          ? (notLockable(condition) ?? { locked: true })
          : (stillMoving(condition) ?? { locked: false }),
      ),
  },
  {
    path: '/charge',
    permission: 'control_charge',
    powertrains: plugging,
    run: (body, look) =>
      parsed(chargeBody, body, ({ action }) => (action === 'START' ? startCharge(look) : stopCharge(look.condition))),
  },
  {
    path: '/charge/limit',
    permission: 'control_charge',
    powertrains: plugging,
    run: (body) => parsed(chargeLimitBody, body, ({ limit }) => ({ chargeLimit: limit })),
  },
  {
    path: '/navigation/destination',
    permission: 'control_navigation',
    run: (body) => parsed(destinationBody, body, (destination) => ({ destination })),
  },
];

function startCharge(look: Look): Partial<Condition> | Refusal {
  if (!look.condition.pluggedIn) return refuse('VEHICLE_STATE:CHARGING_PLUG_NOT_CONNECTED');
  return isFull(look) && !look.condition.charging ? refuse('VEHICLE_STATE:FULLY_CHARGED') : { charging: true };
}

function stopCharge(condition: Condition): Partial<Condition> | Refusal {
  if (!condition.pluggedIn) return refuse('VEHICLE_STATE:CHARGING_PLUG_NOT_CONNECTED');
  return condition.charging ? { charging: false } : refuse('VEHICLE_STATE:NOT_CHARGING');
}

/** Not while the cable is in it. */
function closePort(condition: Condition): Partial<Condition> | Refusal {
  return condition.pluggedIn ? refuse('VEHICLE_STATE:CHARGING_PLUG_CONNECTED') : { chargingPortOpen: false };
}

function stillMoving(condition: Condition): Refusal | null {
  if (condition.inMotion) return refuse('VEHICLE_STATE:IN_MOTION');
  return condition.ignitionOn ? refuse('VEHICLE_STATE:IGNITION_ON') : null;
}

function notLockable(condition: Condition): Refusal | null {
  if (condition.doorOpen) return refuse('VEHICLE_STATE:DOOR_OPEN');
  if (condition.hoodOpen) return refuse('VEHICLE_STATE:HOOD_OPEN');
  if (condition.trunkOpen) return refuse('VEHICLE_STATE:TRUNK_OPEN');
  return stillMoving(condition);
}

function parsed<T>(
  schema: z.ZodMiniType<T>,
  body: unknown,
  run: (value: T) => Partial<Condition> | Refusal,
): Partial<Condition> | Refusal {
  const result = schema.safeParse(body);
  if (result.success) return run(result.data);
  const detail = result.error.issues.map((issue) => ({ field: issue.path.join('.'), message: issue.message }));
  return refuse('VALIDATION', { detail });
}
