// All that a turn needs to know of a contract, from one consistent query: the contract, its connections, its newest readings.
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

/** Below so many readings there may be older ones that matter: authorizations that failed stand before them. */
const FEW_READINGS = 40;

/** Nearly always one query; more only for a contract whose connections fill pages. */
async function queryEnough(business: Table, tenantId: string, contractId: string): Promise<readonly Item[]> {
  let items: readonly Item[] = [];
  for (;;) {
    const below = items.at(-1)?.['sk'];
    const next = typeof below === 'string' ? below : undefined;
    const page = await queryContractPartition(business, tenantId, contractId, NEWEST, next);
    items = [...items, ...page];
    const readings = items.filter((item) => startsWith('R#', item)).length;
    if (page.length < NEWEST || readings >= FEW_READINGS) return items;
  }
}

export async function readDossier(business: Table, tenantId: string, contractId: string): Promise<Dossier | undefined> {
  const items = await queryEnough(business, tenantId, contractId);
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

/**
 * Without what was fetched after the driver had withdrawn: no statement may use it. Nor what came over a connection that is gone:
 * nobody knows any more until when it was allowed.
 */
export function consentedReadings({
  readings,
  connections,
}: Pick<Dossier, 'readings' | 'connections'>): readonly StoredReading[] {
  const byId = new Map(connections.map((connection) => [connection.connectionId, connection]));
  return readings.filter(({ connectionId, fetchedAt }) => {
    const connection = byId.get(connectionId);
    if (connection === undefined) return false;
    return connection.withdrawnAt === undefined || fetchedAt <= connection.withdrawnAt;
  });
}
