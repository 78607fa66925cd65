// Making a statement: claims from what was found out, signed under its number, with what the next decision needs beside them.
import type { Signer } from '../aws/signer.ts';
import type { Table } from '../aws/table.ts';
import type { Connection } from '../connection/connection.ts';
import type { Contract } from '../contract/contract.ts';
import type { Measured } from '../mileage/judge.ts';
import type { Period } from '../mileage/period.ts';
import { buildClaims, type NoReadingFact, type StatementClaims, type StatementFacts } from '../proof/claims.ts';
import { statusListUri } from '../proof/status-list.ts';
import type { StoredReading } from '../reading/reading.ts';
import { FIRST_PLATFORM } from '../tenant/platforms.ts';
import { attestationId, statusListId } from './derived-ids.ts';
import { hashOfSigningInput, leafOf, prepareStatement } from './sd-jwt.ts';
import type { Statement } from './statement.ts';

export interface Issuing {
  readonly attestations: Table;
  readonly signer: Signer;
  /** `iss`: the public origin under which the keys are published. */
  readonly issuer: string;
}

export type Result = Measured | NoReadingFact;

/** What was found out of a month. */
export interface Found {
  readonly period: Period;
  readonly attempts: StatementFacts['attempts'];
  readonly platform: string;
  readonly result: Result;
}

/** The claims of the statement that comes after `head`. */
export function claimsAfter(
  issuer: string,
  contract: Contract,
  head: Statement | undefined,
  found: Found & { readonly replaces?: string },
  now: number,
): StatementClaims {
  const seq = (head?.seq ?? 0) + 1;
  return buildClaims({
    ...found,
    issuer,
    issuedAt: now,
    jti: attestationId(contract, seq),
    tenant: contract.tenantId,
    contract: contract.contractId,
    seq,
    statusUri: statusListUri(issuer, statusListId(contract)),
    prev: head === undefined ? null : hashOfSigningInput(head.signingInput),
  });
}

/** Of a statement, what its claims do not say. */
type Beside = Pick<Statement, 'through' | 'boundary' | 'months' | 'replaces' | 'closing'>;

/** Signs claims over what is known of contract and connection. */
export async function signStatement(
  signer: Signer,
  contract: Contract,
  connection: Connection | undefined,
  claims: StatementClaims,
  beside: Beside,
  now: number,
): Promise<Statement> {
  const { tenantId, contractId } = contract;
  const { seq, jti, period } = claims;
  const { kid } = await signer.publicJwk();
  const { signingInput } = prepareStatement(contract, connection, kid, claims);
  const signature = Buffer.from(await signer.sign(signingInput)).toString('base64url');
  return {
    tenantId,
    contractId,
    seq,
    attestationId: jti,
    period,
    issuedAt: new Date(now).toISOString(),
    ...beside,
    ...(connection === undefined ? {} : { connectionId: connection.connectionId }),
    signingInput,
    signature,
    leaf: leafOf(contract, seq, signingInput),
  };
}

/** What the newest reading that the statement rests on came over; undefined where there is none. */
export function platformOf(result: Result, readings: readonly StoredReading[]): Contract['platform'] | undefined {
  if (result.outcome !== 'measured') return undefined;
  const { before, after } = result.closing;
  const id = (after ?? before)?.id;
  const closing = readings.find((reading) => reading.id === id);
  return closing && (closing.platform ?? FIRST_PLATFORM);
}
