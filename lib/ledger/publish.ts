// The log as anybody may read it (c2sp.org/tlog-tiles): checkpoint, tiles, entry bundles, and for convenience a ready-made proof of any
// entry. Only what is stored; nothing here signs, and nothing tells which statement an entry is of.
import { sha256 } from '../aws/digest.ts';
import type { Table } from '../aws/table.ts';
import { inclusionRanges, rangeHash } from '../proof/merkle.ts';
import { nodesFromTiles, parseTilePath, tilesFor } from '../proof/tiles.ts';
import { formatTlogProof } from '../proof/tlog-proof.ts';
import { LedgerFault } from './ledger-fault.ts';
import { readState, readTile } from './log-store.ts';

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
  const body = await proofOf(log, Number(index), state);
  return { contentType: TEXT, cacheControl: BRIEFLY, body };
}

/** @throws LedgerFault when a tile that the head needs is missing */
async function proofOf(log: Table, index: number, { size, note }: { readonly size: number; readonly note: string }) {
  const ranges = inclusionRanges(index, size);
  const tiles = await Promise.all(tilesFor(ranges, size).map((tile) => readTile(log, tile)));
  if (tiles.includes(undefined)) throw new LedgerFault('LOG_INCONSISTENT', 'a tile is missing');
  const source = nodesFromTiles(
    ({ level, index: at }) => tiles.find((one) => one?.tile.level === level && one.tile.index === at)?.hashes,
    sha256,
  );
  const hashes = ranges.map((range) => rangeHash(range, source, sha256));
  return formatTlogProof({ index, hashes, checkpoint: note });
}
