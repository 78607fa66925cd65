// The V3 endpoints about connections and users: what an application is connected to, and how it ends that.
// Only an application's own token may ask. Asking costs no call of the bucket.

import { createHash } from 'node:crypto';
import type { LiveConnection } from './consents.ts';
import { endConnections } from './disconnect.ts';
import { listPage, readPage, resource, type V3Handler, v3Answer } from './v3-answer.ts';
import { applicationOf, isRefusal } from './v3-caller.ts';
import { refuseV3, type V3Refusal } from './v3-error.ts';
import type { Refusal } from './vendor-error.ts';
import type { Call, World } from './world.ts';

/** Newest first; live vehicles only, unless asked otherwise. */
export const connectionList: V3Handler = (world, call) => {
  const application = applicationOf(world, call);
  if (isRefusal(application)) return application;
  const query = call.url.searchParams;
  const page = readPage(query, 10, 100);
  const mode = query.get('filter[vehicle.mode]') ?? 'live';
  if (page === null || (mode !== 'live' && mode !== 'simulated')) return refuseV3('VALIDATION:INVALID_INPUT_FORMAT');
  const { clientId } = application;
  const userId = query.get('filter[userId]') ?? call.request.headers.get('sc-user-id') ?? undefined;
  const vehicleId = query.get('filter[vehicleId]') ?? undefined;
  const externalId = query.get('filter[user.externalId]');
  const found = world.consents
    .live({ clientId, userId, vehicleId })
    .filter(({ grant }) => (grant.mode === 'live') === (mode === 'live'))
    .filter(({ grant }) => externalId === null || world.consents.externalIdOf(clientId, grant.userId) === externalId);
  const all = found.map((each) => connectionResource(world, call, each));
  const order = { orderBy: 'createdAt', orderDirection: 'DESC' };
  return v3Answer(listPage(world.behaviour.current, call.url, all, page, order));
};

export const connection: V3Handler = (world, call) => {
  const found = connectionOf(world, call);
  if (isRefusal(found)) return found;
  return v3Answer(resource(world.behaviour.current, connectionResource(world, call, found)));
};

export const deleteConnection: V3Handler = (world, call) => {
  const found = connectionOf(world, call);
  if (isRefusal(found)) return found;
  const { clientId, userId } = found.grant;
  endConnections(world, { clientId, userId, vehicleId: found.vehicleId });
  return v3Answer(null);
};

/** Ends every connection of a user with the application. */
export const deleteUser: V3Handler = (world, call) => {
  const application = applicationOf(world, call);
  if (isRefusal(application)) return application;
  const filter = { clientId: application.clientId, userId: call.params['userId'] ?? '' };
  if (world.consents.live(filter).length === 0) return refuseV3('RESOURCE_NOT_FOUND:PATH');
  endConnections(world, filter);
  return v3Answer(null);
};

const noSuchConnection = refuseV3('RESOURCE_NOT_FOUND:PATH', 'There is no such connection.');

function connectionOf(world: World, call: Call): LiveConnection | Refusal | V3Refusal {
  const application = applicationOf(world, call);
  if (isRefusal(application)) return application;
  const all = world.consents.live({ clientId: application.clientId });
  return all.find((each) => connectionIdOf(each) === call.params['connectionId']) ?? noSuchConnection;
}

function connectionResource(world: World, { url }: Call, live: LiveConnection): object {
  const { grant, vehicleId } = live;
  const { make, model, year, powertrain } = world.fleet.find(vehicleId)?.car ?? {};
  const externalId = world.consents.externalIdOf(grant.clientId, grant.userId);
  const mode = grant.mode === 'live' ? 'live' : 'simulated';
  const at = new Date(grant.connectedAt).toISOString();
  const id = connectionIdOf(live);
  return {
    id,
    type: 'connection',
    attributes: {
      permissions: grant.permissions,
      vehicle: { make, model, year, mode, powertrainType: powertrain },
      user: { id: grant.userId, ...(externalId === null ? {} : { externalId }) },
    },
    relationships: {
      vehicle: {
        data: { id: vehicleId, type: 'vehicle' },
        links: { related: `${url.origin}/v3/vehicles/${vehicleId}` },
      },
      user: { data: { id: grant.userId, type: 'user' } },
    },
    meta: { createdAt: at, updatedAt: at },
    links: { self: `${url.origin}/v3/connections/${id}` },
  };
}

/** Another authorization is another connection; the same one always has the same id. */
function connectionIdOf({ grant, vehicleId }: LiveConnection): string {
  const hex = createHash('sha256').update(`${grant.id} ${vehicleId}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
