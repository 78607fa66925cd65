// Checkpoints (c2sp.org/tlog-checkpoint): the signed head of a log as the text of a note. Origin, size, root; lines that extend one are
// read over, none is written.
import { decodeBase64, encodeBase64 } from './base64.ts';
import { HASH_BYTES } from './merkle.ts';
import type { TreeHead } from './merkle-verify.ts';
import type { VerifyEd25519 } from './primitives.ts';
import { type NoteKey, type NoteRefusal, verifyNote } from './signed-note.ts';

export interface Checkpoint extends TreeHead {
  /** Which log: its address without the scheme. */
  readonly origin: string;
}

export type CheckpointRefusal = NoteRefusal | 'not_a_checkpoint' | 'other_log';

export type CheckpointCheck =
  | { readonly ok: true; readonly checkpoint: Checkpoint; readonly signers: readonly NoteKey[] }
  | { readonly ok: false; readonly reason: CheckpointRefusal };

/** The text that is signed. */
export const formatCheckpoint = ({ origin, size, root }: Checkpoint): string =>
  `${origin}\n${size}\n${encodeBase64(root)}\n`;

/** @returns undefined for anything that is not the text of a checkpoint */
export function parseCheckpoint(text: string): Checkpoint | undefined {
  const [origin = '', size = '', root = '', ...rest] = text.split('\n');
  if (rest.pop() !== '' || rest.includes('') || origin === '' || !/^(0|[1-9]\d{0,15})$/.test(size)) return undefined;
  const bytes = decodeBase64(root);
  if (bytes?.length !== HASH_BYTES || !Number.isSafeInteger(Number(size))) return undefined;
  return { origin, size: Number(size), root: bytes };
}

/** @param keys of the log; a checkpoint's origin must be the name of the key that signed it */
export function verifyCheckpoint(
  note: string,
  keys: readonly NoteKey[],
  verifyEd25519: VerifyEd25519,
): CheckpointCheck {
  const checked = verifyNote(note, keys, verifyEd25519);
  if (!checked.ok) return checked;
  const checkpoint = parseCheckpoint(checked.text);
  if (checkpoint === undefined) return { ok: false, reason: 'not_a_checkpoint' };
  if (!checked.signers.some(({ name }) => name === checkpoint.origin)) return { ok: false, reason: 'other_log' };
  return { ok: true, checkpoint, signers: checked.signers };
}
