// What a printed report is made from: the statements of one contract, as they were signed, and what is known of them now.
import type { Language } from '../../mileage/sentences/sentence-of.ts';
import type { Disclosable, StatementClaims } from '../../proof/claims.ts';
import type { ReportedStatement } from '../line.ts';

export interface ReportPages {
  readonly language: Language;
  /** Address of whoever issued the statements. */
  readonly issuer: string;
  readonly tenantName: string;
  readonly contractId: string;
  /** What may be shown of car and contract; what is left out is said to be withheld. */
  readonly disclosed: Disclosable;
  /** By number, one or more. */
  readonly statements: readonly ReportedStatement[];
  /** When it was made. Instant. */
  readonly madeAt: string;
  /** Attached as `bundle.json`: what the pages are checked with. */
  readonly bundle: Uint8Array;
  /** Where the report is found online. */
  readonly link?: string;
}

/** What a month comes to on paper: the statements that are in force, by period. */
export const inForce = ({ statements }: Pick<ReportPages, 'statements'>): readonly StatementClaims[] =>
  statements
    .filter(({ status }) => status === 'valid')
    .map(({ claims }) => claims)
    .toSorted((one, other) => Date.parse(one.period.from) - Date.parse(other.period.from));

/** Metres over all of them, what was caught up included, and how many have no figure of their own. */
export function totalOf(claims: readonly StatementClaims[]): { readonly metres: number; readonly without: number } {
  const measured = claims.filter((one) => one.outcome === 'measured');
  const figures = measured.map(({ distanceMetres }) => distanceMetres).filter((metres) => metres !== null);
  const caughtUp = measured.map(({ catchUpMetres = 0 }) => catchUpMetres);
  const metres = [...figures, ...caughtUp].reduce((sum, one) => sum + one, 0);
  return { metres, without: claims.length - figures.length };
}
