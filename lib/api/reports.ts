// Reports over HTTP: asked for, listed, downloaded. Builds none and reads none: who asks for the file is sent to where it lies.
import * as z from 'zod/mini';
import { reportFile } from '../aws/keys.ts';
import { LANGUAGES } from '../connection/language.ts';
import { getContract } from '../contract/contract.ts';
import { askForReport } from '../report/ask.ts';
import { listReports, type NewReport, REPORT_FORMATS, type Report } from '../report/report.ts';
import type { ApiCall, CommonDeps, ReportDeps } from './call.ts';
import { about, form, oneOf, pageQuery, periodId } from './fields.ts';
import { findReport, reportParams } from './find-report.ts';
import { nextCursor, placeOf } from './page.ts';
import { type ApiResponse, type FieldError, json, problem } from './problem.ts';
import { reportAnswer, reportPage } from './report-answers.ts';
import { type ApiContext, answersJson, answersNothing, type Route, route } from './route.ts';
import { shareTerms, termsOf } from './share-terms.ts';

const CONTRACT = 'Id of a contract, `con_…`';

const newReport = form({
  contractId: z.optional(
    about(z.string(CONTRACT).check(z.regex(/^[A-Za-z0-9_-]{1,64}$/, CONTRACT)), 'Everything that was stated of it.'),
  ),
  from: z.optional(about(periodId, 'With `contractId`: the first month.')),
  to: z.optional(about(periodId, 'With `contractId`: the last month.')),
  periodId: z.optional(about(periodId, 'What is in force of this month, of every contract.')),
  format: about(
    oneOf(REPORT_FORMATS),
    '`csv`: a table, one line for each statement. `bundle`: with `contractId`, everything that an offline check of the contract’s statements needs. `pdf`: with `contractId`, pages for people, sealed as a whole, with that bundle inside.',
  ),
  language: z.optional(about(oneOf(LANGUAGES), 'With `pdf`: what its pages are written in. Default `en`.')),
  share: z.optional(
    about(
      form(shareTerms),
      'With `pdf`, and the scope `reports:share`: a link to it is printed on its pages as a QR code, and stands nowhere else. It is among the shares of the report when that is ready, and shows it until it expires or the share is revoked.',
    ),
  ),
}).check(z.meta({ id: 'NewReport' }));

type Wanted = z.infer<typeof newReport>;

const reportView = (report: Report): z.infer<typeof reportAnswer> => ({
  id: report.reportId,
  state: report.state,
  format: report.format,
  contractId: report.contractId ?? null,
  from: report.from ?? null,
  to: report.to ?? null,
  periodId: report.periodId ?? null,
  language: report.format === 'pdf' ? (report.language ?? LANGUAGES[0]) : null,
  createdAt: report.createdAt,
  endedAt: report.endedAt ?? null,
  expiresAt: report.availableUntil,
  reason: report.reason ?? null,
  lines: report.lines ?? null,
  bytes: report.bytes ?? null,
  sha256: report.sha256 ?? null,
});

/** A chain shows that nothing is missing when all of it is there. */
function wrongInBundle({ contractId, from, to }: Wanted): FieldError | undefined {
  if (contractId === undefined) return { field: 'format', message: 'A bundle is of one contract: contractId' };
  if (from !== undefined) return { field: 'from', message: 'Not in a bundle: it has every statement' };
  return to === undefined ? undefined : { field: 'to', message: 'Not in a bundle: it has every statement' };
}

/** What no schema of one field can say. */
function wrongTogether(wanted: Wanted): FieldError | undefined {
  const { contractId, periodId: month, from, to, format, language, share } = wanted;
  if (contractId === undefined && month === undefined) return { field: 'contractId', message: 'This, or periodId' };
  if (contractId !== undefined && month !== undefined) return { field: 'periodId', message: 'Not with contractId' };
  if (format !== 'pdf' && language !== undefined) return { field: 'language', message: 'Only with format pdf' };
  if (format !== 'pdf' && share !== undefined) return { field: 'share', message: 'Only with format pdf' };
  if (format === 'bundle') return wrongInBundle(wanted);
  if (format === 'pdf' && contractId === undefined)
    return { field: 'format', message: 'A PDF is of one contract: contractId' };
  if (contractId === undefined && from !== undefined) return { field: 'from', message: 'Only with contractId' };
  if (contractId === undefined && to !== undefined) return { field: 'to', message: 'Only with contractId' };
  return from !== undefined && to !== undefined && to < from ? { field: 'to', message: 'Before from' } : undefined;
}

const given = (wanted: Wanted): Omit<NewReport, 'tenantId' | 'reportId'> => {
  const { format, share, ...others } = wanted;
  const known = Object.entries(others).filter(([, value]) => value !== undefined);
  return { format, ...Object.fromEntries(known), ...(share === undefined ? {} : { share: termsOf(share) }) };
};

