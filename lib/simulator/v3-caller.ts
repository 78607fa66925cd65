// Who calls V3: an application by its own token (with `sc-user-id` where a user is meant), or, as the SDKs do, somebody
// with the token of one vehicle. Refusals are answers, never exceptions.

import type { Application } from './application.ts';
import { bearer, callerOf, takeCalls } from './caller.ts';
import type { Grant } from './consents.ts';
import { parseUnitSystem } from './units.ts';
import { refuseV3, type V3Refusal } from './v3-error.ts';
import { refuseWholeRequest, type Visit } from './vehicle-requests.ts';
import { type Refusal, refuse } from './vendor-error.ts';
import type { Call, World } from './world.ts';

/** The application a token stands for. @returns a refusal for anything but an application's token. */
export function applicationOf(world: World, call: Call): Application | Refusal {
  const clientId = world.applicationTokens.clientOf(bearer(call.request), call.now);
  return world.applications.find((each) => each.clientId === clientId) ?? refuse('AUTHENTICATION');
}

export function isRefusal<T extends object>(value: T | Refusal | V3Refusal): value is Refusal | V3Refusal {
  return 'kind' in value && (value.kind === 'refusal' || value.kind === 'v3-refusal');
}

export interface V3Visit extends Visit {
  /** The token stands for the application, not for this vehicle alone. */
  readonly byApplication: boolean;
}

/**
 * Somebody at a vehicle; takes one call from the bucket of the application.
 * @param path for injected faults that fail the whole request
 * @param user whether an application must say for whom it asks
 */
export function visitV3(
  world: World,
  call: Call,
  path: string,
  user: 'required' | 'optional',
): V3Visit | Refusal | V3Refusal {
  const access = accessOf(world, call, user);
  if (isRefusal(access)) return access;
  const vehicleId = call.params['vehicleId'] ?? '';
  const entry = world.fleet.find(vehicleId);
  if (entry === null || entry.lostOnV3) return refuseV3('RESOURCE_NOT_FOUND:VEHICLE_NOT_FOUND');
  const grant = access.grantFor(vehicleId);
  if (grant === null) return refuseV3('AUTHENTICATION:ACCESS_DENIED');
  const { origin, searchParams: query } = call.url;
  const caller = { kind: 'caller', application: access.application, grant } as const;
  const units = parseUnitSystem(null) ?? 'metric';
  const visit: V3Visit = {
    ...{ kind: 'visit', caller, entry, now: call.now, units, origin, query },
    byApplication: access.byApplication,
  };
  return refuseWholeRequest(world, visit, path) ?? visit;
}

interface Access {
  readonly application: Application;
  readonly byApplication: boolean;
  readonly grantFor: (vehicleId: string) => Grant | null;
}

function accessOf(world: World, call: Call, user: 'required' | 'optional'): Access | Refusal | V3Refusal {
  const userId = call.request.headers.get('sc-user-id') ?? undefined;
  const application = applicationOf(world, call);
  if (isRefusal(application)) return byVehicleToken(world, call);
  if (user === 'required' && userId === undefined) return refuseV3('VALIDATION:MISSING_PARAMETER', 'missing userId');
  const { clientId } = application;
  const grantFor = (vehicleId: string): Grant | null =>
    world.consents.live({ clientId, userId, vehicleId })[0]?.grant ?? null;
  return takeCalls(world, call, application) ?? { application, byApplication: true, grantFor };
}

function byVehicleToken(world: World, call: Call): Access | Refusal {
  const caller = callerOf(world, call);
  if (caller.kind === 'refusal') return caller;
  const { application, grant } = caller;
  const grantFor = (vehicleId: string): Grant | null => (grant.vehicleIds.includes(vehicleId) ? grant : null);
  return { application, byApplication: false, grantFor };
}
