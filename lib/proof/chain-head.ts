// The signed head of a contract's chain: which statement was the newest when it was asked for. A chain shows that nothing is missing up
// to its last statement; only with such a head a reader sees that the newest months are there too. Like a status list it speaks of the
// moment that it was made at, and is signed by the same key.
import { decodeBase64url } from './base64url.ts';
import type { Link } from './chain.ts';
import { type JwsRefusal, type JwsTrust, signingInputOf, verifyJws } from './jws.ts';
import { STATUS_LIST_PURPOSE } from './status-list.ts';
import type { JsonObject } from './strict-json.ts';
import { CLOCK_TOLERANCE_MS } from './times.ts';

/** `typ` of the JWS header (explicit typing, RFC 8725 §3.11). */
export const CHAIN_HEAD_TYP = 'odoseal-chain-head+jwt';

const KIND = { typ: CHAIN_HEAD_TYP, purpose: STATUS_LIST_PURPOSE, maxLength: 2_048 } as const;
const MEMBERS = ['iss', 'sub', 'seq', 'hash', 'iat'];
const LAST_SECOND = 253_402_300_799;

export interface ChainHead {
  readonly issuer: string;
  readonly contract: string;
  /** Number of the newest statement. */
  readonly seq: number;
  /** base64url SHA-256 of its JWS signing input: what the next statement's `prev` would be. */
  readonly hash: string;
  /** When it was the newest. Seconds since 1970. */
  readonly asOf: number;
}

/**
 * What is signed of a head: header.payload. The signature comes to it with `attachSignature`.
 * @param kid of the key that signs status lists
 */
export const chainHeadInput = ({ issuer, contract, seq, hash, asOf }: ChainHead, kid: string): string =>
  signingInputOf({ kid, typ: CHAIN_HEAD_TYP }, { iss: issuer, sub: contract, seq, hash, iat: asOf });

export type ChainHeadRead =
  | { readonly ok: true; readonly head: ChainHead }
  | { readonly ok: false; readonly reason: JwsRefusal | 'head_malformed' };

const whole = (value: unknown, min: number, max: number): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max;

const isHash = (value: unknown): value is string =>
  typeof value === 'string' && value.length === 43 && decodeBase64url(value)?.length === 32;

/** Of a head whose signature holds. It has these members and no others. */
function readHead(payload: JsonObject): ChainHead | undefined {
  const { iss: issuer, sub: contract, seq, hash, iat: asOf } = payload;
  if (!Object.keys(payload).every((name) => MEMBERS.includes(name))) return undefined;
  if (typeof issuer !== 'string' || typeof contract !== 'string' || !isHash(hash)) return undefined;
  if (!whole(seq, 1, Number.MAX_SAFE_INTEGER) || !whole(asOf, 0, LAST_SECOND)) return undefined;
  return { issuer, contract, seq, hash, asOf };
}

/** Verifies a head with the given keys alone; never throws. */
export function verifyChainHead(jws: string, trust: JwsTrust): ChainHeadRead {
  const verified = verifyJws(jws, KIND, trust);
  if (!verified.ok) return verified;
  const head = readHead(verified.payload);
  return head === undefined ? { ok: false, reason: 'head_malformed' } : { ok: true, head };
}

export type EndProblem =
  | 'head_of_other_issuer'
  | 'head_of_other_contract'
  /** The head names a higher number: the newest statements are missing. */
  | 'newest_missing'
  /** The chain goes on behind the head. */
  | 'head_outdated'
  /** Another statement than the last one has its number. */
  | 'head_of_other_statement'
  /** Made before the last statement was. */
  | 'head_too_early';

/** What speaks against `last` being the newest statement as of the head; undefined when it is. */
export function endProblem(last: Link, head: ChainHead): EndProblem | undefined {
  const { iss, sub, seq, iat } = last.claims;
  if (head.issuer !== iss) return 'head_of_other_issuer';
  if (head.contract !== sub) return 'head_of_other_contract';
  if (head.seq > seq) return 'newest_missing';
  if (head.seq < seq) return 'head_outdated';
  if (head.hash !== last.signingInputHash) return 'head_of_other_statement';
  return head.asOf * 1000 + CLOCK_TOLERANCE_MS < iat * 1000 ? 'head_too_early' : undefined;
}
