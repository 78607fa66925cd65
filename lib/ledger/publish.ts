// The log as anybody may read it (c2sp.org/tlog-tiles): checkpoint, tiles, entry bundles, and for convenience a ready-made proof of any
// entry. Only what is stored; nothing here signs, and nothing tells which statement an entry is of.
import { sha256 } from '../aws/digest.ts';
import type { NoteSigner } from '../aws/note-signer.ts';
import type { Table } from '../aws/table.ts';
import { inclusionRanges, rangeHash } from '../proof/merkle.ts';
import { formatVkey, noteKey } from '../proof/signed-note.ts';
import { nodesFromTiles, parseTilePath, tilesFor } from '../proof/tiles.ts';
import { type EntryProof, formatTlogProof } from '../proof/tlog-proof.ts';
import { LedgerFault } from './ledger-fault.ts';
import { logOrigin } from './log-origin.ts';
import { readState, readTile, readTimestamp } from './log-store.ts';

export interface Published {
  readonly contentType: string;
  readonly cacheControl: string;
  readonly body: Uint8Array | string;
}

const TEXT = 'text/plain; charset=utf-8';
const BYTES = 'application/octet-stream';
const FOR_EVER = 'public, max-age=31536000, immutable';
/** The newest head is what a reader wants; a few seconds keep a crowd away. */
const BRIEFLY = 'public, max-age=5';

/** The newest signed head; undefined as long as the log is empty. */
export async function publishCheckpoint(log: Table): Promise<Published | undefined> {
  const state = await readState(log);
  return state && { contentType: TEXT, cacheControl: BRIEFLY, body: state.note };
}

/**
 * A tile or an entry bundle.
 * @param path below the log's prefix, e.g. `tile/0/x001/234.p/5`
 */
export async function publishTile(log: Table, path: string): Promise<Published | undefined> {
  const wanted = parseTilePath(path);
  const found = wanted && (await readTile(log, wanted.tile));
  const body = wanted?.kind === 'entries' ? found?.entries : found?.hashes;
  return body && { contentType: BYTES, cacheControl: FOR_EVER, body };
}

/** The tlog-proof of an entry under the newest head. @param index decimal, as it came in an address */
export async function publishProof(log: Table, index: string): Promise<Published | undefined> {
  const state = await readState(log);
  if (state === undefined || !/^(0|[1-9]\d{0,15})$/.test(index) || Number(index) >= state.size) return undefined;
  const body = formatTlogProof({ ...(await entryProof(log, Number(index), state)), checkpoint: state.note });
  return { contentType: TEXT, cacheControl: BRIEFLY, body };
}

/** The timestamp of a signed head (RFC 3161), as the token alone. @param size decimal, as it came in an address */
export async function publishTimestamp(log: Table, size: string): Promise<Published | undefined> {
  const body = /^[1-9]\d{0,15}$/.test(size) ? await readTimestamp(log, Number(size)) : undefined;
  return body && { contentType: 'application/timestamp-token', cacheControl: FOR_EVER, body };
}

/** The log's key as a vkey (c2sp.org/signed-note). */
export const logKeyOf = async (issuer: string, noteSigner: Pick<NoteSigner, 'publicKey'>): Promise<string> =>
  formatVkey(noteKey(logOrigin(issuer), await noteSigner.publicKey(), sha256));

/**
 * Where an entry is under a head of this size.
 * @param index below the size
 * @throws LedgerFault when a tile that the head needs is missing
 */
export async function entryProof(log: Table, index: number, { size }: { readonly size: number }): Promise<EntryProof> {
  const ranges = inclusionRanges(index, size);
  const tiles = await Promise.all(tilesFor(ranges, size).map((tile) => readTile(log, tile)));
  if (tiles.includes(undefined)) throw new LedgerFault('LOG_INCONSISTENT', 'a tile is missing');
  const source = nodesFromTiles(
    ({ level, index: at }) => tiles.find((one) => one?.tile.level === level && one.tile.index === at)?.hashes,
    sha256,
  );
  return { index, hashes: ranges.map((range) => rangeHash(range, source, sha256)) };
}
