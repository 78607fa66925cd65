// Charge schedules of V3: made daily, weekly or for the work week, and taken away by id. The vendor's documents name the
// fields and not what stands in the inner ones: the location is checked, the rest is kept as told, and no car charges by it.

import * as z from 'zod/mini';
import type { ChargeSchedule, Condition } from './condition.ts';
import { refuseSimulatedCommand } from './simulation.ts';
import { type V3Handler, v3Answer } from './v3-answer.ts';
import { isRefusal, type V3Visit, visitV3 } from './v3-caller.ts';
import { refuseV3 } from './v3-error.ts';
import { accepted, attributesOf, execution } from './v3-vehicle-routes.ts';
import { type Demand, refuseVehicleRequest } from './vehicle-requests.ts';
import type { Refusal } from './vendor-error.ts';
import { jsonOf, type World } from './world.ts';

type Kind = ChargeSchedule['kind'];

const location = z.object({
  latitude: z.number().check(z.gte(-90), z.lte(90)),
  longitude: z.number().check(z.gte(-180), z.lte(180)),
});
const time = z.string().check(z.minLength(1));
/** A list or an object: which of them is not documented. */
const inner = z.union([z.array(z.unknown()).check(z.minLength(1)), z.record(z.string(), z.unknown())]);
const oneOf = (...names: readonly string[]) =>
  z.refine<Readonly<Record<string, unknown>>>((body) => names.some((name) => body[name] !== undefined));

const bodies: Readonly<Record<Kind, z.ZodMiniType>> = {
  daily: z
    .looseObject({ location, startTime: z.optional(time), stopTime: z.optional(time) })
    .check(oneOf('startTime', 'stopTime')),
  weekly: z.looseObject({ location, days: inner }),
  workweek: z
    .looseObject({ location, weekdays: z.optional(inner), weekends: z.optional(inner) })
    .check(oneOf('weekdays', 'weekends')),
};

export const scheduleKinds: readonly Kind[] = ['daily', 'weekly', 'workweek'];

export function addChargeSchedule(kind: Kind): V3Handler {
  const path = `/charge-schedules/${kind}`;
  return async (world, call) => {
    const visit = visitV3(world, call, path, 'required');
    if (isRefusal(visit)) return accepted(world, visit, call.requestId);
    const told = attributesOf(await jsonOf(call.request));
    const refusal = refused(world, visit, path);
    if (refusal !== null) return accepted(world, refusal, call.requestId);
    if (!bodies[kind].safeParse(told).success) {
      return accepted(world, refuseV3('VALIDATION:INVALID_INPUT_FORMAT'), call.requestId);
    }
    const id = world.uuid();
    keep(world, visit, [...visit.entry.condition.chargeSchedules, { id, kind, told }]);
    return accepted(world, execution(visit, { path }, told, id), call.requestId);
  };
}

export const deleteChargeSchedule: V3Handler = (world, call) => {
  const id = call.params['scheduleId'] ?? '';
  const path = `/charge-schedules/${id}`;
  const visit = visitV3(world, call, path, 'required');
  if (isRefusal(visit)) return visit;
  const refusal = refused(world, visit, path);
  if (refusal !== null) return refusal;
  const { chargeSchedules } = visit.entry.condition;
  const left = chargeSchedules.filter((each) => each.id !== id);
  if (left.length === chargeSchedules.length) return refuseV3('RESOURCE_NOT_FOUND:PATH');
  keep(world, visit, left);
  return v3Answer(null);
};

function refused(world: World, visit: V3Visit, path: string): Refusal | null {
  const demand: Demand = { path, permission: 'control_charge', powertrains: ['BEV', 'PHEV'] };
  return refuseVehicleRequest(world, visit, demand) ?? refuseSimulatedCommand(visit.entry.simulation, path);
}

function keep(world: World, { entry }: V3Visit, chargeSchedules: Condition['chargeSchedules']): void {
  world.fleet.setCondition(entry.car.id, { chargeSchedules });
}
