// A contract's report of four months: one that is read, one without a reading, one that catches up, one that was judged illogical.
import type { Language } from '../../../../lib/mileage/sentences/sentence-of.ts';
import { buildClaims, type StatementClaims } from '../../../../lib/proof/claims.ts';
import type { ReportedStatement } from '../../../../lib/report/line.ts';
import type { ReportPages } from '../../../../lib/report/pdf/report-pages.ts';
import { boundary, disclosable, facts, ISSUER, measured } from '../../proof/statement-fixture.ts';

const read = boundary(1, 13_234_567);
const caughtUp = measured(boundary(2, 14_000_000), boundary(3, 15_500_000), read);

export const months: readonly StatementClaims[] = [
  buildClaims(
    facts(1, {
      ...measured(boundary(0, 12_000_000), read),
      partial: true,
      lowerMetres: 1_200_000,
      upperMetres: 1_250_000,
    }),
  ),
  buildClaims(facts(2, { outcome: 'no_reading', reason: 'asleep', rulesVersion: '1' })),
  buildClaims(facts(3, caughtUp)),
  buildClaims(
    facts(4, {
      ...measured(boundary(3, 15_500_000), boundary(4, 1_000_000)),
      distanceMetres: null,
      lowerMetres: null,
      upperMetres: null,
      readToRead: { metres: null, from: '2026-04-01T00:00:00.000Z', to: '2026-05-01T00:00:00.000Z' },
      verdict: 'illogical',
      reasons: ['rollback'],
      findings: [
        { rule: 'rollback', severity: 'illogical', numbers: { earlierMetres: 15_500_000, laterMetres: 1_000_000 } },
      ],
    }),
  ),
];

export const inForceAll = (claims: readonly StatementClaims[]): readonly ReportedStatement[] =>
  claims.map((one) => ({ claims: one, status: 'valid' }));

export const reportIn = (language: Language, more: Partial<ReportPages> = {}): ReportPages => ({
  language,
  issuer: ISSUER,
  tenantName: 'Assurances Générales',
  contractId: 'ctr_018f7a4a2c3b7d518f7a4a2c3b7d518f',
  disclosed: disclosable,
  statements: inForceAll(months),
  madeAt: '2026-05-02T12:00:00.000Z',
  bundle: new TextEncoder().encode('{"format":"odoseal-bundle"}'),
  ...more,
});
