// The V2 vehicle endpoints that read: path, permission, which cars are able, and the body they answer with.
// Documented in smartcar.com/docs/api-reference. Bodies are pure; permission, sleep and faults are checked before.

import { type Car, odometerAt, type Powertrain, vinAt } from './car.ts';
import type { Condition } from './condition.ts';
import { page } from './paging.ts';
import { serviceHistory } from './service-history.ts';
import { distance, pressure, round, type UnitSystem, volume } from './units.ts';
import type { Refusal } from './vendor-error.ts';

export interface Look {
  readonly car: Car;
  readonly condition: Condition;
  /** When the car recorded what it tells; epoch milliseconds. */
  readonly recordedAt: number;
  readonly now: number;
  readonly units: UnitSystem;
  readonly query: URLSearchParams;
  /** What the token allows. */
  readonly permissions: readonly string[];
}

export interface Read {
  readonly path: string;
  /** Null: the token alone is enough. */
  readonly permission: string | null;
  /** Told from the vendor's own records: a sleeping car does not matter, and there is no data age. */
  readonly fromRecords?: true;
  /** Told by `limit` and `offset`. */
  readonly paged?: true;
  readonly powertrains?: readonly Powertrain[];
  readonly body: (look: Look) => object | Refusal;
}

const burning: readonly Powertrain[] = ['ICE', 'HEV', 'PHEV'];
const plugging: readonly Powertrain[] = ['BEV', 'PHEV'];

export const vehicleReads: readonly Read[] = [
  { path: '/permissions', permission: null, fromRecords: true, paged: true, body: permissionsPage },
  {
    path: '/',
    permission: 'read_vehicle_info',
    fromRecords: true,
    body: ({ car }) => ({ id: car.id, make: car.make, model: car.model, year: car.year }),
  },
  { path: '/vin', permission: 'read_vin', fromRecords: true, body: ({ car, now }) => ({ vin: vinAt(car, now) }) },
  {
    path: '/odometer',
    permission: 'read_odometer',
    body: (look) => ({ distance: distance(metres(look), look.units) }),
  },
  { path: '/location', permission: 'read_location', body: location },
  { path: '/fuel', permission: 'read_fuel', powertrains: burning, body: fuel },
  { path: '/tires/pressure', permission: 'read_tires', body: tires },
  {
    path: '/engine/oil',
    permission: 'read_engine_oil',
    powertrains: burning,
    body: (look) => ({ lifeRemaining: oilLife(look) }),
  },
  { path: '/battery', permission: 'read_battery', powertrains: plugging, body: battery },
  {
    path: '/battery/capacity',
    permission: 'read_battery',
    powertrains: plugging,
    body: ({ car }) => ({ capacity: capacityOf(car) }),
  },
  { path: '/battery/nominal_capacity', permission: 'read_battery', powertrains: plugging, body: nominalCapacity },
  { path: '/charge', permission: 'read_charge', powertrains: plugging, body: charge },
  {
    path: '/charge/limit',
    permission: 'read_charge',
    powertrains: plugging,
    body: ({ condition }) => ({ limit: condition.chargeLimit }),
  },
  { path: '/security', permission: 'read_security', body: security },
  {
    path: '/diagnostics/system_status',
    permission: 'read_diagnostics',
    body: () => ({
      systems: [
        { systemId: 'SYSTEM_TPMS', status: 'OK', description: null },
        { systemId: 'SYSTEM_ABS', status: 'OK', description: null },
      ],
    }),
  },
  {
    path: '/service/history',
    permission: 'read_service_history',
    fromRecords: true,
    body: ({ car, now, query }) => serviceHistory(car, query, now),
  },
  { path: '/diagnostics/dtcs', permission: 'read_diagnostics', body: () => ({ activeCodes: [] }) },
];

function permissionsPage({ permissions, query }: Look): object {
  const { items, paging } = page(permissions, query, 25, 50);
  return { permissions: items, paging };
}

/** What the odometer showed at the last recording. */
export function metres({ car, recordedAt }: Look): number {
  return odometerAt(car, recordedAt);
}

/** A store that is full at every multiple of `cycle` metres and falls to `1 - share` just before the next. */
function left(look: Look, cycle: number, share: number): number {
  return round(1 - ((metres(look) % cycle) / cycle) * share, 2);
}

export function location(look: Look): { readonly latitude: number; readonly longitude: number } {
  const angle = ((metres(look) % 100_000) / 100_000) * 2 * Math.PI;
  return {
    latitude: round(48.8566 + 0.05 * Math.sin(angle), 6),
    longitude: round(2.3522 + 0.05 * Math.cos(angle), 6),
  };
}

export function oilLife(look: Look): number {
  return left(look, 20_000_000, 1);
}

/** Fraction 0..1. */
export function fuelLevel(look: Look): number {
  return left(look, 600_000, 0.85);
}

function fuel(look: Look): object {
  const percentRemaining = fuelLevel(look);
  return {
    amountRemaining: volume(round(percentRemaining * 50, 2), look.units),
    percentRemaining,
    range: round(distance(percentRemaining * 700_000, look.units), 2),
  };
}

function battery(look: Look): object {
  const percentRemaining = batteryLevel(look);
  const range = percentRemaining * batteryRangeMetres(look.car);
  return { percentRemaining, range: round(distance(range, look.units), 2) };
}

/** Of a full battery. */
export function batteryRangeMetres({ powertrain }: Car): number {
  return powertrain === 'BEV' ? 320_000 : 50_000;
}

/** In kWh. */
export function capacityOf(car: Car): number {
  return car.powertrain === 'BEV' ? 50 : 12.4;
}

function nominalCapacity({ car }: Look): object {
  const nominal = capacityOf(car);
  return {
    availableCapacities: [{ capacity: nominal, description: null }],
    capacity: { nominal, source: 'SMARTCAR' },
    url: null,
  };
}

function charge(look: Look): object {
  const { charging, pluggedIn } = look.condition;
  const resting = pluggedIn && isFull(look) ? 'FULLY_CHARGED' : 'NOT_CHARGING';
  return { isPluggedIn: pluggedIn, state: charging ? 'CHARGING' : resting };
}

/** @returns whether the battery holds what the charge limit allows. */
export function isFull(look: Look): boolean {
  return batteryLevel(look) >= look.condition.chargeLimit;
}

/** Fraction 0..1. */
export function batteryLevel(look: Look): number {
  return left(look, 200_000, 0.8);
}

/** Front left, front right, back left, back right. */
export const tireKilopascals = [230, 231, 224, 225] as const;

function tires({ units }: Look): object {
  const [frontLeft, frontRight, backLeft, backRight] = tireKilopascals;
  return {
    frontLeft: pressure(frontLeft, units),
    frontRight: pressure(frontRight, units),
    backLeft: pressure(backLeft, units),
    backRight: pressure(backRight, units),
  };
}

function security({ car, condition }: Look): object {
  const corners = ['frontLeft', 'frontRight', 'backLeft', 'backRight'];
  const status = (open: boolean): string => (open ? 'OPEN' : 'CLOSED');
  return {
    isLocked: condition.locked,
    doors: corners.map((type) => ({ type, status: status(condition.doorOpen && type === 'frontLeft') })),
    windows: corners.map((type) => ({ type, status: 'CLOSED' })),
    sunroof: [],
    storage: [
      { type: 'rear', status: status(condition.trunkOpen) },
      { type: 'front', status: status(condition.hoodOpen) },
    ],
    chargingPort: plugging.includes(car.powertrain)
      ? [{ type: 'chargingPort', status: status(condition.pluggedIn || condition.chargingPortOpen) }]
      : [],
  };
}
