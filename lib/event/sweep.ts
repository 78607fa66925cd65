// The sweep: finds items that carry marks, tells what they say, and clears the marks by compare-and-swap on what it saw.
// At least once: a crash anywhere, or another sweep at the same time, tells an event again under the same id.
import { UNTOLD_SHARDS, untoldShard } from '../aws/keys.ts';
import type { Item, Table } from '../aws/table.ts';
import type { Event } from './event.ts';
import { clearMarks, type Marked, parseMarked } from './mark.ts';
import { keepTold } from './told.ts';

export interface Sweeping {
  readonly business: Table;
  /** Offers events to whoever wants to be sent them. May be called again with events that were offered before. */
  readonly offer: (tenantId: string, events: readonly Event[], now: number) => Promise<void>;
}

/** Some marks could not be told; `cause` is the first fault. They are swept again; the others are told. */
export class SweepError extends Error {
  readonly code = 'SWEEP_INCOMPLETE';
}

/** Items taken from one shard in one sweep; the rest is taken by the next one. */
const MOST_PER_SHARD = 1_000;

/** Items of a tenant that are cleared at once. */
const CHUNK = 50;

export interface Swept {
  readonly events: number;
  /** Milliseconds since the oldest change that was found untold, 0 when there was none. */
  readonly oldestMs: number;
}

/**
 * @param clock epoch milliseconds
 * @param most items taken from one shard
 * @throws SweepError at the end: no tenant waits for another one's trouble
 */
export async function sweep(sweeping: Sweeping, clock: () => number, most = MOST_PER_SHARD): Promise<Swept> {
  const started = clock();
  const { marked, faults } = await findMarked(sweeping.business, most);
  const tenants = Map.groupBy(marked, ({ events: [first] }) => first.tenantId);
  const told = await Promise.allSettled(
    [...tenants].map(([tenantId, own]) => tellMarked(sweeping, tenantId, own, clock)),
  );
  const failed = [...faults, ...told.flatMap(reasonOf)];
  if (failed.length > 0) throw new SweepError(`faults while sweeping: ${failed.length}`, { cause: failed[0] });
  const ages = marked.map(({ events: [first] }) => started - Date.parse(first.at));
  return { events: marked.flatMap(({ events }) => events).length, oldestMs: Math.max(0, ...ages) };
}

const reasonOf = (settled: PromiseSettledResult<unknown>): readonly unknown[] =>
  settled.status === 'rejected' ? [settled.reason] : [];

/** The index may lag: it may show an item without its newest marks, or with marks that are cleared. Clearing finds out. */
async function findMarked(business: Table, most: number) {
  const shards = Array.from({ length: UNTOLD_SHARDS }, (_, shard) => markedOn(business, untoldShard(shard), most));
  const found = await Promise.allSettled(shards);
  const items = found.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
  // An item that cannot be understood stands in nobody's way, and is heard of at every sweep.
  const parsed = await Promise.allSettled(items.map(async (item) => parseMarked(item)));
  return {
    marked: parsed.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])),
    faults: [...found, ...parsed].flatMap(reasonOf),
  };
}

async function markedOn(business: Table, shard: string, most: number): Promise<readonly Item[]> {
  const where = { expression: '#untoldShard = :shard', values: { shard } };
  const found: Item[] = [];
  let next: Item | undefined;
  do {
    const limit = most - found.length;
    const from = next === undefined ? {} : { startAfter: next };
    const page = await business.query({ index: 'untold', where, limit, ...from });
    found.push(...page.items);
    next = page.next;
  } while (next !== undefined && found.length < most);
  return found;
}

/**
 * Told first, cleared then. A crash here leaves events that were told and marks that stay: the next sweep tells them again.
 * A mark that is set in between keeps the others with it, for the same reason.
 */
async function tellMarked(
  { business, offer }: Sweeping,
  tenantId: string,
  marked: readonly Marked[],
  clock: () => number,
): Promise<void> {
  for (let at = 0; at < marked.length; at += CHUNK) {
    const chunk = marked.slice(at, at + CHUNK);
    const events = chunk.flatMap((one) => one.events);
    await keepTold(business, tenantId, events, clock);
    await offer(tenantId, events, clock());
    const cleared = await Promise.allSettled(chunk.map((one) => clearMarks(business, one)));
    for (const one of cleared) if (one.status === 'rejected') throw one.reason;
  }
}
