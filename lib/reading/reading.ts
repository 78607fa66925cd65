// Readings as stored: what mileage judges, plus whose they are. Written once, with the events that tell of them; what they say never
// changes.
import * as z from 'zod/mini';
import { compiledObject } from '../aws/compiled-object.ts';
import { contractPartition, keys, READINGS } from '../aws/keys.ts';
import { type Item, isNew, type Key, type Table } from '../aws/table.ts';
import { type Event, eventOf } from '../event/event.ts';
import { putMarks } from '../event/mark.ts';
import { PLATFORMS } from '../tenant/platforms.ts';
import { periodAsleep } from './asleep.ts';

const makeStoredReading = () =>
  compiledObject({
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
    /** Number of the month it was read for, and how the attempt counts there. A push is no attempt: nobody asked. */
    seq: z.optional(z.int()),
    outcome: z.optional(z.enum(['read', 'not_yet_recorded'])),
  });

/** Made when the first one is read: many an answer of the API needs none. */
let storedReading: ReturnType<typeof makeStoredReading> | undefined;

export type StoredReading = Readonly<z.infer<ReturnType<typeof makeStoredReading>>>;

export function parseReading(item: Item): StoredReading {
  storedReading ??= makeStoredReading();
  return storedReading.parse(item);
}

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

/** One that the car told by itself. Nobody waits for it, and it may come every few minutes: only what is made of it is told outside. */
export const putPushed = (
  business: Table,
  { tenantId, contractId }: Pick<ReadFor, 'tenantId' | 'contractId'>,
  reading: StoredReading,
): Promise<boolean> =>
  business.put({ ...keys.reading(tenantId, contractId, reading.recordedAt, reading.id), ...reading }, isNew);

/** Behind every reading: an instant begins with a digit. */
export const READINGS_END = `${READINGS}~`;

/** Newest first. `place` goes on from there. One Query. */
export async function listReadings(
  business: Table,
  { tenantId, contractId }: Pick<ReadFor, 'tenantId' | 'contractId'>,
  { limit, before = READINGS_END }: { readonly limit: number; readonly before?: string | undefined },
): Promise<{
  readonly readings: readonly { readonly reading: StoredReading; readonly place: string }[];
  readonly more: boolean;
}> {
  const values = { pk: contractPartition(tenantId, contractId), from: READINGS, before };
  const where = { expression: '#pk = :pk AND #sk BETWEEN :from AND :before', values };
  // The place itself comes again: a range has no open end.
  const { items } = await business.query({ where, newestFirst: true, limit: limit + 2 });
  const found = items
    .filter(({ sk }) => sk !== before)
    .map((item) => ({ reading: parseReading(item), place: String(item['sk']) }));
  return { readings: found.slice(0, limit), more: found.length > limit };
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
