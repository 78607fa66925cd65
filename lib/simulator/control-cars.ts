// Control actions that add and show cars, and the frame of those that do something to one car.
// Distances are whole metres, instants ISO 8601. What the platform could not know, these refuse.

import * as z from 'zod/mini';
import { brands } from './brands.ts';
import { asleepAt, odometerAt, recordedAt, vinAt } from './car.ts';
import {
  type ControlAction,
  type ControlContext,
  type Done,
  done,
  isProblem,
  type Params,
  type Problem,
  problem,
  withBody,
  withoutHoles,
} from './control-action.ts';
import { emailField, metresField, signalField, simulationField, throttleField, vinField } from './control-fields.ts';
import type { Entry, NewCar } from './fleet.ts';

const newCar = z.strictObject({
  account: z.optional(emailField),
  make: z.optional(z.string().check(z.describe('a brand of the list below, in any case'))),
  model: z.optional(z.string()),
  year: z.optional(z.int().check(z.gte(1990), z.lte(2100))),
  vin: z.optional(vinField),
  powertrain: z.optional(z.enum(['ICE', 'BEV', 'PHEV', 'HEV'])),
  odometerMetres: z.optional(metresField),
  metresPerDay: z.optional(metresField),
  recordEveryMs: z.optional(z.int().check(z.gte(1000))),
  silent: z.optional(z.boolean().check(z.describe('never tells a webhook anything, though subscribed'))),
  missingSignals: z.optional(z.array(signalField)),
  simulation: z.optional(simulationField),
  throttle: z.optional(throttleField),
});

/** A car as the control API shows it. */
export function shownCar(
  { car, account, sharedWith, silent, condition, trouble, simulation, missingSignals }: Entry,
  now: number,
): object {
  const { id, make, model, year, powertrain } = car;
  return {
    ...{ id, account, sharedWith, make, model, year, powertrain, vin: vinAt(car, now) },
    odometerMetres: odometerAt(car, now),
    recordedAt: new Date(recordedAt(car, now)).toISOString(),
    asleep: asleepAt(car, now),
    ...{ silent, trouble, simulation, missingSignals, condition },
  };
}

function addCar({ simulator, now }: ControlContext, wanted: z.infer<typeof newCar>): Done | Problem {
  const make = (wanted.make ?? 'CITROEN').toUpperCase().replaceAll('_', ' ');
  if (!brands.some((brand) => brand.make === make)) {
    return problem(`"make" must be one of ${brands.map((brand) => brand.make).join(', ')}.`);
  }
  const car: NewCar = {
    account: 'driver@example.com',
    model: 'C3',
    year: 2024,
    vin: madeUpVin(simulator.fleet.all().length),
    odometerMetres: 12_345_000,
    ...withoutHoles(wanted),
    make,
  };
  const { id } = simulator.fleet.addCar(car);
  const entry = simulator.fleet.find(id);
  return done(entry === null ? {} : shownCar(entry, now()));
}

function madeUpVin(number: number): string {
  return `VF7SXHNPTPT${String(500_001 + number)}`;
}

/** An action on one car, which must exist; what `act` returns only matters when it is a problem. */
export function onCar<T>(
  path: string,
  does: string,
  lines: { readonly example: object; readonly back?: object },
  schema: z.ZodMiniType<T>,
  act: (context: ControlContext, entry: Entry, body: T) => unknown,
): ControlAction {
  const run = (context: ControlContext, body: T, { id = '' }: Params): Done | Problem => {
    const { fleet } = context.simulator;
    const entry = fleet.find(id);
    if (entry === null) return noSuchCar;
    const outcome = act(context, entry, body);
    return isProblem(outcome) ? outcome : done(shownCar(fleet.find(id) ?? entry, context.now()));
  };
  return { method: 'POST', path: `/control/cars/:id${path}`, does, ...lines, ...withBody(schema, run) };
}

const noSuchCar = problem('There is no such car.', 404);

export const carActions: readonly ControlAction[] = [
  {
    method: 'POST',
    path: '/control/cars',
    does: 'Adds a car; every field has a default. A new e-mail is a new account, any password opens it.',
    example: { make: 'PEUGEOT', model: '208', odometerMetres: 40_000_000, metresPerDay: 38_000 },
    ...withBody(newCar, addCar),
  },
  {
    method: 'GET',
    path: '/control/cars/:id',
    does: 'Shows a car as it really is, also while it sleeps.',
    example: null,
    body: null,
    run: ({ simulator, now }, { id = '' }) => {
      const entry = simulator.fleet.find(id);
      return entry === null ? noSuchCar : done(shownCar(entry, now()));
    },
  },
  onCar(
    '/share',
    'Puts it into these accounts as well: several drivers of one car. A new e-mail is a new account.',
    { example: { accounts: ['second-driver@example.com'] }, back: { accounts: [] } },
    z.strictObject({ accounts: z.array(emailField) }),
    ({ simulator }, { car }, { accounts }) => simulator.fleet.share(car.id, accounts),
  ),
];
