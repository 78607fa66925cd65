// A report as data: what statements say, line by line, for whoever sets it in a table or on a page. PURE: the signed claims, and beside
// them what became of the statement, where the log holds it, and what the tenant calls the contract. Holds no VIN, and nothing that is
// not stated.
import { readSigned } from '../attestation/sd-jwt.ts';
import type { Statement } from '../attestation/statement.ts';
import type { Contract } from '../contract/contract.ts';
import type { StatementClaims } from '../proof/claims.ts';
import { type Status, statusesOf } from '../proof/status-list.ts';

export interface ReportedStatement {
  readonly claims: StatementClaims;
  /** What became of it since. */
  readonly status: Status;
}

export interface ReportLine extends ReportedStatement {
  readonly reference: string;
  /** Instant. */
  readonly issuedAt: string;
  /** Its place in the log; undefined until a signed checkpoint covers it. */
  readonly logIndex: number | undefined;
}

type Named = Pick<Contract, 'reference'>;

const lineOf = (
  { reference }: Named,
  { issuedAt, leafIndex: logIndex }: Statement,
  reported: ReportedStatement,
): ReportLine => ({ reference, issuedAt, logIndex, ...reported });

/** Months, `YYYY-MM`, the first and the last one. */
export interface Span {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/**
 * Everything that was ever stated of a contract's months, those that were replaced among them, by number.
 * @param chain the whole of it: what became of a statement is decided by later ones, whichever months are asked for
 */
export function linesOfChain(contract: Named, chain: readonly Statement[], { from, to }: Span): readonly ReportLine[] {
  const read = chain.map((statement) => ({ statement, claims: readSigned(statement).claims }));
  const statuses = statusesOf(read.map(({ claims }) => claims));
  const asked = read.filter(
    ({ claims: { period } }) => (from === undefined || period.id >= from) && (to === undefined || period.id <= to),
  );
  return asked
    .toSorted((a, b) => a.claims.seq - b.claims.seq)
    .map(({ statement, claims }) =>
      lineOf(contract, statement, { claims, status: statuses.get(claims.seq) ?? 'valid' }),
    );
}

/** Of a statement that is in force. */
export const lineInForce = (contract: Named, statement: Statement): ReportLine =>
  lineOf(contract, statement, { claims: readSigned(statement).claims, status: 'valid' });
