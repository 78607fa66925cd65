// The report that a path names.
import { getReport, type Report } from '../report/report.ts';
import type { ApiCall, CommonDeps } from './call.ts';
import { segment } from './fields.ts';

export const reportParams = { reportId: segment('Id of a report, `rep_…`.') } as const;

/** A report of the caller's tenant. A malformed id is looked up like any other. */
export const findReport = ({ deps, caller, params }: ApiCall<CommonDeps>): Promise<Report | undefined> =>
  getReport(deps.business, { tenantId: caller.tenantId, reportId: params['reportId'] ?? '' }, deps.now);
