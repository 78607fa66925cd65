// Every route of the simulated platform as data: method, path, handler. All hosts of the vendor are one origin here.
// A vehicle endpoint is a row of vehicle-reads or vehicle-commands; paths are matched after one trailing slash is gone.

import { connections, deleteConnections, user, vehicles } from './account-routes.ts';
import { toResponse } from './answer.ts';
import { applicationTokenEndpoint } from './application-token-endpoint.ts';
import { compatibility, compatibilityMatrix } from './compatibility-routes.ts';
import { continueConnect, openConnect } from './connect-flow.ts';
import { tokenEndpoint } from './token-endpoint.ts';
import { type V3Handler, v3Response } from './v3-answer.ts';
import { addChargeSchedule, deleteChargeSchedule, scheduleKinds } from './v3-charge-schedules.ts';
import * as connectionRoutes from './v3-connection-routes.ts';
import { refuseV3 } from './v3-error.ts';
import * as management from './v3-management-routes.ts';
import * as v3Vehicle from './v3-vehicle-routes.ts';
import { vehicleCommands } from './vehicle-commands.ts';
import { vehicleReads } from './vehicle-reads.ts';
import * as vehicle from './vehicle-routes.ts';
import { type Refusal, refuse } from './vendor-error.ts';
import type { Call, World } from './world.ts';

type Respond = (world: World, call: Call) => Response | Promise<Response>;

interface Route {
  readonly method: string;
  readonly segments: readonly string[];
  readonly respond: Respond;
}

const VEHICLE = '/v2.0/vehicles/:vehicleId';
const V3_VEHICLE = '/v3/vehicles/:vehicleId';

const routes: readonly Route[] = [
  page('GET', '/oauth/authorize', openConnect('connect')),
  page('GET', '/oauth/reauthenticate', openConnect('reauthenticate')),
  page('POST', '/oauth/authorize', continueConnect),
  page('POST', '/oauth/token', tokenEndpoint),
  api('GET', '/v2.0/vehicles', vehicles),
  api('GET', '/v2.0/user', user),
  api('GET', '/v2.0/compatibility', compatibility),
  api('GET', '/v2.0/compatibility/matrix', compatibilityMatrix),
  api('GET', '/v2.0/management/connections', connections),
  api('DELETE', '/v2.0/management/connections', deleteConnections),
  ...vehicleReads.map((each) => api('GET', `${VEHICLE}${each.path}`, vehicle.read(each))),
  ...vehicleCommands.map((each) => api('POST', `${VEHICLE}${each.path}`, vehicle.command(each))),
  api('DELETE', `${VEHICLE}/application`, vehicle.disconnect),
  api('POST', `${VEHICLE}/batch`, vehicle.batch),
  api('POST', `${VEHICLE}/webhooks/:webhookId`, vehicle.subscribe),
  api('DELETE', `${VEHICLE}/webhooks/:webhookId`, vehicle.unsubscribe),
  page('POST', '/oauth2/token', applicationTokenEndpoint),
  v3('GET', '/v3/connections', connectionRoutes.connectionList),
  v3('GET', '/v3/connections/:connectionId', connectionRoutes.connection),
  v3('DELETE', '/v3/connections/:connectionId', connectionRoutes.deleteConnection),
  v3('DELETE', '/v3/users/:userId', connectionRoutes.deleteUser),
  v3('GET', V3_VEHICLE, v3Vehicle.vehicle),
  v3('GET', `${V3_VEHICLE}/signals`, v3Vehicle.signalList),
  v3('GET', `${V3_VEHICLE}/signals/:code`, v3Vehicle.signal),
  ...v3Vehicle.v3Commands.map((each) => v3('POST', `${V3_VEHICLE}/commands${each.path}`, v3Vehicle.command(each))),
  ...scheduleKinds.map((kind) => v3('POST', `${V3_VEHICLE}/charge-schedules/${kind}`, addChargeSchedule(kind))),
  v3('DELETE', `${V3_VEHICLE}/charge-schedules/:scheduleId`, deleteChargeSchedule),
  v3('GET', '/v3/webhooks', management.webhookList),
  v3('GET', '/v3/webhooks/:webhookId', management.webhook),
  v3('GET', '/v3/subscriptions', management.subscriptionList),
  v3('POST', '/v3/subscriptions', management.subscribe),
  v3('GET', '/v3/subscriptions/:subscriptionId', management.subscription),
  v3('DELETE', '/v3/subscriptions/:subscriptionId', management.unsubscribe),
  v3('GET', '/v3/applications', management.applicationList),
  v3('GET', '/v3/applications/:applicationId', management.application),
  v3('GET', '/v3/applications/:applicationId/secrets', management.applicationSecrets),
  v3('GET', '/v3/compatible-vehicles', management.compatibleVehicles),
  api('GET', `${VEHICLE}/:make/:endpoint`, vehicle.makeSpecific),
  api('GET', `${VEHICLE}/:make/:endpoint/:part`, vehicle.makeSpecific),
];

/** @returns the response of the route a request belongs to, or the vendor's 404. */
export function route(
  world: World,
  request: Request,
  url: URL,
  now: number,
  requestId: string,
): Response | Promise<Response> {
  const target = world.behaviour.current.strict ? url : asMeant(url);
  const segments = segmentsOf(target.pathname);
  for (const candidate of routes) {
    const params = candidate.method === request.method ? match(candidate.segments, segments) : null;
    if (params !== null) return candidate.respond(world, { request, url: target, params, now, requestId });
  }
  if (segments[0] === 'v3') return v3Response(refuseV3('RESOURCE_NOT_FOUND:INVALID_PATH'), requestId);
  return toResponse(notFound(segments), requestId);
}

/**
 * What the libraries mean where they write something else: Go asks for version 1.0 unless told otherwise; Java writes the question mark
 * of the service history as a part of the path, Ruby writes a second one into the last date when it has flags.
 */
function asMeant(url: URL): URL {
  const [path = '', query] = url.pathname.replace(/^\/v1\.0\//, '/v2.0/').split(/%3F/i);
  if (!path.endsWith('/service/history')) return new URL(`${path}${url.search}`, url);
  const given = [...new URLSearchParams(query), ...url.searchParams];
  const dates = given.map(([name, value]): [string, string] => [name, value.split('?')[0] ?? '']);
  return new URL(`${path}?${new URLSearchParams(dates)}`, url);
}

function notFound([first = '', ...rest]: readonly string[]): Refusal {
  const otherVersion = /^v\d+(\.\d+)?$/.test(first) && first !== 'v2.0' && rest.length > 0;
  return refuse(otherVersion ? 'RESOURCE_NOT_FOUND:VERSION' : 'RESOURCE_NOT_FOUND:PATH');
}

function match(pattern: readonly string[], segments: readonly string[]): Record<string, string> | null {
  if (pattern.length !== segments.length) return null;
  const params: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const actual = segments[index] ?? '';
    if (expected.startsWith(':')) params[expected.slice(1)] = actual;
    else if (expected !== actual) return null;
  }
  return params;
}

function segmentsOf(path: string): readonly string[] {
  return path.replace(/\/$/, '').split('/').slice(1);
}

function page(method: string, path: string, respond: Respond): Route {
  return { method, segments: segmentsOf(path), respond };
}

function api(method: string, path: string, handler: vehicle.Handler): Route {
  return page(method, path, async (world, call) => toResponse(await handler(world, call), call.requestId));
}

function v3(method: string, path: string, handler: V3Handler): Route {
  return page(method, path, async (world, call) => v3Response(await handler(world, call), call.requestId));
}
