// Token Status Lists (draft-ietf-oauth-status-list-21): what became of each statement of a contract after it was signed. One list per
// contract, a statement's index is its number, two bits each: enough for in force, superseded, withdrawn. A list speaks of the moment
// that it was made at; whoever checks has no clock, says "as of" that moment, and knows nothing newer.
import { decodeBase64url, encodeBase64url } from './base64url.ts';
import type { StatementClaims } from './claims.ts';
import { type JwsRefusal, type JwsTrust, signingInputOf, verifyJws } from './jws.ts';
import type { Inflate } from './primitives.ts';
import { isObject, type Json, type JsonObject, member } from './strict-json.ts';

/** `typ` of the JWS header (§5.1 of the draft). */
const STATUS_LIST_TYP = 'statuslist+jwt';
/** Value of `purpose` for keys that sign status lists, and chain heads. */
export const STATUS_LIST_PURPOSE = 'status-list';

/**
 * Another statement took its place and measures (`superseded`) or measures nothing (`withdrawn`). As stored: VALID, INVALID, and the
 * application's own value (§7 of the draft).
 */
const VALUES = { valid: 0, withdrawn: 1, superseded: 3 } as const;
export type Status = keyof typeof VALUES;

const BITS = 2;
const PER_BYTE = 8 / BITS;
/** Statements that one list may hold: more months than there will be. */
const MAX_STATEMENTS = 65_536;
const MAX_PACKED = MAX_STATEMENTS / PER_BYTE;
/** Longest list that is looked at, in characters. */
export const MAX_STATUS_LIST = 65_536;
const KIND = { typ: STATUS_LIST_TYP, purpose: STATUS_LIST_PURPOSE, maxLength: MAX_STATUS_LIST } as const;
const MAX_TTL = 31_536_000;
const LAST_SECOND = 253_402_300_799;

/** Of one statement, what decides over the status of others. */
export type Chained = Pick<StatementClaims, 'seq' | 'jti' | 'outcome'> & Partial<Pick<StatementClaims, 'replaces'>>;

/** Where the statuses of a contract's statements are published: what their claims say. */
export const statusListUri = (issuer: string, listId: string): string => `${issuer}/status/${listId}`;

/** What became of each statement of a chain, by its number. Nothing but the chain decides. */
export function statusesOf(chain: readonly Chained[]): ReadonlyMap<number, Status> {
  const replacedBy = new Map(chain.flatMap((one) => (one.replaces === undefined ? [] : [[one.replaces, one]])));
  return new Map(
    chain.map(({ seq, jti }) => {
      const newer = replacedBy.get(jti);
      if (newer === undefined) return [seq, 'valid'];
      return [seq, newer.outcome === 'measured' ? 'superseded' : 'withdrawn'];
    }),
  );
}

/** The byte array of §4.1: index 0 in the lowest bits of the first byte. An index that nothing is said of reads as valid. */
export function packStatuses(statuses: ReadonlyMap<number, Status>): Uint8Array {
  const last = Math.max(0, ...statuses.keys());
  const bytes = new Uint8Array(Math.floor(last / PER_BYTE) + 1);
  for (const [index, status] of statuses) {
    const at = Math.floor(index / PER_BYTE);
    bytes[at] = (bytes[at] ?? 0) | (VALUES[status] << ((index % PER_BYTE) * BITS));
  }
  return bytes;
}

export interface StatusListFacts {
  readonly uri: string;
  /** Epoch milliseconds. */
  readonly issuedAt: number;
  /** Seconds for which a copy may be kept. */
  readonly ttl: number;
  readonly kid: string;
  /** {@link packStatuses}, then DEFLATE in the ZLIB format (RFC 1950). */
  readonly deflated: Uint8Array;
}

/** What is signed of a list: header.payload (§5.1). */
export function statusListInput({ uri, issuedAt, ttl, kid, deflated }: StatusListFacts): string {
  const list = { bits: BITS, lst: encodeBase64url(deflated) };
  const payload = { sub: uri, iat: Math.floor(issuedAt / 1000), ttl, status_list: list };
  return signingInputOf({ kid, typ: STATUS_LIST_TYP }, payload);
}

export type StatusListRefusal = JwsRefusal | 'list_malformed';

export interface StatusList {
  readonly uri: string;
  /** When it was made. Seconds since 1970. */
  readonly asOf: number;
  readonly packed: Uint8Array;
}

export type StatusListRead =
  | { readonly ok: true; readonly list: StatusList }
  | { readonly ok: false; readonly reason: StatusListRefusal };

export interface StatusListTrust extends JwsTrust {
  readonly crypto: JwsTrust['crypto'] & { readonly inflate: Inflate };
}

const wholeNumber = (value: Json | undefined, max: number): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= max;

/** Of a list whose signature holds. */
function readList(payload: JsonObject, inflate: Inflate): StatusList | undefined {
  const { sub: uri, iat: asOf, ttl, status_list: inner } = payload;
  if (typeof uri !== 'string' || !wholeNumber(asOf, LAST_SECOND) || !isObject(inner)) return undefined;
  if (ttl !== undefined && !wholeNumber(ttl, MAX_TTL)) return undefined;
  const lst = member(inner, 'lst');
  if (member(inner, 'bits') !== BITS || typeof lst !== 'string') return undefined;
  const deflated = decodeBase64url(lst);
  const packed = deflated && inflate(deflated, MAX_PACKED);
  return packed && { uri, asOf, packed };
}

/**
 * Verifies a list in its JWT form with the given keys alone; never throws.
 * @param jwt header.payload.signature
 */
export function verifyStatusList(jwt: string, trust: StatusListTrust): StatusListRead {
  const verified = verifyJws(jwt, KIND, trust);
  if (!verified.ok) return verified;
  const list = readList(verified.payload, trust.crypto.inflate);
  return list === undefined ? { ok: false, reason: 'list_malformed' } : { ok: true, list };
}

export type StatusRefusal =
  /** The list is of another contract. */
  | 'other_list'
  /** It was made before the statement, or ends before it. */
  | 'list_too_old'
  | 'status_unknown';

export type StatusRead =
  | { readonly ok: true; readonly status: Status; readonly asOf: number }
  | { readonly ok: false; readonly reason: StatusRefusal };

/** What a list says of a statement. */
export function statusOf(
  { status: { status_list: place }, iat }: Pick<StatementClaims, 'status' | 'iat'>,
  { uri, asOf, packed }: StatusList,
): StatusRead {
  if (place.uri !== uri) return { ok: false, reason: 'other_list' };
  const byte = packed[Math.floor(place.idx / PER_BYTE)];
  if (byte === undefined || asOf < iat) return { ok: false, reason: 'list_too_old' };
  const value = (byte >> ((place.idx % PER_BYTE) * BITS)) & (2 ** BITS - 1);
  const named = Object.entries(VALUES).find(([, stored]) => stored === value);
  if (named === undefined) return { ok: false, reason: 'status_unknown' };
  return { ok: true, status: named[0] as Status, asOf };
}
