// Checking Merkle proofs (RFC 6962 §2.1; the step-by-step algorithms are RFC 9162 §2.1.3.2 and §2.1.4.2) against tree heads that the
// caller believes. Every hash of a proof must be used, none may be missing; sizes and indexes come from outside and are checked first.
import { sameBytes } from './bytes.ts';
import { HASH_BYTES, nodeHash } from './merkle.ts';
import type { Sha256 } from './primitives.ts';

export interface Inclusion {
  readonly index: number;
  readonly size: number;
  readonly root: Uint8Array;
  /** Hash of the entry, not the entry. */
  readonly leaf: Uint8Array;
  /** The leaf's sibling first. */
  readonly proof: readonly Uint8Array[];
}

export interface TreeHead {
  readonly size: number;
  readonly root: Uint8Array;
}

export interface Consistency {
  readonly older: TreeHead;
  readonly newer: TreeHead;
  readonly proof: readonly Uint8Array[];
}

const isHash = (bytes: Uint8Array): boolean => bytes.length === HASH_BYTES;

const half = (n: number): number => Math.floor(n / 2);
const odd = (n: number): boolean => n % 2 === 1;

/** Whether `leaf` is entry `index` of the tree. */
export function verifyInclusion({ index, size, root, leaf, proof }: Inclusion, sha256: Sha256): boolean {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return false;
  if (![root, leaf, ...proof].every(isHash)) return false;
  let position = index;
  let last = size - 1;
  let hash = leaf;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (odd(position) || position === last) {
      hash = nodeHash(sibling, hash, sha256);
      while (!odd(position) && position !== 0) {
        position = half(position);
        last = half(last);
      }
    } else hash = nodeHash(hash, sibling, sha256);
    position = half(position);
    last = half(last);
  }
  return last === 0 && sameBytes(hash, root);
}

/** Both roots as the proof gives them, undefined when it has too few or too many hashes. */
function rootsOf(olderSize: number, newerSize: number, hashes: readonly Uint8Array[], sha256: Sha256) {
  let position = olderSize - 1;
  let last = newerSize - 1;
  while (odd(position)) {
    position = half(position);
    last = half(last);
  }
  const [first, ...rest] = hashes;
  if (first === undefined) return undefined;
  let older = first;
  let newer = first;
  for (const sibling of rest) {
    if (last === 0) return undefined;
    if (odd(position) || position === last) {
      older = nodeHash(sibling, older, sha256);
      newer = nodeHash(sibling, newer, sha256);
      while (!odd(position) && position !== 0) {
        position = half(position);
        last = half(last);
      }
    } else newer = nodeHash(newer, sibling, sha256);
    position = half(position);
    last = half(last);
  }
  return last === 0 ? { older, newer } : undefined;
}

const isPowerOfTwo = (n: number): boolean => Number.isInteger(Math.log2(n));

/** Whether the newer tree begins with exactly the entries of the older one. */
export function verifyConsistency({ older, newer, proof }: Consistency, sha256: Sha256): boolean {
  if (!Number.isSafeInteger(older.size) || !Number.isSafeInteger(newer.size)) return false;
  if (older.size < 0 || older.size > newer.size || ![older.root, newer.root, ...proof].every(isHash)) return false;
  if (older.size === newer.size) return proof.length === 0 && sameBytes(older.root, newer.root);
  if (older.size === 0) return proof.length === 0 && sameBytes(older.root, sha256(new Uint8Array()));
  if (proof.length === 0) return false;
  // A complete older tree is a subtree of the newer one: its root is the first hash, and left out.
  const hashes = isPowerOfTwo(older.size) ? [older.root, ...proof] : proof;
  const roots = rootsOf(older.size, newer.size, hashes, sha256);
  return roots !== undefined && sameBytes(roots.older, older.root) && sameBytes(roots.newer, newer.root);
}
