// Sealing: what is pending goes into the log. The order of the steps is what makes it safe to die anywhere and to be two:
//
//   manifest (put once at the size it starts from) → tiles, from the manifest alone → read back → head, proven to continue the last one
//   → mark in another table → signed checkpoint, kept → head moved by compare-and-swap → events told → statements told their places
//
// A manifest decides; everything after it is a function of it, so that two who finish the same one write the same bytes. A new manifest
// is made only when the one before is settled. Refuses, and signs nothing: a log that is behind its mark, bytes that come back changed.

import { sha256 } from '../aws/digest.ts';
import type { NoteSigner } from '../aws/note-signer.ts';
import type { Item, Key, Table } from '../aws/table.ts';
import { sameBytes } from '../proof/bytes.ts';
import { formatCheckpoint } from '../proof/checkpoint.ts';
import type { TreeHead } from '../proof/merkle-verify.ts';
import { formatNote, noteKey } from '../proof/signed-note.ts';
import { edgeOf, entriesFit, grow, headOf, rootOfEdge, type TileBytes } from './grow.ts';
import { LedgerFault } from './ledger-fault.ts';
import {
  EMPTY,
  type Manifest,
  moveMark,
  moveState,
  putCheckpoint,
  putManifest,
  putTile,
  readManifest,
  readMark,
  readState,
  readStoredCheckpoint,
  readTile,
  sameHead,
} from './log-store.ts';
import { candidatesOf, keyOf, type Leaf, pendingLeaves, type Settling, settle } from './sources.ts';

