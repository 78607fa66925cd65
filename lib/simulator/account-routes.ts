// The V2 endpoints around the vehicles: which ones a token covers, whose they are, and the application's view of all
// its connections (management interface, by management token).

import { answer } from './answer.ts';
import { applicationByManagementToken, callerOf } from './caller.ts';
import type { Connection } from './consents.ts';
import { endConnections } from './disconnect.ts';
import { page, refuseUnreadable } from './paging.ts';
import type { Handler } from './vehicle-routes.ts';
import { refuse } from './vendor-error.ts';

export const vehicles: Handler = (world, call) => {
  const caller = callerOf(world, call);
  if (caller.kind === 'refusal') return caller;
  const query = call.url.searchParams;
  const unreadable = refuseUnreadable(world, query);
  if (unreadable !== null) return unreadable;
  const { items, paging } = page(caller.grant.vehicleIds, query, 10, 50);
  return answer({ vehicles: items, paging });
};

export const user: Handler = (world, call) => {
  const caller = callerOf(world, call);
  return caller.kind === 'refusal' ? caller : answer({ id: caller.grant.userId });
};

/** Newest first; the cursor is the vehicle and user of the last connection told. */
export const connections: Handler = (world, call) => {
  const application = applicationByManagementToken(world, call.request);
  if (application === null) return refuse('AUTHENTICATION');
  const query = call.url.searchParams;
  const unreadable = refuseUnreadable(world, query);
  if (unreadable !== null) return unreadable;
  const all = world.consents.connections({ clientId: application.clientId, ...filterOf(query) });
  const told = query.get('cursor');
  const from = told === null ? 0 : all.findIndex((each) => cursorOf(each) === told) + 1;
  if (told !== null && from === 0)
    return refuse('VALIDATION:PARAMETER', { detail: [{ field: 'cursor', message: 'unknown' }] });
  const { items } = page(all.slice(from), new URLSearchParams({ limit: query.get('limit') ?? '' }), 10, 100);
  const last = items.at(-1);
  const more = from + items.length < all.length;
  return answer({
    connections: items.map(onTheWire),
    paging: { cursor: more && last !== undefined ? cursorOf(last) : null },
  });
};

export const deleteConnections: Handler = (world, call) => {
  const application = applicationByManagementToken(world, call.request);
  if (application === null) return refuse('AUTHENTICATION');
  const filter = filterOf(call.url.searchParams);
  if (filter.userId === undefined && filter.vehicleId === undefined) {
    return refuse('VALIDATION', { detail: [{ field: ['user_id', 'vehicle_id'], message: 'one of them is needed' }] });
  }
  const ended = endConnections(world, { clientId: application.clientId, ...filter });
  return answer({ connections: ended.map(({ userId, vehicleId }) => ({ userId, vehicleId })) });
};

function filterOf(query: URLSearchParams): { userId?: string; vehicleId?: string; mode?: string } {
  const [userId, vehicleId, mode] = [query.get('user_id'), query.get('vehicle_id'), query.get('mode')];
  return { ...(userId && { userId }), ...(vehicleId && { vehicleId }), ...(mode && { mode }) };
}

function onTheWire(connection: Connection): object {
  return { ...connection, connectedAt: new Date(connection.connectedAt).toISOString() };
}

function cursorOf({ vehicleId, userId }: Connection): string {
  return `${vehicleId}.${userId}`;
}
