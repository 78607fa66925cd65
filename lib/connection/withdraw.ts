// Withdrawal of consent. The state moves first: from then on no reading is stored, whatever is in flight. What follows (vendor
// disconnect, tokens) is repeated until it is done.
import type { Table } from '../aws/table.ts';
import { type Connection, getConnection, moveConnection } from './connection.ts';
import type { Vault } from './vault.ts';
import { endUse, isUsedByOthers } from './vehicle-use.ts';

type ConnectionId = Pick<Connection, 'tenantId' | 'contractId' | 'connectionId'>;

/** Ends the consent now. Undefined when there is no connection to end. @param now epoch milliseconds */
export async function withdrawConsent(business: Table, id: ConnectionId, now: number): Promise<Connection | undefined> {
  const withdrawnAt = new Date(now).toISOString();
  const from = ['pending', 'active', 'action_required', 'reauth_required'] as const;
  const moved = await moveConnection(business, id, from, { state: 'withdrawn', withdrawnAt });
  return moved ?? alreadyWithdrawn(await getConnection(business, id));
}

const alreadyWithdrawn = (connection: Connection | undefined): Connection | undefined =>
  connection?.state === 'withdrawn' ? connection : undefined;

export interface Ending {
  readonly business: Table;
  readonly vault: Vault;
  /** The vendor's disconnect for this vehicle, with the given access token. */
  readonly disconnect: (accessToken: string, vendorVehicleId: string) => Promise<void>;
}

/**
 * Ends the vendor's grant (unless another live connection depends on it) and removes the token pair. Idempotent; throws when the
 * vendor does not answer, and is then repeated from the queue.
 */
export async function endGrant(
  { business, vault, disconnect }: Ending,
  connection: Connection,
  vehicleIds: readonly string[],
): Promise<void> {
  const pair = await vault.read(connection);
  for (const vehicleId of vehicleIds) {
    const shared = await isUsedByOthers(business, connection, vehicleId);
    if (!shared && pair !== undefined) await disconnect(pair.accessToken, vehicleId);
    await endUse(business, connection, vehicleId);
  }
  await vault.remove(connection);
}
