// The domain interface on platform API V2: lists by page, a batch of `/odometer` and `/vin` per read.
// Refuses an odometer without a unit it knows or an instant it was measured at: such a value proves nothing.

import { callBatch, type Part } from './batch.ts';
import { MAX_PAGES, PAGE_SIZE } from './constants.ts';
import { endpoints, type Page } from './endpoints.ts';
import { metresOf } from './metres.ts';
import type { Odometer, VehiclePlatform, VehicleReading } from './platform.ts';
import type { Answered } from './quantities.ts';
import type { Transport } from './transport.ts';
import { callVehicle, listVehicles, type V2, type V2Vehicle } from './v2.ts';
import { unusableAnswer } from './vehicle-error.ts';

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
  const vehicleOf = (access: string, vehicleId: string): V2Vehicle => ({ ...v2, access, vehicleId });
  return {
    listVehicles: (access) =>
      everyPage(async (page) => {
        const { vehicles, paging } = await listVehicles(v2, access, page);
        return { items: vehicles, count: paging.count };
      }),
    permissions: (access, vehicleId) =>
      everyPage(async (page) => {
        const { permissions, paging } = await callVehicle(vehicleOf(access, vehicleId), endpoints.permissions, page);
        return { items: permissions, count: paging.count };
      }),
    identify: async (access, vehicleId) => {
      const part = await callBatch(vehicleOf(access, vehicleId), [endpoints.attributes, endpoints.vin]);
      const { make, model, year } = valueOrThrow(part(endpoints.attributes));
      return { vin: valueOrThrow(part(endpoints.vin)).vin, make, model, year };
    },
    read: (access, vehicleId, { withVin, deadlineMs }) => {
      const vehicle = { ...vehicleOf(access, vehicleId), deadlineMs };
      return withVin ? readBoth(vehicle, options.clock) : readOdometer(vehicle, options.clock);
    },
    disconnect: async (access, vehicleId) => {
      await callVehicle(vehicleOf(access, vehicleId), endpoints.disconnect, undefined);
    },
    billedRequests: ({ withVin }) => (withVin ? 2 : 1),
  };
};

const readOdometer = async (vehicle: V2Vehicle, clock: () => number): Promise<VehicleReading> => ({
  odometer: odometerOf(await callVehicle(vehicle, endpoints.odometer, undefined), clock),
});

const readBoth = async (vehicle: V2Vehicle, clock: () => number): Promise<VehicleReading> => {
  const part = await callBatch(vehicle, [endpoints.odometer, endpoints.vin]);
  const odometer = odometerOf(valueOrThrow(part(endpoints.odometer)), clock);
  const vin = part(endpoints.vin);
  if (vin.ok) return { odometer, vin: vin.value.vin };
  // Without read_vin nobody can say any more whose odometer this is: consent has changed, so the driver must decide.
  if (vin.error.type === 'PERMISSION') throw vin.error;
  return { odometer, vinRefused: vin.error.meaning };
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
