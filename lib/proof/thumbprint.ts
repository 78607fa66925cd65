// JWK thumbprints of P-256 keys (RFC 7638). Every `kid` of a statement key is one, so that a key set cannot put another key under a
// known name.
import { decodeBase64url, encodeBase64url, utf8 } from './base64url.ts';
import type { P256PublicKey, Sha256 } from './primitives.ts';

/** @returns base64url of SHA-256 over the required members in lexical order (RFC 7638 §3.2), 43 characters */
export function thumbprint(key: P256PublicKey, sha256: Sha256): string {
  return encodeBase64url(sha256(utf8(JSON.stringify({ crv: 'P-256', kty: 'EC', x: key.x, y: key.y }))));
}

const isCoordinate = (text: unknown): text is string =>
  typeof text === 'string' && decodeBase64url(text)?.length === 32;

/** Whether both coordinates are the canonical text of 32 bytes. Says nothing about the curve. */
export const hasCoordinates = (key: { readonly x?: unknown; readonly y?: unknown }): key is P256PublicKey =>
  isCoordinate(key.x) && isCoordinate(key.y);
