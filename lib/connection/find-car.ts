// Which car is behind a fresh authorization: the one that this login granted, noted as soon as it is known, and whether it is the one of
// the contract. Moves no state, and ends nothing.
import type { Table } from '../aws/table.ts';
import type { Contract } from '../contract/contract.ts';
import { REQUESTS_TO_BIND } from '../tenant/application.ts';
import type { Description, Grant, VehiclePlatform } from '../vehicle/platform.ts';
import { documentedReason } from '../vehicle/refusals.ts';
import { VehicleError } from '../vehicle/vehicle-error.ts';
import { isAboutACar, isOvertaken, whyNotItsCar } from './adopt.ts';
import { type Connection, changeConnection } from './connection.ts';
import { askWith, type Ending, usablePair } from './end-grant.ts';
import { whyNoCar } from './live-mode.ts';
import { PERMISSIONS } from './platform-login.ts';
import { recordUse } from './vehicle-use.ts';
import { contended, heed, type Later, later, noRequests } from './waiting.ts';

export interface Binding extends Ending {
  /** The webhook that the vehicles of an application are subscribed to, if there is one. */
  readonly webhookOf: (applicationId: string) => Promise<string | undefined>;
}

export interface Vehicle {
  readonly kind: 'vehicle';
  readonly subscribed: boolean | undefined;
  readonly described: Pick<Description, 'make' | 'model' | 'year' | 'vin'>;
  readonly permissions: readonly string[];
}

type Found =
  | Vehicle
  | { readonly kind: 'refused'; readonly reason: string }
  /** Nobody can tell which car it is, and a newer one counts: it is not worth waiting for. */
  | { readonly kind: 'overtaken' }
  | Later;

const refused = (reason: string): Found => ({ kind: 'refused', reason });

export interface DriverLogin {
  readonly platform: VehiclePlatform;
  readonly connection: Connection;
  readonly contract: Contract;
}

/** @param now epoch milliseconds */
export const findCar = (binding: Binding, login: DriverLogin, now: number): Promise<Found> =>
  look(binding, login, now).catch((refusal: unknown) => notFound(binding, login, refusal));

async function look(binding: Binding, login: DriverLogin, now: number): Promise<Found> {
  const { connection } = login;
  const usable = await usablePair(binding, connection, now);
  if (usable.kind === 'later') return usable;
  if (usable.kind === 'none') return refused('exchange_failed');
  return askWith(binding, connection, usable.pair, async (access) => {
    if (!(await binding.allow(connection.applicationId, REQUESTS_TO_BIND))) return noRequests;
    return identify(binding, login, access, now);
  });
}

/** Subscribed before it is described: V3 knows no VIN of a car that nobody listens to. */
async function identify(
  binding: Binding,
  { platform, connection, contract }: DriverLogin,
  access: string,
  now: number,
): Promise<Found> {
  const grants = await grantsOf(platform, access, connection);
  if (grants === 'undated') return refuseUndated(binding);
  const [grant] = grants;
  if (grant === undefined) return refused('no_vehicles');
  if (new Set(grants.map(({ vehicleId }) => vehicleId)).size > 1) return refused('several_vehicles');
  const against = await whyNoCar(binding, connection, grant, now);
  if (against !== undefined) return against === 'not_live' ? refused('no_vehicles') : against;
  if (!(await noteVehicle(binding.business, connection, grant))) return contended;
  const permissions = grant.permissions ?? (await platform.permissions(access, grant));
  if (PERMISSIONS.some((needed) => !permissions.includes(needed))) return refused('missing_permission');
  const webhookId = await binding.webhookOf(connection.applicationId);
  if (webhookId !== undefined) await platform.subscribe(access, grant, webhookId);
  const described = await describe(platform, access, grant);
  if (described.vin === undefined && isAboutACar(contract))
    return isOvertaken(contract, connection) ? { kind: 'overtaken' } : waitForVin(connection, now);
  const car = { ...connection, vendorVehicleId: grant.vehicleId, vin: described.vin };
  const other = await whyNotItsCar(binding, contract, car);
  if (other !== undefined) return refused(other);
  return { kind: 'vehicle', subscribed: webhookId === undefined ? undefined : true, described, permissions };
}

/** What this login granted: by the car and the driver that were noted, once they are known; by its external id before (V3). */
async function grantsOf(platform: VehiclePlatform, access: string, connection: Connection): Promise<LoginGrants> {
  const { vendorVehicleId: vehicleId, vendorUserId: userId, externalId } = connection;
  if (vehicleId !== undefined) return platform.grants(access, { vehicleId, userId });
  return ofThisLogin(connection, await platform.grants(access, { externalId }));
}

