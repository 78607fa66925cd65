// A report as a PDF: what its pages show of one contract's months, and the bundle of the whole contract that is attached, from one reading
// of its chain. Lays out nothing: pdf/ does.
import { disclosedBy } from '../attestation/sd-jwt.ts';
import type { Statement } from '../attestation/statement.ts';
import type { Disclosable } from '../proof/claims.ts';
import type { Dossier } from '../reading/dossier.ts';
import { linesOfChain } from './line.ts';
import type { ReportPages } from './pdf/report-pages.ts';
import type { Report } from './report.ts';

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

/**
 * @param chain the whole of it, oldest first
 * @returns all but what is not the contract's; undefined when nothing is stated of the months that are asked for
 */
export function pagesOf(
  { from, to, language = 'en' }: Pick<Report, 'from' | 'to' | 'language'>,
  dossier: Dossier,
  chain: readonly Statement[],
): Pick<ReportPages, 'language' | 'contractId' | 'disclosed' | 'statements'> | undefined {
  const statements = linesOfChain(dossier.contract, chain, { from, to });
  if (statements.length === 0) return undefined;
  const shown = new Set(statements.map(({ claims }) => claims.seq));
  const disclosed = disclosedIn(
    dossier,
    chain.filter(({ seq }) => shown.has(seq)),
  );
  return { language, contractId: dossier.contract.contractId, disclosed, statements };
}
