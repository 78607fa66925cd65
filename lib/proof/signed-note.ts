// Signed notes (c2sp.org/signed-note): a text, a blank line, and lines of signatures by named keys. Ed25519 keys alone (type 0x01).
// Signatures by keys that the reader does not know are passed over, as the format demands: they are how keys rotate and witnesses
// cosign. One by a known key that does not hold refuses the whole note.
import { decodeBase64, encodeBase64 } from './base64.ts';
import { utf8 } from './base64url.ts';
import { joinBytes, sameBytes } from './bytes.ts';
import type { Sha256, VerifyEd25519 } from './primitives.ts';
import { ProofFault } from './proof-fault.ts';

const ED25519 = 1;
const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
const KEY_ID_BYTES = 4;
const MAX_NOTE = 1_000_000;
const MAX_SIGNATURES = 100;
const SIGNATURE_LINE = '\u2014 ';

/** A key that a reader accepts under a name. */
export interface NoteKey {
  readonly name: string;
  /** Four bytes. */
  readonly id: Uint8Array;
  /** 32 bytes (RFC 8032). */
  readonly publicKey: Uint8Array;
}

export interface NoteSignature {
  readonly name: string;
  readonly id: Uint8Array;
  readonly signature: Uint8Array;
}

interface Note {
  /** With its final newline: what is signed. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

export type NoteRefusal = 'not_a_note' | 'unknown_signer' | 'bad_signature';

export type NoteCheck =
  | { readonly ok: true; readonly text: string; readonly signers: readonly NoteKey[] }
  | { readonly ok: false; readonly reason: NoteRefusal };

/** Names have neither spaces (any of Unicode) nor `+`. */
const isName = (name: string): boolean => name !== '' && !/[\s+\u0085]/u.test(name);

/** SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key)[:4]. */
function keyId(name: string, publicKey: Uint8Array, sha256: Sha256): Uint8Array {
  return sha256(joinBytes(utf8(`${name}\n`), Uint8Array.of(ED25519), publicKey)).slice(0, KEY_ID_BYTES);
}

/**
 * @param publicKey 32 bytes (RFC 8032)
 * @throws ProofFault for a name or a key that no note could carry
 */
export function noteKey(name: string, publicKey: Uint8Array, sha256: Sha256): NoteKey {
  if (!isName(name)) throw new ProofFault('NOTE', 'a key name has neither spaces nor plus signs');
  if (publicKey.length !== KEY_BYTES) throw new ProofFault('NOTE', 'an Ed25519 key has 32 bytes');
  return { name, id: keyId(name, publicKey, sha256), publicKey };
}

const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** The key as one line of text: `<name>+<id in hex>+<base64 of type and key>`. */
export const formatVkey = ({ name, id, publicKey }: NoteKey): string =>
  `${name}+${hex(id)}+${encodeBase64(joinBytes(Uint8Array.of(ED25519), publicKey))}`;

/** @returns undefined for anything but an Ed25519 key under the id that follows from it */
export function parseVkey(vkey: string, sha256: Sha256): NoteKey | undefined {
  const [, name = '', id, material = ''] = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/.exec(vkey) ?? [];
  const bytes = decodeBase64(material);
  if (id === undefined || !isName(name) || bytes?.length !== 1 + KEY_BYTES || bytes[0] !== ED25519) return undefined;
  const key = noteKey(name, bytes.slice(1), sha256);
  return hex(key.id) === id ? key : undefined;
}

const isNoteText = (text: string): boolean =>
  text.endsWith('\n') && ![...text].some((character) => character < ' ' && character !== '\n');

/**
 * @param text ends in a newline
 * @throws ProofFault for a text that no note could carry
 */
export function formatNote(text: string, signatures: readonly NoteSignature[]): string {
  if (!isNoteText(text)) throw new ProofFault('NOTE', 'a note is lines of text without control characters');
  const lines = signatures.map(
    ({ name, id, signature }) => `${SIGNATURE_LINE}${name} ${encodeBase64(joinBytes(id, signature))}\n`,
  );
  return `${text}\n${lines.join('')}`;
}

function parseSignature(line: string): NoteSignature | undefined {
  if (!line.startsWith(SIGNATURE_LINE)) return undefined;
  const [name = '', encoded = '', ...more] = line.slice(SIGNATURE_LINE.length).split(' ');
  const bytes = decodeBase64(encoded);
  if (!isName(name) || more.length > 0 || bytes === undefined || bytes.length <= KEY_ID_BYTES) return undefined;
  return { name, id: bytes.slice(0, KEY_ID_BYTES), signature: bytes.slice(KEY_ID_BYTES) };
}

/** @returns undefined for anything that is not a note with at least one signature */
function parseNote(note: string): Note | undefined {
  if (note.length > MAX_NOTE || !isNoteText(note)) return undefined;
  const end = note.lastIndexOf('\n\n');
  if (end < 0) return undefined;
  const lines = note.slice(end + 2).split('\n');
  const signatures = lines.slice(0, -1).map(parseSignature);
  const readable = signatures.filter((signature) => signature !== undefined);
  if (readable.length === 0 || readable.length !== signatures.length || readable.length > MAX_SIGNATURES)
    return undefined;
  return { text: note.slice(0, end + 1), signatures: readable };
}

/** Whether at least one of `keys` signed the note, and none of them signed something else. */
export function verifyNote(note: string, keys: readonly NoteKey[], verifyEd25519: VerifyEd25519): NoteCheck {
  const parsed = parseNote(note);
  if (parsed === undefined) return { ok: false, reason: 'not_a_note' };
  const signers: NoteKey[] = [];
  const signed = utf8(parsed.text);
  for (const { name, id, signature } of parsed.signatures) {
    const key = keys.find((known) => known.name === name && sameBytes(known.id, id));
    if (key === undefined) continue;
    if (signature.length !== SIGNATURE_BYTES || !verifyEd25519(key.publicKey, signature, signed))
      return { ok: false, reason: 'bad_signature' };
    signers.push(key);
  }
  return signers.length === 0 ? { ok: false, reason: 'unknown_signer' } : { ok: true, text: parsed.text, signers };
}
