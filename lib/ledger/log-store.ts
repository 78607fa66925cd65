// The log as stored: its head, what it grows by (manifests), its tiles and its signed checkpoints. Every item but the head is put once
// and never written again; the head moves by compare-and-swap on size and root. Beside the log's own table, `attestations` remembers
// how far was signed (the mark): a log that was restored from a back-up does not agree with it.
import * as z from 'zod/mini';
import { keys } from '../aws/keys.ts';
import { type Condition, type Item, isNew, type Key, type Table } from '../aws/table.ts';
import { decodeBase64, encodeBase64 } from '../proof/base64.ts';
import { sameBytes } from '../proof/bytes.ts';
import type { TreeHead } from '../proof/merkle-verify.ts';
import type { Tile } from '../proof/tiles.ts';
import { emptyRoot, type TileBytes } from './grow.ts';

const LEAF_BYTES = 64;

/** Table items hand bytes back as they are; anything else there is no item of ours. */
const bytes = z.instanceof(Uint8Array);

const storedHead = z.object({ size: z.int(), root: z.string() });

const storedState = z.object({
  ...storedHead.shape,
  /** Size before the newest batch: where its manifest is found. */
  from: z.int(),
  /** The signed checkpoint of this size. */
  note: z.string(),
});

const storedManifest = z.object({
  from: z.int(),
  leaves: bytes,
  sources: z.array(z.object({ pk: z.string(), sk: z.string() })),
});

const storedTile = z.object({ hashes: bytes, entries: z.exactOptional(bytes), since: z.exactOptional(z.int()) });

const storedCheckpoint = z.object({ ...storedHead.shape, note: z.string(), signedAt: z.string() });

const storedTimestamp = z.object({ size: z.int(), token: bytes, at: z.string() });

const storedStamped = z.object({ size: z.int() });

export interface LogState extends TreeHead {
  readonly from: number;
  readonly note: string;
}

export interface Manifest {
  /** Size of the tree that it is for: the place of its first leaf. */
  readonly from: number;
  /** 64 bytes each, in order. */
  readonly leaves: readonly Uint8Array[];
  /** Where each leaf comes from. */
  readonly sources: readonly Key[];
}

interface StoredCheckpoint extends TreeHead {
  readonly note: string;
  readonly signedAt: string;
}

export const EMPTY = (): TreeHead => ({ size: 0, root: emptyRoot() });

export const sameHead = (a: TreeHead, b: TreeHead): boolean => a.size === b.size && sameBytes(a.root, b.root);

const headAttributes = ({ size, root }: TreeHead) => ({ size, root: encodeBase64(root) });

const headFrom = ({ size, root }: z.infer<typeof storedHead>): TreeHead => ({
  size,
  root: decodeBase64(root) ?? new Uint8Array(),
});

/** Condition for "the head is still this one". Nobody ever stores the empty head. */
const headIs = ({ size, root }: TreeHead): Condition =>
  size === 0 ? isNew : { expression: '#size = :size AND #root = :root', values: { size, root: encodeBase64(root) } };

export const parseState = (item: Item): LogState => {
  const stored = storedState.parse(item);
  return { ...headFrom(stored), from: stored.from, note: stored.note };
};

export async function readState(log: Table): Promise<LogState | undefined> {
  const item = await log.get(keys.logState());
  return item === undefined ? undefined : parseState(item);
}

/** Moves the head. False when it was another one. */
export async function moveState(log: Table, before: TreeHead, after: LogState): Promise<boolean> {
  const { from, note } = after;
  return log.put({ ...keys.logState(), ...headAttributes(after), from, note }, headIs(before));
}

export const parseMark = (item: Item): TreeHead => headFrom(storedHead.parse(item));

export async function readMark(attestations: Table): Promise<TreeHead | undefined> {
  const item = await attestations.get(keys.logMark());
  return item === undefined ? undefined : parseMark(item);
}

