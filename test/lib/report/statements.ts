// Statements as stored, signed by a test key, for tests of what is made of them.
import type { Statement } from '../../../lib/attestation/statement.ts';
import { buildClaims, type NoReadingFact, type StatementFacts } from '../../../lib/proof/claims.ts';
import { boundary, facts, issue, measured } from '../proof/statement-fixture.ts';

export const NOT_READ: NoReadingFact = { outcome: 'no_reading', reason: 'asleep', rulesVersion: '1' };

/** Number `seq`, of the month before it unless told otherwise. */
export function stored(
  seq: number,
  result: StatementFacts['result'],
  more: Partial<StatementFacts> = {},
  leafIndex?: number,
): Statement {
  const claims = buildClaims(facts(seq, result, more));
  return {
    ...{ tenantId: claims.aud, contractId: claims.sub, seq, attestationId: claims.jti, period: claims.period },
    issuedAt: new Date(claims.iat * 1000).toISOString(),
    through: claims.period.to,
    signingInput: issue(claims).signingInput,
    signature: '',
    leaf: '',
    ...(leafIndex !== undefined && { leafIndex }),
  };
}

/** A quarter: measured, not read, and measured with what was driven meanwhile. */
export const quarter = (): readonly Statement[] => [
  stored(1, measured(boundary(0, 12_000_000), boundary(1, 13_234_567)), {}, 4),
  stored(2, NOT_READ, { attempts: { counts: { asleep: 3, refused: 1 } } }, 5),
  stored(3, measured(boundary(2, 15_000_000), boundary(3, 15_500_000), boundary(1, 13_234_567))),
];
