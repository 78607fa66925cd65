// V3: who is connected, and ending it; webhook subscriptions; which models can be connected. Everything that ends or
// creates is done when the platform says that it was done before.
// A filter the platform would ignore must not hand one driver the connections of another: every answer is checked again.

import { everyItem, readV3, resourceOf, settleV3, type V3, type V3Request } from './v3.ts';
import {
  compatibleVehicleAnswer,
  connectionAnswer,
  endedConnectionAnswer,
  listedConnectionAnswer,
  type PlatformConnection,
  subscriptionAnswer,
  vehicleAnswer,
} from './v3-answers.ts';
import { unusableAnswer, VehicleError } from './vehicle-error.ts';

/** Each given field narrows; `mode` is `live` unless given. */
export interface ConnectionFilter {
  readonly userId?: string | undefined;
  readonly vehicleId?: string | undefined;
  /** What the driver was called in the link to Connect. */
  readonly externalId?: string | undefined;
  readonly mode?: 'live' | 'simulated' | undefined;
}

/**
 * Every connection that fits, all pages. Not billed. One that cannot be used (no driver, no vehicle) is left out, unless no other one
 * fits: it may be the one that is asked for, and nobody may take it for gone. Throws VehicleError.
 */
export const listConnections = async (
  v3: V3,
  { userId, vehicleId, externalId, mode = 'live' }: ConnectionFilter,
): Promise<readonly PlatformConnection[]> => {
  const operation = 'connections';
  const filter = { userId, vehicleId, 'user.externalId': externalId, 'vehicle.mode': mode };
  const all = await everyItem(v3, { operation, host: 'vehicle', path: '/connections' }, filter, listedConnectionAnswer);
  const usable = all.flatMap((one) => ('vehicleId' in one ? [one] : []));
  const fitting = usable.filter(
    (one) =>
      fits(userId, one.userId) &&
      fits(vehicleId, one.vehicleId) &&
      fits(mode, one.mode) &&
      fits(externalId, one.externalId),
  );
  if (fitting.length === 0 && usable.length < all.length) throw unusableAnswer(operation, 200, 'data');
  // An external id names one driver. Where answers do not repeat it, several drivers mean that it did not narrow.
  const drivers = new Set(fitting.map((one) => one.userId));
  if (externalId !== undefined && drivers.size > 1) throw unusableAnswer(operation, 200, 'data.relationships.user');
  return fitting;
};

// What an answer does not say cannot contradict the filter.
const fits = (asked: string | undefined, answered: string | undefined): boolean =>
  asked === undefined || answered === undefined || asked === answered;

const connectionPath = (id: string): string => `/connections/${encodeURIComponent(id)}`;

/** One connection by its own id. Throws VehicleError. */
export const readConnection = (v3: V3, connectionId: string): Promise<PlatformConnection> =>
  readV3(
    v3,
    { operation: 'connection', method: 'GET', host: 'vehicle', path: connectionPath(connectionId) },
    resourceOf(connectionAnswer),
  );

/**
 * Ends something. Done as well when the platform says, in its own error document, that there is no such thing. Neither a proxy's page nor
 * `VEHICLE_NOT_FOUND` says so: the one is about its own way there, the other was seen for weeks on connections that lived.
 */
const endV3 = (v3: V3, request: Omit<V3Request, 'method'>): Promise<void> =>
  settleV3(v3, { ...request, method: 'DELETE' }, [200, 202, 204]).catch((refusal: unknown) => {
    const { status, type, code } = refusal instanceof VehicleError ? refusal : {};
    if (status !== 404 || type !== 'RESOURCE_NOT_FOUND' || code !== 'PATH') throw refusal;
  });

/** Ends one connection. Done as well when it does not exist. Throws VehicleError. */
export const deleteConnection = (v3: V3, connectionId: string): Promise<void> =>
  endV3(v3, { operation: 'delete_connection', host: 'vehicle', path: connectionPath(connectionId) });

/**
 * Ends every connection with a vehicle, or, where the driver is named, that driver's: also one that says too little to be used. Done as well
 * when there is none. Throws VehicleError, and, after it has ended the others, where one does not say whose it is: it may be one of these.
 */
