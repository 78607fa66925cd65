// base64 with padding (RFC 4648 §4), as signed notes, checkpoints and tlog-proofs write it. As with base64url, exactly one text is
// accepted for some bytes.
import { decodeBase64url, encodeBase64url } from './base64url.ts';

export function encodeBase64(bytes: Uint8Array): string {
  const text = encodeBase64url(bytes).replaceAll('-', '+').replaceAll('_', '/');
  return text.padEnd(Math.ceil(text.length / 4) * 4, '=');
}

/** @returns undefined for anything but the one canonical text of some bytes */
export function decodeBase64(text: string): Uint8Array | undefined {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) return undefined;
  return decodeBase64url(text.replace(/=+$/, '').replaceAll('+', '-').replaceAll('/', '_'));
}
