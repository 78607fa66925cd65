// Making an SD-JWT (RFC 9901 §4) in the two halves around a signer that lives elsewhere: prepare the text to be signed, then put the
// signature in. And taking disclosures out of a finished one. Key binding and decoy digests are not used. Nothing is verified here.
import { decodeBase64url, encodeBase64url, fromUtf8, utf8AtOnce } from './base64url.ts';
import {
  DISCLOSABLE,
  type Disclosable,
  type DisclosableName,
  MAX_SIGNING_INPUT,
  type StatementClaims,
} from './claims.ts';
import { attachSignature, encodeJson, type JwsHeader, signingInputOf } from './jws.ts';
import type { Sha256 } from './primitives.ts';
import { ProofFault } from './proof-fault.ts';
import { type Json, parseStrictJson } from './strict-json.ts';

export interface SdJwtInput {
  readonly header: JwsHeader;
  readonly claims: StatementClaims;
  /** Claims that a reader may be refused; absent ones leave no trace. */
  readonly disclosable: Disclosable;
  /** base64url of at least 128 random bits per claim name; see salt.ts. */
  readonly salt: (name: DisclosableName) => string;
  readonly sha256: Sha256;
}

export interface PreparedSdJwt {
  /** base64url(header).base64url(payload): the bytes to be signed, ASCII, at most {@link MAX_SIGNING_INPUT}. */
  readonly signingInput: string;
  readonly disclosures: readonly string[];
}

const MIN_SALT_BYTES = 16;
/** Half a character would make the disclosure unreadable for good. */
const wellFormed = (value: string | number): string | number =>
  typeof value === 'string' ? value.toWellFormed() : value;

function checkedSalt(salt: string): string {
  const bytes = decodeBase64url(salt);
  if (bytes !== undefined && bytes.length >= MIN_SALT_BYTES) return salt;
  throw new ProofFault('SALT', 'a salt is base64url of at least 128 bits');
}

/** base64url SHA-256 over the disclosure's text (RFC 9901 §4.2.3); the same for a signing input, as `prev` carries it. */
export const hashText = (text: string, sha256: Sha256): string =>
  sha256.ofText?.(text) ?? encodeBase64url(sha256(utf8AtOnce(text)));

function disclosuresOf({ disclosable, salt }: SdJwtInput): string[] {
  return DISCLOSABLE.flatMap((name) => {
    const value = disclosable[name];
    return value === undefined ? [] : [encodeJson([checkedSalt(salt(name)), name, wellFormed(value)])];
  });
}

/**
 * Everything but the signature. The same input gives the same output.
 * @throws ProofFault `SALT` for a short salt, `CLAIMS_TOO_LARGE` above the size that can be signed
 */
export function prepareSdJwt(input: SdJwtInput): PreparedSdJwt {
  const disclosures = disclosuresOf(input);
  const digests = disclosures.map((text) => hashText(text, input.sha256)).toSorted();
  const hidden = digests.length > 0 ? { _sd: digests, _sd_alg: 'sha-256' } : {};
  const signingInput = signingInputOf(input.header, { ...input.claims, ...hidden });
  if (signingInput.length > MAX_SIGNING_INPUT)
    throw new ProofFault('CLAIMS_TOO_LARGE', 'the signing input is too large');
  return { signingInput, disclosures };
}

/**
 * The compact form `jwt~disclosure~…~` (RFC 9901 §4).
 * @param signature r‖s, 64 bytes
 * @throws ProofFault `RAW_SIGNATURE`
 */
export function assembleSdJwt(signingInput: string, signature: Uint8Array, disclosures: readonly string[]): string {
  return [attachSignature(signingInput, signature), ...disclosures, ''].join('~');
}

function disclosureName(disclosure: string): Json | undefined {
  const bytes = decodeBase64url(disclosure);
  const text = bytes && fromUtf8(bytes);
  const content = text === undefined ? undefined : parseStrictJson(text, text.length);
  return Array.isArray(content) && content.length === 3 ? content[1] : undefined;
}

/**
 * The same statement with only the named disclosures; signature, hash and log leaf stay what they are.
 * @throws ProofFault `STATEMENT` when `compact` is not a compact SD-JWT with readable disclosures
 */
export function present(compact: string, keepNames: readonly DisclosableName[]): string {
  const [jwt, ...rest] = compact.split('~');
  if (!jwt || rest.pop() !== '') throw new ProofFault('STATEMENT', 'not a compact SD-JWT');
  const kept = rest.filter((disclosure) => {
    const name = disclosureName(disclosure);
    if (typeof name !== 'string') throw new ProofFault('STATEMENT', 'not a readable disclosure');
    return keepNames.some((keep) => keep === name);
  });
  return [jwt, ...kept, ''].join('~');
}
