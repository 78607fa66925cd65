// Signed documents whose payload is one JSON object (RFC 7515, compact form), made and checked. Making comes in the two halves around a
// signer that lives elsewhere. Checking pins what RFC 8725 says to pin: one algorithm, one type, and a key under its own thumbprint and
// for that purpose alone, out of the keys that the reader trusts.
import { encodeBase64url, utf8 } from './base64url.ts';
import { type EnvelopeRefusal, openJws } from './envelope.ts';
import { type WindowRefusal, windowProblem } from './key-history.ts';
import { findKey, type Jwk, type KeyRefusal } from './key-set.ts';
import type { Sha256, VerifyEs256 } from './primitives.ts';
import { ProofFault } from './proof-fault.ts';
import { isObject, type JsonObject, parseStrictJson } from './strict-json.ts';

export interface JwsHeader {
  /** RFC 7638 thumbprint of the signing key. */
  readonly kid: string;
  readonly typ: string;
}

/** base64url of a value's JSON. */
export const encodeJson = (value: unknown): string => encodeBase64url(utf8(JSON.stringify(value)));

/** What is signed: base64url(header).base64url(payload) (RFC 7515 §5.1). */
export const signingInputOf = ({ kid, typ }: JwsHeader, payload: object): string =>
  `${encodeJson({ alg: 'ES256', kid, typ })}.${encodeJson(payload)}`;

/**
 * `header.payload.signature`.
 * @param signature r‖s, 64 bytes
 * @throws ProofFault `RAW_SIGNATURE`
 */
export function attachSignature(signingInput: string, signature: Uint8Array): string {
  if (signature.length !== 64) throw new ProofFault('RAW_SIGNATURE', 'an ES256 signature has 64 bytes');
  return `${signingInput}.${encodeBase64url(signature)}`;
}

/** The payload of a document whose signature holds, when it can be read in exactly one way. */
export function readPayload(text: string | undefined, maxLength: number): JsonObject | undefined {
  const payload = text === undefined ? undefined : parseStrictJson(text, maxLength);
  return isObject(payload) ? payload : undefined;
}

export interface JwsKind {
  readonly typ: string;
  /** What its key has to be for. */
  readonly purpose: string;
  /** Longest document that is looked at, in characters. */
  readonly maxLength: number;
}

export interface JwsTrust {
  readonly keys: readonly Jwk[];
  readonly crypto: { readonly sha256: Sha256; readonly verifyEs256: VerifyEs256 };
}

export type JwsRefusal = EnvelopeRefusal | KeyRefusal | WindowRefusal | 'bad_signature' | 'payload_not_json';

export type JwsRead =
  | { readonly ok: true; readonly payload: JsonObject }
  | { readonly ok: false; readonly reason: JwsRefusal };

const refuse = (reason: JwsRefusal): JwsRead => ({ ok: false, reason });

/** Verifies one document with the given keys alone; never throws. */
export function verifyJws(jws: string, { typ, purpose, maxLength }: JwsKind, { keys, crypto }: JwsTrust): JwsRead {
  if (jws.length > maxLength) return refuse('too_large');
  const opened = openJws(jws, typ);
  if (!opened.ok) return opened;
  const { kid, signingInput, signature, payload: text } = opened.jws;
  const found = findKey(keys, kid, purpose, crypto.sha256);
  if (!found.ok) return found;
  if (!crypto.verifyEs256(found.key, signature, utf8(signingInput))) return refuse('bad_signature');
  const payload = readPayload(text, maxLength);
  if (payload === undefined) return refuse('payload_not_json');
  // None of these documents is in the log: after a compromise of its key none is to be believed, and whoever needs one asks for a new one.
  const problem = typeof payload['iat'] === 'number' ? windowProblem(found.history, payload['iat']) : undefined;
  return problem === undefined ? { ok: true, payload } : refuse(problem);
}