export interface Ledger extends Settling {
  readonly log: Table;
  readonly signer: NoteSigner;
  /** Name of the log and of the key that signs it: its address without the scheme. */
  readonly origin: string;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

/** The log as whoever settled it last knows it. */
interface Known {
  readonly head: TreeHead;
  readonly edge: readonly TileBytes[];
}

/** Somebody else was faster: what is known here is old. */
const OUTRUN = 'outrun';

async function readTiles(log: Table, wanted: Parameters<typeof readTile>[1][]): Promise<readonly TileBytes[]> {
  const tiles = await Promise.all(wanted.map((tile) => readTile(log, tile)));
  const found = tiles.filter((tile) => tile !== undefined);
  if (found.length < tiles.length) throw new LedgerFault('LOG_INCONSISTENT', 'a tile is missing');
  return found;
}

async function readEdge(log: Table, head: TreeHead): Promise<readonly TileBytes[]> {
  const edge = await readTiles(log, [...edgeOf(head.size)]);
  if (!sameBytes(rootOfEdge(edge, head.size), head.root))
    throw new LedgerFault('LOG_INCONSISTENT', 'the stored tiles do not give the head that was signed');
  return edge;
}

/** A crash here leaves tiles that nobody refers to yet; whoever finishes the manifest finds them, or writes the same ones. */
async function storeTiles(log: Table, tiles: readonly TileBytes[]): Promise<readonly TileBytes[]> {
  await Promise.all(tiles.map((tile) => putTile(log, tile)));
  const stored = await readTiles(
    log,
    tiles.map(({ tile }) => tile),
  );
  const changed = stored.some((one, n) => !sameBytes(one.hashes, tiles[n]?.hashes ?? new Uint8Array()));
  if (changed || stored.some((one) => one.tile.level === 0 && !entriesFit(one)))
    throw new LedgerFault('LOG_INCONSISTENT', 'a tile came back other than it was written');
  return stored;
}

/** Signs a head, or takes the signature that is kept already: a published checkpoint never changes. */
async function signHead(ledger: Ledger, head: TreeHead): Promise<string> {
  const { log, signer, origin, clock } = ledger;
  const { name, id } = noteKey(origin, await signer.publicKey(), sha256);
  const text = formatCheckpoint({ origin, ...head });
  const note = formatNote(text, [{ name, id, signature: await signer.sign(text) }]);
  if (await putCheckpoint(log, head, note, clock())) return note;
  const kept = (await readStoredCheckpoint(log, head.size))?.note ?? '';
  if (!kept.startsWith(`${text}\n`))
    throw new LedgerFault('LOG_INCONSISTENT', 'another head of this size has been signed');
  return kept;
}

/** Whether the head moved on while somebody worked here; if it did not, what was expected of it is wrong. */
async function outrun(log: Table, before: TreeHead): Promise<typeof OUTRUN> {
  const state = await readState(log);
  if ((state?.size ?? 0) > before.size) return OUTRUN;
  throw new LedgerFault('LOG_BEHIND', 'more, or something else, has been signed than the log knows of');
}

/** Finishes a manifest, whoever made it, from wherever it was left. */
async function finish(
  ledger: Ledger,
  { head, edge }: Known,
  manifest: Manifest,
  pending?: readonly Item[],
): Promise<Known | typeof OUTRUN> {
  const { attestations, log } = ledger;
  const size = head.size + manifest.leaves.length;
  const stored = await storeTiles(log, grow(edge, head.size, manifest.leaves));
  const after = headOf(head, size, [...edge, ...stored]);
  // A crash here, or anywhere below, leaves a mark that is one manifest ahead of the head: the manifest is there, and is finished.
  if (!(await moveMark(attestations, head, after))) return outrun(log, head);
  const note = await signHead(ledger, after);
  if (!(await moveState(log, head, { ...after, from: head.size, note }))) {
    const state = await readState(log);
    if (state === undefined || !sameHead(state, after)) return outrun(log, head);
  }
  await settle(ledger, manifest, pending);
  const wanted = edgeOf(size).map(({ level, index }) => `${level}/${index}`);
  const place = ({ tile }: TileBytes): string => `${tile.level}/${tile.index}`;
  const latest = new Map([...edge, ...stored].map((one) => [place(one), one]));
  return { head: after, edge: wanted.flatMap((name) => latest.get(name) ?? []) };
}

/** Reads where the log stands, refuses it if it is behind its mark, and leaves nothing half done. */
async function recover(ledger: Ledger): Promise<Known> {
  const { attestations, log } = ledger;
  const state = await readState(log);
  const head = state ?? EMPTY();
  const open = await readManifest(log, head.size);
  const mark = (await readMark(attestations)) ?? EMPTY();
  const beside = sameHead(mark, head) || (open !== undefined && mark.size === open.from + open.leaves.length);
  if (!beside) {
    // Between the reads somebody may have made a manifest and moved the mark; else the head must have moved.
    const made = open === undefined && (await readManifest(log, head.size)) !== undefined;
    if (!made) await outrun(log, head);
    return recover(ledger);
  }
  if (state !== undefined) {
    const newest = await readManifest(log, state.from);
    if (newest === undefined) throw new LedgerFault('LOG_INCONSISTENT', 'the newest manifest is missing');
    await settle(ledger, newest);
  }
  const known = { head, edge: await readEdge(log, head) };
  if (open === undefined) return known;
  await finish(ledger, known, open);
  return recover(ledger);
}

/** Makes the next manifest. A crash after the put leaves it to whoever recovers. */
async function putNext({ log }: Ledger, { head }: Known, leaves: readonly Leaf[]): Promise<Manifest | undefined> {
  const manifest = {
    from: head.size,
    leaves: leaves.map(({ bytes }) => bytes),
    sources: leaves.map(({ item }) => keyOf(item)),
  };
  // Not made: somebody else's is there, or this very one, whose answer got lost. Both are found by recovering.
  return (await putManifest(log, manifest)) ? manifest : undefined;
}

/** Seals for as long as there is something to seal and time to do it in. */
export type Seal = (until: number) => Promise<number>;

/** A sealer remembers the log between its runs, and believes its memory only as far as the conditions of its writes hold. */
export function makeSealer(ledger: Ledger): Seal {
  let remembered: Known | undefined;

  /** @returns how many leaves were sealed */
  const sealSome = async (candidates: readonly Key[]): Promise<number> => {
    const known = remembered ?? (await recover(ledger));
    const leaves = await pendingLeaves(ledger.attestations, candidates, ledger.warn);
    if (leaves.length === 0) return 0;
    remembered = undefined;
    const manifest = await putNext(ledger, known, leaves);
    if (manifest === undefined) return 0;
    const after = await finish(
      ledger,
      known,
      manifest,
      leaves.map(({ item }) => item),
    );
    if (after === OUTRUN) return 0;
    remembered = after;
    return manifest.leaves.length;
  };

  return async (until) => {
    let sealed = 0;
    for (let round = 0; ledger.clock() < until; round += 1) {
      const candidates = await candidatesOf(ledger.attestations);
      if (candidates.length === 0) break;
      const some = await sealSome(candidates);
      sealed += some;
      // Nothing new twice in a row: the index lags, or somebody else is at it.
      if (some === 0 && round > 0) break;
    }
    return sealed;
  };
}
