// The domain interface on platform API V3: connections, and one request per signal.
// Why not all signals in one call: the platform does not say whether that costs one request or one per signal, and a single
// signal is known to cost one. The VIN is asked for after the odometer has come, so that a car that does not answer costs one.
// A value is as old as the car's last report: `recordedAt` is the car's own instant, and the caller judges by it.

import * as z from 'zod/mini';
import { MAX_ODOMETER } from './constants.ts';
import { distanceUnitOf, metresOf } from './metres.ts';
import type { Description, Grant, GrantOf, Odometer, VehiclePlatform, VehicleReading, VehicleRef } from './platform.ts';
import type { Transport } from './transport.ts';
import type { V3, V3Origins, V3Vehicle } from './v3.ts';
import type { PlatformConnection } from './v3-answers.ts';
import { createSubscription, deleteConnections, listConnections, readVehicle } from './v3-connections.ts';
import { bodyIn, readSignal, type SignalOutcome, type SignalValue, valueIn } from './v3-signals.ts';
import { nothingThere, unusableAnswer, VehicleError } from './vehicle-error.ts';

export interface V3PlatformOptions {
  readonly transport: Transport;
  readonly origins: V3Origins;
  /** Milliseconds for every call except `read`, which brings its own. */
  readonly deadlineMs: number;
  /** Epoch ms; stands in for `fetchedAt` where the platform does not say. */
  readonly clock: () => number;
  /**
   * Which connections count; `live` unless given. A driver can change the mode in the address of Connect: whoever accepts
   * simulated cars beside live ones accepts any odometer.
   */
  readonly mode?: 'live' | 'simulated';
}

/** The vehicle platform over V3. Holds no state: make one per process. `access` is the application's token. */
export const makeV3Platform = (options: V3PlatformOptions): VehiclePlatform => {
  const { transport, origins, deadlineMs, clock, mode } = options;
  const v3 = (access: string): V3 => ({ transport, origins, deadlineMs, access });
  const connections = (access: string, of: GrantOf) => listConnections(v3(access), { ...of, mode });
  const grants = async (access: string, of: GrantOf = {}): Promise<readonly Grant[]> => {
    requireNarrow(of);
    return (await connections(access, of)).map(grantOf);
  };
  const describe = (access: string, ref: VehicleRef): Promise<Description> =>
    described({ ...v3(access), ...userOf(ref) });
  return {
    tokenOf: 'application',
    driver: () => Promise.resolve(undefined),
    grants,
    listVehicles: async (access, of) => [...new Set((await grants(access, of)).map(({ vehicleId }) => vehicleId))],
    permissions: async (access, ref) => {
      const found = await connections(access, partsOf(ref));
      if (found.length === 0) throw nothingThere('no_connection', 'permissions');
      return [...new Set(found.flatMap(({ permissions }) => permissions))];
    },
    describe,
    identify: async (access, ref) => {
      const vehicle = { ...v3(access), ...userOf(ref) };
      const { make, model, year } = await readVehicle(vehicle, vehicle.vehicleId, vehicle.userId);
      return { vin: vinIn(await readSignal(vehicle, VIN, 'vin')), make, model, year };
    },
    read: (access, ref, { withVin, deadlineMs: wholeMs }) => {
      const vehicle = { ...v3(access), ...userOf(ref), deadlineMs: wholeMs };
      const isListed = async () => (await connections(access, partsOf(ref))).length > 0;
      return readVehicleNow(vehicle, { withVin, clock, isListed });
    },
    subscribe: (access, ref, webhookId) => createSubscription(v3(access), { ...userOf(ref), webhookId }),
    // A new login makes a new connection of the same car and driver: consent ends with all of them.
    disconnect: (access, ref) => deleteConnections(v3(access), { ...partsOf(ref), mode }),
    billedRequests: ({ withVin }) => (withVin ? 2 : 1),
  };
};

const requireNarrow = (of: GrantOf): void => {
  if (of.externalId || of.userId || of.vehicleId) return;
  throw new TypeError("an application's token sees every driver: say whose grants are meant");
};

const grantOf = ({ vehicleId, userId, permissions, createdAt, updatedAt }: PlatformConnection): Grant => ({
  vehicleId,
  userId,
  permissions,
  changedAt: [createdAt, updatedAt]
    .filter((at) => at !== undefined)
    .sort()
    .at(-1),
});

interface Parts {
  readonly vehicleId: string;
  readonly userId: string | undefined;
}

const partsOf = (ref: VehicleRef): Parts =>
  typeof ref === 'string' ? { vehicleId: ref, userId: undefined } : { vehicleId: ref.vehicleId, userId: ref.userId };

