// One question to one vehicle: everything that is checked before the endpoint answers, in this order:
// covered by the token, permission, throttle, injected fault, ability of the car, sleep, standing trouble.
// A batch part goes through the same checks as a single request.

import { type Answer, answer } from './answer.ts';
import type { Caller } from './caller.ts';
import { asleepAt, recordedAt } from './car.ts';
import { type Fault, isWhole } from './fault.ts';
import type { Entry } from './fleet.ts';
import { refuseSimulated } from './simulation.ts';
import type { UnitSystem } from './units.ts';
import type { Look, Read } from './vehicle-reads.ts';
import { type Refusal, refuse, type VendorErrorName, virtualKeyUrl } from './vendor-error.ts';
import type { World } from './world.ts';

/** A caller at a vehicle that its token covers. */
export interface Visit {
  readonly kind: 'visit';
  readonly caller: Caller;
  readonly entry: Entry;
  readonly now: number;
  readonly units: UnitSystem;
  /** Where the Connect pages are, for links in errors. */
  readonly origin: string;
  readonly query: URLSearchParams;
}

/** What an endpoint demands, whether it reads or commands. */
export type Demand = Pick<Read, 'path' | 'permission' | 'powertrains' | 'fromRecords'>;

export function readVehicle(world: World, visit: Visit, read: Read): Answer | Refusal {
  return refuseVehicleRequest(world, visit, read) ?? answerTo(visit, read);
}

/** What a webhook tells of an endpoint: nobody asked, so nothing is counted, and no fault that waits for a request is used up. */
export function pushedRead(visit: Visit, read: Read): Answer | Refusal {
  return withoutPermission(visit, read) ?? standing(visit, read) ?? answerTo(visit, read);
}

function answerTo(visit: Visit, read: Read): Answer | Refusal {
  const look = lookOf(visit);
  const body = read.body(look);
  if (isRefusal(body)) return body;
  const ages = { 'sc-data-age': instant(look.recordedAt), 'sc-fetched-at': instant(look.now) };
  return answer(body, { 'sc-unit-system': look.units, ...(read.fromRecords === true ? {} : ages) });
}

/** What an endpoint gets to see of the visited car. */
export function lookOf({ caller, entry, now, units, query }: Visit): Look {
  const { car, condition } = entry;
  return { car, condition, recordedAt: recordedAt(car, now), now, units, query, permissions: caller.grant.permissions };
}

function instant(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

export function refuseVehicleRequest(world: World, visit: Visit, demand: Demand): Refusal | null {
  return (
    withoutPermission(visit, demand) ??
    throttled(world, visit) ??
    injected(world, visit, demand.path, false) ??
    standing(visit, demand)
  );
}

/** What of the car itself is in the way. */
function standing(visit: Visit, demand: Demand): Refusal | null {
  const incapable = unable(visit, demand);
  if (incapable !== null || demand.fromRecords === true) return incapable;
  return asleep(visit) ?? refuseSimulated(visit.entry.simulation) ?? troubled(visit);
}

/** Injected faults that fail a whole request, batch or not. */
export function refuseWholeRequest(world: World, visit: Visit, path: string): Refusal | null {
  return injected(world, visit, path, true);
}

function withoutPermission({ caller }: Visit, demand: Demand): Refusal | null {
  const { permission } = demand;
  return permission === null || caller.grant.permissions.includes(permission) ? null : refuse('PERMISSION');
}

export function throttled(world: World, { entry, now }: Visit): Refusal | null {
  if (entry.throttle === null) return null;
  const seconds = world.limits.takeFromVehicle(entry.car.id, entry.throttle, now);
  return seconds === 0 ? null : refuse('RATE_LIMIT:VEHICLE', { retryAfterSeconds: seconds });
}

function injected(world: World, visit: Visit, path: string, whole: boolean): Refusal | null {
  return faulty(world, visit, (fault) => isWhole(fault) === whole && (fault.path ?? path) === path);
}

/** Takes an injected fault that fits. */
export function faulty(world: World, visit: Visit, fits: (fault: Fault) => boolean): Refusal | null {
  const fault = world.fleet.takeFault(visit.entry.car.id, fits);
  if (fault === null) return null;
  return refuse(fault.error, { ...extras(visit, fault.error), retryAfterSeconds: retryAfter(fault) });
}

export function unable({ entry }: Visit, demand: Pick<Demand, 'powertrains'>): Refusal | null {
  const able = demand.powertrains?.includes(entry.car.powertrain) ?? true;
  return able ? null : refuse('COMPATIBILITY:VEHICLE_NOT_CAPABLE');
}

function asleep({ entry, now }: Visit): Refusal | null {
  return asleepAt(entry.car, now) ? refuse('VEHICLE_STATE:ASLEEP') : null;
}

/** The standing trouble of a car. */
export function troubled(visit: Visit): Refusal | null {
  const { trouble } = visit.entry;
  return trouble === null ? null : refuse(trouble, extras(visit, trouble));
}

function retryAfter(fault: Fault): number | undefined {
  return fault.retryAfterSeconds ?? (fault.error === 'RATE_LIMIT:VEHICLE' ? 120 : undefined);
}

/** What the vendor adds to some errors beside type and code. */
function extras({ caller, entry, origin }: Visit, error: VendorErrorName): Pick<Refusal, 'url' | 'detail'> {
  if (error === 'SERVER:MULTIPLE_RECORDS_FOUND') return { detail: [{ capacities: [50, 54] }] };
  if (error === 'CONNECTED_SERVICES_ACCOUNT:VIRTUAL_KEY_REQUIRED') return { url: virtualKeyUrl };
  if (error !== 'CONNECTED_SERVICES_ACCOUNT:AUTHENTICATION_FAILED') return {};
  const query = new URLSearchParams({
    response_type: 'vehicle_id',
    client_id: caller.application.clientId,
    vehicle_id: entry.car.id,
  });
  return { url: `${origin}/oauth/reauthenticate?${query}` };
}

function isRefusal(body: object): body is Refusal {
  return 'kind' in body && body.kind === 'refusal';
}
