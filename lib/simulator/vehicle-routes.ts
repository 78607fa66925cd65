// The wire of the V2 vehicle endpoints: from a routed request to an answer about one vehicle, its batch, its
// permissions, its webhooks and its disconnection. Endpoints themselves are data, in vehicle-reads and vehicle-commands.

import * as z from 'zod/mini';
import { type Answer, answer, toPart } from './answer.ts';
import { brands } from './brands.ts';
import { applicationByManagementToken, callerOf } from './caller.ts';
import { endConnections } from './disconnect.ts';
import { refuseUnreadable } from './paging.ts';
import { refuseSimulatedCommand } from './simulation.ts';
import { parseUnitSystem } from './units.ts';
import type { Command } from './vehicle-commands.ts';
import { type Read, vehicleReads } from './vehicle-reads.ts';
import { lookOf, readVehicle, refuseVehicleRequest, refuseWholeRequest, type Visit } from './vehicle-requests.ts';
import { type Refusal, refuse } from './vendor-error.ts';
import { type Call, jsonOf, type World } from './world.ts';

export type Handler = (world: World, call: Call) => Answer | Refusal | Promise<Answer | Refusal>;

const success = { status: 'success' };
const commandSuccess = { status: 'success', message: 'Successfully sent request to vehicle' };
const batchBody = z.object({ requests: z.array(z.object({ path: z.string() })).check(z.minLength(1)) });
/** What the second Go library sends; the platform's documents do not know it. */
const bareBatchBody = z.pipe(
  z.array(z.string()).check(z.minLength(1)),
  z.transform((paths) => ({ requests: paths.map((path) => ({ path })) })),
);

export function read(endpoint: Read): Handler {
  return (world, call) => {
    const visit = visitOf(world, call, endpoint.path);
    if (visit.kind === 'refusal') return visit;
    const unreadable = endpoint.paged === true ? refuseUnreadable(world, visit.query) : null;
    return unreadable ?? readVehicle(world, visit, endpoint);
  };
}

export function command(endpoint: Command): Handler {
  return async (world, call) => {
    const visit = visitOf(world, call, endpoint.path);
    if (visit.kind === 'refusal') return visit;
    const refusal = refuseVehicleRequest(world, visit, endpoint);
    if (refusal !== null) return refusal;
    const unreal = refuseSimulatedCommand(visit.entry.simulation, endpoint.path);
    if (unreal !== null) return unreal;
    const change = endpoint.run(await jsonOf(call.request), lookOf(visit));
    if ('kind' in change) return change;
    world.fleet.setCondition(visit.entry.car.id, change);
    return answer(commandSuccess, { 'sc-unit-system': visit.units });
  };
}

/** Reads several paths of one vehicle at once; an unknown path fails all, anything else only its part. */
export const batch: Handler = async (world, call) => {
  const { strict } = world.behaviour.current;
  const body = (strict ? batchBody : z.union([batchBody, bareBatchBody])).safeParse(await jsonOf(call.request));
  if (!body.success) return refuse('VALIDATION', { detail: [{ field: 'requests', message: 'must list paths' }] });
  const reads = body.data.requests.map(({ path }) => ({ path, endpoint: readAt(path) }));
  const visit = visitOf(world, call, '/batch', reads.length);
  if (visit.kind === 'refusal') return visit;
  const unknown = reads.filter(({ endpoint }) => endpoint === undefined);
  if (unknown.length > 0) {
    return refuse('VALIDATION', {
      detail: unknown.map(({ path }) => ({ field: 'path', message: `unknown: ${path}` })),
    });
  }
  const responses = reads.flatMap(({ path, endpoint }) =>
    endpoint === undefined ? [] : [toPart(path, readVehicle(world, visit, endpoint), call.requestId)],
  );
  return answer({ responses });
};

function readAt(path: string): Read | undefined {
  return vehicleReads.find((endpoint) => endpoint.path === path);
}

/** Ends the connection of the application to the vehicle; the management token is as good as an access token. */
export const disconnect: Handler = (world, call) => {
  const vehicleId = call.params['vehicleId'];
  const manager = applicationByManagementToken(world, call.request);
  const visit = manager === null ? visitOf(world, call, '/application') : null;
  if (visit?.kind === 'refusal') return visit;
  const clientId = manager?.clientId ?? visit?.caller.application.clientId;
  const ended = endConnections(world, { vehicleId, clientId });
  return ended.length > 0 ? answer(success) : refuse('PERMISSION');
};

export const subscribe: Handler = (world, call) => {
  const visit = visitOf(world, call, '/webhooks');
  if (visit.kind === 'refusal') return visit;
  const { webhookId = '', vehicleId = '' } = call.params;
  const { clientId, userId } = visit.caller.grant;
  if (world.webhooks.find(webhookId)?.clientId !== clientId) return unknownWebhook;
  world.subscriptions.add({ webhookId, clientId, userId, vehicleId, createdAt: call.now });
  return answer({ webhookId, vehicleId });
};

export const unsubscribe: Handler = (world, call) => {
  const application = applicationByManagementToken(world, call.request);
  if (application === null) return refuse('AUTHENTICATION');
  const { webhookId = '', vehicleId = '' } = call.params;
  if (world.webhooks.find(webhookId)?.clientId !== application.clientId) return unknownWebhook;
  world.subscriptions.remove({ webhookId, vehicleId });
  return answer(success);
};

const unknownWebhook = refuse('VALIDATION', { detail: [{ field: 'webhookId', message: 'unknown' }] });

/** Endpoints of one make are not simulated; a make in upper case is answered as the vendor does, with PERMISSION. */
export const makeSpecific: Handler = (world, call) => {
  const visit = visitOf(world, call, '/make');
  if (visit.kind === 'refusal') return visit;
  const make = call.params['make'] ?? '';
  const known = brands.some((brand) => brand.make === make.toUpperCase());
  if (!known) return refuse('RESOURCE_NOT_FOUND:PATH');
  return refuse(make === make.toLowerCase() ? 'COMPATIBILITY:SMARTCAR_NOT_CAPABLE' : 'PERMISSION');
};

/** A vehicle the token does not cover is answered like one that does not exist: 403 PERMISSION. */
function visitOf(world: World, call: Call, path: string, calls = 1): Visit | Refusal {
  const caller = callerOf(world, call, calls);
  if (caller.kind === 'refusal') return caller;
  const units = parseUnitSystem(call.request.headers.get('sc-unit-system'));
  if (units === null) return refuse('VALIDATION', { detail: [{ field: 'sc-unit-system', message: 'unknown' }] });
  const vehicleId = call.params['vehicleId'] ?? '';
  const entry = caller.grant.vehicleIds.includes(vehicleId) ? world.fleet.find(vehicleId) : null;
  if (entry === null) return refuse('PERMISSION');
  const { origin, searchParams: query } = call.url;
  const visit: Visit = { kind: 'visit', caller, entry, now: call.now, units, origin, query };
  return refuseWholeRequest(world, visit, path) ?? visit;
}
