// Binding: which car is behind a fresh authorization? Exactly one, and the one in the contract, or nothing stays: the vendor's grant is
// ended and the pair deleted. Runs from the queue; every step may be repeated.
import type { Table } from '../aws/table.ts';
import { type Contract, getContract } from '../contract/contract.ts';
import { REQUESTS_TO_BIND } from '../tenant/application.ts';
import type { Description, Grant, VehiclePlatform } from '../vehicle/platform.ts';
import { documentedReason } from '../vehicle/refusals.ts';
import { VehicleError } from '../vehicle/vehicle-error.ts';
import {
  type Adopted,
  adoptConnection,
  endReplaced,
  giveWay,
  isAboutACar,
  isOvertaken,
  whyNotItsCar,
} from './adopt.ts';
import { type Connection, changeConnection, getConnection, moveConnection } from './connection.ts';
import { askWith, type Ending, endGrant, managementOf, usablePair } from './end-grant.ts';
import { PERMISSIONS } from './platform-login.ts';
import { PENDING_MS } from './vault.ts';
import { recordUse } from './vehicle-use.ts';
import { contended, heed, type Later, later, noRequests, whenDue } from './waiting.ts';

export interface Binding extends Ending {
  /** The webhook that the vehicles of an application are subscribed to, if there is one. */
  readonly webhookOf: (applicationId: string) => Promise<string | undefined>;
}

/** `later`: the car or the platform did not answer. `done`: nothing to do, bound before or ended meanwhile. */
export type Bound = Adopted;

type Message = Pick<Connection, 'tenantId' | 'contractId' | 'connectionId'>;

/** @param now epoch milliseconds */
export async function bindVehicle(binding: Binding, message: Message, now: number): Promise<Bound> {
  const connection = await getConnection(binding.business, message);
  if (connection === undefined) return { kind: 'done' };
  return whenDue(binding, connection, connection.state, () => bindAsItIs(binding, connection, now));
}

async function bindAsItIs(binding: Binding, connection: Connection, now: number): Promise<Bound> {
  switch (connection.state) {
    case 'pending':
      return bindPending(binding, connection, now);
    case 'active':
    case 'action_required':
      return adoptConnection(binding, connection, now);
    case 'failed':
    case 'withdrawn':
    case 'replaced':
    case 'ended':
      return endWithFormer(binding, connection, now);
    case 'reauth_required':
      return { kind: 'done' };
  }
}

/** It may have ended before it came to ending the one it had replaced. */
async function endWithFormer(binding: Binding, connection: Connection, now: number): Promise<Bound> {
  const own = await endGrant(binding, connection, now);
  if (own.kind === 'later') return own;
  const { tenantId, contractId, replaces } = connection;
  const contract = await getContract(binding.business, tenantId, contractId);
  if (contract?.connectionId === replaces) return { kind: 'done' };
  const ended = await endReplaced(binding, connection, replaces, now);
  return ended.kind === 'later' ? ended : { kind: 'done' };
}

async function bindPending(binding: Binding, connection: Connection, now: number): Promise<Bound> {
  const contract = await getContract(binding.business, connection.tenantId, connection.contractId);
  if (contract === undefined) return { kind: 'done' };
  const platform = await binding.platformOf(connection);
  const found = await look(binding, { platform, connection, contract }, now).catch((refusal: unknown) =>
    notFound(binding, { platform, connection }, refusal),
  );
  switch (found.kind) {
    case 'vehicle':
      return activate(binding, connection, found, now);
    case 'refused':
      return fail(binding, connection, found.reason, now);
    case 'overtaken':
      return giveWay(binding, connection, 'replaced', now);
    case 'later':
      return isWaitOver(connection, found, now) ? fail(binding, connection, endOfWait(found), now) : found;
  }
}

/** So long a driver's connection waits for us, the operator: as long as a link is good for. The platform and the car have a day. */
const OURS_MS = 14 * 86_400_000;

/** What waited for us has its day once we have mended it. */
function isWaitOver({ createdAt, waits }: Connection, { ours }: Later, now: number): boolean {
  const since = Date.parse(createdAt);
  if (ours === true) return now - since >= OURS_MS;
  return now - Math.max(since, Date.parse(waits?.oursAt ?? createdAt)) >= PENDING_MS;
}

/** Nobody sends a driver to log in again for what is ours to mend. */
const endOfWait = ({ ours }: Later): string => (ours === true ? 'configuration_error' : 'exchange_failed');

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

