// From the log to the store: whether every leaf is the leaf of one statement or key event, at the place that this names, and whether
// tiles, manifests and checkpoints are all of the one tree that the signed head is of. Reads everything again, believes nothing, repairs
// nothing; what disagrees is named, by place in the log, by statement or by key.
import { parseStatement } from '../attestation/statement.ts';
import { sha256 } from '../aws/digest.ts';
import type { Item, Key, Table } from '../aws/table.ts';
import { sameBytes } from '../proof/bytes.ts';
import { verifyCheckpoint } from '../proof/checkpoint.ts';
import type { Jwk } from '../proof/key-set.ts';
import { HASH_BYTES, rootOfHashes } from '../proof/merkle.ts';
import type { TreeHead } from '../proof/merkle-verify.ts';
import type { VerifyEd25519, VerifyEs256 } from '../proof/primitives.ts';
import type { NoteKey } from '../proof/signed-note.ts';
import { decodeEntries, TILE_WIDTH, type Tile } from '../proof/tiles.ts';
import { edgeOf, entriesFit, rootOfEdge, type TileBytes } from './grow.ts';
import { isKeyEvent, leafOfKeyEvent, parseKeyEvent } from './key-events.ts';
import {
  EMPTY,
  type LogState,
  type Manifest,
  readManifest,
  readMark,
  readState,
  readStoredCheckpoint,
  readTile,
  sameHead,
} from './log-store.ts';

export type DisagreementCode =
  | 'head_refused'
  | 'head_of_another_tree'
  | 'mark_disagrees'
  | 'tile_missing'
  | 'entries_not_of_tile'
  | 'tile_not_in_tree'
  | 'manifest_missing'
  | 'leaf_not_of_manifest'
  | 'statement_missing'
  | 'leaf_not_of_statement'
  | 'statement_elsewhere'
  | 'key_event_missing'
  | 'leaf_not_of_key_event'
  | 'key_event_elsewhere'
  | 'checkpoint_missing'
  | 'checkpoint_refused'
  | 'checkpoint_of_another_tree'
  | 'statement_beyond_log'
  | 'key_event_beyond_log'
  | 'place_of_another_leaf'
  | 'neither_pending_nor_sealed'
  | 'pending_too_long'
  | 'statement_refused'
  | 'statement_of_another_item'
  | 'chain_broken'
  | 'log_shorter_than_seen'
  | 'log_forked';

export interface Disagreement {
  readonly code: DisagreementCode;
  /** Place in the log, tile or size that it is about. */
  readonly at: string;
  /** What an auditor's verifier says of it: step and reason. */
  readonly reason?: string;
}

