// Binding: which car is behind a fresh authorization? Exactly one, and the one in the contract, or nothing stays: the vendor's grant is
// ended and the pair deleted. Runs from the queue; every step may be repeated.
import { type Contract, getContract, isOtherCar } from '../contract/contract.ts';
import { REQUESTS_TO_BIND } from '../tenant/application.ts';
import type { Description, Grant, VehiclePlatform } from '../vehicle/platform.ts';
import { documentedReason } from '../vehicle/refusals.ts';
import { VehicleError } from '../vehicle/vehicle-error.ts';
import { type Adopted, adoptConnection, endReplaced } from './adopt.ts';
import { type Connection, changeConnection, getConnection, moveConnection } from './connection.ts';
import { type Ending, endGrant, usablePair } from './end-grant.ts';
import { PERMISSIONS } from './platform-login.ts';
import { PENDING_MS } from './vault.ts';
import { recordUse } from './vehicle-use.ts';

export interface Binding extends Ending {
  /** Takes so many requests from the application's rate budget, or none: false when there are not enough. */
  readonly allow: (applicationId: string, requests: number) => Promise<boolean>;
  /** The webhook that the vehicles of an application are subscribed to, if there is one. */
  readonly webhookOf: (applicationId: string) => Promise<string | undefined>;
}

/** `later`: the car or the platform did not answer. `done`: nothing to do, bound before or ended meanwhile. */
export type Bound = Adopted;

type Message = Pick<Connection, 'tenantId' | 'contractId' | 'connectionId'>;

/** @param now epoch milliseconds */
export async function bindVehicle(binding: Binding, message: Message, now: number): Promise<Bound> {
  const connection = await getConnection(binding.business, message);
  switch (connection?.state) {
    case 'pending':
      return bindPending(binding, connection, now);
    case 'active':
    case 'action_required':
      return adoptConnection(binding, connection, now);
    case 'failed':
    case 'withdrawn':
    case 'replaced':
      return endWithFormer(binding, connection, now);
    case 'reauth_required':
    case undefined:
      return { kind: 'done' };
  }
}

/** It may have ended before it came to ending the one it had replaced. */
async function endWithFormer(binding: Binding, connection: Connection, now: number): Promise<Bound> {
  if ((await endGrant(binding, connection, now)) === 'later') return { kind: 'later' };
  const { tenantId, contractId, replaces } = connection;
  const contract = await getContract(binding.business, tenantId, contractId);
  const stillRead = contract?.connectionId === replaces;
  const ended = stillRead ? 'ended' : await endReplaced(binding, connection, replaces, now);
  return ended === 'later' ? { kind: 'later' } : { kind: 'done' };
}

async function bindPending(binding: Binding, connection: Connection, now: number): Promise<Bound> {
  const contract = await getContract(binding.business, connection.tenantId, connection.contractId);
  if (contract === undefined) return { kind: 'done' };
  // The platform was away for a day: the pair is about to go, and the driver has long been told to look again.
  if (now - Date.parse(connection.createdAt) >= PENDING_MS) return fail(binding, connection, 'exchange_failed', now);
  if (wasAskedJustNow(connection, now)) return later;
  const usable = await usablePair(binding, connection, now);
  if (usable.kind === 'later') return usable;
  if (usable.kind === 'none') return fail(binding, connection, 'exchange_failed', now);
  if (!(await binding.allow(connection.applicationId, REQUESTS_TO_BIND))) return { kind: 'later' };
  const platform = await binding.platformOf(connection);
  const login = { platform, connection, contract, access: usable.pair.accessToken };
  const found = await identify(binding, login, now).catch(async (refusal: unknown) => {
    if (!isApplicationRefused(platform, refusal)) return notFound(refusal);
    await binding.refresh(connection, usable.pair.version);
    return later;
  });
  if (found.kind === 'no_vin') await noteAsked(binding, connection, now);
  if (found.kind === 'later' || found.kind === 'no_vin') return later;
  return found.kind === 'refused'
    ? fail(binding, connection, found.reason, now)
    : activate(binding, connection, found, now);
}

interface Vehicle {
  readonly kind: 'vehicle';
  readonly vendorVehicleId: string;
  readonly vendorUserId: string | undefined;
  readonly subscribed: boolean | undefined;
  readonly described: Pick<Description, 'make' | 'model' | 'year' | 'vin'>;
  readonly permissions: readonly string[];
}

type Found =
  | Vehicle
  | { readonly kind: 'refused'; readonly reason: string }
  /** The platform does not know the VIN yet, and the contract needs it. */
  | { readonly kind: 'no_vin' }
  | { readonly kind: 'later' };

const later = { kind: 'later' } as const;

const refused = (reason: string): Found => ({ kind: 'refused', reason });

interface DriverLogin {
  readonly platform: VehiclePlatform;
  readonly connection: Connection;
  readonly contract: Contract;
  readonly access: string;
}

/** Subscribed before it is described: V3 knows no VIN of a car that nobody listens to. */
async function identify(
  binding: Binding,
  { platform, connection, contract, access }: DriverLogin,
  now: number,
): Promise<Found> {
  const { externalId, applicationId } = connection;
  const grants = ofThisLogin(connection, await platform.grants(access, { externalId }));
  const [grant] = grants;
  if (grant === undefined) return refused('no_vehicles');
  if (new Set(grants.map(({ vehicleId }) => vehicleId)).size > 1) return refused('several_vehicles');
  const permissions = grant.permissions ?? (await platform.permissions(access, grant));
  if (PERMISSIONS.some((needed) => !permissions.includes(needed))) return refused('missing_permission');
  const webhookId = await binding.webhookOf(applicationId);
  if (webhookId !== undefined) await platform.subscribe(access, grant, webhookId);
  const described = await describe(platform, access, grant);
  if (described === undefined) return later;
  if (isOtherCar(contract, described.vin)) return refused('wrong_vin');
  if (described.vin === undefined && isAboutACar(contract))
    return waitsForVin(connection, now) ? { kind: 'no_vin' } : refused('vin_unknown');
  const { vehicleId: vendorVehicleId, userId: vendorUserId } = grant;
  const subscribed = webhookId === undefined ? undefined : true;
  return { kind: 'vehicle', vendorVehicleId, vendorUserId, subscribed, described, permissions };
}

