// Readings as stored: what mileage judges, plus whose they are. Written once, with the events that tell of them; what they say never
// changes.
import * as z from 'zod/mini';
import { keys } from '../aws/keys.ts';
import { type Item, isNew, type Key, type Table } from '../aws/table.ts';
import { type Event, eventOf } from '../event/event.ts';
import { putMarks } from '../event/mark.ts';
import { PLATFORMS } from '../tenant/application.ts';
import { periodAsleep } from './asleep.ts';

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
  /** The version of the platform that it came over; absent: `v2`. */
  platform: z.optional(z.enum(PLATFORMS)),
  /** Number of the statement it was read for, and how the attempt counts there. */
  seq: z.int(),
  outcome: z.enum(['read', 'not_yet_recorded']),
});

export type StoredReading = Readonly<z.infer<typeof storedReading>>;

export const parseReading = (item: Item): StoredReading => storedReading.parse(item);

/** Whose reading it is, and the period it was read for. */
export interface ReadFor {
  readonly tenantId: string;
  readonly contractId: string;
  readonly periodId: string;
  /** Whether this is the period's first answer that shows a car asleep. */
  readonly firstAsleep: boolean;
}

export function putReading(business: Table, readFor: ReadFor, reading: StoredReading): Promise<boolean> {
  const key = keys.reading(readFor.tenantId, readFor.contractId, reading.recordedAt, reading.id);
  return business.put({ ...key, ...reading, ...putMarks(key, eventsOf(key, readFor, reading)) }, isNew);
}

function eventsOf(
  key: Key,
  { tenantId, contractId, periodId, firstAsleep }: ReadFor,
  { id: readingId, connectionId, fetchedAt: at }: StoredReading,
): readonly Event[] {
  const ids = { contractId, connectionId, periodId };
  const data = { ...ids, readingId };
  const recorded = eventOf({ key, type: 'reading.recorded', change: readingId, at, tenantId, data });
  return firstAsleep ? [recorded, periodAsleep({ tenantId, ...ids }, at)] : [recorded];
}
