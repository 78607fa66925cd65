// How the connection of a contract stands, for whoever looks at many contracts.
import { connectionOf } from '../aws/keys.ts';
import type { Item, Table } from '../aws/table.ts';
import { type Contract, queryContractPartition } from '../contract/contract.ts';
import { type Connection, getConnection, parseConnection, STATES } from './connection.ts';

export const CONNECTION_STATES = [...STATES, 'none'] as const;

/** Of the connection that is read from; before there is one, of the newest authorization. One read. */
export async function connectionStateOf(
  business: Table,
  { tenantId, contractId, connectionId }: Contract,
): Promise<Connection['state'] | 'none'> {
  if (connectionId !== undefined)
    return (await getConnection(business, { tenantId, contractId, connectionId }))?.state ?? 'none';
  const [, newest] = await queryContractPartition(business, tenantId, contractId, 2);
  return newest !== undefined && isConnection(newest) ? parseConnection(newest).state : 'none';
}

const isConnection = ({ pk, sk }: Item): boolean => connectionOf({ pk: String(pk), sk: String(sk) }) !== undefined;
