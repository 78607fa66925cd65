// The fleet: which cars exist, whose account they are in, and what is done to them. The test bench of the simulator:
// everything here is called in process; over the wire only through the control API (control-*.ts).
// What a car shows at an instant is worked out in car.ts; who may ask is decided elsewhere.

import type { Car, Powertrain, Span } from './car.ts';
import { type Condition, resting } from './condition.ts';
import { type Fault, withoutOne } from './fault.ts';
import { conditionIn, type Simulation } from './simulation.ts';
import type { VendorErrorName } from './vendor-error.ts';

/** What to put into the fleet. Instants are epoch milliseconds, distances whole metres. */
export interface NewCar {
  /** E-mail of the account at the manufacturer; created with its first car. Any password opens it. */
  readonly account: string;
  readonly make?: string;
  readonly model: string;
  readonly year: number;
  readonly vin: string;
  readonly odometerMetres: number;
  readonly powertrain?: Powertrain;
  /** Since when the odometer stands at `odometerMetres`; default: now. */
  readonly since?: number;
  /** Default: 0, parked. */
  readonly metresPerDay?: number;
  readonly sleeps?: readonly Span[];
  /** How often a driving car records; default: 5 minutes. */
  readonly recordEveryMs?: number;
  /** Its maker passes nothing on: it may be subscribed to a webhook, and only ever answers. Default: false. */
  readonly silent?: boolean;
  /** More than `calls` within `seconds` are answered 429 RATE_LIMIT:VEHICLE; default: no such limit. */
  readonly throttle?: Throttle;
  /** Answers every question that needs the car with this error. */
  readonly trouble?: VendorErrorName;
  /** V3 signals this car never has, such as `vehicleidentification-vin`. */
  readonly missingSignals?: readonly string[];
  /** Makes it a vehicle of the vendor's simulator: only connected in mode `simulated`, without a VIN signal. */
  readonly simulation?: Simulation;
  readonly id?: string;
}

export interface Throttle {
  readonly calls: number;
  readonly seconds: number;
}

export interface Entry {
  readonly car: Car;
  /** The account it came with. */
  readonly account: string;
  /** Other accounts that have it as well: several drive one car. */
  readonly sharedWith: readonly string[];
  readonly silent: boolean;
  readonly condition: Condition;
  readonly trouble: VendorErrorName | null;
  readonly throttle: Throttle | null;
  readonly faults: readonly Fault[];
  readonly missingSignals: readonly string[];
  /** V3 lists the connection and answers 404 for the vehicle itself, as was seen for weeks. */
  readonly lostOnV3: boolean;
  readonly simulation: Simulation | null;
}

export class Fleet {
  readonly #entries = new Map<string, Entry>();
  readonly #accounts = new Set<string>();
  readonly #uuid: () => string;
  readonly #clock: () => number;

  constructor(uuid: () => string, clock: () => number) {
    this.#uuid = uuid;
    this.#clock = clock;
  }

