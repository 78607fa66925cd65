// Asking for a report: it is noted, and whoever builds it is told. Builds nothing.
import type { Send } from '../aws/queue.ts';
import type { Table } from '../aws/table.ts';
import { type NewReport, noteOnContract, putReport, type Report } from './report.ts';

export interface Asking {
  readonly business: Table;
  readonly sendReports: Send;
}

/**
 * A crash after the note leaves one of a report that never was; a crash after the put leaves a report that stays `queued`. Nobody was
 * told of either: a request that is sent again with its key does the same again, under the same id, and both expire.
 * @param now epoch milliseconds
 */
export async function askForReport({ business, sendReports }: Asking, asked: NewReport, now: number): Promise<Report> {
  const { tenantId, reportId, contractId } = asked;
  if (contractId !== undefined) await noteOnContract(business, asked, contractId, now);
  const report = await putReport(business, asked, now);
  await sendReports([{ body: { kind: 'build', tenantId, reportId } }]);
  return report;
}
