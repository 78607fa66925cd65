// The V3 signals as rows: code, group, name, permission, which cars are able, and the body.
// Bodies and units as documented in smartcar.com/docs/api-reference/signals; values are those the V2 endpoints tell.

import type { Behaviour } from './behaviour.ts';
import { asleepAt, type Powertrain, vinAt } from './car.ts';
import { round } from './units.ts';
import {
  batteryLevel,
  batteryRangeMetres,
  capacityOf,
  fuelLevel,
  isFull,
  type Look,
  location,
  metres,
  oilLife,
  tireKilopascals,
} from './vehicle-reads.ts';

type Body = Readonly<Record<string, unknown>>;

export interface Signal {
  readonly code: string;
  readonly group: string;
  readonly name: string;
  readonly permission: string;
  /** The V2 path with the same content: an injected fault for one fails the other. */
  readonly twin: string | null;
  readonly powertrains?: readonly Powertrain[];
  /** Told from the vendor's own records: sleep and trouble of the car do not matter, and there is no age. */
  readonly fromRecords?: true;
  readonly body: (look: Look, behaviour: Behaviour) => Body;
}

type Row = readonly [
  codeGroup: string,
  name: string,
  permission: string,
  twin: string | null,
  body: Signal['body'],
  more?: Pick<Signal, 'powertrains' | 'fromRecords'>,
];

const burning = { powertrains: ['ICE', 'HEV', 'PHEV'] } as const;
const plugging = { powertrains: ['BEV', 'PHEV'] } as const;

const percent = (share: number): Body => ({ value: round(share * 100, 1), unit: 'percent' });
const length = (whole: number, { distances }: Behaviour): Body => ({ value: whole / 1000, unit: distances });

const rows: readonly Row[] = [
  ['Odometer', 'TraveledDistance', 'read_odometer', '/odometer', (look, how) => length(metres(look), how)],
  [
    'VehicleIdentification',
    'VIN',
    'read_vin',
    '/vin',
    ({ car, now }) => ({ value: vinAt(car, now) }),
    { fromRecords: true },
  ],
  ['TractionBattery', 'StateOfCharge', 'read_battery', '/battery', (look) => percent(batteryLevel(look)), plugging],
  ['TractionBattery', 'Range', 'read_battery', '/battery', batteryRange, plugging],
  ['TractionBattery', 'NominalCapacity', 'read_battery', '/battery/nominal_capacity', nominalCapacity, plugging],
  ['Charge', 'IsCharging', 'read_charge', '/charge', ({ condition }) => ({ value: condition.charging }), plugging],
  [
    'Charge',
    'IsChargingCableConnected',
    'read_charge',
    '/charge',
    ({ condition }) => ({ value: condition.pluggedIn }),
    plugging,
  ],
  ['Charge', 'DetailedChargingStatus', 'read_charge', '/charge', chargingStatus, plugging],
  ['Charge', 'ChargeLimits', 'read_charge', '/charge/limit', chargeLimits, plugging],
  ['InternalCombustionEngine', 'FuelLevel', 'read_fuel', '/fuel', (look) => percent(fuelLevel(look)), burning],
  [
    'InternalCombustionEngine',
    'AmountRemaining',
    'read_fuel',
    '/fuel',
    (look) => ({ value: round(fuelLevel(look) * 50, 2), unit: 'liters' }),
    burning,
  ],
  [
    'InternalCombustionEngine',
    'Range',
    'read_fuel',
    '/fuel',
    (look, how) => length(Math.round(fuelLevel(look) * 700_000), how),
    burning,
  ],
  ['InternalCombustionEngine', 'OilLife', 'read_engine_oil', '/engine/oil', (look) => percent(oilLife(look)), burning],
  ['Wheel', 'Tires', 'read_tires', '/tires/pressure', tires],
  ['Location', 'PreciseLocation', 'read_location', '/location', whereabouts],
  ['Closure', 'IsLocked', 'read_security', '/security', ({ condition }) => ({ value: condition.locked })],
  ['Closure', 'Doors', 'read_security', '/security', doors],
  [
    'ConnectivityStatus',
    'IsAsleep',
    'read_vehicle_info',
    null,
    ({ car, now }) => ({ value: asleepAt(car, now) }),
    { fromRecords: true },
  ],
  [
    'ConnectivityStatus',
    'IsOnline',
    'read_vehicle_info',
    null,
    ({ car, now }) => ({ value: !asleepAt(car, now) }),
    { fromRecords: true },
  ],
  [
    'VehicleUserAccount',
    'Permissions',
    'read_user_profile',
    null,
    ({ permissions }) => ({ values: permissions }),
    { fromRecords: true },
  ],
];

export const signals: readonly Signal[] = rows.map(([group, name, permission, twin, body, more]) => ({
  code: `${group}-${name}`.toLowerCase(),
  group,
  name,
  permission,
  twin,
  body,
  ...more,
}));

function batteryRange(look: Look, { distances }: Behaviour): Body {
  const value = Math.round(batteryLevel(look) * batteryRangeMetres(look.car)) / 1000;
  return { value, type: 'DEFAULT', additionalValues: [], unit: distances };
}

function nominalCapacity({ car }: Look): Body {
  const capacity = capacityOf(car);
  return { capacity, availableCapacities: [{ capacity, description: null }], source: 'SMARTCAR', unit: 'kWh' };
}

function chargingStatus(look: Look): Body {
  const { charging, pluggedIn } = look.condition;
  const resting = pluggedIn && isFull(look) ? 'FULLY_CHARGED' : 'NOT_CHARGING';
  return { value: charging ? 'CHARGING' : resting };
}

function chargeLimits({ condition }: Look): Body {
  const limit = Math.round(condition.chargeLimit * 100);
  const activeLimit = condition.pluggedIn ? limit : null;
  return { values: [{ type: 'GLOBAL', limit, condition: null }], activeLimit, unit: 'percent' };
}

function tires(): Body {
  const values = tireKilopascals.map((tirePressure, wheel) => ({
    row: wheel < 2 ? 0 : 1,
    column: wheel % 2,
    tirePressure,
  }));
  return { values, rowCount: 2, columnCount: 2, unit: 'kPa' };
}

function whereabouts(look: Look): Body {
  return { ...location(look), locationType: look.condition.inMotion ? 'CURRENT' : 'LAST_PARKED' };
}

function doors({ condition }: Look): Body {
  const values = [0, 1, 2, 3].map((door) => ({
    row: door < 2 ? 0 : 1,
    column: door % 2,
    isOpen: condition.doorOpen && door === 0,
    isLocked: condition.locked,
  }));
  return { values, rowCount: 2, columnCount: 2 };
}
