// Deleting the reports on one contract, when the contract is erased: links, files, items, and what names them on the contract.
import type { Files } from '../aws/files.ts';
import { CONTRACT_REPORTS, contractPartition, keys, reportFile } from '../aws/keys.ts';
import type { Table } from '../aws/table.ts';
import { parseReport } from './report.ts';
import { forgetShares } from './share.ts';

export interface Forgetting {
  readonly business: Table;
  readonly files: Pick<Files, 'remove'>;
}

/** Reports in one message: files of each attempt, one after the other. */
const MOST = 100;

/**
 * The links to it go first, then every file of every attempt, then the item, then the note by which they are found: a crash anywhere leaves the note, and what
 * is left is found again. A report that has something to tell stays until that is told: whoever erases asks again.
 * @returns how many were deleted
 */
export async function forgetReports(
  { business, files }: Forgetting,
  { tenantId, contractId }: { readonly tenantId: string; readonly contractId: string },
): Promise<number> {
  const values = { pk: contractPartition(tenantId, contractId), prefix: CONTRACT_REPORTS };
  const where = { expression: '#pk = :pk AND begins_with(#sk, :prefix)', values };
  const { items } = await business.query({ where, limit: MOST });
  let forgotten = 0;
  for (const { sk } of items) {
    const reportId = String(sk).slice(CONTRACT_REPORTS.length);
    const item = await business.get(keys.report(tenantId, reportId));
    if (item?.['untoldAt'] !== undefined) continue;
    await forgetShares(business, tenantId, reportId);
    const attempts = item === undefined ? 0 : parseReport(item).attempts;
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      await files.remove(reportFile(tenantId, reportId, attempt));
    }
    await business.remove(keys.report(tenantId, reportId));
    await business.remove(keys.contractReport(tenantId, contractId, reportId));
    forgotten += 1;
  }
  return forgotten;
}
