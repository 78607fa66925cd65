// Binding: which car is behind a fresh authorization? Exactly one, and the one in the contract, or nothing stays: the vendor's grant is
// ended and the pair deleted. Runs from the queue; every step may be repeated.
import { keys } from '../aws/keys.ts';
import type { Table } from '../aws/table.ts';
import { type Contract, getContract } from '../contract/contract.ts';
import { sameVin } from '../mileage/vin.ts';
import type { Identity, VehiclePlatform } from '../vehicle/platform.ts';
import { VehicleError } from '../vehicle/vehicle-error.ts';
import { type Connection, getConnection, moveConnection } from './connection.ts';
import type { Vault } from './vault.ts';
import { recordUse } from './vehicle-use.ts';
import { endGrant } from './withdraw.ts';

export interface Binding {
  readonly business: Table;
  readonly vault: Vault;
  readonly platform: VehiclePlatform;
  /** Takes requests from the application's rate budget; false when there are not enough. */
  readonly allow: (applicationId: string, requests: number) => Promise<boolean>;
}

/** The vehicle list, and a batch of attributes and VIN. */
const BILLED = 3;

export type Bound =
  | { readonly kind: 'active' }
  | { readonly kind: 'failed'; readonly reason: string }
  /** The car or the platform did not answer: try again. */
  | { readonly kind: 'later' }
  /** Nothing to do: bound before, or ended meanwhile. */
  | { readonly kind: 'done' };

type Message = Pick<Connection, 'tenantId' | 'contractId' | 'connectionId'>;

/** @param now epoch milliseconds */
export async function bindVehicle(binding: Binding, message: Message, now: number): Promise<Bound> {
  const { business, vault } = binding;
  const [connection, contract] = await Promise.all([
    getConnection(business, message),
    getContract(business, message.tenantId, message.contractId),
  ]);
  if (connection === undefined || contract === undefined) return { kind: 'done' };
  if (connection.state === 'active') return adopt(binding, contract, connection, now);
  if (connection.state === 'failed') return endFailed(binding, connection);
  if (connection.state !== 'pending') return { kind: 'done' };
  const pair = await vault.read(connection);
  if (pair === undefined) return fail(binding, connection, 'exchange_failed');
  if (!(await binding.allow(connection.applicationId, BILLED))) return { kind: 'later' };
  try {
    return await identify(binding, contract, connection, pair.accessToken, now);
  } catch (refusal) {
    if (!(refusal instanceof VehicleError)) throw refusal;
    return afterRefusal(binding, connection, refusal);
  }
}

async function identify(
  binding: Binding,
  contract: Contract,
  connection: Connection,
  access: string,
  now: number,
): Promise<Bound> {
  const vehicles = await binding.platform.listVehicles(access);
  const [vehicleId] = vehicles;
  if (vehicleId === undefined) return fail(binding, connection, 'no_vehicles');
  if (vehicles.length > 1) return fail(binding, connection, 'several_vehicles');
  const identity = await binding.platform.identify(access, vehicleId);
  if (contract.vin !== undefined && !sameVin(contract.vin, identity.vin)) {
    return fail(binding, connection, 'wrong_vin');
  }
  return activate(binding, contract, connection, vehicleId, identity, now);
}

/**
 * Order matters. The use is recorded first, so that nobody else's disconnect ends this grant; the contract is told last, so that a
 * redelivery after a crash anywhere finds either `pending` (all of it again) or `active` (the last step again).
 */
async function activate(
  binding: Binding,
  contract: Contract,
  connection: Connection,
  vendorVehicleId: string,
  identity: Identity,
  now: number,
): Promise<Bound> {
  const { business, vault } = binding;
  await recordUse(business, connection, vendorVehicleId);
  await vault.keep(connection);
  const connectedAt = new Date(now).toISOString();
  const facts = { state: 'active', connectedAt, vendorVehicleId, ...identity } as const;
  const active = await moveConnection(business, connection, ['pending'], facts);
  if (active === undefined) return { kind: 'done' };
  return adopt(binding, contract, active, now);
}

/** The contract reads from this connection from now on; the one before it is ended. */
async function adopt(binding: Binding, contract: Contract, connection: Connection, now: number): Promise<Bound> {
  const { business } = binding;
  const before = contract.connectionId;
  if (before === connection.connectionId) return { kind: 'done' };
  await business.update(keys.contract(contract.tenantId, contract.contractId), {
    set: {
      connectionId: connection.connectionId,
      goal: 'open',
      failures: 0,
      ...(contract.dueAt === undefined ? {} : { dueAt: new Date(now).toISOString() }),
    },
    // Whatever message is under way belongs to the time before this car.
    add: { turn: 1 },
    condition: { expression: 'attribute_exists(#pk)' },
  });
  if (before !== undefined) await endReplaced(binding, { ...connection, connectionId: before });
  return { kind: 'active' };
}

async function endReplaced(binding: Binding, id: Message): Promise<void> {
  const states = ['active', 'action_required', 'reauth_required'] as const;
  const replaced = await moveConnection(binding.business, id, states, { state: 'replaced' });
  if (replaced === undefined) return;
  const vehicles = replaced.vendorVehicleId === undefined ? [] : [replaced.vendorVehicleId];
  // The vendor's grant is the driver's at this application: if the new connection is the same car, it lives on by vehicle use.
  await endGrant({ ...binding, disconnect: quietly(binding.platform) }, replaced, vehicles);
}

/** The state moves first: a redelivery after a crash finds `failed`, with its reason, and ends what is left of the grant. */
async function fail(binding: Binding, connection: Connection, reason: string): Promise<Bound> {
  const failed = await moveConnection(binding.business, connection, ['pending'], { state: 'failed', reason });
  if (failed !== undefined) await endFailed(binding, failed);
  return { kind: 'failed', reason };
}

async function endFailed(binding: Binding, connection: Connection): Promise<Bound> {
  const { vault, platform } = binding;
  const pair = await vault.read(connection);
  if (pair === undefined) return { kind: 'done' };
  const vehicles = await platform.listVehicles(pair.accessToken).catch(refusedAs([]));
  await endGrant({ ...binding, disconnect: quietly(platform) }, connection, vehicles);
  return { kind: 'done' };
}

/** A platform that refuses the token knows no grant; one that does not answer is asked again. */
const refusedAs =
  <T>(otherwise: T) =>
  (refusal: unknown): T => {
    if (refusal instanceof VehicleError && [401, 403, 404].includes(refusal.status ?? 0)) return otherwise;
    throw refusal;
  };

/** Ending a grant that the platform does not know is ending it. */
const quietly =
  (platform: VehiclePlatform) =>
  (access: string, vehicleId: string): Promise<void> =>
    platform.disconnect(access, vehicleId).catch(refusedAs(undefined));

function afterRefusal(binding: Binding, connection: Connection, { meaning }: VehicleError): Promise<Bound> | Bound {
  switch (meaning) {
    case 'reconnect':
      return fail(binding, connection, 'missing_permission');
    case 'not_capable':
      return fail(binding, connection, 'vehicle_incompatible');
    case 'refresh_once':
      return fail(binding, connection, 'exchange_failed');
    default:
      return { kind: 'later' };
  }
}