export interface Checking {
  /** Where the bookmark is. */
  readonly business: Table;
  readonly attestations: Table;
  readonly log: Table;
  /** Keys that checkpoints may be signed with. */
  readonly keys: readonly NoteKey[];
  readonly verifyEd25519: VerifyEd25519;
  /** Whose statements are stored. */
  readonly issuer: string;
  /** Keys that statements may be signed with. */
  readonly statementKeys: readonly Jwk[];
  readonly verifyEs256: VerifyEs256;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

/** Takes what disagrees, as it is found. */
export type Report = (code: DisagreementCode, at: string | number, reason?: string) => void;

const tileAt = (level: number, index: number, size: number): Tile => {
  const width = Math.floor(size / TILE_WIDTH ** level) - index * TILE_WIDTH;
  return { level, index, width: Math.min(TILE_WIDTH, width) };
};

const nameOf = ({ level, index, width }: Tile): string => `tile ${level}/${index} of ${width}`;

/** The signed head against its own edge and against the mark. @returns the head, undefined for an empty log */
export async function checkHead(
  { log, attestations, keys, verifyEd25519 }: Checking,
  report: Report,
): Promise<LogState | undefined> {
  const state = await readState(log);
  const mark = (await readMark(attestations)) ?? EMPTY();
  const open = await readManifest(log, state?.size ?? 0);
  const end = open === undefined ? undefined : open.from + open.leaves.length;
  if (!sameHead(mark, state ?? EMPTY()) && mark.size !== end) report('mark_disagrees', mark.size);
  if (state === undefined) return undefined;
  const checked = verifyCheckpoint(state.note, keys, verifyEd25519);
  if (!checked.ok || !sameHead(checked.checkpoint, state)) report('head_refused', state.size);
  if (!isHeadOf(await readEdge(log, state.size), state)) report('head_of_another_tree', state.size);
  return state;
}

/** Tiles that are missing are undefined. */
const readEdge = (log: Table, size: number): Promise<readonly (TileBytes | undefined)[]> =>
  Promise.all(edgeOf(size).map((tile) => readTile(log, tile)));

function isHeadOf(edge: readonly (TileBytes | undefined)[], { size, root }: TreeHead): boolean {
  const found = edge.filter((tile) => tile !== undefined);
  return found.length === edge.length && sameBytes(rootOfEdge(found, size), root);
}

/** One tile of entries: its bundle, its way up to the head, its manifests, its checkpoints, and what is behind its leaves. */
export async function checkTile(checking: Checking, index: number, size: number, report: Report): Promise<void> {
  const tile = tileAt(0, index, size);
  const found = await readTile(checking.log, tile);
  if (found === undefined) return report('tile_missing', nameOf(tile));
  if (!entriesFit(found)) report('entries_not_of_tile', nameOf(tile));
  await checkWayUp(checking.log, found, size, report);
  const entries = decodeEntries(found.entries ?? new Uint8Array()) ?? [];
  await checkManifests(checking, { found, entries }, report);
}

/** A full tile's root stands in the tile above, up to the edge, which the head was checked against. */
async function checkWayUp(log: Table, { tile, hashes }: TileBytes, size: number, report: Report): Promise<void> {
  if (tile.width < TILE_WIDTH) return;
  const parent = tileAt(tile.level + 1, Math.floor(tile.index / TILE_WIDTH), size);
  const above = await readTile(log, parent);
  if (above === undefined) return report('tile_missing', nameOf(parent));
  const at = (tile.index % TILE_WIDTH) * HASH_BYTES;
  if (!sameBytes(above.hashes.subarray(at, at + HASH_BYTES), rootOfHashes(hashes, sha256)))
    report('tile_not_in_tree', nameOf(tile));
  return checkWayUp(log, above, size, report);
}

interface Bundle {
  readonly found: TileBytes;
  readonly entries: readonly Uint8Array[];
}

/** Every manifest that reaches into the bundle, one after the other. */
async function checkManifests(checking: Checking, { found, entries }: Bundle, report: Report): Promise<void> {
  const first = found.tile.index * TILE_WIDTH;
  const end = first + entries.length;
  for (let from = found.since ?? first; from < end; ) {
    const manifest = await readManifest(checking.log, from);
    if (manifest === undefined || manifest.leaves.length === 0) return report('manifest_missing', from);
    await checkSources(checking, manifest, { first, entries }, report);
    from += manifest.leaves.length;
    if (from <= end) await checkCheckpoint(checking, from, report);
    if (from < end) await checkBundleOf(checking, tileAt(0, found.tile.index, from), report);
  }
}

/** The narrower bundle that was published with an older head is there for ever, and has the entries of its own hashes. */
async function checkBundleOf({ log }: Checking, tile: Tile, report: Report): Promise<void> {
  const narrow = await readTile(log, tile);
  if (narrow !== undefined && !entriesFit(narrow)) report('entries_not_of_tile', nameOf(tile));
}

/** A head that was signed at some size is of this tree: the tiles of that size give its root. */
async function checkCheckpoint({ log, keys, verifyEd25519 }: Checking, size: number, report: Report): Promise<void> {
  const stored = await readStoredCheckpoint(log, size);
  if (stored === undefined) return report('checkpoint_missing', size);
  const checked = verifyCheckpoint(stored.note, keys, verifyEd25519);
  if (!checked.ok || checked.checkpoint.size !== size || !sameHead(checked.checkpoint, stored))
    return report('checkpoint_refused', size);
  if (!isHeadOf(await readEdge(log, size), checked.checkpoint)) report('checkpoint_of_another_tree', size);
}

const byName = (items: readonly Item[]): ReadonlyMap<string, Item> =>
  new Map(items.map((item) => [`${item['pk']} ${item['sk']}`, item]));

async function readSources(attestations: Table, sources: readonly Key[]): Promise<ReadonlyMap<string, Item>> {
  const items: Item[] = [];
  for (let at = 0; at < sources.length; at += 100)
    items.push(...(await attestations.getMany(sources.slice(at, at + 100))));
  return byName(items);
}

/** The leaves of a manifest that lie in a bundle: as the bundle has them, and as their sources say. */
async function checkSources(
  { attestations }: Checking,
  { from, leaves, sources }: Manifest,
  { first, entries }: { readonly first: number; readonly entries: readonly Uint8Array[] },
  report: Report,
): Promise<void> {
  const inside = leaves
    .map((leaf, n) => ({ leaf, place: from + n, source: sources[n] }))
    .filter(({ place }) => place >= first && place < first + entries.length);
  const items = await readSources(
    attestations,
    inside.flatMap(({ source }) => source ?? []),
  );
  for (const { leaf, place, source } of inside) {
    if (!sameBytes(entries[place - first] ?? new Uint8Array(), leaf)) report('leaf_not_of_manifest', place);
    const item = items.get(`${source?.pk} ${source?.sk}`);
    const isKey = source !== undefined && isKeyEvent({ ...source });
    if (item === undefined) report(isKey ? 'key_event_missing' : 'statement_missing', place);
    else if (isKey) checkKeyEvent(item, leaf, place, report);
    else checkStatement(item, leaf, place, report);
  }
}

function checkStatement(item: Item, leaf: Uint8Array, place: number, report: Report): void {
  const { signingInput, leafIndex, leaf: own } = parseStatement(item);
  const said = Buffer.from(own, 'base64url');
  if (!sameBytes(said, leaf) || !sameBytes(leaf.subarray(32), sha256(Buffer.from(signingInput))))
    report('leaf_not_of_statement', place);
  // Signed, and not yet told: the newest batch, for a moment.
  if (leafIndex !== undefined && leafIndex !== place) report('statement_elsewhere', place);
}

function checkKeyEvent(item: Item, leaf: Uint8Array, place: number, report: Report): void {
  const event = parseKeyEvent(item);
  const said = Buffer.from(event.leaf, 'base64url');
  if (!sameBytes(said, leaf) || !sameBytes(leaf, leafOfKeyEvent(event))) report('leaf_not_of_key_event', place);
  if (event.leafIndex !== undefined && event.leafIndex !== place) report('key_event_elsewhere', place);
}
