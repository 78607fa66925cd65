// Checking a bundle, step by step: keys, every statement, the chain, its end, the log's checkpoint, the place of every statement in the
// log, statuses. Each step is made of the check that single files get, and each statement is verified once. It answers with what was
// found as data; it never throws, fetches nothing, and has no clock: what a bundle shows, it shows as of the moments that it names.
import { decodeBase64url, utf8 } from './base64url.ts';
import type { Bundle, BundledStatement } from './bundle.ts';
import { type ChainBroken, type ChainHolds, verifyChain } from './chain.ts';
import { type ChainHeadRead, type EndProblem, endProblem, verifyChainHead } from './chain-head.ts';
import { type CheckpointCheck, verifyCheckpoint } from './checkpoint.ts';
import type { JwsTrust } from './jws.ts';
import type { Jwk } from './key-set.ts';
import { slotLeaf } from './leaf.ts';
import type { Inflate, Sha256, VerifyEd25519, VerifyEs256 } from './primitives.ts';
import { type NoteKey, parseVkey } from './signed-note.ts';
import { type StatementStanding, standingsOf } from './standing.ts';
import { type StatusList, type StatusListRefusal, verifyStatusList } from './status-list.ts';
import { type Timestamp, type TimestampRefusal, type TimestampTrust, verifyTimestamp } from './timestamp.ts';
import { holdsEntry } from './tlog-proof.ts';
import { type Logged, type Refused, type Verified, verifyStatement } from './verify.ts';

/** What the reader knows beforehand. What is given here wins over what the bundle says of itself. */
export interface BundleTrust {
  /** The issuer's public keys: no others then count. */
  readonly keys?: readonly Jwk[];
  /** The only accepted issuer. */
  readonly issuer?: string;
  /** Of the log: no others then count. */
  readonly logKeys?: readonly NoteKey[];
  /** That hold, beside the one in the bundle: the newest counts. */
  readonly statusLists?: readonly StatusList[];
  /** What timestamps are checked with, and the roots that the reader trusts. */
  readonly timestamps?: TimestampTrust;
  readonly crypto: {
    readonly sha256: Sha256;
    readonly verifyEs256: VerifyEs256;
    readonly verifyEd25519: VerifyEd25519;
    readonly inflate: Inflate;
  };
}

/** Whose keys were checked with. Those of the bundle itself show that it agrees with itself, not who made it. */
export type KeyOrigin = 'given' | 'bundle';

export type KeysCheck =
  | { readonly ok: true; readonly statements: KeyOrigin; readonly log: KeyOrigin }
  | { readonly ok: false; readonly reason: 'wrong_issuer' | 'log_key_malformed' };

type EndCheck =
  /** Complete to this number as of then (seconds since 1970). */
  | { readonly ok: true; readonly shown: true; readonly seq: number; readonly asOf: number }
  /** Newer statements may exist. */
  | { readonly ok: true; readonly shown: false }
  | { readonly ok: false; readonly reason: EndRefusal };

export type EndRefusal = EndProblem | Extract<ChainHeadRead, { readonly ok: false }>['reason'];

interface InclusionResult {
  readonly seq: number;
  readonly index: number;
  readonly included: boolean;
}

type StatusCheck =
  | { readonly ok: true; readonly statements: readonly StatementStanding[] }
  /** The list in the bundle is not to be believed. */
  | { readonly ok: false; readonly reason: StatusListRefusal };

/** Since when all of it exists. */
export type TimeCheck =
  /** No timestamp says so. */
  | 'issuers_word_only'
  /** There is one, and nobody here to check it. */
  | 'timestamp_not_checked'
  /** Unless a root was given that leads to whoever signed it, anybody may have. */
  | (Timestamp & { readonly trusted: boolean })
  | { readonly ok: false; readonly reason: TimestampRefusal };

/** A step that is undefined could not be reached: one before it failed. */
export interface BundleReport {
  /** The one that was accepted. */
  readonly issuer: string;
  readonly contract: string;
  readonly keys: KeysCheck;
  /** In the order of the bundle. */
  readonly statements: readonly (Verified | Refused)[];
  readonly chain: ChainHolds | ChainBroken | undefined;
  readonly end: EndCheck | undefined;
  readonly checkpoint: CheckpointCheck;
  readonly inclusion: readonly InclusionResult[] | undefined;
  readonly time: TimeCheck;
  readonly status: StatusCheck | undefined;
}

interface Found {
  readonly statement: BundledStatement;
  readonly verified: Verified;
}