interface Vehicle {
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

/** What this login granted: by the car and the driver that were noted, once they are known; by its external id before (V3). */
async function grantsOf(platform: VehiclePlatform, access: string, connection: Connection): Promise<LoginGrants> {
  const { vendorVehicleId: vehicleId, vendorUserId: userId, externalId } = connection;
  if (vehicleId !== undefined) return platform.grants(access, { vehicleId, userId });
  return ofThisLogin(connection, await platform.grants(access, { externalId }));
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

interface DriverLogin {
  readonly platform: VehiclePlatform;
  readonly connection: Connection;
  readonly contract: Contract;
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
  const notLive = await refuseOtherModes(binding, connection, grant, now);
  if (notLive !== undefined) return notLive;
  if (!(await noteVehicle(binding.business, connection, grant))) return contended;
  const permissions = grant.permissions ?? (await platform.permissions(access, grant));
  if (PERMISSIONS.some((needed) => !permissions.includes(needed))) return refused('missing_permission');
  const webhookId = await binding.webhookOf(connection.applicationId);
  if (webhookId !== undefined) await platform.subscribe(access, grant, webhookId);
  const described = await describe(platform, access, grant);
  if (described.vin === undefined && isAboutACar(contract))
    return isOvertaken(contract, connection) ? { kind: 'overtaken' } : waitForVin(connection, now);
  const car = { ...connection, vendorVehicleId: grant.vehicleId, vin: described.vin };
  const against = await whyNotItsCar(binding, contract, car);
  if (against !== undefined) return refused(against);
  return { kind: 'vehicle', subscribed: webhookId === undefined ? undefined : true, described, permissions };
}

/**
 * The mode stands in the address of the login, which a driver can change: test and simulated cars, with any VIN and odometer, are no cars.
 * V3 lists them by mode. A driver's own token does not tell, so on V2 the application is asked, if it may ask (no management token: not
 * known), once: a car is noted after its answer. Undefined: nothing stands against it.
 */
async function refuseOtherModes(
  binding: Binding,
  connection: Connection,
  { vehicleId }: Grant,
  now: number,
): Promise<Found | undefined> {
  if (connection.vendorVehicleId !== undefined) return undefined;
  const { platform, mode } = await binding.application(connection.applicationId);
  const management = platform === 'v2' && mode === 'live' ? await managementOf(binding, connection) : undefined;
  const modes = await management
    ?.modes(vehicleId)
    .catch((refusal: unknown) => notTold(binding, connection, refusal, now));
  if (modes === undefined || 'kind' in modes) return modes;
  // The driver's token lists the car, and the application does not yet.
  if (modes.length === 0) return later;
  return modes.every((one) => one === 'live') ? undefined : refused('no_vehicles');
}

/** An outage of the management list is waited out for so long after it was first met. */
const OUTAGE_MS = 3_600_000;

/**
 * What the list refuses says nothing about the driver: its token is the application's. Only a full bucket is waited for as long as the
 * platform is, since a driver can fill it; an outage that lasts, or what is ours to mend, leaves the mode unknown (undefined), as without
 * a token, and the operator is told. Else the list would stand between every driver and a platform that works.
 */
async function notTold(
  binding: Binding,
  { applicationId, waits }: Connection,
  refusal: unknown,
  now: number,
): Promise<Later | undefined> {
  if (!(refusal instanceof VehicleError)) throw refusal;
  const { meaning, retryAfterSeconds = 0 } = refusal;
  if (meaning === 'application_rate_limited' || meaning === 'vehicle_rate_limited')
    return heed(binding, { applicationId, tokenOf: 'application', requests: 1 }, refusal);
  const since = waits?.listAwayAt === undefined ? now : Date.parse(waits.listAwayAt);
  const left = meaning === 'transient' ? since + OUTAGE_MS - now : 0;
  if (left > 0) return { kind: 'later', seconds: Math.min(retryAfterSeconds, left / 1000), listAway: true };
  binding.warn('mode_not_told');
  return undefined;
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
  { platform: { tokenOf }, connection: { applicationId } }: Pick<DriverLogin, 'platform' | 'connection'>,
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

/**
 * The contract is told last, so that a redelivery after a crash anywhere finds either `pending` (all of it again) or `active` (the last
 * steps again).
 */
async function activate(binding: Binding, connection: Connection, vehicle: Vehicle, now: number): Promise<Bound> {
  const { subscribed, described, permissions } = vehicle;
  const facts = { subscribed, ...described, permissions: [...permissions] };
  const to = { state: 'active', connectedAt: new Date(now).toISOString(), ...facts } as const;
  const active = await moveConnection(binding.business, connection, ['pending'], to, now);
  return active === undefined ? overtaken(binding, connection, now) : adoptConnection(binding, active, now);
}

/** Not pending any more: moved by us (its answer was lost), by another delivery, or by a withdrawal. What is stored decides. */
async function overtaken(binding: Binding, connection: Connection, now: number): Promise<Bound> {
  const current = await getConnection(binding.business, connection);
  if (current === undefined || current.state === 'pending') return contended;
  return bindAsItIs(binding, current, now);
}

/** The state moves first: a redelivery after a crash finds `failed`, with its reason, and ends what is left of the grant. */
async function fail(binding: Binding, connection: Connection, reason: string, now: number): Promise<Bound> {
  const failed = await moveConnection(binding.business, connection, ['pending'], { state: 'failed', reason }, now);
  if (failed === undefined) return overtaken(binding, connection, now);
  const ended = await endGrant(binding, failed, now);
  return ended.kind === 'later' ? ended : { kind: 'failed', reason };
}
