// RFC 6962 trees: published vectors, every proof of every small tree, and that nothing altered passes.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../lib/cli/node-primitives.ts';
import { consistencyRanges, inclusionRanges, leafHash, leafHashes, rootOfHashes } from '../../../lib/proof/merkle.ts';
import { verifyConsistency, verifyInclusion } from '../../../lib/proof/merkle-verify.ts';
import { ProofFault } from '../../../lib/proof/proof-fault.ts';
import { entriesOf, INPUTS, MemoryTree, ROOTS, toHex } from './tree-fixture.ts';

const published = new MemoryTree(INPUTS);

describe('published vectors', () => {
  it.each(ROOTS.map((root, size) => [size, root] as const))('the tree of %i entries', (size, root) => {
    expect(toHex(rootOfHashes(leafHashes(INPUTS.slice(0, size), sha256), sha256))).toBe(root);
    expect(toHex(published.root(size))).toBe(root);
  });

  it('an entry’s hash begins with 0x00: the hash of `hello world` in Go’s sumdb/tlog', () => {
    const hash = leafHash(Buffer.from('hello world'), sha256);
    expect(Buffer.from(hash).toString('base64')).toBe('TszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBb0=');
  });

  it.each([
    [0, 1, []],
    [
      0,
      8,
      [
        '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
      ],
    ],
    [
      5,
      8,
      [
        'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
        'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
        'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      ],
    ],
    [2, 3, ['fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125']],
    [
      1,
      5,
      [
        '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      ],
    ],
  ])('the proof that entry %i is in a tree of %i', (index, size, hashes) => {
    expect(published.inclusion(index, size).map(toHex)).toEqual(hashes);
  });

  it.each([
    [1, 1, []],
    [
      1,
      8,
      [
        '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
      ],
    ],
    [
      6,
      8,
      [
        '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
        'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
        'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      ],
    ],
    [
      2,
      5,
      [
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      ],
    ],
    [
      6,
      7,
      [
        '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
        'b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f',
        'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      ],
    ],
  ])('the proof that the tree of %i grew into the one of %i', (older, newer, hashes) => {
    expect(published.consistency(older, newer).map(toHex)).toEqual(hashes);
  });
});

const MOST = 70;
const tree = new MemoryTree(entriesOf(MOST));

const inclusion = (index: number, size: number) => ({
  index,
  size,
  root: tree.root(size),
  leaf: tree.leaf(index),
  proof: tree.inclusion(index, size),
});
const consistency = (older: number, newer: number) => ({
  older: { size: older, root: tree.root(older) },
  newer: { size: newer, root: tree.root(newer) },
  proof: tree.consistency(older, newer),
});

describe('proofs that were made are believed', () => {
  it('of every entry in every tree of up to 70', () => {
    const refused: string[] = [];
    for (let size = 1; size <= MOST; size += 1)
      for (let index = 0; index < size; index += 1)
        if (!verifyInclusion(inclusion(index, size), sha256)) refused.push(`${index} in ${size}`);
    expect(refused).toEqual([]);
  });

  it('I5 of every growth between trees of up to 70', () => {
    const refused: string[] = [];
    for (let newer = 0; newer <= MOST; newer += 1)
      for (let older = 0; older <= newer; older += 1)
        if (!verifyConsistency(consistency(older, newer), sha256)) refused.push(`${older} to ${newer}`);
    expect(refused).toEqual([]);
  });

  it('of large trees as well: positions beyond 32 bits take the same number of hashes as their trees are high', () => {
    expect(inclusionRanges(2 ** 40 + 5, 2 ** 45)).toHaveLength(45);
    expect(consistencyRanges(2 ** 40 + 1, 2 ** 45)).toHaveLength(46);
    expect(consistencyRanges(2 ** 40, 2 ** 45)).toHaveLength(5);
  });
});

/** Lists that differ from a proof in one way: a bit, a hash less, a hash more, two hashes exchanged. */
function alteredProofs(proof: readonly Uint8Array[]): readonly (readonly Uint8Array[])[] {
  const flipped = proof.map((hash, n) => proof.with(n, hash.with(n % 32, (hash[n % 32] ?? 0) ^ 1)));
  const shorter = proof.map((_, n) => proof.toSpliced(n, 1));
  const longer = Array.from({ length: proof.length + 1 }, (_, n) => proof.toSpliced(n, 0, new Uint8Array(32)));
  const cut = proof.map((hash, n) => proof.with(n, hash.subarray(1)));
  const turned = proof.length > 1 ? [proof.toReversed()] : [];
  return [...flipped, ...shorter, ...longer, ...cut, ...turned];
}

const pair = fc
  .integer({ min: 1, max: MOST })
  .chain((size) => fc.tuple(fc.integer({ min: 0, max: size - 1 }), fc.constant(size)));
const twoSizes = pair.map(([index, size]) => [index + 1, size] as const);

describe('I5 nothing altered is believed', () => {
  it('no altered inclusion proof, leaf, root, index or size', () => {
    fc.assert(
      fc.property(pair, fc.nat({ max: MOST + 3 }), ([index, size], other) => {
        const good = inclusion(index, size);
        const believed = (change: Partial<typeof good>): boolean => verifyInclusion({ ...good, ...change }, sha256);
        expect(alteredProofs(good.proof).filter((proof) => believed({ proof }))).toEqual([]);
        expect(believed({ leaf: good.root.toReversed() })).toBe(false);
        expect(believed({ root: good.root.toReversed() })).toBe(false);
        expect(believed({ index: other })).toBe(other === index);
        expect([-1, 0.5, Number.NaN].some((bad) => believed({ index: bad }))).toBe(false);
      }),
    );
  });

  it('no altered consistency proof, root or size', () => {
    fc.assert(
      fc.property(twoSizes, ([older, newer]) => {
        const good = consistency(older, newer);
        const believed = (change: Partial<typeof good>): boolean => verifyConsistency({ ...good, ...change }, sha256);
        const turned = (head: typeof good.older) => ({ ...head, root: head.root.toReversed() });
        expect(alteredProofs(good.proof).filter((proof) => believed({ proof }))).toEqual([]);
        expect(believed({ older: turned(good.older) })).toBe(false);
        expect(believed({ newer: turned(good.newer) })).toBe(false);
        expect(believed({ older: { ...good.older, size: newer + 1 } })).toBe(false);
        expect(believed({ older: { ...good.older, size: -1 } })).toBe(false);
      }),
    );
  });

  it('no tree in which one earlier entry is another', () => {
    fc.assert(
      fc.property(twoSizes, fc.nat(), ([older, newer], at) => {
        const entries = entriesOf(newer);
        const forked = new MemoryTree(entries.with(at % older, Buffer.from('another')));
        const claim = { size: newer, root: forked.root(newer) };
        const good = consistency(older, newer);
        expect(verifyConsistency({ ...good, newer: claim, proof: forked.consistency(older, newer) }, sha256)).toBe(
          false,
        );
      }),
    );
  });

  it('no tree that begins with an empty tree other than the empty one', () => {
    const newer = { size: 3, root: tree.root(3) };
    const older = { size: 0, root: tree.root(1) };
    expect(verifyConsistency({ older, newer, proof: [] }, sha256)).toBe(false);
    expect(verifyConsistency({ older: { size: 0, root: tree.root(0) }, newer, proof: [newer.root] }, sha256)).toBe(
      false,
    );
  });
});

it('what no tree has is a fault of the caller', () => {
  for (const ask of [
    () => inclusionRanges(3, 3),
    () => inclusionRanges(-1, 3),
    () => consistencyRanges(4, 3),
    () => rootOfHashes(new Uint8Array(31), sha256),
  ])
    expect(ask).toThrow(ProofFault);
});
