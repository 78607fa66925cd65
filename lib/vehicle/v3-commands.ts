// V3 commands. The HTTP status is not the outcome: after about 175 seconds the platform answers 202, keeps the connection
// open and streams the final body, so the body decides, whatever the status line said. A gateway that gives up (504)
// leaves an unknown outcome, like a timeout: nothing is repeated here.

import type { Degrees, Fraction } from './quantities.ts';
import { exchangeV3, unwrapped, type V3Vehicle } from './v3.ts';
import { firstError, refusedInside, v3RefusedBy } from './v3-error.ts';
import { isRecord, unusableAnswer } from './vehicle-error.ts';

export interface CommandResult {
  /** `success`. */
  readonly status: string;
  readonly requestId: string | undefined;
}

interface Command {
  readonly operation: string;
  /** Behind `/commands`. */
  readonly path: string;
  readonly attributes?: Readonly<Record<string, number>>;
}

/** Sends one command and waits for its outcome. Throws VehicleError; `sent: true` means that the car may have acted. */
export const sendCommand = async (vehicle: V3Vehicle, command: Command): Promise<CommandResult> => {
  const { operation, attributes } = command;
  const { status, headers, json } = await exchangeV3(vehicle, {
    operation,
    method: 'POST',
    host: 'vehicle',
    path: `/vehicles/${encodeURIComponent(vehicle.vehicleId)}/commands${command.path}`,
    userId: vehicle.userId,
    body: attributes === undefined ? undefined : { data: { attributes } },
  });
  const streamed = statusIn(json);
  if (streamed !== undefined || (status !== 200 && status !== 202)) {
    throw v3RefusedBy({ operation, status: streamed ?? status, headers, body: json });
  }
  const { value, error } = executionOf(operation, json);
  if (value !== 'SUCCESS') throw refusedInside(operation, error, headers);
  return { status: 'success', requestId: headers['sc-request-id'] };
};

// The status that an error document, streamed or not, says it has; undefined for anything that is none.
const statusIn = (json: unknown): number | undefined => {
  const error = firstError(json) ?? json;
  if (!isRecord(error)) return undefined;
  const status = Number(error['status'] ?? error['statusCode']);
  if (status >= 400 && status <= 599) return status;
  return firstError(json) === undefined ? undefined : 502;
};

const executionOf = (operation: string, json: unknown): { readonly value: unknown; readonly error: unknown } => {
  const resource = unwrapped(json);
  const attributes = isRecord(resource) ? resource['attributes'] : undefined;
  const status = isRecord(attributes) ? attributes['status'] : undefined;
  if (!isRecord(status) || typeof status['value'] !== 'string') {
    throw unusableAnswer(operation, 200, 'data.attributes.status.value');
  }
  return { value: status['value'].toUpperCase(), error: status['error'] };
};

export const commands = {
  lock: { operation: 'lock', path: '/security/lock' },
  unlock: { operation: 'unlock', path: '/security/unlock' },
  startCharge: { operation: 'startCharge', path: '/charge/start' },
  stopCharge: { operation: 'stopCharge', path: '/charge/stop' },
  /** `limit` 0.5 to 1, whole percents. */
  setChargeLimit: (limit: Fraction): Command => ({
    operation: 'setChargeLimit',
    path: '/charge/set-limit',
    attributes: { percent: Math.round(limit * 100) },
  }),
  sendDestination: (latitude: Degrees, longitude: Degrees): Command => ({
    operation: 'sendDestination',
    path: '/navigation/set-destination',
    attributes: { latitude, longitude },
  }),
} as const;
