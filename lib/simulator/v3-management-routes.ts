// The V3 management endpoints: webhooks (read only, as the vendor's dashboard makes them), subscriptions, applications,
// and the list of compatible vehicles.

import { models } from './models.ts';
import type { Subscription } from './subscriptions.ts';
import { listPage, readPage, resource, type V3Handler, v3Answer } from './v3-answer.ts';
import { applicationOf, isRefusal } from './v3-caller.ts';
import { refuseV3, type V3Refusal } from './v3-error.ts';
import { attributesOf } from './v3-vehicle-routes.ts';
import type { Refusal } from './vendor-error.ts';
import type { Webhook } from './webhooks.ts';
import { type Call, jsonOf, type World } from './world.ts';

export const webhookList: V3Handler = (world, call) => {
  const application = applicationOf(world, call);
  if (isRefusal(application)) return application;
  return paged(world, call, 25, world.webhooks.of(application.clientId).map(webhookResource));
};

export const webhook: V3Handler = (world, call) => {
  const application = applicationOf(world, call);
  if (isRefusal(application)) return application;
  const found = world.webhooks.find(call.params['webhookId'] ?? '');
  if (found?.clientId !== application.clientId) return refuseV3('RESOURCE_NOT_FOUND:PATH');
  return v3Answer(resource(world.behaviour.current, webhookResource(found)));
};

function webhookResource(each: Webhook): object {
  const { id, name, callbackUri, errorCallbackUri, isEnabled, triggers, data, autoSubscribe } = each;
  return {
    id,
    type: 'webhook',
    attributes: { name, callbackUri, errorCallbackUri, isEnabled, triggers, data, autoSubscribe },
  };
}

export const subscriptionList: V3Handler = (world, call) => {
  const application = applicationOf(world, call);
  if (isRefusal(application)) return application;
  const query = call.url.searchParams;
  const mode = query.get('filter[vehicle.mode]');
  const all = world.subscriptions
    .all({
      clientId: application.clientId,
      userId: query.get('filter[userId]') ?? undefined,
      webhookId: query.get('filter[webhookId]') ?? undefined,
      vehicleId: query.get('filter[vehicleId]') ?? undefined,
    })
    .filter((each) => mode === null || modeOf(world, each) === mode);
  return paged(world, call, 25, all.map(subscriptionResource));
};

function modeOf(world: World, { clientId, userId, vehicleId }: Subscription): string {
  return world.consents.live({ clientId, userId, vehicleId })[0]?.grant.mode === 'live' ? 'live' : 'simulated';
}

/** 202: the subscription exists at once here, its first delivery comes by itself. */
export const subscribe: V3Handler = async (world, call) => {
  const application = applicationOf(world, call);
  if (isRefusal(application)) return application;
  const { webhookId, userId, vehicleId } = attributesOf(await jsonOf(call.request));
  if (typeof webhookId !== 'string' || typeof userId !== 'string' || typeof vehicleId !== 'string') {
    return refuseV3('VALIDATION:MISSING_PARAMETER', 'webhookId, userId and vehicleId are required');
  }
  const { clientId } = application;
  if (world.webhooks.find(webhookId)?.clientId !== clientId)
    return refuseV3('RESOURCE_NOT_FOUND:PATH', 'no such webhook');
  if (world.consents.live({ clientId, userId, vehicleId }).length === 0)
    return refuseV3('AUTHENTICATION:ACCESS_DENIED');
  const added = world.subscriptions.add({ clientId, webhookId, userId, vehicleId, createdAt: call.now });
  if (added === null) return refuseV3('CONFLICT:RESOURCE_ALREADY_EXISTS');
  return v3Answer(resource(world.behaviour.current, subscriptionResource(added)), 202);
};

export const subscription: V3Handler = (world, call) => {
  const found = subscriptionOf(world, call);
  return isRefusal(found) ? found : v3Answer(resource(world.behaviour.current, subscriptionResource(found)));
};

export const unsubscribe: V3Handler = (world, call) => {
  const found = subscriptionOf(world, call);
  if (isRefusal(found)) return found;
  world.subscriptions.remove({ id: found.id });
  return v3Answer(null);
};

function subscriptionOf(world: World, call: Call): Subscription | Refusal | V3Refusal {
  const application = applicationOf(world, call);
  if (isRefusal(application)) return application;
  const found = world.subscriptions.find(call.params['subscriptionId'] ?? '');
  return found?.clientId === application.clientId ? found : refuseV3('RESOURCE_NOT_FOUND:PATH');
}

function subscriptionResource({ id, webhookId, userId, vehicleId, createdAt }: Subscription): object {
  const at = new Date(createdAt).toISOString();
  return { id, type: 'subscription', attributes: { webhookId, userId, vehicleId }, meta: { createdAt: at } };
}

export const applicationList: V3Handler = (world, call) => {
  const application = applicationOf(world, call);
  if (isRefusal(application)) return application;
  return paged(world, call, 25, [applicationResource(application.clientId)]);
};

export const application: V3Handler = (world, call) => {
  const found = applicationOf(world, call);
  if (isRefusal(found)) return found;
  if (found.clientId !== call.params['applicationId']) return refuseV3('RESOURCE_NOT_FOUND:PATH');
  return v3Answer(resource(world.behaviour.current, applicationResource(found.clientId)));
};

/** Up to three; what they are is shown once, when the dashboard makes them, and never here. */
export const applicationSecrets: V3Handler = (world, call) => {
  const found = applicationOf(world, call);
  if (isRefusal(found)) return found;
  if (found.clientId !== call.params['applicationId']) return refuseV3('RESOURCE_NOT_FOUND:PATH');
  const id = found.apiCredentials?.clientId ?? '';
  return paged(world, call, 25, [{ id: `${id}-1`, type: 'secret', attributes: { name: 'First' } }]);
};

function applicationResource(id: string): object {
  return { id, type: 'application', attributes: { name: 'Application' } };
}

export const compatibleVehicles: V3Handler = (world, call) => {
  const found = applicationOf(world, call);
  if (isRefusal(found)) return found;
  const query = call.url.searchParams;
  const [make, type, region] = ['make', 'powertrainType', 'region'].map((name) => query.get(`filter[${name}]`));
  const fits = models.filter(
    (model) =>
      (make ?? model.make) === model.make &&
      (type ?? model.type) === model.type &&
      (region === null || region === undefined || model.regions.some((each) => each === region)),
  );
  const resources = fits.map(({ make: brand, model, startYear, endYear, type: powertrainType, regions }) => ({
    id: `${brand}-${model}-${startYear}`.toLowerCase().replaceAll(' ', '-'),
    type: 'compatible-vehicle',
    attributes: { make: brand, model, startYear, endYear, powertrainType, regions },
  }));
  return paged(world, call, 25, resources);
};

function paged(world: World, call: Call, usual: number, all: readonly object[]): ReturnType<V3Handler> {
  const page = readPage(call.url.searchParams, usual, 100);
  if (page === null) return refuseV3('VALIDATION:INVALID_INPUT_FORMAT');
  return v3Answer(listPage(world.behaviour.current, call.url, all, page));
}
