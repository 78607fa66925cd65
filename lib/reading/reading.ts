// Readings as stored: what mileage judges, plus whose they are. Written once, never changed.
import * as z from 'zod/mini';
import { keys } from '../aws/keys.ts';
import { type Item, isNew, type Table } from '../aws/table.ts';

const storedReading = z.object({
  id: z.string(),
  metres: z.int(),
  recordedAt: z.string(),
  fetchedAt: z.string(),
  requestId: z.string(),
  unit: z.enum(['km', 'mi']),
  source: z.enum(['poll', 'push', 'manual']),
  vin: z.optional(z.string()),
  /** The value as sent, in `unit`. */
  distance: z.number(),
  connectionId: z.string(),
  /** Number of the statement it was read for, and how the attempt counts there. */
  seq: z.int(),
  outcome: z.enum(['read', 'not_yet_recorded']),
});

export type StoredReading = Readonly<z.infer<typeof storedReading>>;

export const parseReading = (item: Item): StoredReading => storedReading.parse(item);

export const putReading = (
  business: Table,
  tenantId: string,
  contractId: string,
  reading: StoredReading,
): Promise<boolean> =>
  business.put({ ...keys.reading(tenantId, contractId, reading.recordedAt, reading.id), ...reading }, isNew);
