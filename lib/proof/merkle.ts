// The Merkle tree of RFC 6962 §2.1: hashing of entries and nodes, tree heads, and which hashes a proof consists of. Whoever has the
// hashes (tiles, a list in memory) hands them in; nothing here stores or fetches any.
//
// A proof is a list of ranges of entries; a range's hash is folded from complete subtrees, which are the only hashes that are ever
// stored. Tree sizes are whole numbers up to 2^53 − 1, so no bit operators: those end at 32 bits.
import type { Sha256 } from './primitives.ts';
import { ProofFault } from './proof-fault.ts';

export const HASH_BYTES = 32;

/** A complete subtree: the entries `[index · 2^level, (index + 1) · 2^level)`. */
export interface Node {
  readonly level: number;
  readonly index: number;
}

/** Entries `[from, to)`. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** The hash of a complete subtree, 32 bytes. */
export type NodeSource = (node: Node) => Uint8Array;

/** Hash of an entry: SHA-256(0x00 ‖ entry). */
export const leafHash = (entry: Uint8Array, sha256: Sha256): Uint8Array => leafHashes([entry], sha256);

/** What is hashed of an inner node, one after the other: asking for memory takes as long as hashing does. */
const nodeInput = new Uint8Array(1 + 2 * HASH_BYTES);
nodeInput[0] = 1;

/** Hash of an inner node: SHA-256(0x01 ‖ left ‖ right). */
export function nodeHash(left: Uint8Array, right: Uint8Array, sha256: Sha256): Uint8Array {
  nodeInput.set(left, 1);
  nodeInput.set(right, 1 + HASH_BYTES);
  return sha256(nodeInput);
}

/** The leaf hashes of `entries`, 32 bytes each, one behind the other. */
export function leafHashes(entries: readonly Uint8Array[], sha256: Sha256): Uint8Array {
  const hashes = new Uint8Array(HASH_BYTES * entries.length);
  let input = new Uint8Array(1);
  for (const [n, entry] of entries.entries()) {
    // Entries of one log have one length: one buffer serves them all, and its first byte stays 0.
    if (input.length !== 1 + entry.length) input = new Uint8Array(1 + entry.length);
    input.set(entry, 1);
    hashes.set(sha256(input), HASH_BYTES * n);
  }
  return hashes;
}

/**
 * Tree head over leaf hashes that lie one behind the other. Level by level in one buffer, an odd last hash moves up as it is: the same
 * tree as RFC 6962's recursion.
 * @param hashes n · 32 bytes; left as they are
 * @returns 32 bytes; SHA-256 of nothing for no hash
 */
export function rootOfHashes(hashes: Uint8Array, sha256: Sha256): Uint8Array {
  if (hashes.length % HASH_BYTES !== 0) throw new ProofFault('TREE', 'hashes have 32 bytes each');
  if (hashes.length === 0) return sha256(new Uint8Array());
  const level = hashes.slice();
  let length = level.length;
  while (length > HASH_BYTES) {
    let written = 0;
    for (let at = 0; at < length; at += 2 * HASH_BYTES, written += HASH_BYTES) {
      if (at + HASH_BYTES === length) level.copyWithin(written, at, length);
      else {
        nodeInput.set(level.subarray(at, at + 2 * HASH_BYTES), 1);
        level.set(sha256(nodeInput), written);
      }
    }
    length = written;
  }
  return level.slice(0, HASH_BYTES);
}

/** The largest power of two below `n`. */
function split(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

/** The complete subtrees that a range of the tree consists of, from left to right. */
export function nodesOf({ from, to }: Range): readonly Node[] {
  const nodes: Node[] = [];
  for (let at = from; at < to; ) {
    let level = 0;
    let size = 1;
    while (at % (size * 2) === 0 && at + size * 2 <= to) {
      size *= 2;
      level += 1;
    }
    nodes.push({ level, index: at / size });
    at += size;
  }
  return nodes;
}

/** MTH(D[from:to]) for a range that {@link inclusionRanges} or {@link consistencyRanges} named, or for a whole tree. */
export function rangeHash(range: Range, source: NodeSource, sha256: Sha256): Uint8Array {
  const hashes = nodesOf(range).map(source);
  const last = hashes.pop();
  if (last === undefined) return sha256(new Uint8Array());
  return hashes.reduceRight((right, left) => nodeHash(left, right, sha256), last);
}

const whole = (n: number): boolean => Number.isSafeInteger(n) && n >= 0;

/**
 * PATH(index, D[size]) of RFC 6962 §2.1.1, the leaf's sibling first.
 * @throws ProofFault unless 0 ≤ index < size
 */
export function inclusionRanges(index: number, size: number): readonly Range[] {
  if (!whole(index) || !whole(size) || index >= size) throw new ProofFault('TREE', 'no such entry in this tree');
  const ranges: Range[] = [];
  let from = 0;
  let to = size;
  while (to - from > 1) {
    const middle = from + split(to - from);
    if (index < middle) {
      ranges.unshift({ from: middle, to });
      to = middle;
    } else {
      ranges.unshift({ from, to: middle });
      from = middle;
    }
  }
  return ranges;
}

/**
 * PROOF(older, D[newer]) of RFC 6962 §2.1.2. Empty from an empty tree and between equal ones.
 * @throws ProofFault unless 0 ≤ older ≤ newer
 */
export function consistencyRanges(older: number, newer: number): readonly Range[] {
  if (!whole(older) || !whole(newer) || older > newer) throw new ProofFault('TREE', 'a tree never shrinks');
  const ranges: Range[] = [];
  if (older === 0) return ranges;
  let from = 0;
  let to = newer;
  while (older !== to) {
    const middle = from + split(to - from);
    if (older <= middle) {
      ranges.unshift({ from: middle, to });
      to = middle;
    } else {
      ranges.unshift({ from, to: middle });
      from = middle;
    }
  }
  // Only while the older tree is a whole left edge does its reader know this hash already.
  return from === 0 ? ranges : [{ from, to }, ...ranges];
}
