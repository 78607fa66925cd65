// Which cars a login leads to, and which logins lead to none: accounts of the fleet, the documented trigger e-mails
// and VINs, and in test mode a made-up car for any other e-mail.

import { vinAt } from './car.ts';
import type { Failure, Flow } from './connect-session.ts';
import type { Mode } from './consents.ts';
import { type ConnectFailureName, connectTriggers, troubleTriggers } from './documented-triggers.ts';
import type { Entry } from './fleet.ts';
import { vehicleCommands } from './vehicle-commands.ts';
import { vehicleReads } from './vehicle-reads.ts';
import type { VendorErrorName } from './vendor-error.ts';
import type { World } from './world.ts';

const failureTexts: Readonly<Record<ConnectFailureName, string>> = {
  invalid_subscription: 'The connected services of the vehicle are not active',
  vehicle_incompatible: 'The vehicle is not compatible',
  no_vehicles: 'No vehicles found in this account',
  server_error: 'Something went wrong',
};

/** @returns the failure that a documented e-mail, or the VIN asked for, ends in; null for everybody else. */
export function connectFailureFor(email: string, flow: Flow): Failure | null {
  const vin = flow.request.singleSelectVin;
  const trigger = connectTriggers.find((each) => each.email === email || (vin !== null && each.vin === vin));
  if (trigger === undefined) return null;
  const vehicle = { vin: trigger.vin ?? '', make: 'AUDI', model: 'A4', year: '2015' };
  return {
    error: trigger.error,
    description: failureTexts[trigger.error],
    extra: {},
    vehicle: trigger.error === 'vehicle_incompatible' ? vehicle : null,
  };
}

/** @returns the cars the owner may choose from, or null when nobody knows this account. */
export function candidatesFor(world: World, flow: Flow, email: string): readonly Entry[] | null {
  const madeUp = madeUpCarFor(world, flow, email);
  if (madeUp !== null && choiceOf(world, flow, email).length === 0) addMadeUpCar(world, flow, email, madeUp);
  return world.fleet.hasAccount(email) ? choiceOf(world, flow, email) : null;
}

function choiceOf(world: World, { request, make }: Flow, email: string): readonly Entry[] {
  const cars = world.fleet.carsOf(email);
  if (request.purpose === 'reauthenticate') return cars;
  const vin = request.singleSelectVin;
  return cars
    .filter((entry) => fitsMode(entry, request.mode))
    .filter(({ car }) => (vin === null ? car.make === make : vinAt(car, world.clock()) === vin));
}

/** A vehicle of the vendor's simulator is only connected in mode `simulated`, which takes a real one as well. */
export function fitsMode({ simulation }: Entry, mode: Mode): boolean {
  return simulation === null || mode === 'simulated';
}

/** A documented trigger always has its car; in test mode so has every unknown e-mail. */
function madeUpCarFor(world: World, { request }: Flow, email: string): MadeUp | null {
  const vin = request.singleSelectVin;
  const trigger = troubleTriggers.find((each) => each.email === email || each.vin === vin);
  if (trigger !== undefined) return trigger;
  return request.mode === 'test' && !world.fleet.hasAccount(email) ? { vin: vin ?? madeUpVin(world) } : null;
}

/** @returns vehicle_incompatible when a car is not able to give what the application cannot do without. */
export function missingRequired(chosen: readonly Entry[], required: readonly string[], now: number): Failure | null {
  const unable = chosen.find((entry) => required.some((permission) => !isAble(entry, permission)));
  if (unable === undefined) return null;
  const { car } = unable;
  return {
    error: 'vehicle_incompatible',
    description: failureTexts.vehicle_incompatible,
    extra: {},
    vehicle: { vin: vinAt(car, now), make: car.make, model: car.model, year: String(car.year) },
  };
}

/** Permissions without an endpoint here are given the benefit of the doubt. */
function isAble({ car }: Entry, permission: string): boolean {
  const endpoints = [...vehicleReads, ...vehicleCommands].filter((endpoint) => endpoint.permission === permission);
  return endpoints.length === 0 || endpoints.some(({ powertrains }) => powertrains?.includes(car.powertrain) ?? true);
}

interface MadeUp {
  readonly vin: string;
  readonly error?: VendorErrorName;
}

function addMadeUpCar(world: World, flow: Flow, account: string, { vin, error }: MadeUp): void {
  world.fleet.addCar({
    account,
    make: flow.make ?? 'CITROEN',
    model: 'C3',
    year: 2023,
    vin,
    odometerMetres: 104_320,
    ...(error === undefined ? {} : { trouble: error }),
  });
}

function madeUpVin(world: World): string {
  return `VF7${world.uuid().replaceAll('-', '').slice(0, 14).toUpperCase()}`;
}