export const deleteConnections = async (
  v3: V3,
  { vehicleId, userId, mode = 'live' }: Omit<ConnectionFilter, 'externalId'> & { readonly vehicleId: string },
): Promise<void> => {
  const operation = 'connections';
  const filter = { userId, vehicleId, 'vehicle.mode': mode };
  const all = await everyItem(v3, { operation, host: 'vehicle', path: '/connections' }, filter, endedConnectionAnswer);
  const named = all.flatMap((one) =>
    'vehicleId' in one && (userId === undefined || one.userId !== undefined) ? [one] : [],
  );
  for (const one of named)
    if (one.vehicleId === vehicleId && fits(userId, one.userId)) await deleteConnection(v3, one.id);
  if (named.length < all.length) throw unusableAnswer(operation, 200, 'data');
};

/** Ends all connections of a driver at this application. Done as well when there is no such driver. Throws VehicleError. */
export const deleteUser = (v3: V3, userId: string): Promise<void> =>
  endV3(v3, { operation: 'delete_user', host: 'vehicle', path: `/users/${encodeURIComponent(userId)}` });

export interface PlatformVehicle {
  readonly id: string;
  readonly make: string;
  readonly model: string;
  readonly year: number;
  readonly powertrainType: string | undefined;
}

/** Make, model and year. Throws VehicleError. */
export const readVehicle = (v3: V3, vehicleId: string, userId?: string): Promise<PlatformVehicle> =>
  readV3(
    v3,
    {
      operation: 'vehicle',
      method: 'GET',
      host: 'vehicle',
      path: `/vehicles/${encodeURIComponent(vehicleId)}`,
      userId,
    },
    resourceOf(vehicleAnswer),
  );

export interface Subscription {
  readonly webhookId: string;
  readonly userId: string;
  readonly vehicleId: string;
}

/** Has the webhook told of this vehicle. The platform does it later (202); done as well when it is so already (409). */
export const createSubscription = (v3: V3, { webhookId, userId, vehicleId }: Subscription): Promise<void> =>
  settleV3(
    v3,
    {
      operation: 'subscribe',
      method: 'POST',
      host: 'management',
      path: '/subscriptions',
      body: { data: { attributes: { webhookId, userId, vehicleId } } },
    },
    [200, 201, 202, 204, 409],
  );

export interface PlatformSubscription {
  readonly id: string;
  readonly webhookId: string | undefined;
  readonly userId: string | undefined;
  readonly vehicleId: string | undefined;
}

/** Every subscription that fits. Throws VehicleError. */
export const listSubscriptions = (v3: V3, filter: Partial<Subscription>): Promise<readonly PlatformSubscription[]> =>
  everyItem(
    v3,
    { operation: 'subscriptions', host: 'management', path: '/subscriptions' },
    { userId: filter.userId, webhookId: filter.webhookId, vehicleId: filter.vehicleId },
    subscriptionAnswer,
  );

/** Ends a subscription by its own id. Done as well when it does not exist. Throws VehicleError. */
export const deleteSubscription = (v3: V3, subscriptionId: string): Promise<void> =>
  endV3(v3, {
    operation: 'unsubscribe',
    host: 'management',
    path: `/subscriptions/${encodeURIComponent(subscriptionId)}`,
  });

export interface CompatibleVehicle {
  readonly id: string;
  readonly make: string;
  readonly model: string | undefined;
  readonly startYear: number | undefined;
  readonly endYear: number | undefined;
  readonly powertrainType: string | undefined;
  readonly region: string | undefined;
}

/** Models the platform can connect, all pages. Throws VehicleError. */
export const listCompatibleVehicles = (
  v3: V3,
  filter: {
    readonly make?: string | undefined;
    readonly powertrainType?: string | undefined;
    readonly region?: string | undefined;
  },
): Promise<readonly CompatibleVehicle[]> =>
  everyItem(
    v3,
    { operation: 'compatible_vehicles', host: 'compatibility', path: '/compatible-vehicles' },
    { make: filter.make, powertrainType: filter.powertrainType, region: filter.region },
    compatibleVehicleAnswer,
  );
