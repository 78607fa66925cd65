// From the store to the log: whether every statement is in the log at the place that it names, or has been waiting for no longer than
// sealing takes. The store is walked item by item: what nobody points to any more is found in no other way.
import { isPending, parseStatement } from '../attestation/statement.ts';
import type { Item, Key, Table } from '../aws/table.ts';
import { sameBytes } from '../proof/bytes.ts';
import { decodeEntries, TILE_WIDTH } from '../proof/tiles.ts';
import type { Checking, DisagreementCode, Report } from './fsck-log.ts';
import { readState, readTile } from './log-store.ts';

/** Sealing takes a minute or two; an hour is a fault. */
const LONGEST_PENDING_MS = 3_600_000;
const PAGE = 200;

/** Parts that the store is walked in. */
export const SEGMENTS = 30;

/** Entries by place, each bundle read once. */
function makeEntryReader(log: Table, size: number) {
  const bundles = new Map<number, Promise<readonly Uint8Array[]>>();
  const bundle = async (index: number): Promise<readonly Uint8Array[]> => {
    const width = Math.min(TILE_WIDTH, size - index * TILE_WIDTH);
    const found = await readTile(log, { level: 0, index, width });
    return decodeEntries(found?.entries ?? new Uint8Array()) ?? [];
  };
  return async (place: number): Promise<Uint8Array | undefined> => {
    const index = Math.floor(place / TILE_WIDTH);
    const entries = bundles.get(index) ?? bundle(index);
    bundles.set(index, entries);
    return (await entries)[place % TILE_WIDTH];
  };
}

/**
 * One page of one part of the store.
 * @returns where the next page begins, undefined after the last one
 */
export async function checkStorePage(
  { attestations, log, clock }: Checking,
  { segment, startAfter }: { readonly segment: number; readonly startAfter?: Key | undefined },
  report: Report,
): Promise<Key | undefined> {
  const { items, next } = await attestations.scan({ segment, segments: SEGMENTS, limit: PAGE, startAfter });
  // Read after the page: whatever the page names as sealed is below it.
  const size = (await readState(log))?.size ?? 0;
  const entryAt = makeEntryReader(log, size);
  for (const item of items) {
    if (!String(item['sk']).startsWith('S#')) continue;
    const problem = await problemOf(item, entryAt, size, clock());
    if (problem !== undefined) report(problem, parseStatement(item).attestationId);
  }
  return next === undefined ? undefined : { pk: String(next['pk']), sk: String(next['sk']) };
}

async function problemOf(
  item: Item,
  entryAt: (place: number) => Promise<Uint8Array | undefined>,
  size: number,
  now: number,
): Promise<DisagreementCode | undefined> {
  const { leaf, leafIndex, issuedAt } = parseStatement(item);
  if (leafIndex === undefined) {
    if (!isPending(item)) return 'neither_pending_nor_sealed';
    return Date.parse(issuedAt) + LONGEST_PENDING_MS < now ? 'pending_too_long' : undefined;
  }
  if (leafIndex >= size) return 'statement_beyond_log';
  const entry = await entryAt(leafIndex);
  return entry !== undefined && sameBytes(entry, Buffer.from(leaf, 'base64url')) ? undefined : 'place_of_another_leaf';
}