function checkKeys({ issuer }: Bundle, trust: BundleTrust, ownLogKey: NoteKey | undefined): KeysCheck {
  if (trust.issuer !== undefined && trust.issuer !== issuer) return { ok: false, reason: 'wrong_issuer' };
  if (trust.logKeys === undefined && ownLogKey === undefined) return { ok: false, reason: 'log_key_malformed' };
  const origin = (given: unknown): KeyOrigin => (given === undefined ? 'bundle' : 'given');
  return { ok: true, statements: origin(trust.keys), log: origin(trust.logKeys) };
}

/** All of the contract that the bundle is of, numbered and bound. */
function checkChain(links: readonly Verified[], contract: string): ChainHolds | ChainBroken {
  const chain = verifyChain(links);
  return chain.ok && chain.contract !== contract ? { ok: false, reason: 'other_contract', seq: 1 } : chain;
}

function checkEnd({ chainHead }: Bundle, last: Verified | undefined, trust: JwsTrust): EndCheck | undefined {
  if (chainHead === undefined) return { ok: true, shown: false };
  const read = verifyChainHead(chainHead, trust);
  if (!read.ok) return read;
  if (last === undefined) return undefined;
  const problem = endProblem(last, read.head);
  if (problem !== undefined) return { ok: false, reason: problem };
  return { ok: true, shown: true, seq: read.head.seq, asOf: read.head.asOf };
}

/** Tells whether the slot of a statement, made anew from chain secret, number and what was signed, is where its proof says. */
const inclusionIn =
  ({ chainSecret }: Bundle, checked: CheckpointCheck, sha256: Sha256) =>
  ({ seq, signingInputHash }: Logged, proof: BundledStatement): boolean => {
    const hash = decodeBase64url(signingInputHash) ?? new Uint8Array();
    const leaf = slotLeaf({ chainSecret, seq }, hash, sha256);
    return checked.ok && holdsEntry(checked.checkpoint, proof, leaf, sha256);
  };

function checkStatus(
  { statusList }: Bundle,
  held: readonly Verified[],
  keys: readonly Jwk[],
  { statusLists = [], crypto }: BundleTrust,
): StatusCheck {
  const own = verifyStatusList(statusList, { keys, crypto });
  return own.ok ? { ok: true, statements: standingsOf(held, [own.list, ...statusLists]) } : own;
}

function checkTime({ checkpoint, timestamp }: Bundle, { timestamps }: BundleTrust): TimeCheck {
  if (timestamp === undefined) return 'issuers_word_only';
  if (timestamps === undefined) return 'timestamp_not_checked';
  const check = verifyTimestamp(timestamp, utf8(checkpoint), timestamps);
  return check.ok ? { ...check, trusted: timestamps.roots !== undefined } : check;
}

/** Checks everything in a bundle that was read; what failed, and why, bundle-failures.ts tells. */
export function verifyBundle(bundle: Bundle, trust: BundleTrust): BundleReport {
  const { crypto, issuer = bundle.issuer, keys = bundle.jwks.keys } = trust;
  const ownLogKey = parseVkey(bundle.logKey, crypto.sha256);
  const logKeys = trust.logKeys ?? (ownLogKey === undefined ? [] : [ownLogKey]);
  const checkpoint = verifyCheckpoint(bundle.checkpoint, logKeys, crypto.verifyEd25519);
  const isIncluded = inclusionIn(bundle, checkpoint, crypto.sha256);
  const results = bundle.statements.map((statement) => {
    // Whoever has a key that leaked can have a log as well: only a place in the log that the reader knows counts.
    const loggedAt = (one: Logged) =>
      trust.logKeys !== undefined && isIncluded(one, statement) ? statement.index : undefined;
    return verifyStatement(statement.sdJwt, { keys, issuer, crypto, loggedAt });
  });
  const found = results.flatMap((verified, n): readonly Found[] => {
    const statement = bundle.statements[n];
    return verified.ok && statement !== undefined ? [{ statement, verified }] : [];
  });
  const held = found.map(({ verified }) => verified);
  const whole = held.length === results.length;
  return {
    issuer,
    contract: bundle.contract,
    keys: checkKeys(bundle, trust, ownLogKey),
    statements: results,
    chain: whole ? checkChain(held, bundle.contract) : undefined,
    end: whole ? checkEnd(bundle, held.at(-1), { keys, crypto }) : undefined,
    checkpoint,
    inclusion: checkpoint.ok
      ? found.map(({ statement, verified: { claims, signingInputHash } }) => {
          const { seq } = claims;
          return { seq, index: statement.index, included: isIncluded({ seq, signingInputHash }, statement) };
        })
      : undefined,
    time: checkTime(bundle, trust),
    status: held.length > 0 ? checkStatus(bundle, held, keys, trust) : undefined,
  };
}