async function postReport(context: ApiContext<unknown, Wanted, ReportDeps>): Promise<ApiResponse> {
  const { deps, caller, request, body, newId } = context;
  const { tenantId } = caller;
  const wrong = wrongTogether(body);
  if (wrong !== undefined) return problem('invalid_request', request.id, { errors: [wrong] });
  if (body.share !== undefined && !caller.scopes.includes('reports:share')) {
    return problem('missing_scope', request.id, { detail: 'A share needs the scope reports:share.' });
  }
  if (body.contractId !== undefined) {
    const contract = await getContract(deps.business, tenantId, body.contractId);
    if (contract === undefined) return problem('not_found', request.id);
    if (contract.erasureAskedAt !== undefined) return problem('contract_erased', request.id);
  }
  const report = await askForReport(deps, { tenantId, reportId: newId('rep'), ...given(body) }, deps.now);
  return json(202, reportView(report), { location: `/v1/reports/${report.reportId}` });
}

async function getReports(context: ApiContext<z.infer<typeof pageQuery>, unknown, ReportDeps>): Promise<ApiResponse> {
  const { deps, caller, query } = context;
  const place = await placeOf(context, 'reports', query);
  if (!place.ok) return place.refusal;
  const asked = { limit: query.limit, after: place.after };
  const { reports, more } = await listReports(deps.business, caller.tenantId, asked, deps.now);
  const next = await nextCursor(context, 'reports', more ? reports.at(-1)?.reportId : undefined);
  return json(200, { items: reports.map(reportView), next });
}

async function getOne(call: ApiCall<CommonDeps>): Promise<ApiResponse> {
  const report = await findReport(call);
  return report === undefined ? problem('not_found', call.request.id) : json(200, reportView(report));
}

const ENDINGS: Readonly<Record<Report['format'], string>> = { csv: 'csv', bundle: 'json', pdf: 'pdf' };

/** The address is in the answer's header alone: gateways and functions log neither. */
async function getDownload(call: ApiCall<ReportDeps>): Promise<ApiResponse> {
  const { deps, request } = call;
  const report = await findReport(call);
  if (report === undefined) return problem('not_found', request.id);
  if (report.state !== 'ready') return problem('report_not_ready', request.id);
  const { tenantId, reportId, attempts, format } = report;
  const location = deps.addressOf(reportFile(tenantId, reportId, attempts), `${reportId}.${ENDINGS[format]}`, deps.now);
  return {
    status: 303,
    headers: { location, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' },
    body: '',
  };
}

const group = 'Reports' as const;

export const reportRoutes: readonly Route<ReportDeps>[] = [
  route({
    method: 'POST',
    path: '/v1/reports',
    name: 'createReport',
    group,
    summary: 'Ask for a report on a contract, or on a month of all contracts',
    detail:
      'Of what is stated when it is built: within a minute for a contract, a few for a large fleet; an event `report.ready` says when. A report on a contract has every statement on its months, those that were replaced among them, with what became of each; a report on a month has what is in force, contract by contract, and no line for a contract whose month is not stated yet. `csv` is RFC 4180 in UTF-8: metres and counts in whole numbers, instants in UTC, no VIN; what a program could take for a formula, at the start of a cell or behind `;`, `|`, a quotation mark, a tab or a line break in it, has an apostrophe before it; new columns come behind those that there are. `bundle` is one JSON file: every statement with what it discloses, VIN included, its proof in the log, the keys, the status list and the signed head of the chain; `odoseal verify` checks it. `pdf` is A4, tagged, in the language that is asked for: a chart, a line for each statement of the months asked for, what was found, and how to check; that bundle, of the whole contract, is attached inside, and a seal covers every byte; `odoseal verify` checks both. It is kept for 30 days; a report on a contract goes when the contract is erased.',
    scope: 'reports:create',
    body: newReport,
    answers: { 202: answersJson('Noted.', reportAnswer, { location: 'Where the report is.' }) },
    problems: ['not_found', 'contract_erased'],
    handle: postReport,
  }),
  route({
    method: 'GET',
    path: '/v1/reports',
    name: 'listReports',
    group,
    summary: 'List the reports of the last 30 days, newest first',
    scope: 'reports:read',
    query: pageQuery,
    answers: { 200: answersJson('A page of reports.', reportPage) },
    handle: getReports,
  }),
  route({
    method: 'GET',
    path: '/v1/reports/{reportId}',
    name: 'getReport',
    group,
    summary: 'Get a report',
    scope: 'reports:read',
    params: reportParams,
    answers: { 200: answersJson('The report.', reportAnswer) },
    handle: getOne,
  }),
  route({
    method: 'GET',
    path: '/v1/reports/{reportId}/download',
    name: 'downloadReport',
    group,
    summary: 'Download the file of a report that is ready',
    detail:
      'Answers with an address that is good for a minute, for whoever has it: follow it at once, without your key (clients drop it when they follow a redirect to another host), and keep it nowhere.',
    scope: 'reports:read',
    params: reportParams,
    answers: {
      303: {
        ...answersNothing('Where the file is, for a minute.'),
        headers: {
          location: 'The address of the file.',
          'referrer-policy': '`no-referrer`: the address is told to nobody.',
        },
      },
    },
    problems: ['report_not_ready'],
    handle: getDownload,
  }),
];
