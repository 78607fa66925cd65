// tlog-tiles: which tiles a tree has, their addresses, and that hashes read from tiles are those of the tree.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../lib/cli/node-primitives.ts';
import {
  consistencyRanges,
  HASH_BYTES,
  inclusionRanges,
  leafHashes,
  type Range,
  rangeHash,
  rootOfHashes,
} from '../../../lib/proof/merkle.ts';
import {
  decodeEntries,
  encodeEntries,
  entriesPath,
  nodesFromTiles,
  parseTilePath,
  TILE_WIDTH,
  type Tile,
  tilePath,
  tilesBetween,
  tilesFor,
} from '../../../lib/proof/tiles.ts';
import { entriesOf, MemoryTree, toHex } from './tree-fixture.ts';

/** Grows a log entry by entry batch, keeping every tile ever written, as c2sp.org/tlog-tiles defines their bytes. */
function grow(entries: readonly Uint8Array[], steps: readonly number[]): ReadonlyMap<string, Uint8Array> {
  const hashes = leafHashes(entries, sha256);
  const tiles = new Map<string, Uint8Array>();
  const bytesOf = ({ level, index, width }: Tile): Uint8Array => {
    if (level === 0) return hashes.slice(index * TILE_WIDTH * HASH_BYTES, (index * TILE_WIDTH + width) * HASH_BYTES);
    const below = Array.from({ length: width }, (_, n) =>
      tiles.get(tilePath({ level: level - 1, index: index * TILE_WIDTH + n, width: TILE_WIDTH })),
    );
    return Uint8Array.from(below.flatMap((tile) => [...rootOfHashes(tile ?? new Uint8Array(), sha256)]));
  };
  for (const [n, size] of steps.entries())
    for (const tile of tilesBetween(steps[n - 1] ?? 0, size)) tiles.set(tilePath(tile), bytesOf(tile));
  return tiles;
}

describe('the tiles of a tree', () => {
  it('of 70,000 entries are those of the specification’s example', () => {
    const tiles = tilesBetween(0, 70_000);
    const count = (level: number, full: boolean): number =>
      tiles.filter((tile) => tile.level === level && (tile.width === TILE_WIDTH) === full).length;
    expect([count(0, true), count(1, true), tiles.length]).toEqual([273, 1, 277]);
    expect(tiles.filter(({ width }) => width !== TILE_WIDTH).map(tilePath)).toEqual([
      'tile/0/273.p/112',
      'tile/1/001.p/17',
      'tile/2/000.p/1',
    ]);
  });

  it('of 256 are a full one and one of one hash above it', () => {
    expect(tilesBetween(0, 256).map(tilePath)).toEqual(['tile/0/000', 'tile/1/000.p/1']);
  });

  it('that a growth adds are those that hold new hashes', () => {
    expect(tilesBetween(255, 257).map(tilePath)).toEqual(['tile/0/000', 'tile/0/001.p/1', 'tile/1/000.p/1']);
    expect(tilesBetween(257, 258).map(tilePath)).toEqual(['tile/0/001.p/2']);
    expect(tilesBetween(258, 258)).toEqual([]);
  });
});

describe('addresses', () => {
  it.each([
    [{ level: 0, index: 1, width: 256 }, 'tile/0/001'],
    [{ level: 0, index: 1, width: 5 }, 'tile/0/001.p/5'],
    [{ level: 5, index: 123_456_078, width: 256 }, 'tile/5/x123/x456/078'],
    [{ level: 0, index: 1_234_067, width: 2 }, 'tile/0/x001/x234/067.p/2'],
    [{ level: 63, index: 999, width: 255 }, 'tile/63/999.p/255'],
  ])('%j is %s', (tile, path) => {
    expect(tilePath(tile)).toBe(path);
    expect(parseTilePath(path)).toEqual({ kind: 'hashes', tile });
  });

  it('of entry bundles name no level', () => {
    expect(entriesPath({ index: 1_234_067, width: 112 })).toBe('tile/entries/x001/x234/067.p/112');
    expect(parseTilePath('tile/entries/x001/x234/067.p/112')).toEqual({
      kind: 'entries',
      tile: { level: 0, index: 1_234_067, width: 112 },
    });
  });

  it.each([
    'tile/00/001',
    'tile/64/001',
    'tile/-1/001',
    'tile/0/1',
    'tile/0/0001',
    'tile/0/x000/001',
    'tile/0/123/456/078',
    'tile/0/x001',
    'tile/0/001.p/0',
    'tile/0/001.p/256',
    'tile/0/001.p/05',
    'tile/0/001.p/',
    'tile/0/001/',
    '/tile/0/001',
    'tile/data/001',
    'tile/0/x999/x999/x999/x999/x999/x999/999',
  ])('%s is none', (path) => {
    expect(parseTilePath(path)).toBeUndefined();
  });
});