  /** Adds a car, and its account with it. @returns the car; its `id` is the vehicle id on the wire. */
  addCar(wanted: NewCar): Car {
    const since = wanted.since ?? this.#clock();
    const car: Car = {
      id: wanted.id ?? this.#uuid(),
      make: wanted.make ?? 'CITROEN',
      model: wanted.model,
      year: wanted.year,
      powertrain: wanted.powertrain ?? 'ICE',
      vins: [{ at: since, vin: wanted.vin }],
      odometer: [{ at: since, metres: wanted.odometerMetres }],
      drives: [{ from: since, metresPerDay: wanted.metresPerDay ?? 0 }],
      sleeps: wanted.sleeps ?? [],
      recordEveryMs: wanted.recordEveryMs ?? 300_000,
    };
    this.addAccount(wanted.account);
    this.#entries.set(car.id, {
      car,
      account: wanted.account.toLowerCase(),
      sharedWith: [],
      silent: wanted.silent ?? false,
      condition: { ...resting, ...(wanted.simulation === undefined ? {} : conditionIn(wanted.simulation)) },
      trouble: wanted.trouble ?? null,
      throttle: wanted.throttle ?? null,
      faults: [],
      missingSignals: wanted.missingSignals ?? (wanted.simulation === undefined ? [] : ['vehicleidentification-vin']),
      lostOnV3: false,
      simulation: wanted.simulation ?? null,
    });
    return car;
  }

  /** Adds an account that has no car yet. */
  addAccount(email: string): void {
    this.#accounts.add(email.toLowerCase());
  }

  /** The accounts that have a car beside its own; each is created if need be, and its owner connects the car like the first. */
  share(id: string, emails: readonly string[]): void {
    for (const email of emails) this.addAccount(email);
    this.#change(id, (entry) => ({ ...entry, sharedWith: emails.map((email) => email.toLowerCase()) }));
  }

  /** From `from` on the car drives so many metres a day; 0 parks it. What was planned after `from` is dropped. */
  drive(id: string, metresPerDay: number, from: number = this.#clock()): void {
    this.#changeCar(id, (car) => ({
      ...car,
      drives: [...car.drives.filter((drive) => drive.from < from), { from, metresPerDay }],
    }));
  }

  /** The car does not answer within the span. */
  sleep(id: string, span: Span): void {
    this.#changeCar(id, (car) => ({ ...car, sleeps: [...car.sleeps, span] }));
  }

  /** Ends the sleep at an instant, and every sleep that was planned to begin later. */
  wake(id: string, at: number = this.#clock()): void {
    this.#changeCar(id, (car) => ({
      ...car,
      sleeps: car.sleeps.flatMap(({ from, to }) => (from < at ? [{ from, to: Math.min(to, at) }] : [])),
    }));
  }

  /** At an instant the odometer is set to `metres` and counts on from there: less than before is a rollback. */
  setOdometer(id: string, metres: number, at: number = this.#clock()): void {
    this.#changeCar(id, (car) => ({
      ...car,
      odometer: [...car.odometer, { at, metres }].toSorted((a, b) => a.at - b.at),
    }));
  }

  /** From an instant on the vehicle id answers with another VIN. */
  changeVin(id: string, vin: string, at: number = this.#clock()): void {
    this.#changeCar(id, (car) => ({ ...car, vins: [...car.vins, { at, vin }].toSorted((a, b) => a.at - b.at) }));
  }

  /** Opens doors, plugs in, starts the ignition: whatever commands look at. */
  setCondition(id: string, condition: Partial<Condition>): void {
    this.#change(id, (entry) => ({ ...entry, condition: { ...entry.condition, ...condition } }));
  }

  /** The car answers every question that needs it with this error, until told otherwise (`null`). */
  setTrouble(id: string, trouble: VendorErrorName | null): void {
    this.#change(id, (entry) => ({ ...entry, trouble }));
  }

  /** The next `count` (default 1) requests to this car are answered with a documented error. */
  inject(id: string, fault: Fault): void {
    this.#change(id, (entry) => ({ ...entry, faults: [...entry.faults, fault] }));
  }

  /** Forgets what was injected and not answered with yet: everything, or one error. */
  forgetFaults(id: string, error?: VendorErrorName): void {
    this.#change(id, (entry) => ({
      ...entry,
      faults: entry.faults.filter((fault) => error !== undefined && fault.error !== error),
    }));
  }

  /** Allows only so many calls from now on; null: as many as are made. */
  setThrottle(id: string, throttle: Throttle | null): void {
    this.#change(id, (entry) => ({ ...entry, throttle }));
  }

  /** V3 signals the car does not have. */
  setMissingSignals(id: string, missingSignals: readonly string[]): void {
    this.#change(id, (entry) => ({ ...entry, missingSignals }));
  }

  /** V3 answers 404 VEHICLE_NOT_FOUND for the vehicle while its connection is still listed. */
  loseOnV3(id: string, lostOnV3 = true): void {
    this.#change(id, (entry) => ({ ...entry, lostOnV3 }));
  }

  /** A vehicle of the vendor's simulator, its simulation in this state; null: a real one. */
  simulate(id: string, simulation: Simulation | null): void {
    const condition = conditionIn(simulation);
    this.#change(id, (entry) => ({ ...entry, simulation, condition: { ...entry.condition, ...condition } }));
  }

  /** @internal Takes the next injected fault that fits, if there is one. */
  takeFault(id: string, fits: (fault: Fault) => boolean): Fault | null {
    const fault = this.#entries.get(id)?.faults.find(fits);
    if (fault === undefined) return null;
    this.#change(id, (entry) => ({ ...entry, faults: withoutOne(entry.faults, fault) }));
    return fault;
  }

  find(id: string): Entry | null {
    return this.#entries.get(id) ?? null;
  }

  hasAccount(email: string): boolean {
    return this.#accounts.has(email.toLowerCase());
  }

  /** @returns the cars of an account, in the order they were added. */
  carsOf(email: string): readonly Entry[] {
    return this.all().filter((entry) => isIn(entry, email));
  }

  all(): readonly Entry[] {
    return [...this.#entries.values()];
  }

  #changeCar(id: string, change: (car: Car) => Car): void {
    this.#change(id, (entry) => ({ ...entry, car: change(entry.car) }));
  }

  #change(id: string, change: (entry: Entry) => Entry): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) throw new RangeError('No such car in the fleet');
    this.#entries.set(id, change(entry));
  }
}

/** Whether a car is in an account. */
export function isIn({ account, sharedWith }: Entry, email: string): boolean {
  return [account, ...sharedWith].includes(email.toLowerCase());
}
