// Control actions that make a car live: drive, sleep, wake, another odometer, another VIN, an open door.

import * as z from 'zod/mini';
import { odometerAt } from './car.ts';
import { type ControlAction, problem, withoutHoles } from './control-action.ts';
import { onCar } from './control-cars.ts';
import { hoursField, metresField, simulationField, vinField } from './control-fields.ts';

const HOUR = 3_600_000;
const flag = z.optional(z.boolean());

export const drivingActions: readonly ControlAction[] = [
  onCar(
    '/drive',
    'Drives so many metres a day from now on; 0 parks.',
    { example: { metresPerDay: 120_000 } },
    z.strictObject({ metresPerDay: metresField }),
    ({ simulator }, { car }, { metresPerDay }) => simulator.fleet.drive(car.id, metresPerDay),
  ),
  onCar(
    '/sleep',
    'Sleeps for so many hours.',
    { example: { hours: 48 } },
    z.strictObject({ hours: hoursField }),
    ({ simulator, now }, { car }, { hours }) =>
      simulator.fleet.sleep(car.id, { from: now(), to: now() + hours * HOUR }),
  ),
  onCar(
    '/wake',
    'Wakes it, and forgets every sleep planned.',
    { example: {} },
    z.strictObject({}),
    ({ simulator }, { car }) => simulator.fleet.wake(car.id),
  ),
  onCar(
    '/roll-back',
    'Turns the odometer back by so many metres.',
    { example: { metres: 5_000_000 } },
    z.strictObject({ metres: metresField }),
    ({ simulator, now }, { car }, { metres }) => {
      const shown = odometerAt(car, now());
      if (metres > shown) return problem('An odometer does not go below zero.', 409);
      return simulator.fleet.setOdometer(car.id, shown - metres);
    },
  ),
  onCar(
    '/replace-odometer',
    'Puts in another odometer, which shows so many metres.',
    { example: { metres: 20_000_000 } },
    z.strictObject({ metres: metresField }),
    ({ simulator }, { car }, { metres }) => simulator.fleet.setOdometer(car.id, metres),
  ),
  onCar(
    '/vin',
    'Answers with another VIN from now on.',
    { example: { vin: 'VF7SXHNPTPT599999' } },
    z.strictObject({ vin: vinField }),
    ({ simulator }, { car }, { vin }) => simulator.fleet.changeVin(car.id, vin.toUpperCase()),
  ),
  onCar(
    '/condition',
    'Opens a door, plugs in, starts the ignition: what commands look at.',
    { example: { doorOpen: true }, back: { doorOpen: false } },
    z.strictObject({
      ...{ locked: flag, doorOpen: flag, hoodOpen: flag, trunkOpen: flag },
      ...{ ignitionOn: flag, inMotion: flag, pluggedIn: flag, charging: flag },
    }),
    ({ simulator }, { car }, condition) => simulator.fleet.setCondition(car.id, withoutHoles(condition)),
  ),
  onCar(
    '/simulation',
    'Makes it a vehicle of the vendor’s simulator, in one of its states; null makes it a real one again.',
    { example: { state: 'parked' }, back: { state: null } },
    z.strictObject({ state: z.nullable(simulationField) }),
    ({ simulator }, { car }, { state }) => simulator.fleet.simulate(car.id, state),
  ),
];
