// Marks: events that lie on the item whose change they tell of, written by the very update or put that makes the change, until a sweep
// has told them (sweep.ts). So no change is without its event, and no event without its change.
import { UNTOLD_SHARDS, untoldShard } from '../aws/keys.ts';
import type { Change, Condition, Item, Key, Table } from '../aws/table.ts';
import { shardOf } from '../contract/due.ts';
import { type Event, parseEvents } from './event.ts';

/** Keeps the item in the sparse `untold` index. */
const untold = (key: Key, [first]: readonly Event[]) => ({
  untoldShard: untoldShard(shardOf(`${key.pk} ${key.sk}`, UNTOLD_SHARDS)),
  untoldAt: first?.at,
});

/** What an update writes beside its change. Marks that wait there already stay. */
export const appendMarks = (key: Key, events: readonly Event[]): Pick<Change, 'set' | 'append'> =>
  events.length === 0 ? {} : { set: untold(key, events), append: { marks: events } };

/** What a put writes beside the item. */
export const putMarks = (key: Key, events: readonly Event[]): Item =>
  events.length === 0 ? {} : { ...untold(key, events), marks: events };

/** An item of the `untold` index and what waits on it. */
export interface Marked {
  readonly key: Key;
  /** One at least, oldest first. */
  readonly events: readonly [Event, ...(readonly Event[])];
}

/** @throws when the marks are not what {@link appendMarks} writes */
export function parseMarked({ pk, sk, marks }: Item): Marked {
  const [first, ...others] = parseEvents(marks);
  if (first === undefined) throw new MarkError('an item in the index has no marks');
  return { key: { pk: String(pk), sk: String(sk) }, events: [first, ...others] };
}

class MarkError extends Error {
  readonly code = 'MARKS_MISSING';
}

/** Holds while the marks are those that were seen: they are only ever appended, and cleared together: their number and the last say which. */
export function marksAre(events: Marked['events']): Condition {
  const last = events.length - 1;
  const expression = `size(#marks) = :count AND #marks[${last}].#id = :last`;
  return { expression, values: { count: events.length, last: events[last]?.id } };
}

/** Clears the marks that were seen, unless others came after them: then all of them stay, and the next sweep sees them. */
export async function clearMarks(business: Table, { key, events }: Marked): Promise<void> {
  const condition = marksAre(events);
  await business.update(key, { remove: ['marks', 'untoldShard', 'untoldAt'], condition });
}
