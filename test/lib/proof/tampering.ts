// What tampering with a bundle is made of: the good bundle, and what a stranger or an issuer with two stories would sign.
import { createECDH } from 'node:crypto';
import { makeBundle } from '../../../lib/proof/bundle.ts';
import { thumbprint } from '../../../lib/proof/thumbprint.ts';
import { signDeterministically } from '../../vectors/deterministic-es256.ts';
import { goodChain, sign } from '../../vectors/statement-vectors.ts';
import { bundleOf, entriesWith } from './bundle-fixture.ts';
import type { Operation } from './json-patch.ts';
import { crypto, header, type Issued, issue, type Signer, signRaw } from './statement-fixture.ts';

export interface Failure {
  readonly step: string;
  readonly reason: string;
  readonly at?: number;
  readonly detail?: string;
}

export interface Tampering {
  readonly name: string;
  /** Done to the good bundle. */
  readonly patch: readonly Operation[];
  /** With whose keys it is found out; either when it is not said. */
  readonly keys?: 'given' | 'bundle';
  /** All that is said of it. */
  readonly failures: readonly Failure[];
}

export const CHAIN: readonly Issued[] = goodChain();
export const entries = entriesWith(CHAIN);
export const goodBundle: unknown = JSON.parse(makeBundle(bundleOf(CHAIN)));

export const one = (n: number): Issued => {
  const issued = CHAIN[n - 1];
  if (issued === undefined) throw new Error(`no statement ${n}`);
  return issued;
};

export const ALL = [1, 2, 3, 4, 5, 6];
export const each = (numbers: readonly number[], step: string, reason: string): readonly Failure[] =>
  numbers.map((at) => ({ step, reason, at }));
export const notIncluded = (...numbers: readonly number[]): readonly Failure[] =>
  each(numbers, 'inclusion', 'not_included');

export const replace = (path: string, value: unknown): Operation => ({ op: 'replace', path, value });
export const statement = (n: number, sdJwt: string): Operation => replace(`/statements/${n - 1}/sdJwt`, sdJwt);
export const flip = (text: string, at: number): string =>
  `${text.slice(0, at)}${text.charAt(at) === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`;

/** Signed by the issuer: a statement under the same number that says something else. */
export const otherVersion = (n: number): Issued =>
  issue({ ...one(n).claims, attempts: { counts: { read: 2 } } }, undefined, sign);

export const strangerSecret = Buffer.alloc(32, 5);
export const ecdh = createECDH('prime256v1');
ecdh.setPrivateKey(strangerSecret);
export const point = ecdh.getPublicKey();
export const strangerKey = {
  kty: 'EC',
  crv: 'P-256',
  x: point.subarray(1, 33).toString('base64url'),
  y: point.subarray(33).toString('base64url'),
};
export const strangerKid = thumbprint(strangerKey, crypto.sha256);
export const signStranger: Signer = (text) => signDeterministically(strangerSecret, text);
export const byStranger = (claims: object): string =>
  signRaw({ ...header, kid: strangerKid }, claims, [], signStranger);
