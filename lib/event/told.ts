// What a tenant was told, kept for 30 days. Events that were told together lie on one item, a page: one write for all of them.
// After a crash an event may stand on two pages, under one id. Pages are never changed.
import { createHash } from 'node:crypto';
import { eventsPartition, keys } from '../aws/keys.ts';
import type { Item, Table } from '../aws/table.ts';
import { type Event, parseEvents } from './event.ts';

const KEPT_MS = 30 * 86_400_000;

/** An event is at most some 600 bytes, an item at most 400 KB. */
const MOST_EVENTS = 500;

/**
 * A page appears at the latest this long after the instant in its key, which is that of its put (three tries of 5 s and their pauses). Newer ones are not
 * listed yet: whoever goes on from the newest page must not miss one that comes in before it.
 */
const SETTLED_MS = 20_000;

/**
 * Tells a tenant's events: puts them where the list finds them. May be repeated; a repetition at another time makes another page.
 * @param clock epoch milliseconds
 */
export async function keepTold(
  business: Table,
  tenantId: string,
  events: readonly Event[],
  clock: () => number,
): Promise<void> {
  for (const page of pagesOf(events)) {
    const now = clock();
    const key = keys.events(tenantId, new Date(now).toISOString(), digestOf(page));
    await business.put({ ...key, events: page, expiresAt: expiryOf(now) });
  }
}

/** As many as fit on an item. */
export const pagesOf = (events: readonly Event[]): readonly (readonly Event[])[] =>
  Array.from({ length: Math.ceil(events.length / MOST_EVENTS) }, (_, n) =>
    events.slice(n * MOST_EVENTS, (n + 1) * MOST_EVENTS),
  );

/** Epoch seconds. */
export const expiryOf = (now: number): number => Math.ceil((now + KEPT_MS) / 1000);

export const digestOf = (events: readonly Event[]): string =>
  createHash('sha256')
    .update(events.map(({ id }) => id).join())
    .digest('hex')
    .slice(0, 16);

/** Where a list of events goes on: behind this event of this page. */
export interface EventPlace {
  readonly page: string;
  readonly index: number;
}

export interface ListedEvent {
  readonly event: Event;
  readonly place: EventPlace;
}

/**
 * What was told in the last 30 days, in the order in which it was told; an event that was told twice may come twice.
 * @param now epoch milliseconds
 */
export async function listEvents(
  business: Table,
  tenantId: string,
  { limit, after }: { readonly limit: number; readonly after?: EventPlace | undefined },
  now: number,
): Promise<{ readonly events: readonly ListedEvent[]; readonly more: boolean }> {
  const found: ListedEvent[] = [];
  let start: Item | undefined;
  do {
    const values = { pk: eventsPartition(tenantId), from: fromKey(after, now), to: sortKeyAt(now - SETTLED_MS) };
    const where = { expression: '#pk = :pk AND #sk BETWEEN :from AND :to', values };
    const page = await business.query({
      where,
      limit: limit + 1,
      ...(start === undefined ? {} : { startAfter: start }),
    });
    found.push(...page.items.flatMap(eventsOf).filter(({ place }) => isBehind(place, after)));
    start = page.next;
  } while (start !== undefined && found.length <= limit);
  return { events: found.slice(0, limit), more: found.length > limit };
}

const sortKeyAt = (epoch: number): string => keys.events('', new Date(epoch).toISOString(), '').sk;

/** What has expired may still be there: it is not listed, whatever the place to go on from. */
function fromKey(after: EventPlace | undefined, now: number): string {
  const oldest = sortKeyAt(now - KEPT_MS);
  return after === undefined || after.page < oldest ? oldest : after.page;
}

const eventsOf = ({ sk, events }: Item): readonly ListedEvent[] =>
  parseEvents(events).map((event, index) => ({ event, place: { page: String(sk), index } }));

const isBehind = ({ page, index }: EventPlace, after: EventPlace | undefined): boolean =>
  after === undefined || page > after.page || (page === after.page && index > after.index);
