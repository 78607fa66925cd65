// The domain interface on platform API V2: lists by page, a batch of `/odometer` and `/vin` per read.
// Refuses an odometer without a unit it knows or an instant it was measured at: such a value proves nothing.

import { callBatch, type Part } from './batch.ts';
import { MAX_PAGES, PAGE_SIZE } from './constants.ts';
import { endpoints, type Page } from './endpoints.ts';
import { metresOf } from './metres.ts';
import type { Description, Odometer, VehiclePlatform, VehicleReading, VehicleRef } from './platform.ts';
import type { Answered } from './quantities.ts';
import type { Transport } from './transport.ts';
import { callVehicle, listVehicles, readUser, type V2, type V2Vehicle } from './v2.ts';
import { unusableAnswer, type VehicleError } from './vehicle-error.ts';

export interface V2PlatformOptions {
  readonly transport: Transport;
  /** Scheme, host and port. */
  readonly apiOrigin: string;
  /** Milliseconds for every call except `read`, which brings its own. */
  readonly deadlineMs: number;
  /** Epoch ms; stands in for `fetchedAt` where the platform does not say. */
  readonly clock: () => number;
}

/** The vehicle platform over V2. Holds no state: make one per process. */
export const makeV2Platform = (options: V2PlatformOptions): VehiclePlatform => {
  const v2: V2 = { transport: options.transport, apiOrigin: options.apiOrigin, deadlineMs: options.deadlineMs };
  const vehicleOf = (access: string, vehicle: VehicleRef): V2Vehicle => {
    const vehicleId = typeof vehicle === 'string' ? vehicle : vehicle.vehicleId;
    return { ...v2, access, vehicleId };
  };
  const listed = (access: string): Promise<readonly string[]> =>
    everyPage(async (page) => {
      const { vehicles, paging } = await listVehicles(v2, access, page);
      return { items: vehicles, count: paging.count };
    });
  return {
    tokenOf: 'driver',
    driver: async (access) => (await readUser(v2, access)).id,
    // The token narrows to its driver; what else is asked for can only be the vehicle.
    grants: async (access, of) => {
      const vehicles = (await listed(access)).filter((id) => of?.vehicleId === undefined || of.vehicleId === id);
      return vehicles.map((vehicleId) => ({
        vehicleId,
        userId: undefined,
        permissions: undefined,
        changedAt: undefined,
      }));
    },
    listVehicles: listed,
    permissions: (access, vehicle) =>
      everyPage(async (page) => {
        const { permissions, paging } = await callVehicle(vehicleOf(access, vehicle), endpoints.permissions, page);
        return { items: permissions, count: paging.count };
      }),
    describe: (access, vehicle) => described(vehicleOf(access, vehicle)),
    identify: async (access, vehicle) => {
      const part = await callBatch(vehicleOf(access, vehicle), [endpoints.attributes, endpoints.vin]);
      const { make, model, year } = valueOrThrow(part(endpoints.attributes));
      return { vin: valueOrThrow(part(endpoints.vin)).vin, make, model, year };
    },
    read: (access, vehicle, { withVin, deadlineMs }) => {
      const one = { ...vehicleOf(access, vehicle), deadlineMs };
      return withVin ? readBoth(one, options.clock) : readOdometer(one, options.clock);
    },
    subscribe: async (access, vehicle, webhookId) => {
      await callVehicle(vehicleOf(access, vehicle), endpoints.subscribe, { webhookId });
    },
    disconnect: async (access, vehicle) => {
      await callVehicle(vehicleOf(access, vehicle), endpoints.disconnect, undefined);
    },
    billedRequests: ({ withVin }) => (withVin ? 2 : 1),
  };
};

const described = async (vehicle: V2Vehicle): Promise<Description> => {
  const part = await callBatch(vehicle, [endpoints.attributes, endpoints.vin]);
  const { make, model, year } = valueOrThrow(part(endpoints.attributes));
  const { vin, vinRefused } = vinIn(part(endpoints.vin));
  return { make, model, year, vin, ...(vinRefused === undefined ? {} : { vinRefused }) };
};

// Without read_vin nobody can say any more whose odometer this is: consent has changed, so the driver must decide.
const vinIn = (part: Part<{ readonly vin: string }>): { readonly vin?: string; readonly vinRefused?: VehicleError } => {
  if (part.ok) return { vin: part.value.vin };
  if (part.error.type === 'PERMISSION') throw part.error;
  return { vinRefused: part.error };
};

const readOdometer = async (vehicle: V2Vehicle, clock: () => number): Promise<VehicleReading> => ({
  odometer: odometerOf(await callVehicle(vehicle, endpoints.odometer, undefined), clock),
});

const readBoth = async (vehicle: V2Vehicle, clock: () => number): Promise<VehicleReading> => {
  const part = await callBatch(vehicle, [endpoints.odometer, endpoints.vin]);
  const odometer = odometerOf(valueOrThrow(part(endpoints.odometer)), clock);
  return { odometer, ...vinIn(part(endpoints.vin)) };
};

const odometerOf = (answer: Answered<{ readonly distance: number }>, clock: () => number): Odometer => {
  const { distance, meta } = answer;
  const recordedAt = meta.dataAge ?? meta.fetchedAt;
  if (recordedAt === undefined) throw unusableAnswer('odometer', 200, 'sc-data-age');
  if (meta.unitSystem === 'unknown') throw unusableAnswer('odometer', 200, 'sc-unit-system');
  // Metric was asked for; an answer that does not name its unit system is in the one asked for.
  const unit = meta.unitSystem === 'imperial' ? 'mi' : 'km';
  const fetchedAt = meta.fetchedAt ?? new Date(clock()).toISOString();
  return { metres: metresOf(distance, unit), unit, distance, recordedAt, fetchedAt, requestId: meta.requestId };
};

const valueOrThrow = <A>(part: Part<A>): Answered<A> => {
  if (part.ok) return part.value;
  throw part.error;
};

const everyPage = async (
  fetchPage: (page: Page) => Promise<{ readonly items: readonly string[]; readonly count: number }>,
): Promise<readonly string[]> => {
  const all: string[] = [];
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const { items, count } = await fetchPage({ limit: PAGE_SIZE, offset: all.length });
    all.push(...items);
    if (items.length === 0 || all.length >= count) break;
  }
  return [...new Set(all)];
};
