// From the store to the log: whether every statement and key event is in the log at the place that it names, or has been waiting for
// no longer than sealing takes; and whether an auditor would accept each contract's statements (fsck-chain.ts). The store is walked item by
// item: what nobody points to any more is found in no other way.
import { isPending, parseStatement } from '../attestation/statement.ts';
import type { Item, Key, Page, Table } from '../aws/table.ts';
import { sameBytes } from '../proof/bytes.ts';
import { decodeEntries, TILE_WIDTH } from '../proof/tiles.ts';
import { checkChain, withoutHistory } from './fsck-chain.ts';
import type { Checking, DisagreementCode, Report } from './fsck-log.ts';
import { isKeyEvent, parseKeyEvent } from './key-events.ts';
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

const isStatement = ({ sk }: Item): boolean => String(sk).startsWith('S#');

/** All statements of a partition, oldest first. */
async function chainAt(attestations: Table, pk: string): Promise<readonly Item[]> {
  const items: Item[] = [];
  let startAfter: Item | undefined;
  do {
    const where = { expression: '#pk = :pk', values: { pk } };
    const page = await attestations.query({ where, ...(startAfter && { startAfter }) });
    items.push(...page.items.filter(isStatement));
    startAfter = page.next;
  } while (startAfter !== undefined);
  return items;
}

/** A chain is checked with the page that it begins on; of one that goes on behind the page, the rest is read. */
async function checkChains(
  checking: Checking,
  { items, next }: Page,
  startAfter: Key | undefined,
  report: Report,
): Promise<void> {
  const auditing = { ...checking, statementKeys: withoutHistory(checking.statementKeys) };
  const chains = Map.groupBy(items.filter(isStatement), ({ pk }) => String(pk));
  for (const [pk, onPage] of chains) {
    if (pk === startAfter?.pk) continue;
    checkChain(pk === next?.['pk'] ? await chainAt(checking.attestations, pk) : onPage, auditing, report);
  }
}

/**
 * One page of one part of the store.
 * @returns where the next page begins, undefined after the last one
 */
export async function checkStorePage(
  checking: Checking,
  { segment, startAfter }: { readonly segment: number; readonly startAfter?: Key | undefined },
  report: Report,
): Promise<Key | undefined> {
  const { attestations, log, clock } = checking;
  const page = await attestations.scan({ segment, segments: SEGMENTS, limit: PAGE, startAfter });
  const { items, next } = page;
  await checkChains(checking, page, startAfter, report);
  // Read after the page: whatever the page names as sealed is below it.
  const size = (await readState(log))?.size ?? 0;
  const entryAt = makeEntryReader(log, size);
  for (const item of items) {
    const source = sourceFrom(item);
    const problem = source && (await problemOf(source, entryAt, size, clock()));
    if (problem !== undefined) report(problem, source?.name ?? '');
  }
  return next === undefined ? undefined : { pk: String(next['pk']), sk: String(next['sk']) };
}

/** What a leaf of the log can come from, as far as both kinds are checked alike. */
interface Source {
  /** Id of the statement; which event of which key. */
  readonly name: string;
  readonly leaf: string;
  readonly leafIndex?: number | undefined;
  readonly pending: boolean;
  /** Since when it is there, ISO 8601. */
  readonly since: string;
  readonly beyond: DisagreementCode;
}

/** Undefined for what has no leaf. */
function sourceFrom(item: Item): Source | undefined {
  const pending = isPending(item);
  if (isKeyEvent(item)) {
    const { purpose, kid, event, leaf, leafIndex, pendingAt: since = '' } = parseKeyEvent(item);
    return { name: `${purpose} ${kid} ${event}`, leaf, leafIndex, pending, since, beyond: 'key_event_beyond_log' };
  }
  if (!isStatement(item)) return undefined;
  const { attestationId: name, leaf, leafIndex, issuedAt: since } = parseStatement(item);
  return { name, leaf, leafIndex, pending, since, beyond: 'statement_beyond_log' };
}

async function problemOf(
  { leaf, leafIndex, pending, since, beyond }: Source,
  entryAt: (place: number) => Promise<Uint8Array | undefined>,
  size: number,
  now: number,
): Promise<DisagreementCode | undefined> {
  if (leafIndex === undefined) {
    if (!pending) return 'neither_pending_nor_sealed';
    return Date.parse(since) + LONGEST_PENDING_MS < now ? 'pending_too_long' : undefined;
  }
  if (leafIndex >= size) return beyond;
  const entry = await entryAt(leafIndex);
  return entry !== undefined && sameBytes(entry, Buffer.from(leaf, 'base64url')) ? undefined : 'place_of_another_leaf';
}
