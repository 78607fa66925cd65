// What depends on what the platform told of a connection is changed on what stands, by compare-and-swap: whoever was told more meanwhile
// is heard first. Judges nothing.
import { isDeepStrictEqual } from 'node:util';
import type { Table } from '../aws/table.ts';
import { type Connection, changeConnection, getConnection, STATES } from './connection.ts';
import { noteTroubles, type PushedTrouble } from './troubles.ts';

/** More often than this in a row nobody else is told of troubles of one car. */
const MOST_TRIES = 5;

/**
 * Tries a change on what was read, and when it was something else by then, on that.
 * @param change the connection afterwards; undefined when it did not stand so any more, and nothing was changed
 * @returns `gone`: it is erased; `contended`: others kept changing it
 */
export async function changeOnWhatStands(
  business: Table,
  connection: Connection,
  change: (current: Connection) => Promise<Connection | undefined>,
): Promise<Connection | 'gone' | 'contended'> {
  let current: Connection | undefined = connection;
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const changed: Connection | undefined = await change(current);
    if (changed !== undefined) return changed;
    current = await getConnection(business, connection);
    if (current === undefined) return 'gone';
  }
  return 'contended';
}

class ContendedConnection extends Error {
  readonly code = 'CONNECTION_CONTENDED';
}

/**
 * Keeps what the platform told; its state does not move. Repeating it changes nothing.
 * @param at epoch milliseconds of the event
 * @returns the connection afterwards; undefined when it is erased
 * @throws ContendedConnection when others keep telling
 */
export async function keepTroubles(
  business: Table,
  connection: Connection,
  told: readonly PushedTrouble[],
  at: number,
): Promise<Connection | undefined> {
  const kept = await changeOnWhatStands(business, connection, async (current) => {
    const after = noteTroubles(current.troubles ?? {}, told, at);
    if (isDeepStrictEqual(after, current.troubles)) return current;
    const set = { troubles: after, troublesRevision: (current.troublesRevision ?? 0) + 1 };
    return changeConnection(business, current, STATES, set, { told: current });
  });
  if (kept === 'contended') throw new ContendedConnection('others told of the same car again and again');
  return kept === 'gone' ? undefined : kept;
}