/** Some cars tell their VIN hours after somebody began to listen, some never do. */
const VIN_WAIT_MS = 6 * 3_600_000;

const waitsForVin = ({ createdAt }: Connection, now: number): boolean => now - Date.parse(createdAt) < VIN_WAIT_MS;

/** Asking costs requests that readings need: often in the first half hour, in which most cars tell it, then once an hour. */
const ASK_OFTEN_MS = 30 * 60_000;
const ASK_AGAIN_MS = 55 * 60_000;

function wasAskedJustNow({ createdAt, vinAskedAt }: Connection, now: number): boolean {
  if (vinAskedAt === undefined || now - Date.parse(createdAt) < ASK_OFTEN_MS) return false;
  return now - Date.parse(vinAskedAt) < ASK_AGAIN_MS;
}

const noteAsked = ({ business }: Binding, connection: Connection, now: number) =>
  changeConnection(business, connection, ['pending'], { vinAskedAt: new Date(now).toISOString() });

/** A contract that names its car, or was read before, takes no car that nobody has recognised. */
const isAboutACar = ({ vin, boundVin }: Contract): boolean => (vin ?? boundVin) !== undefined;

/** The platform's clock may be behind ours, and may tell whole seconds. */
const CLOCK_TOLERANCE_MS = 60_000;

/** What was agreed to in one go is made within this; between two logins of one driver lies the maker's login. */
const ONE_LOGIN_MS = 5_000;

/**
 * V3 shows the newest external id on everything that a driver ever connected: only what was made or changed after this login began is
 * of this login, and of that only what was made together with the newest: another login may have ended within the tolerance. A driver's
 * own token (V2) shows what was granted with it.
 */
function ofThisLogin({ externalId, consent, createdAt }: Connection, grants: readonly Grant[]): readonly Grant[] {
  if (externalId === undefined) return grants;
  const changed = ({ changedAt }: Grant): number => (changedAt === undefined ? 0 : Date.parse(changedAt));
  const newest = Math.max(...grants.map(changed));
  const from = Math.max(Date.parse(consent?.agreedAt ?? createdAt) - CLOCK_TOLERANCE_MS, newest - ONE_LOGIN_MS);
  return grants.filter((grant) => changed(grant) >= from);
}

/** On V3 a VIN may be unknown, for a car that never told it; undefined when it is known and was not given out now. */
async function describe(
  platform: VehiclePlatform,
  access: string,
  grant: Grant,
): Promise<Vehicle['described'] | undefined> {
  if (platform.tokenOf === 'driver') return platform.identify(access, grant);
  const { vinRefused, ...described } = await platform.describe(access, grant);
  return vinRefused === undefined ? described : undefined;
}

const isApplicationRefused = ({ tokenOf }: VehiclePlatform, refusal: unknown): boolean =>
  tokenOf === 'application' && refusal instanceof VehicleError && refusal.meaning === 'refresh_once';

/** What a refusal of the platform means for a car that is not bound yet. */
function notFound(refusal: unknown): Found {
  if (!(refusal instanceof VehicleError)) throw refusal;
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
      return refused('exchange_failed');
    default:
      return { kind: 'later' };
  }
}

/**
 * The use is recorded first, so that nobody else's disconnect ends this grant; the contract is told last, so that a redelivery after a
 * crash anywhere finds either `pending` (all of it again) or `active` (the last steps again).
 */
async function activate(binding: Binding, connection: Connection, vehicle: Vehicle, now: number): Promise<Bound> {
  const { business } = binding;
  const { vendorVehicleId, vendorUserId, subscribed, described, permissions } = vehicle;
  await recordUse(business, connection, vendorVehicleId);
  const facts = { vendorVehicleId, vendorUserId, subscribed, ...described, permissions: [...permissions] };
  const to = { state: 'active', connectedAt: new Date(now).toISOString(), ...facts } as const;
  const active = await moveConnection(business, connection, ['pending'], to, now);
  return active === undefined
    ? overtaken(binding, { ...connection, vendorVehicleId, vendorUserId }, now)
    : adoptConnection(binding, active, now);
}

/** Not pending any more: moved by us (its answer was lost), by another delivery, or by a withdrawal. What is stored decides. */
async function overtaken(binding: Binding, connection: Connection, now: number): Promise<Bound> {
  const current = await getConnection(binding.business, connection);
  if (current === undefined || current.state === 'pending') return { kind: 'later' };
  if (current.state === 'active') return adoptConnection(binding, current, now);
  return (await endGrant(binding, connection, now)) === 'later' ? { kind: 'later' } : { kind: 'done' };
}

/** The state moves first: a redelivery after a crash finds `failed`, with its reason, and ends what is left of the grant. */
async function fail(binding: Binding, connection: Connection, reason: string, now: number): Promise<Bound> {
  const failed = await moveConnection(binding.business, connection, ['pending'], { state: 'failed', reason }, now);
  if (failed === undefined) return overtaken(binding, connection, now);
  return (await endGrant(binding, failed, now)) === 'later' ? { kind: 'later' } : { kind: 'failed', reason };
}
