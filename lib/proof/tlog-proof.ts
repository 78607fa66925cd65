// Proofs that an entry is in a log, as one text (c2sp.org/tlog-proof): index, inclusion proof, checkpoint. With the log's key and the
// entry, it is all that an offline check needs. Extra data is read over: nothing authenticates it.
import { decodeBase64, encodeBase64 } from './base64.ts';
import { type Checkpoint, type CheckpointRefusal, verifyCheckpoint } from './checkpoint.ts';
import { HASH_BYTES, leafHash } from './merkle.ts';
import { type TreeHead, verifyInclusion } from './merkle-verify.ts';
import type { Sha256, VerifyEd25519 } from './primitives.ts';
import type { NoteKey } from './signed-note.ts';

const FIRST_LINE = 'c2sp.org/tlog-proof@v1';
const MAX_PROOF = 1_100_000;
/** Of a tree of 2^53 entries. */
export const MAX_HASHES = 53;

/** Where an entry is in a log, and what shows that it is there. */
export interface EntryProof {
  readonly index: number;
  /** The leaf's sibling first. */
  readonly hashes: readonly Uint8Array[];
}

export interface TlogProof extends EntryProof {
  /** The whole signed note. */
  readonly checkpoint: string;
}

type InclusionRefusal = CheckpointRefusal | 'not_a_proof' | 'not_included';

export type InclusionCheck =
  | { readonly ok: true; readonly index: number; readonly checkpoint: Checkpoint; readonly signers: readonly NoteKey[] }
  | { readonly ok: false; readonly reason: InclusionRefusal };

export const formatTlogProof = ({ index, hashes, checkpoint }: TlogProof): string =>
  [FIRST_LINE, `index ${index}`, ...hashes.map(encodeBase64), '', checkpoint].join('\n');

/** @returns undefined for anything that is not a proof; the checkpoint in it is not looked at */
export function parseTlogProof(text: string): TlogProof | undefined {
  const end = text.indexOf('\n\n');
  if (end < 0 || text.length > MAX_PROOF) return undefined;
  const [first, ...lines] = text.slice(0, end).split('\n');
  const [extra = ''] = lines;
  if (extra.startsWith('extra ')) {
    if (decodeBase64(extra.slice('extra '.length)) === undefined) return undefined;
    lines.shift();
  }
  const [, index] = /^index (0|[1-9]\d{0,15})$/.exec(lines.shift() ?? '') ?? [];
  if (first !== FIRST_LINE || index === undefined || lines.length > MAX_HASHES) return undefined;
  const hashes = lines.map(decodeBase64).filter((hash) => hash?.length === HASH_BYTES);
  if (hashes.length !== lines.length || !Number.isSafeInteger(Number(index))) return undefined;
  return { index: Number(index), hashes: hashes.filter((hash) => hash !== undefined), checkpoint: text.slice(end + 2) };
}

export interface LogTrust {
  readonly keys: readonly NoteKey[];
  readonly crypto: { readonly sha256: Sha256; readonly verifyEd25519: VerifyEd25519 };
}

/** Whether a tree holds `entry`, where the proof says. */
export function holdsEntry(
  { size, root }: TreeHead,
  { index, hashes }: EntryProof,
  entry: Uint8Array,
  sha256: Sha256,
): boolean {
  return verifyInclusion({ index, size, root, leaf: leafHash(entry, sha256), proof: hashes }, sha256);
}

/** Whether the log that `keys` belong to holds `entry`, where the proof says. */
export function verifyTlogProof(text: string, entry: Uint8Array, { keys, crypto }: LogTrust): InclusionCheck {
  const proof = parseTlogProof(text);
  if (proof === undefined) return { ok: false, reason: 'not_a_proof' };
  const checked = verifyCheckpoint(proof.checkpoint, keys, crypto.verifyEd25519);
  if (!checked.ok) return checked;
  if (!holdsEntry(checked.checkpoint, proof, entry, crypto.sha256)) return { ok: false, reason: 'not_included' };
  return { ok: true, index: proof.index, checkpoint: checked.checkpoint, signers: checked.signers };
}