const userOf = (ref: VehicleRef): { readonly vehicleId: string; readonly userId: string } => {
  const { vehicleId, userId } = partsOf(ref);
  if (userId === undefined)
    throw new TypeError('V3 reads a vehicle only for a driver: the userId of the grant is missing');
  return { vehicleId, userId };
};

interface Reading {
  readonly withVin: boolean;
  readonly clock: () => number;
  /** Whether the platform still lists the connection; not billed. */
  readonly isListed: () => Promise<boolean>;
}

const readVehicleNow = async (vehicle: V3Vehicle, { withVin, clock, isListed }: Reading): Promise<VehicleReading> => {
  const until = performance.now() + vehicle.deadlineMs;
  const signal = await readOdometer(vehicle).catch(lostOr(isListed));
  const odometer = odometerOf(signal, clock);
  if (!withVin) return { odometer };
  const left = Math.max(1, Math.floor(until - performance.now()));
  const { vin, vinFailed, vinRefused = vinFailed } = await vinOf({ ...vehicle, deadlineMs: left });
  if (vin !== undefined) return { odometer, vin };
  return vinRefused === undefined ? { odometer, vinUnknown: true } : { odometer, vinRefused };
};

const readOdometer = async (vehicle: V3Vehicle): Promise<SignalValue> =>
  valueIn('odometer', await readSignal(vehicle, ODOMETER, 'odometer'));

// V3 has no code for "the driver left": what could be that is settled by asking whether the connection is still listed.
const lostOr =
  (isListed: () => Promise<boolean>) =>
  async (refusal: unknown): Promise<never> => {
    if (!(refusal instanceof VehicleError) || !couldBeLost(refusal)) throw refusal;
    if (await isListed().catch(() => true)) throw refusal;
    throw nothingThere('no_connection', refusal.operation);
  };

const couldBeLost = ({ fault, code, status, meaning }: VehicleError): boolean =>
  fault === 'no_signal' || code === 'VEHICLE_NOT_FOUND' || (status === 403 && meaning !== 'reconnect');

const ODOMETER = 'odometer-traveleddistance';
const VIN = 'vehicleidentification-vin';

const odometerBody = z.object({
  value: z.number().check(z.refine((value) => value >= 0 && value <= MAX_ODOMETER)),
  unit: z.string(),
});

const odometerOf = (signal: SignalValue, clock: () => number): Odometer => {
  const { value: distance, unit: word } = bodyIn('odometer', signal, odometerBody);
  const unit = distanceUnitOf(word);
  if (unit === undefined) throw unusableAnswer('odometer', 200, 'body.unit');
  const recordedAt = signal.recordedAt ?? signal.fetchedAt;
  if (recordedAt === undefined) throw unusableAnswer('odometer', 200, 'meta.oemUpdatedAt');
  const fetchedAt = signal.fetchedAt ?? new Date(clock()).toISOString();
  return { metres: metresOf(distance, unit), unit, distance, recordedAt, fetchedAt, requestId: signal.requestId };
};

const vinBody = z.object({ value: z.string().check(z.minLength(1)) });

const vinIn = (outcome: SignalOutcome): string => bodyIn('vin', valueIn('vin', outcome), vinBody).value;

interface VinAnswer {
  readonly vin?: string;
  /** The whole call was refused. */
  readonly vinRefused?: VehicleError;
  /** The call was answered, and its one signal is refused, or is no VIN. */
  readonly vinFailed?: VehicleError;
}

/** No field: the platform has no VIN for this car. A VIN refused for lack of permission throws. */
const vinOf = async (vehicle: V3Vehicle): Promise<VinAnswer> => {
  const outcome = await readSignal(vehicle, VIN, 'vin').catch(unlessPermission);
  if (outcome instanceof VehicleError) return { vinRefused: outcome };
  if (outcome.kind === 'absent' || outcome.kind === 'unavailable') return {};
  try {
    return { vin: vinIn(outcome) };
  } catch (failure) {
    return { vinFailed: unlessPermission(failure) };
  }
};

const unlessPermission = (refusal: unknown): VehicleError => {
  if (!(refusal instanceof VehicleError) || refusal.type === 'PERMISSION') throw refusal;
  return refusal;
};

/** A VIN that alone fails is one that the platform does not know: the car may tell it later, or never. */
const described = async (vehicle: V3Vehicle): Promise<Description> => {
  const { make, model, year } = await readVehicle(vehicle, vehicle.vehicleId, vehicle.userId);
  const { vin, vinRefused } = await vinOf(vehicle);
  return { make, model, year, vin, ...(vinRefused === undefined ? {} : { vinRefused }) };
};
