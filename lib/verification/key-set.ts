// A key set as it is published or kept in a file. Whoever runs the check decides to trust it; nothing in a statement can name other keys.
import { fromUtf8 } from '../proof/base64url.ts';
import type { Jwk } from '../proof/key-set.ts';
import { isObject, member, parseStrictJson } from '../proof/strict-json.ts';

/** Longest key set that is looked at, in bytes. */
export const MAX_KEY_SET = 262_144;

export type KeySetRead =
  | { readonly ok: true; readonly keys: readonly Jwk[]; readonly issuer?: string }
  /** As the end of a sentence that begins with the key set. */
  | { readonly ok: false; readonly problem: string };

/** Reads a JWK Set (RFC 7517 §5) with the issuer beside it; never throws. */
export function readKeySet(bytes: Uint8Array): KeySetRead {
  const text = fromUtf8(bytes);
  const document = text === undefined ? undefined : parseStrictJson(text.trim(), MAX_KEY_SET);
  if (!isObject(document)) return { ok: false, problem: 'is not a JSON object' };
  const keys = member(document, 'keys');
  if (!Array.isArray(keys) || !keys.every(isObject)) return { ok: false, problem: 'has no list of keys' };
  const issuer = member(document, 'issuer');
  return { ok: true, keys: keys.filter(isObject), ...(typeof issuer === 'string' && { issuer }) };
}
