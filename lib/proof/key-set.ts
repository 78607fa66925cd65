// Finding the one key that may have signed a document, in a key set (RFC 7517) that the reader was given and trusts. A key counts only
// under its own thumbprint, and only for its purpose: the same set publishes keys for statements and for other documents.
import { type KeyHistory, readHistory } from './key-history.ts';
import type { P256PublicKey, Sha256 } from './primitives.ts';
import { hasCoordinates, thumbprint } from './thumbprint.ts';

/** A public JWK as found in a key set; only what such a key needs is named. */
export interface Jwk {
  readonly kty?: unknown;
  readonly crv?: unknown;
  readonly x?: unknown;
  readonly y?: unknown;
  readonly kid?: unknown;
  readonly use?: unknown;
  readonly alg?: unknown;
  /** What the issuer signs with it; a key without it, or for `statement`, may sign statements. */
  readonly purpose?: unknown;
  /** What happened to it (key-history.ts). */
  readonly events?: unknown;
  readonly d?: unknown;
}

/** Value of `purpose` for keys that sign statements. */
export const STATEMENT_PURPOSE = 'statement';

export type KeyRefusal = 'unknown_key' | 'unsuitable_key';

type KeySearch =
  | { readonly ok: true; readonly key: P256PublicKey; readonly history: KeyHistory }
  | { readonly ok: false; readonly reason: KeyRefusal };

const is = (value: unknown, wanted: string): boolean => value === undefined || value === wanted;

const suits = (key: Jwk, purpose: string): boolean =>
  key.kty === 'EC' &&
  key.crv === 'P-256' &&
  is(key.use, 'sig') &&
  is(key.alg, 'ES256') &&
  (key.purpose === purpose || (key.purpose === undefined && purpose === STATEMENT_PURPOSE)) &&
  key.d === undefined;

/** By key: a set is looked into once for every statement, and its keys stay what they are. */
const thumbprints = new WeakMap<Jwk, string>();

function thumbprintOf(key: Jwk, sha256: Sha256): string | undefined {
  const known = thumbprints.get(key);
  if (known !== undefined || !hasCoordinates(key)) return known;
  const made = thumbprint(key, sha256);
  thumbprints.set(key, made);
  return made;
}

/** @param kid the thumbprint that the document's header names @param purpose what the key has to be for */
export function findKey(keys: readonly Jwk[], kid: string, purpose: string, sha256: Sha256): KeySearch {
  const named = keys.filter((key) => key.kid === kid);
  if (named.length === 0) return { ok: false, reason: 'unknown_key' };
  for (const key of named) {
    const history = readHistory(key.events);
    if (history !== undefined && suits(key, purpose) && thumbprintOf(key, sha256) === kid && hasCoordinates(key))
      return { ok: true, key: { x: key.x, y: key.y }, history };
  }
  return { ok: false, reason: 'unsuitable_key' };
}
