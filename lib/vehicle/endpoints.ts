// Every V2 vehicle endpoint as data: method, path under `/vehicles/{id}`, permission, what goes in, what comes out.
// Holds no behaviour: `v2.ts` calls an entry, `batch.ts` calls several at once.

import type * as z from 'zod/mini';
import * as answers from './answers.ts';
import type { Degrees, Fraction } from './quantities.ts';

type Answer<A> = z.ZodMiniType<A, unknown>;

/** One endpoint taking `Input` and answering `A`. */
export interface Endpoint<Input, A> {
  /** Its name in counters and errors. */
  readonly operation: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Changes nothing, though it is no GET: may be sent again, like one. */
  readonly readsOnly?: true;
  readonly path: (input: Input) => string;
  /** The permission the driver must have granted; null when none is needed. */
  readonly permission: string | null;
  readonly body: (input: Input) => unknown;
  readonly answer: Answer<A>;
}

/** An endpoint without input, by GET: may be repeated, and may be part of a batch under `batchPath`. */
export interface Read<A> extends Endpoint<void, A> {
  readonly batchPath: string;
}

const nothing = (): undefined => undefined;

const read = <A>(operation: string, batchPath: string, permission: string | null, answer: Answer<A>): Read<A> => {
  const path = (): string => (batchPath === '/' ? '' : batchPath);
  return { operation, method: 'GET', path, batchPath, permission, body: nothing, answer };
};

const command = <Input>(
  operation: string,
  path: string,
  permission: string,
  body: (input: Input) => unknown,
): Endpoint<Input, z.output<typeof answers.commandAnswer>> => ({
  operation,
  method: 'POST',
  path: () => path,
  permission,
  body,
  answer: answers.commandAnswer,
});

const action = (operation: string, path: string, permission: string, name: string) =>
  command<void>(operation, path, permission, () => ({ action: name }));

/** Zero-based window into a list. */
export interface Page {
  readonly limit?: number;
  readonly offset?: number;
}

/** `YYYY-MM-DD`; both ends default to the last year at the platform. */
export interface ServicePeriod {
  readonly startDate?: string;
  readonly endDate?: string;
}

/** `?name=value&…` of the defined values, spaces as `%20`; empty without any. */
export const queryOf = (values: Readonly<Record<string, string | number | undefined>>): string => {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) if (value !== undefined) query.set(name, String(value));
  const text = query.toString().replaceAll('+', '%20');
  return text === '' ? '' : `?${text}`;
};

const webhookPath = ({ webhookId }: { readonly webhookId: string }): string =>
  `/webhooks/${encodeURIComponent(webhookId)}`;

export const endpoints = {
  attributes: read('attributes', '/', 'read_vehicle_info', answers.attributesAnswer),
  vin: read('vin', '/vin', 'read_vin', answers.vinAnswer),
  odometer: read('odometer', '/odometer', 'read_odometer', answers.odometerAnswer),
  location: read('location', '/location', 'read_location', answers.locationAnswer),
  fuel: read('fuel', '/fuel', 'read_fuel', answers.fuelAnswer),
  tirePressure: read('tirePressure', '/tires/pressure', 'read_tires', answers.tirePressureAnswer),
  oil: read('oil', '/engine/oil', 'read_engine_oil', answers.oilAnswer),
  battery: read('battery', '/battery', 'read_battery', answers.batteryAnswer),
  batteryCapacity: read('batteryCapacity', '/battery/capacity', 'read_battery', answers.batteryCapacityAnswer),
  nominalCapacity: read('nominalCapacity', '/battery/nominal_capacity', 'read_battery', answers.nominalCapacityAnswer),
  charge: read('charge', '/charge', 'read_charge', answers.chargeAnswer),
  chargeLimit: read('chargeLimit', '/charge/limit', 'read_charge', answers.chargeLimitAnswer),
  lockStatus: read('lockStatus', '/security', 'read_security', answers.lockStatusAnswer),
  systemStatus: read('systemStatus', '/diagnostics/system_status', 'read_diagnostics', answers.systemStatusAnswer),
  troubleCodes: read('troubleCodes', '/diagnostics/dtcs', 'read_diagnostics', answers.troubleCodesAnswer),
  serviceHistory: {
    operation: 'serviceHistory',
    method: 'GET',
    path: ({ startDate, endDate }: ServicePeriod) =>
      `/service/history${queryOf({ start_date: startDate, end_date: endDate })}`,
    permission: 'read_service_history',
    body: nothing,
    answer: answers.serviceHistoryAnswer,
  },
  permissions: {
    operation: 'permissions',
    method: 'GET',
    path: ({ limit, offset }: Page) => `/permissions${queryOf({ limit, offset })}`,
    permission: null,
    body: nothing,
    answer: answers.permissionsAnswer,
  },
  startCharge: action('startCharge', '/charge', 'control_charge', 'START'),
  stopCharge: action('stopCharge', '/charge', 'control_charge', 'STOP'),
  setChargeLimit: command('setChargeLimit', '/charge/limit', 'control_charge', (limit: Fraction) => ({ limit })),
  lock: action('lock', '/security', 'control_security', 'LOCK'),
  unlock: action('unlock', '/security', 'control_security', 'UNLOCK'),
  sendDestination: command(
    'sendDestination',
    '/navigation/destination',
    'control_navigation',
    ({ latitude, longitude }: { readonly latitude: Degrees; readonly longitude: Degrees }) => ({ latitude, longitude }),
  ),
  disconnect: {
    operation: 'disconnect',
    method: 'DELETE',
    path: () => '/application',
    permission: null,
    body: nothing,
    answer: answers.endedAnswer,
  },
  subscribe: {
    operation: 'subscribe',
    method: 'POST',
    path: webhookPath,
    permission: null,
    body: () => ({}),
    answer: answers.subscribedAnswer,
  },
  /** The bearer of this one is the application management token, not the driver's access token. */
  unsubscribe: {
    operation: 'unsubscribe',
    method: 'DELETE',
    path: webhookPath,
    permission: null,
    body: nothing,
    answer: answers.endedAnswer,
  },
} as const satisfies Readonly<Record<string, Endpoint<never, unknown>>>;
