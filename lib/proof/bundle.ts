// One contract's bundle: everything that an offline check of its statements needs, as one JSON document. It is written and strictly read
// here: one reading, these members and no others, sizes bounded. Nothing in it is believed; verify-bundle.ts checks it.
import { decodeBase64, encodeBase64 } from './base64.ts';
import { decodeBase64url, encodeBase64url } from './base64url.ts';
import { DISCLOSABLE, type DisclosableName } from './claims.ts';
import type { Jwk } from './key-set.ts';
import { SECRET_BYTES } from './leaf.ts';
import { HASH_BYTES } from './merkle.ts';
import { ProofFault } from './proof-fault.ts';
import { present } from './sd-jwt.ts';
import { isObject, type Json, type JsonObject, member, parseStrictJson } from './strict-json.ts';
import { MAX_TIMESTAMP } from './timestamp.ts';
import { type EntryProof, MAX_HASHES } from './tlog-proof.ts';

const FORMAT = 'odoseal-bundle';
const VERSION = 1;

/** Longest bundle that is looked at, in characters: about 3,500 statements. */
export const MAX_BUNDLE = 16_777_216;
const MAX_STATEMENTS = 4_096;
/** Every statement looks its key up in the set. */
const MAX_KEYS = 256;

/** A statement as a compact SD-JWT, and where it is in the log. */
export interface BundledStatement extends EntryProof {
  readonly sdJwt: string;
}

export interface Bundle {
  /** Who issued it: what every statement and the chain head say too. */
  readonly issuer: string;
  readonly contract: string;
  /** All that were ever issued, those that were replaced too, by number, from 1. */
  readonly statements: readonly BundledStatement[];
  /** The signed note that all statements are proven against. */
  readonly checkpoint: string;
  /** The log's key, a vkey (c2sp.org/signed-note). */
  readonly logKey: string;
  /** The issuer's public keys (RFC 7517 §5). */
  readonly jwks: { readonly keys: readonly Jwk[] };
  /** 32 bytes: with it the statements' slots in the log are found. */
  readonly chainSecret: Uint8Array;
  /** The contract's status list in its JWT form. */
  readonly statusList: string;
  /** The signed head of the chain; without one nobody sees whether the newest statements are missing. */
  readonly chainHead?: string;
  /** Of the checkpoint: a TimeStampToken (RFC 3161), DER. */
  readonly timestamp?: Uint8Array;
}

const written = ({ sdJwt, index, hashes }: BundledStatement) => ({ sdJwt, index, hashes: hashes.map(encodeBase64) });

/**
 * The text of a bundle. Nothing in it is checked but that it can be read again.
 * @throws ProofFault `BUNDLE` for what `readBundle` would refuse
 */
export function makeBundle(bundle: Bundle): string {
  const { issuer, contract, checkpoint, logKey, jwks, statusList, chainHead, timestamp } = bundle;
  const text = JSON.stringify({
    format: FORMAT,
    version: VERSION,
    issuer,
    contract,
    statements: bundle.statements.map(written),
    checkpoint,
    logKey,
    jwks: { keys: jwks.keys },
    chainSecret: encodeBase64url(bundle.chainSecret),
    statusList,
    ...(chainHead !== undefined && { chainHead }),
    ...(timestamp !== undefined && { timestamp: encodeBase64(timestamp) }),
  });
  const read = readBundle(text);
  if (!read.ok) throw new ProofFault('BUNDLE', `not a bundle: ${read.reason} ${read.detail ?? ''}`.trimEnd());
  return text;
}

/**
 * The same bundle without these claims: what was signed, every proof and every hash stay what they are.
 * @throws ProofFault `STATEMENT` for a statement that is none
 */
export function withholdFrom(bundle: Bundle, names: readonly DisclosableName[]): Bundle {
  const kept = DISCLOSABLE.filter((name) => !names.includes(name));
  const statements = bundle.statements.map((one) => ({ ...one, sdJwt: present(one.sdJwt, kept) }));
  return { ...bundle, statements };
}

export type BundleRefusal =
  | 'too_large'
  | 'not_json'
  | 'not_a_bundle'
  | 'other_version'
  | 'unknown_member'
  | 'wrong_member';

