// Checking one statement with nothing but public keys: RFC 9901 §7.1 on top of RFC 7515 §5.2, with everything that RFC 8725 says to
// pin pinned (algorithm, type, issuer, key by thumbprint). It answers with what holds or with the one reason why not; it never throws,
// fetches nothing, and has no clock: a statement says when it was made, not how long it is good.
import { utf8AtOnce } from './base64url.ts';
import { DISCLOSABLE, type Disclosable, type StatementClaims } from './claims.ts';
import { applyDisclosures, type DisclosureRefusal } from './disclose.ts';
import { type Envelope, type EnvelopeRefusal, MAX_STATEMENT, openEnvelope } from './envelope.ts';
import { figureProblem } from './figures.ts';
import { readPayload } from './jws.ts';
import { type KeyHistory, type WindowRefusal, windowProblem } from './key-history.ts';
import { findKey, type Jwk, type KeyRefusal, STATEMENT_PURPOSE } from './key-set.ts';
import type { P256PublicKey, Sha256, VerifyEs256 } from './primitives.ts';
import { readClaims } from './read-claims.ts';
import { hashText } from './sd-jwt.ts';
import { member } from './strict-json.ts';
import { timeProblem } from './times.ts';

/** The checks, in the order in which they are made. */
const STEPS = [
  'envelope',
  'key',
  'signature',
  'payload',
  'issuer',
  'disclosures',
  'claims',
  'figures',
  'times',
  'validity',
] as const;
export type Step = (typeof STEPS)[number];

export type RefusalReason =
  | EnvelopeRefusal
  | DisclosureRefusal
  | KeyRefusal
  | WindowRefusal
  | 'bad_signature'
  | 'payload_not_json'
  | 'wrong_issuer'
  | 'wrong_claim'
  | 'wrong_figures'
  | 'wrong_times';

export interface Verified {
  readonly ok: true;
  /** What is said, without the claims that can be withheld. */
  readonly claims: StatementClaims;
  /** What the file discloses of those. */
  readonly disclosed: Disclosable;
  /** How many are withheld. */
  readonly withheld: number;
  readonly kid: string;
  /** base64url SHA-256 of the JWS signing input: what the next statement's `prev` and the log leaf commit to. */
  readonly signingInputHash: string;
  /** The issuer-signed part, readable by any JWT library. */
  readonly jwt: string;
  /** The checks that held: all of them. */
  readonly steps: readonly Step[];
}

export interface Refused {
  readonly ok: false;
  readonly reason: RefusalReason;
  /** The check that failed; those before it held. */
  readonly step: Step;
  /** Which claim, figure or time. */
  readonly detail?: string;
}

export interface Trust {
  readonly keys: readonly Jwk[];
  /** The only accepted `iss`. */
  readonly issuer: string;
  /** Where the log provably holds a statement; asked of those alone whose key was compromised. Without it, none of those holds. */
  readonly loggedAt?: LoggedAt;
}

export type LoggedAt = (statement: Logged) => number | undefined;

/** By which a statement is found in the log. */
export interface Logged {
  readonly seq: number;
  /** base64url SHA-256 of the JWS signing input. */
  readonly signingInputHash: string;
}

export interface VerifyOptions extends Trust {
  readonly crypto: { readonly sha256: Sha256; readonly verifyEs256: VerifyEs256 };
}

/** A statement in its envelope, with the one signature check that stands between it and its claims. */
export interface Unproven {
  readonly ok: true;
  readonly envelope: Envelope;
  readonly key: P256PublicKey;
  readonly history: KeyHistory;
}

const refuse = (step: Step, reason: RefusalReason, detail?: string): Refused => ({
  ok: false,
  reason,
  step,
  ...(detail !== undefined && { detail }),
});

/** Everything before the signature. Readers whose signature check is asynchronous go on with {@link concludeStatement} themselves. */
export function openStatement(compact: string, { keys }: Trust, sha256: Sha256): Unproven | Refused {
  const opened = openEnvelope(compact);
  if (!opened.ok) return refuse('envelope', opened.reason);
  const { envelope } = opened;
  const found = findKey(keys, envelope.kid, STATEMENT_PURPOSE, sha256);
  if (!found.ok) return refuse('key', found.reason);
  const { key, history } = found;
  return { ok: true, envelope, key, history };
}

/** All that has to be true of the claims once the signature holds. */
export function concludeStatement(
  unproven: Unproven,
  signatureHolds: boolean,
  trust: Trust,
  sha256: Sha256,
): Verified | Refused {
  const { envelope, history } = unproven;
  if (!signatureHolds) return refuse('signature', 'bad_signature');
  const payload = readPayload(envelope.payload, MAX_STATEMENT);
  if (payload === undefined) return refuse('payload', 'payload_not_json');
  if (member(payload, 'iss') !== trust.issuer) return refuse('issuer', 'wrong_issuer');
  const open = DISCLOSABLE.find((name) => Object.hasOwn(payload, name));
  if (open !== undefined) return refuse('disclosures', 'disclosure_name', open);
  const processed = applyDisclosures(payload, envelope.disclosures, sha256);
  if (!processed.ok) return refuse('disclosures', processed.reason);
  const read = readClaims(processed.payload);
  if (!read.ok) return refuse('claims', 'wrong_claim', read.claim);
  // Each disclosure must have become one of the known claims at the top: none may add anything else, anywhere else.
  const disclosed = Object.keys(read.disclosed).length;
  if (disclosed !== envelope.disclosures.length) return refuse('disclosures', 'disclosure_name');
  const figure = figureProblem(read.claims);
  if (figure !== undefined) return refuse('figures', 'wrong_figures', figure);
  const time = timeProblem(read.claims);
  if (time !== undefined) return refuse('times', 'wrong_times', time);
  const signingInputHash = hashText(envelope.signingInput, sha256);
  const { iat, seq } = read.claims;
  const logged = history.compromised && trust.loggedAt?.({ seq, signingInputHash });
  const problem = windowProblem(history, iat, logged);
  if (problem !== undefined) return refuse('validity', problem);
  return {
    ok: true,
    claims: read.claims,
    disclosed: read.disclosed,
    withheld: processed.digests - disclosed,
    kid: envelope.kid,
    signingInputHash,
    jwt: envelope.jwt,
    steps: STEPS,
  };
}

/**
 * Verifies one statement in compact form.
 * @param compact `jwt~disclosure~…~`
 * @returns what it says, or the one reason and step at which it failed
 */
export function verifyStatement(compact: string, options: VerifyOptions): Verified | Refused {
  const { sha256, verifyEs256 } = options.crypto;
  const opened = openStatement(compact, options, sha256);
  if (!opened.ok) return opened;
  const { signature, signingInput } = opened.envelope;
  const holds = verifyEs256(opened.key, signature, utf8AtOnce(signingInput));
  return concludeStatement(opened, holds, options, sha256);
}
