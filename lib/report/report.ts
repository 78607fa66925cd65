// Reports as a tenant sees them: what was asked for, how far it is, and what there is to download. An item moves by compare-and-swap; the
// put that makes it ready tells of it too. Its file is written by build.ts. Kept for 30 days: a report can be made again.
import * as z from 'zod/mini';
import { keys, reportsPartition } from '../aws/keys.ts';
import { type Condition, type Item, isNew, type Key, type Table } from '../aws/table.ts';
import { LANGUAGES } from '../connection/language.ts';
import { type Event, type EventType, eventOf } from '../event/event.ts';
import { appendMarks } from '../event/mark.ts';
import { DISCLOSABLE } from '../proof/claims.ts';

export const REPORT_FORMATS = ['csv', 'bundle', 'pdf'] as const;

export const REPORT_STATES = ['queued', 'building', 'ready', 'failed'] as const;

/**
 * `contract_erased`: there is nothing left to report on. `nothing_stated`: there is nothing yet that a
 * bundle could hold, or a PDF show. `too_large`: it would be more than whoever prints has memory for. `internal`: it is
 * ours to put right.
 */
export const REPORT_FAILURES = ['contract_erased', 'nothing_stated', 'too_large', 'internal'] as const;

export type ReportFailure = (typeof REPORT_FAILURES)[number];

/** For how long a report can be downloaded. Its file is deleted after as many days of its own, its item later than that. */
export const REPORT_DAYS = 30;
const DAY_MS = 86_400_000;
const ITEM_DAYS = REPORT_DAYS + 10;

const storedReport = z.object({
  tenantId: z.string(),
  reportId: z.string(),
  format: z.enum(REPORT_FORMATS),
  /** One contract, and its months from and to these, if it is not all of them; or all contracts of the tenant for one month. */
  contractId: z.exactOptional(z.string()),
  from: z.exactOptional(z.string()),
  to: z.exactOptional(z.string()),
  periodId: z.exactOptional(z.string()),
  /** Of a PDF; English, unless another one is asked for. */
  language: z.exactOptional(z.enum(LANGUAGES)),
  /** Of a PDF: a link to it is printed on its pages, which shows it so. */
  share: z.exactOptional(z.object({ withheld: z.array(z.enum(DISCLOSABLE)), viewLimit: z.int() })),
  state: z.enum(REPORT_STATES),
  createdAt: z.string(),
  /** Nobody is shown it from here on. */
  availableUntil: z.string(),
  /** How often somebody began to build it. The newest alone may say that it is done. */
  attempts: z.int(),
  endedAt: z.exactOptional(z.string()),
  reason: z.exactOptional(z.enum(REPORT_FAILURES)),
  /** Of its file. */
  lines: z.exactOptional(z.int()),
  bytes: z.exactOptional(z.int()),
  sha256: z.exactOptional(z.string()),
});

export type Report = Readonly<z.infer<typeof storedReport>>;

type ReportId = Pick<Report, 'tenantId' | 'reportId'>;

/** What is asked for. */
export type NewReport = ReportId &
  Pick<Report, 'format' | 'contractId' | 'from' | 'to' | 'periodId' | 'language' | 'share'>;

export const parseReport = (item: Item): Report => storedReport.parse(item);

const keyOf = ({ tenantId, reportId }: ReportId): Key => keys.report(tenantId, reportId);

/** When the item of a report, and whatever goes with it, is deleted. Epoch seconds. */
export const reportExpiry = ({ createdAt }: Pick<Report, 'createdAt'>): number => expiryAt(Date.parse(createdAt));

/** Epoch seconds. @param now epoch milliseconds */
const expiryAt = (now: number): number => Math.ceil((now + ITEM_DAYS * DAY_MS) / 1000);

/** Notes in the contract's partition that there is a report on it: what is erased of a contract is found there. */
export async function noteOnContract(
  business: Table,
  { tenantId, reportId }: ReportId,
  contractId: string,
  now: number,
): Promise<void> {
  await business.put({ ...keys.contractReport(tenantId, contractId, reportId), expiresAt: expiryAt(now) });
}

