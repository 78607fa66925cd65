// When a car was read for the first and for the last time over one connection: for the driver, who is told what is shared. Knows nothing
// of what was read, and asks for three pages, however often the contract was read over other connections before or since.
import * as z from 'zod/mini';
import { contractPartition, READINGS } from '../aws/keys.ts';
import type { Table } from '../aws/table.ts';
import type { Connection } from './connection.ts';

export interface ReadingTimes {
  /** Instants at which we asked the car. */
  readonly first: string;
  readonly last: string;
}

const storedReading = z.object({ fetchedAt: z.string(), connectionId: z.string() });

const PAGE = 50;

/** An instant begins with a digit: this stands behind each of its own, and behind all. */
const END = '~';

/**
 * A contract is read over one connection at a time, and its readings are in the order in which the car measured. So the first of a
 * connection stand right behind the instant at which it was bound, or right before it, where the car had measured earlier; the last of
 * one that has ended right before its end. Undefined when the car was not read yet.
 */
export async function readingTimes(business: Table, connection: Connection): Promise<ReadingTimes | undefined> {
  const { tenantId, contractId, connectionId, connectedAt, withdrawnAt = '' } = connection;
  if (connectedAt === undefined) return undefined;
  const pk = contractPartition(tenantId, contractId);
  const own = async (from: string, to: string, newestFirst: boolean): Promise<readonly string[]> => {
    const values = { pk, from: `${READINGS}${from}`, to: `${READINGS}${to}${END}` };
    const where = { expression: '#pk = :pk AND #sk BETWEEN :from AND :to', values };
    const { items } = await business.query({ where, newestFirst, limit: PAGE });
    const readings = items.map((item) => storedReading.parse(item));
    return readings.filter((reading) => reading.connectionId === connectionId).map(({ fetchedAt }) => fetchedAt);
  };
  const pages = await Promise.all([
    own('', connectedAt, true),
    own(connectedAt, '', false),
    own('', withdrawnAt, true),
  ]);
  const times = pages.flat().sort();
  const [first, last] = [times.at(0), times.at(-1)];
  return first === undefined || last === undefined ? undefined : { first, last };
}
