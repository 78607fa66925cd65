// C2SP tlog-tiles: the tree as tiles of up to 256 hashes, eight levels of it in each, and the entries in bundles beside the tiles of
// level 0. Coordinates, addresses and bytes; no storage, no HTTP. Source: c2sp.org/tlog-tiles.
import { HASH_BYTES, type Node, type NodeSource, nodesOf, type Range, rootOfHashes } from './merkle.ts';
import type { Sha256 } from './primitives.ts';
import { ProofFault } from './proof-fault.ts';

export const TILE_WIDTH = 256;
const TILE_HEIGHT = 8;
const MAX_LEVEL = 63;
const MAX_ENTRY = 65_535;

export interface Tile {
  /** 0 holds leaf hashes; a hash of level n + 1 is the root of a full tile of level n. */
  readonly level: number;
  readonly index: number;
  /** 1–256 hashes; below 256 the tile is partial. */
  readonly width: number;
}

/** How many hashes a tree has at a level. */
const hashesAt = (level: number, size: number): number => Math.floor(size / TILE_WIDTH ** level);

const widthAt = (level: number, index: number, size: number): number =>
  Math.min(TILE_WIDTH, hashesAt(level, size) - index * TILE_WIDTH);

/** The tiles that a tree of `to` entries has and one of `from` has not: lower levels first, from left to right. */
export function tilesBetween(from: number, to: number): readonly Tile[] {
  const tiles: Tile[] = [];
  for (let level = 0; hashesAt(level, to) > 0; level += 1) {
    if (hashesAt(level, from) === hashesAt(level, to)) continue;
    const first = Math.floor(hashesAt(level, from) / TILE_WIDTH);
    const end = Math.ceil(hashesAt(level, to) / TILE_WIDTH);
    for (let index = first; index < end; index += 1) tiles.push({ level, index, width: widthAt(level, index, to) });
  }
  return tiles;
}

/** Where the hash of a complete subtree comes from: the tile, and which of its hashes have to be folded. */
function placeOf({ level, index }: Node) {
  const tileLevel = Math.floor(level / TILE_HEIGHT);
  const count = 2 ** (level % TILE_HEIGHT);
  const first = index * count;
  const tileIndex = Math.floor(first / TILE_WIDTH);
  return { level: tileLevel, index: tileIndex, first: first % TILE_WIDTH, count };
}

/** The tiles of a tree of `size` entries that hold what `ranges` are folded from, each once. */
export function tilesFor(ranges: readonly Range[], size: number): readonly Tile[] {
  const tiles = new Map<string, Tile>();
  for (const { level, index } of ranges.flatMap(nodesOf).map(placeOf)) {
    tiles.set(`${level}/${index}`, { level, index, width: widthAt(level, index, size) });
  }
  return [...tiles.values()];
}

/**
 * Hashes of subtrees, folded from tiles.
 * @param bytesOf the hashes of a tile, of any width that reaches far enough
 */
export const nodesFromTiles =
  (bytesOf: (tile: Pick<Tile, 'level' | 'index'>) => Uint8Array | undefined, sha256: Sha256): NodeSource =>
  (node) => {
    const { first, count, ...tile } = placeOf(node);
    const bytes = bytesOf(tile);
    const end = (first + count) * HASH_BYTES;
    if (bytes === undefined || bytes.length < end) throw new ProofFault('TREE', 'a tile is missing or too short');
    return rootOfHashes(bytes.subarray(first * HASH_BYTES, end), sha256);
  };

/** 1234067 → `x001/x234/067`. */
function indexPath(index: number): string {
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/\d{3}/g) ?? [];
  return groups.map((group, n) => (n === groups.length - 1 ? group : `x${group}`)).join('/');
}

const suffix = (width: number): string => (width === TILE_WIDTH ? '' : `.p/${width}`);

/** `tile/<L>/<N>[.p/<W>]`, below the log's prefix. */
export const tilePath = ({ level, index, width }: Tile): string => `tile/${level}/${indexPath(index)}${suffix(width)}`;

/** `tile/entries/<N>[.p/<W>]`, below the log's prefix. */
export const entriesPath = ({ index, width }: Omit<Tile, 'level'>): string =>
  `tile/entries/${indexPath(index)}${suffix(width)}`;

const PATH = /^tile\/(entries|0|[1-9]\d?)\/((?:x\d{3}\/)*\d{3})(?:\.p\/([1-9]\d{0,2}))?$/;

/** @returns undefined for anything but the one address of a tile or bundle */
export function parseTilePath(path: string): { readonly kind: 'hashes' | 'entries'; readonly tile: Tile } | undefined {
  const [, place, groups = '', partial] = PATH.exec(path) ?? [];
  if (place === undefined) return undefined;
  const index = Number(groups.replaceAll(/[x/]/g, ''));
  const width = partial === undefined ? TILE_WIDTH : Number(partial);
  const kind = place === 'entries' ? 'entries' : 'hashes';
  const tile = { level: kind === 'entries' ? 0 : Number(place), index, width };
  if (!Number.isSafeInteger(index) || tile.level > MAX_LEVEL) return undefined;
  return (kind === 'entries' ? entriesPath(tile) : tilePath(tile)) === path ? { kind, tile } : undefined;
}

/** An entry bundle: each entry after its length as two bytes, big-endian. */
export function encodeEntries(entries: readonly Uint8Array[]): Uint8Array {
  const bundle = new Uint8Array(entries.reduce((sum, { length }) => sum + 2 + length, 0));
  const view = new DataView(bundle.buffer);
  let at = 0;
  for (const entry of entries) {
    if (entry.length > MAX_ENTRY) throw new ProofFault('TREE', 'an entry has at most 65,535 bytes');
    view.setUint16(at, entry.length);
    bundle.set(entry, at + 2);
    at += 2 + entry.length;
  }
  return bundle;
}

/** @returns undefined for a bundle that ends inside an entry */
export function decodeEntries(bundle: Uint8Array): readonly Uint8Array[] | undefined {
  const view = new DataView(bundle.buffer, bundle.byteOffset, bundle.byteLength);
  const entries: Uint8Array[] = [];
  for (let at = 0; at < bundle.length; ) {
    if (at + 2 > bundle.length) return undefined;
    const end = at + 2 + view.getUint16(at);
    if (end > bundle.length) return undefined;
    entries.push(bundle.subarray(at + 2, end));
    at = end;
  }
  return entries;
}
