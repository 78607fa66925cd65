// The calls of the platform's own Node library, on our client: code written for `require('smartcar')` runs with only the
// import changed. Differences: instants in `meta` are strings, errors are VehicleError. The origin is read from
// SMARTCAR_API_ORIGIN at each call, as that library does. The product itself uses `platform.ts`.

import { callBatch, type PickPart } from './batch.ts';
import { LONGEST_CALL_MS } from './constants.ts';
import { type Endpoint, endpoints, type Page, type Read, type ServicePeriod } from './endpoints.ts';
import type { Answered, Degrees, Fraction, UnitSystem } from './quantities.ts';
import { makeTransport, type Transport } from './transport.ts';
import { callVehicle, listVehicles, readUser, type V2, type V2Vehicle, type VehiclePage } from './v2.ts';

let shared: Transport | undefined;

const v2 = (): V2 => {
  shared ??= makeTransport();
  const apiOrigin = process.env['SMARTCAR_API_ORIGIN'] ?? 'https://api.smartcar.com';
  return { transport: shared, apiOrigin, deadlineMs: LONGEST_CALL_MS };
};

/** One page of vehicle ids, and `paging`. */
export const getVehicles = (accessToken: string, page: Page = {}): Promise<VehiclePage> =>
  listVehicles(v2(), accessToken, page);

/** The platform's id of the driver. */
export const getUser = (accessToken: string): ReturnType<typeof readUser> => readUser(v2(), accessToken);

type AnswerOf<E> = E extends Endpoint<never, infer A> ? Answered<A> : never;
type Answer<Name extends keyof typeof endpoints> = Promise<AnswerOf<(typeof endpoints)[Name]>>;

/** One vehicle. Every method is one call and throws VehicleError. */
export class Vehicle {
  readonly id: string;
  readonly #access: string;
  readonly #unitSystem: UnitSystem;

  constructor(id: string, accessToken: string, options: { readonly unitSystem?: UnitSystem } = {}) {
    this.id = id;
    this.#access = accessToken;
    this.#unitSystem = options.unitSystem ?? 'metric';
  }

  attributes = (): Answer<'attributes'> => callVehicle(this.#vehicle(), endpoints.attributes, undefined);
  vin = (): Answer<'vin'> => callVehicle(this.#vehicle(), endpoints.vin, undefined);
  odometer = (): Answer<'odometer'> => callVehicle(this.#vehicle(), endpoints.odometer, undefined);
  location = (): Answer<'location'> => callVehicle(this.#vehicle(), endpoints.location, undefined);
  fuel = (): Answer<'fuel'> => callVehicle(this.#vehicle(), endpoints.fuel, undefined);
  tirePressure = (): Answer<'tirePressure'> => callVehicle(this.#vehicle(), endpoints.tirePressure, undefined);
  oil = (): Answer<'oil'> => callVehicle(this.#vehicle(), endpoints.oil, undefined);
  engineOil = (): Answer<'oil'> => this.oil();
  battery = (): Answer<'battery'> => callVehicle(this.#vehicle(), endpoints.battery, undefined);
  batteryCapacity = (): Answer<'batteryCapacity'> => callVehicle(this.#vehicle(), endpoints.batteryCapacity, undefined);
  nominalCapacity = (): Answer<'nominalCapacity'> => callVehicle(this.#vehicle(), endpoints.nominalCapacity, undefined);
  charge = (): Answer<'charge'> => callVehicle(this.#vehicle(), endpoints.charge, undefined);
  startCharge = (): Answer<'startCharge'> => callVehicle(this.#vehicle(), endpoints.startCharge, undefined);
  stopCharge = (): Answer<'stopCharge'> => callVehicle(this.#vehicle(), endpoints.stopCharge, undefined);
  getChargeLimit = (): Answer<'chargeLimit'> => callVehicle(this.#vehicle(), endpoints.chargeLimit, undefined);
  lockStatus = (): Answer<'lockStatus'> => callVehicle(this.#vehicle(), endpoints.lockStatus, undefined);
  lock = (): Answer<'lock'> => callVehicle(this.#vehicle(), endpoints.lock, undefined);
  unlock = (): Answer<'unlock'> => callVehicle(this.#vehicle(), endpoints.unlock, undefined);
  diagnosticSystemStatus = (): Answer<'systemStatus'> =>
    callVehicle(this.#vehicle(), endpoints.systemStatus, undefined);
  diagnosticTroubleCodes = (): Answer<'troubleCodes'> =>
    callVehicle(this.#vehicle(), endpoints.troubleCodes, undefined);
  disconnect = (): Answer<'disconnect'> => callVehicle(this.#vehicle(), endpoints.disconnect, undefined);

  /** `limit` 0.5 to 1. */
  setChargeLimit = (limit: Fraction): Answer<'setChargeLimit'> =>
    callVehicle(this.#vehicle(), endpoints.setChargeLimit, limit);

  permissions = (page: Page = {}): Answer<'permissions'> => callVehicle(this.#vehicle(), endpoints.permissions, page);

  /** Dates are `YYYY-MM-DD`. */
  serviceHistory = (startDate?: string, endDate?: string): Answer<'serviceHistory'> => {
    const period: ServicePeriod = { ...(startDate && { startDate }), ...(endDate && { endDate }) };
    return callVehicle(this.#vehicle(), endpoints.serviceHistory, period);
  };

  sendDestination = (latitude: Degrees, longitude: Degrees): Answer<'sendDestination'> =>
    callVehicle(this.#vehicle(), endpoints.sendDestination, { latitude, longitude });

  subscribe = (webhookId: string): Answer<'subscribe'> =>
    callVehicle(this.#vehicle(), endpoints.subscribe, { webhookId });

  /** Needs the application management token instead of the driver's. */
  unsubscribe = (managementToken: string, webhookId: string): Answer<'unsubscribe'> =>
    callVehicle({ ...this.#vehicle(), access: managementToken }, endpoints.unsubscribe, { webhookId });

  /** Several reads in one call: `(await vehicle.batch([endpoints.odometer]))(endpoints.odometer)`. */
  batch = (reads: readonly Read<unknown>[]): Promise<PickPart> => callBatch(this.#vehicle(), reads);

  #vehicle(): V2Vehicle {
    return { ...v2(), access: this.#access, vehicleId: this.id, unitSystem: this.#unitSystem };
  }
}