/** Says what is about to be signed. False when something else, or something later, was signed before. Safe to repeat. */
export async function moveMark(attestations: Table, before: TreeHead, after: TreeHead): Promise<boolean> {
  const { expression, values } = headIs(before);
  const again = '(#size = :set_size AND #root = :set_root)';
  const condition = { expression: `(${expression}) OR ${again}`, ...(values === undefined ? {} : { values }) };
  return (await attestations.update(keys.logMark(), { set: headAttributes(after), condition })) !== undefined;
}

export function parseManifest(item: Item): Manifest {
  const { from, leaves, sources } = storedManifest.parse(item);
  return { from, sources, leaves: sources.map((_, n) => leaves.subarray(n * LEAF_BYTES, (n + 1) * LEAF_BYTES)) };
}

export async function readManifest(log: Table, from: number): Promise<Manifest | undefined> {
  const item = await log.get(keys.manifest(from));
  return item === undefined ? undefined : parseManifest(item);
}

/** The first durable act of a batch. False when the log grows by another one from this size. */
export const putManifest = (log: Table, { from, leaves, sources }: Manifest): Promise<boolean> =>
  log.put({ ...keys.manifest(from), from, leaves: Buffer.concat(leaves), sources }, isNew);

const parseTile = (tile: Tile, item: Item): TileBytes => ({ tile, ...storedTile.parse(item) });

export async function readTile(log: Table, tile: Tile): Promise<TileBytes | undefined> {
  const item = await log.get(keys.tile(tile.level, tile.index, tile.width));
  return item === undefined ? undefined : parseTile(tile, item);
}

/** False when it is there already; whether as it should be shows when it is read back. */
export const putTile = (log: Table, { tile, ...ofTile }: TileBytes): Promise<boolean> =>
  log.put({ ...keys.tile(tile.level, tile.index, tile.width), ...ofTile }, isNew);

function parseCheckpointItem(item: Item): StoredCheckpoint {
  const { note, signedAt, ...head } = storedCheckpoint.parse(item);
  return { ...headFrom(head), note, signedAt };
}

export async function readStoredCheckpoint(log: Table, size: number): Promise<StoredCheckpoint | undefined> {
  const item = await log.get(keys.checkpoint(size));
  return item === undefined ? undefined : parseCheckpointItem(item);
}

/** Keeps a signed head for ever. False when there is one of this size already. */
export const putCheckpoint = (log: Table, head: TreeHead, note: string, now: number): Promise<boolean> =>
  log.put(
    { ...keys.checkpoint(head.size), ...headAttributes(head), note, signedAt: new Date(now).toISOString() },
    isNew,
  );

/** The timestamp of the signed head of this size: a TimeStampToken (RFC 3161), DER. */
export async function readTimestamp(log: Table, size: number): Promise<Uint8Array | undefined> {
  const item = await log.get(keys.timestamp(size));
  return item === undefined ? undefined : storedTimestamp.parse(item).token;
}

/**
 * Keeps a timestamp for ever, then notes it as the newest. A crash in between leaves one that is not noted: whoever stamps next finds it.
 * @param at what it says, epoch milliseconds
 */
export async function putTimestamp(log: Table, size: number, token: Uint8Array, at: number): Promise<void> {
  await log.put({ ...keys.timestamp(size), size, token, at: new Date(at).toISOString() }, isNew);
  await noteStamped(log, size);
}

/** False when a newer one is noted already. */
export const noteStamped = (log: Table, size: number): Promise<boolean> =>
  log.put(
    { ...keys.logStamped(), size },
    { expression: 'attribute_not_exists(pk) OR #size < :size', values: { size } },
  );

/** The newest signed head that has a timestamp. */
export async function readStamped(
  log: Table,
): Promise<{ readonly size: number; readonly note: string; readonly token: Uint8Array } | undefined> {
  const item = await log.get(keys.logStamped());
  if (item === undefined) return undefined;
  const { size } = storedStamped.parse(item);
  const [checkpoint, token] = await Promise.all([readStoredCheckpoint(log, size), readTimestamp(log, size)]);
  return checkpoint === undefined || token === undefined ? undefined : { size, note: checkpoint.note, token };
}
