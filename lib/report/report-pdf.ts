// A report as a PDF: what its pages show of one contract's months, and the bundle of the whole contract that is attached, from one reading
// of its chain. Lays out nothing: pdf/ does.
import { disclosedBy } from '../attestation/sd-jwt.ts';
import type { Statement } from '../attestation/statement.ts';
import type { Disclosable } from '../proof/claims.ts';
import type { Dossier } from '../reading/dossier.ts';
import { linesOfChain } from './line.ts';
import type { ReportPages } from './pdf/report-pages.ts';
import type { Report, ReportFailure } from './report.ts';

/** What the statements disclose of car and contract; where they differ, the newest one. */
function disclosedIn({ contract, connections }: Dossier, statements: readonly Statement[]): Disclosable {
  const each = statements.map((statement) =>
    disclosedBy(
      statement,
      contract,
      connections.find(({ connectionId }) => connectionId === statement.connectionId),
    ),
  );
  return Object.assign({}, ...each);
}

/** Statements: on the pages, and attached to them. With as many a file takes 235 of the 256 MB that build-report has. */
const MOST = { shown: 500, attached: 1_000 };

type Shown = Pick<ReportPages, 'language' | 'contractId' | 'disclosed' | 'statements'>;

/**
 * @param chain the whole of it, oldest first
 * @returns all but what is not the contract's; or why there are no pages of the months that are asked for
 */
export function pagesOf(
  { from, to, language = 'en' }: Pick<Report, 'from' | 'to' | 'language'>,
  dossier: Dossier,
  chain: readonly Statement[],
): Shown | Extract<ReportFailure, 'nothing_stated' | 'too_large'> {
  const statements = linesOfChain(dossier.contract, chain, { from, to });
  if (statements.length === 0) return 'nothing_stated';
  if (statements.length > MOST.shown || chain.length > MOST.attached) return 'too_large';
  const shown = new Set(statements.map(({ claims }) => claims.seq));
  const disclosed = disclosedIn(
    dossier,
    chain.filter(({ seq }) => shown.has(seq)),
  );
  return { language, contractId: dossier.contract.contractId, disclosed, statements };
}
