// All that a turn needs to know of a contract, from one consistent query: the contract, its connections, what was
// declared of its odometer, its newest readings.
import type { Item, Table } from '../aws/table.ts';
import { type Connection, parseConnection } from '../connection/connection.ts';
import { type Contract, parseContract, queryContractPartition } from '../contract/contract.ts';
import { type OdometerEvent, parseOdometerEvent } from './odometer-event.ts';
import { parseReading, type StoredReading } from './reading.ts';

export interface Dossier {
  readonly contract: Contract;
  /** The connection that is read from. */
  readonly connection: Connection | undefined;
  readonly connections: readonly Connection[];
  /** All that was declared, newest first. */
  readonly odometerEvents: readonly OdometerEvent[];
  /** Newest first. */
  readonly readings: readonly StoredReading[];
}

/** Enough for a contract, some reconnections and declarations, and the readings of the last months. */
const NEWEST = 60;

/** Below so many readings there may be older ones that matter: authorizations that failed stand before them. */
const FEW_READINGS = 40;

/** A car that tells by itself may tell every few minutes. Far below the 1 MB of an answer. */
const MORE = 500;

/** Nearly always one query; more only for a contract whose connections fill pages, or whose car tells by itself. */
async function queryEnough(
  business: Table,
  { tenantId, contractId }: ContractId,
  since: Since,
): Promise<readonly Item[]> {
  let items = await queryContractPartition(business, tenantId, contractId, NEWEST);
  let isWhole = items.length < NEWEST;
  while (!isWhole && !(await reaches(items, since))) {
    const below = String(items.at(-1)?.['sk']);
    const page = await queryContractPartition(business, tenantId, contractId, MORE, below);
    items = [...items, ...page];
    isWhole = page.length < MORE;
  }
  return items;
}

async function reaches(items: readonly Item[], since: Since): Promise<boolean> {
  const readings = items.filter((item) => startsWith('R#', item));
  if (readings.length < FEW_READINGS) return false;
  const from = since === undefined ? undefined : ((await since()) ?? '');
  return from === undefined || String(readings.at(-1)?.['recordedAt']) <= from;
}

interface ContractId {
  readonly tenantId: string;
  readonly contractId: string;
}

/** Instant of the boundary that is fixed; undefined while none is. Asked only for a contract of several pages. */
type Since = (() => Promise<string | undefined>) | undefined;

/**
 * @param since all readings behind it are needed, or all there are; the newest will do where nothing is judged
 */
export async function readDossier(
  business: Table,
  tenantId: string,
  contractId: string,
  since?: Since,
): Promise<Dossier | undefined> {
  const items = await queryEnough(business, { tenantId, contractId }, since);
  const [first] = items;
  if (first === undefined || !startsWith('Z#', first)) return undefined;
  const contract = parseContract(first);
  const connections = items.filter((item) => startsWith('Y#', item)).map(parseConnection);
  let readings: readonly StoredReading[] | undefined;
  return {
    contract,
    connections,
    connection: connections.find(({ connectionId }) => connectionId === contract.connectionId),
    odometerEvents: items.filter((item) => startsWith('X#', item)).map(parseOdometerEvent),
    // Parsed when they are asked for: they are most of the items, and many an answer of the API needs none.
    get readings() {
      readings ??= items.filter((item) => startsWith('R#', item)).map(parseReading);
      return readings;
    },
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

/** The VIN that readings should have: of the car that is connected, or that was first read of it; else of the contract. */
export const expectedVinOf = ({ connection, contract }: Pick<Dossier, 'connection' | 'contract'>): string | undefined =>
  connection?.vin ?? contract.boundVin ?? contract.vin;
