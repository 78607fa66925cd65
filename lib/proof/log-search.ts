// Statements in a log whose entries were all read: each has one entry, and nothing else stands in its slot. Two versions of one
// statement share the slot's name (leaf.ts) and differ in the rest: whoever has all entries sees both, without the chain secret. That
// the name is the right one only the secret shows.
import { encodeBase64url } from './base64url.ts';
import { sameBytes } from './bytes.ts';
import type { Checkpoint } from './checkpoint.ts';
import { HASH_BYTES, rootOfHashes } from './merkle.ts';
import type { TreeHead } from './merkle-verify.ts';
import type { Sha256 } from './primitives.ts';

export const SLOT_BYTES = 32;
export const LEAF_BYTES = 64;

/** A log of which everything was read: `head` is the head of exactly these entries. */
export interface ReadLog {
  readonly head: Checkpoint;
  readonly entries: readonly Uint8Array[];
  /** Hashes of the entries, one behind the other. */
  readonly leaves: Uint8Array;
}

/**
 * Whether a tree head is the head of exactly these entries (RFC 6962 §2.1).
 * @param leaves hashes of the entries, one behind the other
 */
export const isHeadOf = ({ size, root }: TreeHead, leaves: Uint8Array, sha256: Sha256): boolean =>
  leaves.length === size * HASH_BYTES && sameBytes(rootOfHashes(leaves, sha256), root);

export type LogRefusal = 'not_logged' | 'logged_twice' | 'slot_taken_twice';

export type LogPlace =
  | { readonly ok: true; readonly index: number }
  /** `index`: of the entry that should not be there. */
  | { readonly ok: false; readonly reason: LogRefusal; readonly index?: number };

const half = (entry: Uint8Array, from: number): string => encodeBase64url(entry.subarray(from, from + SLOT_BYTES));

/** Where entries with one of `names` stand, in the half that begins at `from`. */
function placesOf(
  entries: readonly Uint8Array[],
  from: number,
  names: ReadonlySet<string>,
): ReadonlyMap<string, readonly number[]> {
  const places = new Map<string, number[]>();
  for (const [index, entry] of entries.entries()) {
    const name = half(entry, from);
    if (names.has(name)) places.set(name, [...(places.get(name) ?? []), index]);
  }
  return places;
}

/**
 * @param entries of 64 bytes, all that the log has, in its order
 * @param hashes SHA-256 of the statements' signing inputs, base64url
 */
export function findInLog(entries: readonly Uint8Array[], hashes: readonly string[]): ReadonlyMap<string, LogPlace> {
  const said = placesOf(entries, SLOT_BYTES, new Set(hashes));
  const slotAt = (index: number): string => half(entries[index] ?? new Uint8Array(), 0);
  const slots = placesOf(entries, 0, new Set([...said.values()].flat().map(slotAt)));
  const place = (hash: string): LogPlace => {
    const [index, twice] = said.get(hash) ?? [];
    if (index === undefined) return { ok: false, reason: 'not_logged' };
    if (twice !== undefined) return { ok: false, reason: 'logged_twice', index: twice };
    const other = slots.get(slotAt(index))?.find((one) => one !== index);
    return other === undefined ? { ok: true, index } : { ok: false, reason: 'slot_taken_twice', index: other };
  };
  return new Map(hashes.map((hash) => [hash, place(hash)]));
}
