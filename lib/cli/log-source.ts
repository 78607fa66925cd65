// The whole public log, from a folder or an address, as c2sp.org/tlog-tiles lays it out: its signed head, and every entry. Believed when
// the head is signed by the key that the auditor was given, and is the head of exactly these entries.
import { fromUtf8 } from '../proof/base64url.ts';
import { verifyCheckpoint } from '../proof/checkpoint.ts';
import { isHeadOf, LEAF_BYTES } from '../proof/log-search.ts';
import { leafHashes } from '../proof/merkle.ts';
import { type NoteKey, parseVkey } from '../proof/signed-note.ts';
import { decodeEntries, entriesPath, TILE_WIDTH } from '../proof/tiles.ts';
import type { LoadedLog } from '../verification/log.ts';
import { sha256, verifyEd25519 } from './node-primitives.ts';
import { readSource, type SourceRead } from './source.ts';

const MAX_KEY = 1_000;
const MAX_CHECKPOINT = 65_536;
const MAX_BUNDLE = TILE_WIDTH * (2 + LEAF_BYTES);
/** Bundles that are fetched at the same time. */
const AT_ONCE = 8;

/** @param source file or address of the log's key (a vkey, c2sp.org/signed-note) */
export async function loadLogKey(source: string): Promise<NoteKey | { readonly problem: string }> {
  const read = await readSource(source, MAX_KEY);
  if (!read.ok) return { problem: `the log's key ${read.problem}` };
  return parseVkey(fromUtf8(read.bytes)?.trim() ?? '', sha256) ?? { problem: "the log's key is no vkey" };
}

const below = (log: string, path: string): string => `${log.replace(/\/+$/, '')}/${path}`;

/** Of a log that has grown since, a partial bundle may be gone and the full one be there (c2sp.org/tlog-tiles). */
async function readBundle(log: string, index: number, width: number): Promise<SourceRead> {
  const read = await readSource(below(log, entriesPath({ index, width })), MAX_BUNDLE);
  if (read.ok || width === TILE_WIDTH || read.missing !== true) return read;
  const full = await readSource(below(log, entriesPath({ index, width: TILE_WIDTH })), MAX_BUNDLE);
  return full.ok ? full : read;
}

type Entries = { readonly entries: readonly Uint8Array[] } | Exclude<LoadedLog, { readonly ok: true }>;

async function loadBundle(log: string, index: number, size: number): Promise<Entries> {
  const width = Math.min(TILE_WIDTH, size - index * TILE_WIDTH);
  const read = await readBundle(log, index, width);
  if (!read.ok) return { ok: false, problem: `the log's bundle of entries ${index} ${read.problem}` };
  const entries = decodeEntries(read.bytes)?.slice(0, width);
  const fit = entries?.length === width && entries.every(({ length }) => length === LEAF_BYTES);
  return fit ? { entries } : { ok: false, reason: 'entries_malformed' };
}

async function loadEntries(log: string, size: number): Promise<Entries> {
  const entries: Uint8Array[] = [];
  const bundles = Math.ceil(size / TILE_WIDTH);
  for (let from = 0; from < bundles; from += AT_ONCE) {
    const indexes = Array.from({ length: Math.min(AT_ONCE, bundles - from) }, (_, n) => from + n);
    for (const loaded of await Promise.all(indexes.map((index) => loadBundle(log, index, size)))) {
      if (!('entries' in loaded)) return loaded;
      entries.push(...loaded.entries);
    }
  }
  return { entries };
}

/** @param log folder or address that holds `checkpoint` and `tile/` */
export async function loadLog(log: string, key: NoteKey): Promise<LoadedLog> {
  const read = await readSource(below(log, 'checkpoint'), MAX_CHECKPOINT);
  if (!read.ok) return { ok: false, problem: `the log's checkpoint ${read.problem}` };
  const checked = verifyCheckpoint(fromUtf8(read.bytes) ?? '', [key], verifyEd25519);
  if (!checked.ok) return checked;
  const head = checked.checkpoint;
  const loaded = await loadEntries(log, head.size);
  if (!('entries' in loaded)) return loaded;
  const leaves = leafHashes(loaded.entries, sha256);
  return isHeadOf(head, leaves, sha256)
    ? { ok: true, head, entries: loaded.entries, leaves }
    : { ok: false, reason: 'entries_not_of_head' };
}
