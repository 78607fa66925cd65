// Fixed keys, secrets and facts for the tests of this room. The keys sign nothing but tests.
import { createPrivateKey, sign } from 'node:crypto';
import { hmacSha256, makeVerifyEs256, sha256 } from '../../../lib/cli/node-primitives.ts';
import type { Boundary } from '../../../lib/mileage/boundary.ts';
import type { Measured } from '../../../lib/mileage/judge.ts';
import type { Period } from '../../../lib/mileage/period.ts';
import type { ReadingRef } from '../../../lib/mileage/reading.ts';
import {
  buildClaims,
  type Disclosable,
  STATEMENT_TYP,
  type StatementClaims,
  type StatementFacts,
} from '../../../lib/proof/claims.ts';
import type { JwsHeader } from '../../../lib/proof/jws.ts';
import { STATEMENT_PURPOSE } from '../../../lib/proof/key-set.ts';
import { saltsFor } from '../../../lib/proof/salt.ts';
import { assembleSdJwt, hashText, prepareSdJwt } from '../../../lib/proof/sd-jwt.ts';
import { statusListUri } from '../../../lib/proof/status-list.ts';
import { thumbprint } from '../../../lib/proof/thumbprint.ts';

export const privateJwk = {
  kty: 'EC',
  crv: 'P-256',
  x: 'hg1nO_eIaD2lsI1PxlvcWE-u4yeD0gCrgUBOQRAG7C4',
  y: 'kF6D_hPV7AkJ2FNGt5o6UWoTwhqeQccVNsYolaFJF94',
  d: 'nYFRPuPRqMll7pDpOk1YIy0jOjIbfWBY-xNz0wNmLkk',
};
const privateKey = createPrivateKey({ key: privateJwk, format: 'jwk' });

export const ISSUER = 'https://odoseal.example';
export const crypto = { sha256, verifyEs256: makeVerifyEs256() };
export const publicJwk = { kty: 'EC', crv: 'P-256', x: privateJwk.x, y: privateJwk.y };
export const kid = thumbprint(publicJwk, sha256);
export const jwk = { ...publicJwk, kid, use: 'sig', alg: 'ES256', purpose: STATEMENT_PURPOSE };
export const trust = { keys: [jwk], issuer: ISSUER, crypto };
export const header = { alg: 'ES256', kid, typ: STATEMENT_TYP } as const;

export type Signer = (signingInput: string) => Uint8Array;

export const signEs256: Signer = (signingInput) =>
  sign('sha256', Buffer.from(signingInput), { key: privateKey, dsaEncoding: 'ieee-p1363' });

export type RawPart = Uint8Array | object | string;

function encode(part: RawPart): string {
  if (part instanceof Uint8Array) return Buffer.from(part).toString('base64url');
  return Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url');
}

/** Signs any header and payload, however wrong. */
export function signRaw(
  head: RawPart,
  payload: RawPart,
  disclosures: readonly string[] = [],
  signer: Signer = signEs256,
): string {
  const signingInput = `${encode(head)}.${encode(payload)}`;
  return assembleSdJwt(signingInput, signer(signingInput), disclosures);
}

export const STATUS_LIST_ID = 'wP_uAMD_7gDA_-4AwP_uAA';
export const saltSecret: Uint8Array = new Uint8Array(32).fill(7);
export const chainSecret: Uint8Array = new Uint8Array(32).fill(9);

export const disclosable: Disclosable = {
  vin: 'VF7TESTC3AA000017',
  make: 'Citroën',
  model: 'C3 Aircross',
  year: 2024,
  reference: 'POL-2026-0017',
  vendorVehicleId: '36ab27d0-fd9d-4455-823a-ce30af709ffc',
  consentId: 'con_018f7a4a2c3b7d518f7a4a2c3b7d518f',
};

export const month = (index: number): string => new Date(Date.UTC(2026, index)).toISOString();

export const period = (index: number): Period => ({
  id: month(index).slice(0, 7),
  from: month(index),
  to: month(index + 1),
  zone: 'Etc/UTC',
});

const reading = (metres: number, recordedAt: string): ReadingRef => ({
  id: `rea_${recordedAt}`,
  metres,
  recordedAt,
  fetchedAt: recordedAt,
  requestId: '36ab27d0-fd9d-4455-823a-ce30af709ffc',
  unit: 'km',
  source: 'poll',
});

/** A boundary that is one reading at the start of a month. */
export const boundary = (index: number, metres: number): Boundary => ({
  at: month(index),
  metres,
  lowerMetres: metres,
  upperMetres: metres,
  method: 'read',
  before: reading(metres, month(index)),
});

export function measured(opening: Boundary, closing: Boundary, catchUpFrom?: Boundary): Measured {
  const distanceMetres = closing.metres - opening.metres;
  return {
    outcome: 'measured',
    opening,
    closing,
    distanceMetres,
    lowerMetres: distanceMetres,
    upperMetres: distanceMetres,
    readToRead: { metres: distanceMetres, from: opening.at, to: closing.at },
    ...(catchUpFrom && { catchUpMetres: opening.metres - catchUpFrom.metres, catchUpFrom }),
    partial: false,
    verdict: 'logical',
    reasons: [],
    findings: [],
    rulesVersion: '1',
  };
}

export function facts(
  seq: number,
  result: StatementFacts['result'],
  more: Partial<StatementFacts> = {},
): StatementFacts {
  return {
    issuer: ISSUER,
    issuedAt: Date.UTC(2026, seq, 1, 6),
    jti: `att_${String(seq).padStart(32, '0')}`,
    tenant: 'ten_018f7a4a2c3b7d518f7a4a2c3b7d518f',
    contract: 'ctr_018f7a4a2c3b7d518f7a4a2c3b7d518f',
    seq,
    prev: null,
    statusUri: statusListUri(ISSUER, STATUS_LIST_ID),
    period: period(seq - 1),
    attempts: { counts: { read: 1 }, firstAt: month(seq), lastAt: month(seq) },
    platform: 'v2',
    result,
    ...more,
  };
}

export const firstClaims = (): StatementClaims =>
  buildClaims(facts(1, measured(boundary(0, 12_000_000), boundary(1, 13_234_567))));

export interface Issued {
  readonly claims: StatementClaims;
  readonly signingInput: string;
  readonly signingInputHash: string;
  readonly disclosures: readonly string[];
  readonly compact: string;
}

export function issue(
  claims: StatementClaims,
  hidden: Disclosable = disclosable,
  signer: Signer = signEs256,
  head: JwsHeader = header,
): Issued {
  const salt = saltsFor({ secret: saltSecret, statement: claims.jti, hmacSha256 });
  const { signingInput, disclosures } = prepareSdJwt({ header: head, claims, disclosable: hidden, salt, sha256 });
  return {
    claims,
    signingInput,
    signingInputHash: hashText(signingInput, sha256),
    disclosures,
    compact: assembleSdJwt(signingInput, signer(signingInput), disclosures),
  };
}
