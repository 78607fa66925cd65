// The public keys to check with: a file, or an https address. Whoever runs the check decides to trust them; nothing in a statement can
// name other keys. No redirects are followed, and plain http only reaches this machine.
import { fromUtf8 } from '../proof/base64url.ts';
import type { Jwk } from '../proof/key-set.ts';
import { isObject, member, parseStrictJson } from '../proof/strict-json.ts';
import { type BoundedRead, collect, readBounded } from './bounded-read.ts';

export type KeySource =
  | { readonly ok: true; readonly keys: readonly Jwk[]; readonly issuer?: string }
  | { readonly ok: false; readonly problem: string };

const MAX_KEY_SET = 262_144;
const TIMEOUT_MS = 10_000;
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

const isAddress = (source: string): boolean => /^https?:\/\//i.test(source);

const problem = (text: string): KeySource => ({ ok: false, problem: text });

function parseKeySet(bytes: Uint8Array): KeySource {
  const text = fromUtf8(bytes);
  const document = text === undefined ? undefined : parseStrictJson(text.trim(), MAX_KEY_SET);
  if (!isObject(document)) return problem('the key set is not a JSON object');
  const keys = member(document, 'keys');
  if (!Array.isArray(keys) || !keys.every(isObject)) return problem('the key set has no list of keys');
  const issuer = member(document, 'issuer');
  return { ok: true, keys: keys.filter(isObject), ...(typeof issuer === 'string' && { issuer }) };
}

function checkedAddress(source: string): URL | undefined {
  if (!URL.canParse(source)) return undefined;
  const url = new URL(source);
  return url.protocol === 'https:' || LOOPBACK.includes(url.hostname) ? url : undefined;
}

async function download(url: URL): Promise<BoundedRead | { readonly ok: false; readonly problem: string }> {
  try {
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (response.status !== 200) return { ok: false, problem: `the server of the key set answered ${response.status}` };
    return await collect(response.body ?? new ReadableStream(), MAX_KEY_SET);
  } catch {
    return { ok: false, problem: 'the key set could not be fetched' };
  }
}

/** @param source a path, or an address beginning with https:// */
export async function loadKeys(source: string): Promise<KeySource> {
  if (!isAddress(source)) {
    const file = await readBounded(source, MAX_KEY_SET);
    return file.ok ? parseKeySet(file.bytes) : problem(`the key set file is ${file.problem.replace('_', ' ')}`);
  }
  const url = checkedAddress(source);
  if (url === undefined) return problem('keys are fetched over https only (http on this machine)');
  const answer = await download(url);
  return answer.ok
    ? parseKeySet(answer.bytes)
    : problem(answer.problem === 'too_large' ? 'the key set is too large' : answer.problem);
}
