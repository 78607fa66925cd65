// The calls of `smartcar.ts` on platform API V3: the same names, the same results. What differs is who is asked: an
// application's token and the driver's user id instead of the driver's token, and a list is narrowed by that user.
// V3 knows neither batches nor service history nor diagnostics in V2's form; `signal` and `signals` read those as they are.

import { LONGEST_CALL_MS } from './constants.ts';
import type { Answered, Degrees, Fraction, Meta } from './quantities.ts';
import { makeTransport, type Transport } from './transport.ts';
import type { V3, V3Vehicle } from './v3.ts';
import { commands, sendCommand } from './v3-commands.ts';
import { createSubscription, deleteConnections, listConnections, readVehicle } from './v3-connections.ts';
import * as mapped from './v3-mapped.ts';
import { readSignal, readSignals, type SignalOutcome, type SignalStore } from './v3-signals.ts';
import { nothingThere } from './vehicle-error.ts';

let shared: Transport | undefined;

// Each origin can be moved on its own, or all with the one name that the vendor's libraries know.
const v3 = (access: string): V3 => {
  shared ??= makeTransport();
  const all = process.env['SMARTCAR_API_V3_ORIGIN'];
  const origins = {
    vehicle: all ?? 'https://vehicle.api.smartcar.com',
    management: process.env['SMARTCAR_MANAGEMENT_API_ORIGIN'] ?? all ?? 'https://management.api.smartcar.com',
    compatibility: all ?? 'https://compatibility.api.smartcar.com',
  };
  return { transport: shared, origins, access, deadlineMs: LONGEST_CALL_MS };
};

type Of<Read extends (vehicle: V3Vehicle) => Promise<unknown>> = ReturnType<Read>;

const noMeta: Meta = { requestId: undefined, dataAge: undefined, fetchedAt: undefined, unitSystem: undefined };

type Mode = 'live' | 'simulated';

/** Ids of every vehicle the driver shared with the application, all pages. */
export const getVehicles = async (
  applicationToken: string,
  { userId, mode }: { readonly userId: string; readonly mode?: Mode },
): Promise<{ readonly vehicles: readonly string[] }> => {
  const found = await listConnections(v3(applicationToken), { userId, mode });
  return { vehicles: [...new Set(found.map(({ vehicleId }) => vehicleId))] };
};

type Commanded = Promise<Answered<{ readonly status: string }>>;

/** One vehicle. Every method throws VehicleError. A call that needs several signals costs one request for each. */
export class Vehicle {
  readonly id: string;
  readonly #access: string;
  readonly #userId: string;
  readonly #mode: Mode | undefined;

  constructor(id: string, applicationToken: string, options: { readonly userId: string; readonly mode?: Mode }) {
    this.id = id;
    this.#access = applicationToken;
    this.#userId = options.userId;
    this.#mode = options.mode;
  }

  vin = (): Of<typeof mapped.readVin> => mapped.readVin(this.#vehicle());
  odometer = (): Of<typeof mapped.readOdometer> => mapped.readOdometer(this.#vehicle());
  location = (): Of<typeof mapped.readLocation> => mapped.readLocation(this.#vehicle());
  fuel = (): Of<typeof mapped.readFuel> => mapped.readFuel(this.#vehicle());
  tirePressure = (): Of<typeof mapped.readTirePressure> => mapped.readTirePressure(this.#vehicle());
  oil = (): Of<typeof mapped.readOil> => mapped.readOil(this.#vehicle());
  engineOil = (): Of<typeof mapped.readOil> => this.oil();
  battery = (): Of<typeof mapped.readBattery> => mapped.readBattery(this.#vehicle());
  batteryCapacity = (): Of<typeof mapped.readBatteryCapacity> => mapped.readBatteryCapacity(this.#vehicle());
  nominalCapacity = (): Of<typeof mapped.readNominalCapacity> => mapped.readNominalCapacity(this.#vehicle());
  charge = (): Of<typeof mapped.readCharge> => mapped.readCharge(this.#vehicle());
  getChargeLimit = (): Of<typeof mapped.readChargeLimit> => mapped.readChargeLimit(this.#vehicle());
  startCharge = (): Commanded => this.#send(commands.startCharge);
  stopCharge = (): Commanded => this.#send(commands.stopCharge);
  lock = (): Commanded => this.#send(commands.lock);
  unlock = (): Commanded => this.#send(commands.unlock);

  /** `limit` 0.5 to 1. */
  setChargeLimit = (limit: Fraction): Commanded => this.#send(commands.setChargeLimit(limit));

  sendDestination = (latitude: Degrees, longitude: Degrees): Commanded =>
    this.#send(commands.sendDestination(latitude, longitude));

  attributes = async (): Promise<
    Answered<{ readonly id: string; readonly make: string; readonly model: string; readonly year: number }>
  > => {
    const { id, make, model, year } = await readVehicle(this.#vehicle(), this.id, this.#userId);
    return { id, make, model, year, meta: noMeta };
  };

  /** What the driver granted. Throws `no_connection` when nothing is granted any more. */
  permissions = async (): Promise<Answered<{ readonly permissions: readonly string[] }>> => {
    const found = await this.#connections();
    if (found.length === 0) throw nothingThere('no_connection', 'permissions');
    return { permissions: [...new Set(found.flatMap(({ permissions }) => permissions))], meta: noMeta };
  };

  subscribe = (webhookId: string): Promise<void> =>
    createSubscription(this.#vehicle(), { webhookId, userId: this.#userId, vehicleId: this.id });

  disconnect = async (): Promise<Answered<{ readonly status: string }>> => {
    await deleteConnections(v3(this.#access), this.#granted());
    return { status: 'success', meta: noMeta };
  };

  /** One signal by its code, as the platform writes it. */
  signal = (code: string): Promise<SignalOutcome> => readSignal(this.#vehicle(), code);

  signals = (): Promise<SignalStore> => readSignals(this.#vehicle());

  #granted() {
    return { vehicleId: this.id, userId: this.#userId, mode: this.#mode };
  }

  #connections() {
    return listConnections(v3(this.#access), this.#granted());
  }

  #vehicle(): V3Vehicle {
    return { ...v3(this.#access), vehicleId: this.id, userId: this.#userId };
  }

  async #send(command: Parameters<typeof sendCommand>[1]): Commanded {
    const { status, requestId } = await sendCommand(this.#vehicle(), command);
    return { status, meta: { ...noMeta, requestId } };
  }
}
