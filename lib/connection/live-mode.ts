// Whether a car is one at all: the vendor's test and simulated cars are none. Asks the platform only where it can tell, and refuses to let
// a list that does not answer stand between every driver and a platform that works.
import type { Grant } from '../vehicle/platform.ts';
import { VehicleError } from '../vehicle/vehicle-error.ts';
import type { Connection } from './connection.ts';
import { type Ending, managementOf } from './end-grant.ts';
import { heed, type Later, later } from './waiting.ts';

/**
 * The mode stands in the address of the login, which a driver can change: test and simulated cars, with any VIN and odometer, are no cars.
 * V3 lists them by mode. A driver's own token does not tell, so on V2 the application is asked, if it may ask (no management token: not
 * known), once: a car is noted after its answer. Undefined: nothing stands against it.
 */
export async function whyNoCar(
  ending: Ending,
  connection: Connection,
  { vehicleId }: Pick<Grant, 'vehicleId'>,
  now: number,
): Promise<'not_live' | Later | undefined> {
  if (connection.vendorVehicleId !== undefined) return undefined;
  const { platform, mode } = await ending.application(connection.applicationId);
  const management = platform === 'v2' && mode === 'live' ? await managementOf(ending, connection) : undefined;
  const modes = await management
    ?.modes(vehicleId)
    .catch((refusal: unknown) => notTold(ending, connection, refusal, now));
  if (modes === undefined || 'kind' in modes) return modes;
  // The driver's token lists the car, and the application does not yet.
  if (modes.length === 0) return later;
  return modes.every((one) => one === 'live') ? undefined : 'not_live';
}

/** An outage of the management list is waited out for so long after it was first met. */
const OUTAGE_MS = 3_600_000;

/**
 * What the list refuses says nothing about the driver: its token is the application's. Only a full bucket is waited for as long as the
 * platform is, since a driver can fill it; an outage that lasts, or what is ours to mend, leaves the mode unknown (undefined), as without
 * a token, and the operator is told. Else the list would stand between every driver and a platform that works.
 */
async function notTold(
  ending: Ending,
  { applicationId, waits }: Connection,
  refusal: unknown,
  now: number,
): Promise<Later | undefined> {
  if (!(refusal instanceof VehicleError)) throw refusal;
  const { meaning, retryAfterSeconds = 0 } = refusal;
  if (meaning === 'application_rate_limited' || meaning === 'vehicle_rate_limited')
    return heed(ending, { applicationId, tokenOf: 'application', requests: 1 }, refusal);
  const since = waits?.listAwayAt === undefined ? now : Date.parse(waits.listAwayAt);
  const left = meaning === 'transient' ? since + OUTAGE_MS - now : 0;
  if (left > 0) return { kind: 'later', seconds: Math.min(retryAfterSeconds, left / 1000), listAway: true };
  ending.warn('mode_not_told');
  return undefined;
}