type LoginGrants = readonly Grant[] | 'undated';

/** No driver can do anything about it, and it would be so for every login: the operator has to know. */
function refuseUndated({ warn }: Binding): Found {
  warn('login_undated');
  return refused('configuration_error');
}

/** The platform's clock may be behind ours, and may tell whole seconds. */
const CLOCK_TOLERANCE_MS = 60_000;

/** What was agreed to in one go is made within this; between two logins of one driver lies the maker's login. */
const ONE_LOGIN_MS = 5_000;

/**
 * V3 shows the newest external id on everything that a driver ever connected: only what was made or changed after this login began is
 * of this login, and of that only what was made together with the newest: another login may have ended within the tolerance. A driver's
 * own token (V2) shows what was granted with it. Where nothing tells when it was made, nobody can say whose login it is of.
 */
function ofThisLogin({ externalId, consent, createdAt }: Connection, grants: readonly Grant[]): LoginGrants {
  if (externalId === undefined || grants.length === 0) return grants;
  if (grants.every(({ changedAt }) => changedAt === undefined)) return 'undated';
  const changed = ({ changedAt }: Grant): number => (changedAt === undefined ? 0 : Date.parse(changedAt));
  const newest = Math.max(...grants.map(changed));
  const from = Math.max(Date.parse(consent?.agreedAt ?? createdAt) - CLOCK_TOLERANCE_MS, newest - ONE_LOGIN_MS);
  return grants.filter((grant) => changed(grant) >= from);
}

/**
 * Noted as soon as they are known, because they may not be found again: the next login of the same driver gives everything of theirs
 * another external id. From then on the vehicle is in use, so that nobody else's disconnect ends this grant while it waits. False when
 * the connection is not pending any more.
 *
 * A crash in between leaves the note, by which whatever comes of the connection records or ends the use.
 */
async function noteVehicle(
  business: Table,
  connection: Connection,
  { vehicleId: vendorVehicleId, userId: vendorUserId }: Grant,
): Promise<boolean> {
  const isNoted = connection.vendorVehicleId !== undefined;
  const noted =
    isNoted || (await changeConnection(business, connection, ['pending'], { vendorVehicleId, vendorUserId }));
  if (noted) await recordUse(business, connection, vendorVehicleId);
  return noted !== undefined;
}

/** Some cars tell their VIN hours after somebody began to listen, some never do. */
const VIN_WAIT_MS = 6 * 3_600_000;

/** Asking costs requests that readings need: often in the first half hour, in which most cars tell it, then once an hour. */
const ASK_OFTEN_MS = 30 * 60_000;
const ASK_AGAIN_SECONDS = 3600;

function waitForVin({ createdAt }: Connection, now: number): Found {
  const age = now - Date.parse(createdAt);
  if (age >= VIN_WAIT_MS) return refused('vin_unknown');
  return age < ASK_OFTEN_MS ? later : { kind: 'later', seconds: ASK_AGAIN_SECONDS };
}

/** On V3 a VIN may be unknown, for a car that never told it, or whose maker does not. */
async function describe(platform: VehiclePlatform, access: string, grant: Grant): Promise<Vehicle['described']> {
  if (platform.tokenOf === 'driver') return platform.identify(access, grant);
  const { vinRefused, ...described } = await platform.describe(access, grant);
  if (vinRefused !== undefined) throw vinRefused;
  return described;
}

/** What a refusal of the platform means for a car that is not bound yet. */
async function notFound(
  binding: Binding,
  { platform: { tokenOf }, connection: { applicationId } }: DriverLogin,
  refusal: unknown,
): Promise<Found> {
  if (!(refusal instanceof VehicleError)) throw refusal;
  const waits = () => heed(binding, { applicationId, tokenOf, requests: REQUESTS_TO_BIND }, refusal);
  switch (refusal.meaning) {
    case 'reconnect':
      return refused(
        refusal.type === 'PERMISSION' ? 'missing_permission' : (documentedReason(refusal) ?? 'login_refused'),
      );
    case 'owner_must_act':
      return refused(documentedReason(refusal) ?? 'owner_must_act');
    case 'not_capable':
      return refused('vehicle_incompatible');
    case 'refresh_once':
      return tokenOf === 'driver' ? refused('exchange_failed') : waits();
    default:
      return waits();
  }
}