/** Puts what was asked for, unless it is there already. @returns what is there */
export async function putReport(business: Table, asked: NewReport, now: number): Promise<Report> {
  const availableUntil = new Date(now + REPORT_DAYS * DAY_MS).toISOString();
  const report: Report = {
    ...asked,
    state: 'queued',
    createdAt: new Date(now).toISOString(),
    availableUntil,
    attempts: 0,
  };
  const item = { ...keyOf(asked), ...report, expiresAt: expiryAt(now) };
  if (await business.put(item, isNew)) return report;
  return (await getReport(business, asked, now)) ?? report;
}

const isShown = ({ availableUntil }: Report, now: number): boolean => Date.parse(availableUntil) > now;

/** Undefined for one that is not the tenant's, is not there, or is not kept any more. One consistent read. */
export async function getReport(business: Table, id: ReportId, now: number): Promise<Report | undefined> {
  const item = await business.get(keyOf(id));
  const report = item === undefined ? undefined : parseReport(item);
  return report !== undefined && isShown(report, now) ? report : undefined;
}

/** Newest first. @param after the last id of the page before */
export async function listReports(
  business: Table,
  tenantId: string,
  { limit, after }: { readonly limit: number; readonly after?: string | undefined },
  now: number,
): Promise<{ readonly reports: readonly Report[]; readonly more: boolean }> {
  const pk = reportsPartition(tenantId);
  const where =
    after === undefined
      ? { expression: '#pk = :pk', values: { pk } }
      : { expression: '#pk = :pk AND #sk < :sk', values: { pk, sk: keys.report(tenantId, after).sk } };
  const { items } = await business.query({ where, newestFirst: true, limit: limit + 1 });
  const shown = items.map(parseReport).filter((report) => isShown(report, now));
  return { reports: shown.slice(0, limit), more: shown.length > limit };
}

/**
 * Begins an attempt, whatever became of those before. A crash after this leaves a report that says `building`: whoever comes with the
 * message again begins the next one.
 * @returns undefined when there is nothing to build: it is ready, or gone
 */
export async function beginAttempt(business: Table, id: ReportId): Promise<Report | undefined> {
  const condition = { expression: 'attribute_exists(#pk) AND #state <> :ready', values: { ready: 'ready' } };
  const change = { set: { state: 'building' }, add: { attempts: 1 }, remove: ['reason', 'endedAt'], condition };
  const item = await business.update(keyOf(id), change);
  return item === undefined ? undefined : parseReport(item);
}

/** Of the file. */
type Built = Required<Pick<Report, 'lines' | 'bytes' | 'sha256'>>;

function eventOfReport(report: Report, type: EventType, at: string, reason?: string): Event {
  const { tenantId, reportId, contractId, periodId, attempts } = report;
  const data = {
    reportId,
    ...(contractId !== undefined && { contractId }),
    ...(periodId !== undefined && { periodId }),
    ...(reason !== undefined && { reason }),
  };
  return eventOf({ key: keyOf(report), type, change: String(attempts), at, tenantId, data });
}

const isOwn = ({ attempts }: Report): Condition => ({
  expression: '#state = :building AND #attempts = :attempts',
  values: { building: 'building', attempts },
});

/**
 * Ends an attempt: the same update says so and tells of it.
 * @param report as the attempt began
 * @returns false when another attempt has begun since, or the report is gone
 */
async function endAttempt(business: Table, report: Report, set: Item, event: Event): Promise<boolean> {
  const marks = appendMarks(keyOf(report), [event]);
  const change = { ...marks, set: { ...marks.set, ...set, endedAt: event.at }, condition: isOwn(report) };
  return (await business.update(keyOf(report), change)) !== undefined;
}

export function makeReady(business: Table, report: Report, built: Built, now: number): Promise<boolean> {
  const at = new Date(now).toISOString();
  return endAttempt(business, report, { state: 'ready', ...built }, eventOfReport(report, 'report.ready', at));
}

export function makeFailed(business: Table, report: Report, reason: ReportFailure, now: number): Promise<boolean> {
  const at = new Date(now).toISOString();
  const event = eventOfReport(report, 'report.failed', at, reason);
  return endAttempt(business, report, { state: 'failed', reason }, event);
}
