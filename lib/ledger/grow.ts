// How the tree grows: from its right edge and some new entries to the bytes of every tile that is new or wider. Pure, and the same for
// whoever computes it: that is why anybody may finish what another began.
import { sha256 } from '../aws/digest.ts';
import { joinBytes, sameBytes } from '../proof/bytes.ts';
import { consistencyRanges, HASH_BYTES, leafHashes, rangeHash, rootOfHashes } from '../proof/merkle.ts';
import { type TreeHead, verifyConsistency } from '../proof/merkle-verify.ts';
import { decodeEntries, encodeEntries, nodesFromTiles, TILE_WIDTH, type Tile, tilesFor } from '../proof/tiles.ts';
import { LedgerFault } from './ledger-fault.ts';

const TILE_BYTES = TILE_WIDTH * HASH_BYTES;
const NOTHING = new Uint8Array();

export interface TileBytes {
  readonly tile: Tile;
  readonly hashes: Uint8Array;
  /** Beside a tile of level 0: the entry bundle, and the size from which the manifest of its first entry grew the log. */
  readonly entries?: Uint8Array;
  readonly since?: number;
}

export const emptyRoot = (): Uint8Array => sha256(NOTHING);

/** The partial tiles on the right edge of a tree: all that its head is computed from, and all that growing needs. */
export const edgeOf = (size: number): readonly Tile[] => tilesFor([{ from: 0, to: size }], size);

const hashesAt = (level: number, size: number): number => Math.floor(size / TILE_WIDTH ** level);

const pieces = (bytes: Uint8Array, length: number): readonly Uint8Array[] =>
  Array.from({ length: Math.ceil(bytes.length / length) }, (_, n) => bytes.subarray(n * length, (n + 1) * length));

/**
 * The tiles that the entries add or widen, lower levels first.
 * @param edge the tiles of {@link edgeOf} at size `from`
 * @param leaves entries of one length
 */
export function grow(edge: readonly TileBytes[], from: number, leaves: readonly Uint8Array[]): readonly TileBytes[] {
  const grown: TileBytes[] = [];
  let added = leafHashes(leaves, sha256);
  for (let level = 0; added.length > 0; level += 1) {
    const partial = edge.find(({ tile }) => tile.level === level);
    const first = Math.floor(hashesAt(level, from) / TILE_WIDTH);
    const tiles = pieces(joinBytes(partial?.hashes ?? NOTHING, added), TILE_BYTES);
    const bundles = level === 0 ? bundlesOf(partial?.entries ?? NOTHING, leaves) : [];
    for (const [n, hashes] of tiles.entries()) {
      const tile = { level, index: first + n, width: hashes.length / HASH_BYTES };
      const entries = bundles[n];
      const since = n === 0 ? (partial?.since ?? from) : from;
      grown.push({ tile, hashes, ...(entries === undefined ? {} : { entries, since }) });
    }
    const full = tiles.filter(({ length }) => length === TILE_BYTES);
    added = joinBytes(...full.map((hashes) => rootOfHashes(hashes, sha256)));
  }
  return grown;
}

function bundlesOf(partial: Uint8Array, leaves: readonly Uint8Array[]): readonly Uint8Array[] {
  const entries = [...(decodeEntries(partial) ?? []), ...leaves];
  return Array.from({ length: Math.ceil(entries.length / TILE_WIDTH) }, (_, n) =>
    encodeEntries(entries.slice(n * TILE_WIDTH, (n + 1) * TILE_WIDTH)),
  );
}

const sourceOf = (tiles: readonly TileBytes[]) => {
  const byPlace = new Map(tiles.map((one) => [`${one.tile.level}/${one.tile.index}`, one.hashes]));
  return nodesFromTiles(({ level, index }) => byPlace.get(`${level}/${index}`), sha256);
};

/** Head of a tree from its right edge. */
export const rootOfEdge = (edge: readonly TileBytes[], size: number): Uint8Array =>
  rangeHash({ from: 0, to: size }, sourceOf(edge), sha256);

/** Whether the entries beside a tile are what its hashes are the hashes of. */
export const entriesFit = ({ hashes, entries = NOTHING }: TileBytes): boolean => {
  const decoded = decodeEntries(entries);
  return decoded !== undefined && sameBytes(leafHashes(decoded, sha256), hashes);
};

/**
 * The head of the tree that the stored tiles give.
 * @param stored edge of the older tree, then what was read back of the new tiles: later ones count
 * @throws LedgerFault unless the new tree begins with the whole older one
 */
export function headOf(older: TreeHead, size: number, stored: readonly TileBytes[]): TreeHead {
  const source = sourceOf(stored);
  const newer = { size, root: rangeHash({ from: 0, to: size }, source, sha256) };
  const proof = consistencyRanges(older.size, size).map((range) => rangeHash(range, source, sha256));
  if (!verifyConsistency({ older, newer, proof }, sha256))
    throw new LedgerFault('LOG_INCONSISTENT', 'the tree does not begin with the one that was signed before');
  return newer;
}
