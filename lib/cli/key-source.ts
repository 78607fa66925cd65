// The public keys to check with. Whoever runs the check decides to trust them; nothing in a statement can name other keys.
import { fromUtf8 } from '../proof/base64url.ts';
import type { Jwk } from '../proof/key-set.ts';
import { isObject, member, parseStrictJson } from '../proof/strict-json.ts';
import { readSource } from './source.ts';

export type KeySource =
  | { readonly ok: true; readonly keys: readonly Jwk[]; readonly issuer?: string }
  | { readonly ok: false; readonly problem: string };

const MAX_KEY_SET = 262_144;

const problem = (text: string): KeySource => ({ ok: false, problem: `the key set ${text}` });

function parseKeySet(bytes: Uint8Array): KeySource {
  const text = fromUtf8(bytes);
  const document = text === undefined ? undefined : parseStrictJson(text.trim(), MAX_KEY_SET);
  if (!isObject(document)) return problem('is not a JSON object');
  const keys = member(document, 'keys');
  if (!Array.isArray(keys) || !keys.every(isObject)) return problem('has no list of keys');
  const issuer = member(document, 'issuer');
  return { ok: true, keys: keys.filter(isObject), ...(typeof issuer === 'string' && { issuer }) };
}

/** @param source a path, or an address beginning with https:// */
export async function loadKeys(source: string): Promise<KeySource> {
  const read = await readSource(source, MAX_KEY_SET);
  return read.ok ? parseKeySet(read.bytes) : problem(read.problem);
}
