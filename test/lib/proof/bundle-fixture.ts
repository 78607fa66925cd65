// One contract's real bundle: the chain of the statement vectors in a log of 300 entries, with a key of its own for status list and
// chain head. The keys sign nothing but tests.
import { deflateSync } from 'node:zlib';
import { inflate, verifyEd25519 } from '../../../lib/cli/node-primitives.ts';
import type { Bundle, BundledStatement } from '../../../lib/proof/bundle.ts';
import { type ChainHead, chainHeadInput } from '../../../lib/proof/chain-head.ts';
import { attachSignature } from '../../../lib/proof/jws.ts';
import { slotLeaf } from '../../../lib/proof/leaf.ts';
import { type NoteKey, parseVkey } from '../../../lib/proof/signed-note.ts';
import {
  packStatuses,
  STATUS_LIST_PURPOSE,
  type StatusListFacts,
  statusesOf,
  statusListInput,
  statusListUri,
} from '../../../lib/proof/status-list.ts';
import { thumbprint } from '../../../lib/proof/thumbprint.ts';
import type { BundleTrust } from '../../../lib/proof/verify-bundle.ts';
import { signDeterministically } from '../../vectors/deterministic-es256.ts';
import { headOf, vkeyOf } from './log-fixture.ts';
import { chainSecret, crypto, ISSUER, type Issued, jwk, type Signer, STATUS_LIST_ID } from './statement-fixture.ts';
import { MemoryTree } from './tree-fixture.ts';

const { sha256 } = crypto;

/** The key of RFC 6979 §A.2.5. */
const statusKey = {
  kty: 'EC',
  crv: 'P-256',
  x: 'YP7UuiVanTHJYet0xjVtaMBJuJI7Yfps5mliLmDyn7Y',
  y: 'eQP-EAi4vJmkGunpVii8ZPLxsgwtfp9Rd6PClNRGIpk',
};
const statusSecret = Buffer.from('C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721', 'hex');
export const statusKid = thumbprint(statusKey, sha256);
const statusJwk = { ...statusKey, kid: statusKid, use: 'sig', alg: 'ES256', purpose: STATUS_LIST_PURPOSE };
export const signStatus: Signer = (text) => signDeterministically(statusSecret, text);

export const keys = [jwk, statusJwk];

const noteKeyOf = (vkey: string): NoteKey => {
  const key = parseVkey(vkey, sha256);
  if (key === undefined) throw new Error('no vkey');
  return key;
};

export const bundleCrypto: BundleTrust['crypto'] = { ...crypto, verifyEd25519, inflate };
/** An auditor who has nothing but the bundle. */
export const ownTrust: BundleTrust = { crypto: bundleCrypto };
/** An auditor who was given the keys. */
export const givenTrust: BundleTrust = { ...ownTrust, keys, issuer: ISSUER, logKeys: [noteKeyOf(vkeyOf())] };

/** When list and head were made: a day after the last statement. */
export const AS_OF = Date.UTC(2026, 6, 2);
const FIRST = 260;
const SIZE = 300;

export const leafOf = ({ claims, signingInputHash }: Issued, secret = chainSecret): Uint8Array =>
  slotLeaf({ chainSecret: secret, seq: claims.seq }, Buffer.from(signingInputHash, 'base64url'), sha256);

const filler = (n: number): Uint8Array =>
  Buffer.concat([sha256(Buffer.from(`slot ${n}`)), sha256(Buffer.from(`said ${n}`))]);

/** The log that holds the statements of a chain, among others. */
export const entriesWith = (chain: readonly Issued[], size = SIZE): readonly Uint8Array[] =>
  Array.from({ length: size }, (_, n) => {
    const issued = chain[n - FIRST];
    return issued === undefined ? filler(n) : leafOf(issued);
  });

export function bundled(issued: Issued, index: number, entries: readonly Uint8Array[]): BundledStatement {
  return { sdJwt: issued.compact, index, hashes: new MemoryTree(entries).inclusion(index, entries.length) };
}

export function statusListFor(
  chain: readonly Issued[],
  more: Partial<StatusListFacts> = {},
  signer = signStatus,
): string {
  const deflated = deflateSync(packStatuses(statusesOf(chain.map(({ claims }) => claims))), { level: 9 });
  const uri = statusListUri(ISSUER, STATUS_LIST_ID);
  const input = statusListInput({ uri, issuedAt: AS_OF, ttl: 300, kid: statusKid, deflated, ...more });
  return attachSignature(input, signer(input));
}

export function headFor(chain: readonly Issued[], more: Partial<ChainHead> = {}): string {
  const last = chain.at(-1);
  if (last === undefined) throw new Error('no statement');
  const { iss: issuer, sub: contract, seq } = last.claims;
  const head = { issuer, contract, seq, hash: last.signingInputHash, asOf: AS_OF / 1000, ...more };
  const input = chainHeadInput(head, statusKid);
  return attachSignature(input, signStatus(input));
}

/** What the service would hand out of a chain, and of the log that holds it. */
export function bundleOf(chain: readonly Issued[], entries = entriesWith(chain)): Bundle {
  return {
    issuer: ISSUER,
    contract: chain[0]?.claims.sub ?? '',
    statements: chain.map((issued, n) => bundled(issued, FIRST + n, entries)),
    checkpoint: headOf(entries),
    logKey: vkeyOf(),
    jwks: { keys },
    chainSecret,
    statusList: statusListFor(chain),
    chainHead: headFor(chain),
  };
}