describe('I6 tiles as a log grows', () => {
  const steps = fc.uniqueArray(fc.integer({ min: 1, max: 800 }), { minLength: 1, maxLength: 5 });

  it('give the same tree and proofs as all entries together, whatever the steps', () => {
    fc.assert(
      fc.property(steps, fc.nat(), (sizes, at) => {
        const order = sizes.toSorted((a, b) => a - b);
        const size = order.at(-1) ?? 0;
        const entries = entriesOf(size);
        const tree = new MemoryTree(entries);
        const stored = grow(entries, order);
        const from = order.at(-2) ?? 0;
        const hash = (range: Range): string => {
          const tiles = new Map(tilesFor([range], size).map((tile) => [`${tile.level}/${tile.index}`, tile]));
          const source = nodesFromTiles(({ level, index }) => {
            const tile = tiles.get(`${level}/${index}`);
            return tile && stored.get(tilePath(tile));
          }, sha256);
          return toHex(rangeHash(range, source, sha256));
        };
        const ranges = [{ from: 0, to: size }, ...inclusionRanges(at % size, size), ...consistencyRanges(from, size)];
        expect(ranges.map(hash)).toEqual(tree.hashes(ranges).map(toHex));
      }),
      { numRuns: 25 },
    );
  });

  it('never change what was written under an address', () => {
    const entries = entriesOf(600);
    const whole = grow(entries, [600]);
    const grown = grow(entries, [1, 255, 256, 257, 513, 600]);
    for (const [path, bytes] of whole) expect(toHex(grown.get(path) ?? new Uint8Array())).toBe(toHex(bytes));
    const partial = grown.get('tile/0/000.p/255') ?? new Uint8Array();
    expect(toHex(partial)).toBe(toHex((grown.get('tile/0/000') ?? new Uint8Array()).subarray(0, partial.length)));
  });

  it('that are missing or too short are a fault, not a wrong hash', () => {
    const range = { from: 0, to: 5 };
    expect(() =>
      rangeHash(
        range,
        nodesFromTiles(() => undefined, sha256),
        sha256,
      ),
    ).toThrow('missing or too short');
    expect(() =>
      rangeHash(
        range,
        nodesFromTiles(() => new Uint8Array(4 * 32), sha256),
        sha256,
      ),
    ).toThrow('too short');
  });
});

describe('entry bundles', () => {
  it('hold every entry after its length, big-endian', () => {
    expect(toHex(encodeEntries([Uint8Array.of(7, 8), new Uint8Array(258)]))).toBe(
      `00020708${'0102'}${'00'.repeat(258)}`,
    );
  });

  it('come back as they were, and not when they end inside an entry', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1 }), (entries) => {
        const bundle = encodeEntries(entries);
        expect(decodeEntries(bundle)?.map(toHex)).toEqual(entries.map(toHex));
        const cut = decodeEntries(bundle.subarray(0, -1));
        expect(cut === undefined || cut.length < entries.length).toBe(true);
        expect(decodeEntries(Uint8Array.of(...bundle, 0))).toBeUndefined();
      }),
    );
  });

  it('take no entry that two bytes cannot count', () => {
    expect(() => encodeEntries([new Uint8Array(65_536)])).toThrow('65,535');
  });
});
