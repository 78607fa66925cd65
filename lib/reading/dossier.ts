// All that a turn needs to know of a contract, in one consistent query: the contract, its connections, its newest readings.
import type { Item, Table } from '../aws/table.ts';
import { type Connection, parseConnection } from '../connection/connection.ts';
import { type Contract, parseContract, queryContractPartition } from '../contract/contract.ts';
import { parseReading, type StoredReading } from './reading.ts';

export interface Dossier {
  readonly contract: Contract;
  /** The connection that is read from. */
  readonly connection: Connection | undefined;
  readonly connections: readonly Connection[];
  /** Newest first. */
  readonly readings: readonly StoredReading[];
}

/** Enough for a contract, some reconnections, and the readings of the last months. */
const NEWEST = 60;

export async function readDossier(business: Table, tenantId: string, contractId: string): Promise<Dossier | undefined> {
  const items = await queryContractPartition(business, tenantId, contractId, NEWEST);
  const [first] = items;
  if (first === undefined || !startsWith('Z#', first)) return undefined;
  const contract = parseContract(first);
  const connections = items.filter((item) => startsWith('Y#', item)).map(parseConnection);
  return {
    contract,
    connections,
    connection: connections.find(({ connectionId }) => connectionId === contract.connectionId),
    readings: items.filter((item) => startsWith('R#', item)).map(parseReading),
  };
}

const startsWith = (prefix: string, { sk }: Item): boolean => typeof sk === 'string' && sk.startsWith(prefix);

/** Without what was fetched after the driver had withdrawn: no statement may use it. */
export function consentedReadings({ readings, connections }: Dossier): readonly StoredReading[] {
  const withdrawnAt = new Map(connections.map((connection) => [connection.connectionId, connection.withdrawnAt]));
  return readings.filter(({ connectionId, fetchedAt }) => {
    const ended = withdrawnAt.get(connectionId);
    return ended === undefined || fetchedAt <= ended;
  });
}