export type BundleRead =
  | { readonly ok: true; readonly bundle: Bundle }
  /** `detail`: which member. */
  | { readonly ok: false; readonly reason: BundleRefusal; readonly detail?: string };

const refuse = (reason: BundleRefusal, detail?: string): BundleRead => ({
  ok: false,
  reason,
  ...(detail !== undefined && { detail }),
});

/** What a member stands for; undefined when it is not of its kind. */
type Decode<T> = (value: Json | undefined) => T | undefined;
/** Of every member of T, and of no others. */
type Members<T> = { readonly [K in keyof T]-?: Decode<NonNullable<T[K]>> };

const text: Decode<string> = (value) => (typeof value === 'string' && value !== '' ? value : undefined);

const index: Decode<number> = (value) =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;

const sized =
  (decode: (text: string) => Uint8Array | undefined, length: number): Decode<Uint8Array> =>
  (value) => {
    const bytes = typeof value === 'string' ? decode(value) : undefined;
    return bytes?.length === length ? bytes : undefined;
  };

function listOf<T>(decode: Decode<T>, most: number): Decode<readonly T[]> {
  return (value) => {
    if (!Array.isArray(value) || value.length > most) return undefined;
    const items = value.map(decode).filter((item) => item !== undefined);
    return items.length === value.length ? items : undefined;
  };
}

const object: Decode<JsonObject> = (value) => (isObject(value) ? value : undefined);

/** The first member that is missing or not of its kind, unless it may be missing; or one that does not belong there. */
function decodeMembers<T>(
  value: JsonObject,
  members: Members<T>,
  optional: readonly string[] = [],
):
  | { readonly ok: true; readonly decoded: T }
  | { readonly ok: false; readonly unknown: boolean; readonly name: string } {
  const unknown = Object.keys(value).find((name) => !Object.hasOwn(members, name));
  if (unknown !== undefined) return { ok: false, unknown: true, name: unknown };
  const decoded: Record<string, unknown> = {};
  for (const [name, decode] of Object.entries<Decode<unknown>>(members)) {
    if (optional.includes(name) && !Object.hasOwn(value, name)) continue;
    const item = decode(member(value, name));
    if (item === undefined) return { ok: false, unknown: false, name };
    decoded[name] = item;
  }
  // The loop has just established it, member by member.
  return { ok: true, decoded: decoded as T };
}

const nested =
  <T>(members: Members<T>): Decode<T> =>
  (value) => {
    const read = isObject(value) ? decodeMembers(value, members) : undefined;
    return read?.ok === true ? read.decoded : undefined;
  };

const statement = nested<BundledStatement>({
  sdJwt: text,
  index,
  hashes: listOf(sized(decodeBase64, HASH_BYTES), MAX_HASHES),
});

const statements: Decode<readonly BundledStatement[]> = (value) => {
  const read = listOf(statement, MAX_STATEMENTS)(value);
  return read?.length === 0 ? undefined : read;
};

const MEMBERS: Members<Bundle> = {
  issuer: text,
  contract: text,
  statements,
  checkpoint: text,
  logKey: text,
  jwks: nested<Bundle['jwks']>({ keys: listOf<Jwk>(object, MAX_KEYS) }),
  chainSecret: sized(decodeBase64url, SECRET_BYTES),
  statusList: text,
  chainHead: text,
  timestamp: (value) => {
    const bytes = typeof value === 'string' ? decodeBase64(value) : undefined;
    return bytes !== undefined && bytes.length <= MAX_TIMESTAMP ? bytes : undefined;
  },
};

/** Reads the text of a bundle in its one way; never throws. */
export function readBundle(source: string): BundleRead {
  if (source.length > MAX_BUNDLE) return refuse('too_large');
  const document = parseStrictJson(source, MAX_BUNDLE);
  if (!isObject(document)) return refuse('not_json');
  const { format, version, ...members } = document;
  if (format !== FORMAT) return refuse('not_a_bundle');
  if (version !== VERSION) return refuse('other_version');
  const read = decodeMembers(members, MEMBERS, ['chainHead', 'timestamp']);
  if (!read.ok) return refuse(read.unknown ? 'unknown_member' : 'wrong_member', read.name);
  return { ok: true, bundle: read.decoded };
}
