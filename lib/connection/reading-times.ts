// When a car was read for the first and for the last time over one connection: for the driver, who is told what is shared. Knows nothing
// of what was read.
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

/** A contract may have been read over other connections before, or after. */
async function outermost(business: Table, connection: Connection, newestFirst: boolean): Promise<string | undefined> {
  const pk = contractPartition(connection.tenantId, connection.contractId);
  const where = { expression: '#pk = :pk AND begins_with(#sk, :readings)', values: { pk, readings: READINGS } };
  let page = await business.query({ where, newestFirst, limit: PAGE });
  for (;;) {
    const own = page.items.map((item) => storedReading.parse(item));
    const found = own.find(({ connectionId }) => connectionId === connection.connectionId);
    if (found !== undefined || page.next === undefined) return found?.fetchedAt;
    page = await business.query({ where, newestFirst, limit: PAGE, startAfter: page.next });
  }
}

/** Undefined when the car was not read yet. */
export async function readingTimes(business: Table, connection: Connection): Promise<ReadingTimes | undefined> {
  const last = await outermost(business, connection, true);
  const first = last === undefined ? undefined : await outermost(business, connection, false);
  return last === undefined || first === undefined ? undefined : { first, last };
}
