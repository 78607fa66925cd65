// Links to reports over HTTP: given out, listed, revoked. The link itself is in the answer of the request that made it and nowhere else.
import * as z from 'zod/mini';
import { type Report, reportExpiry } from '../report/report.ts';
import { getShare, listShares, putShare, revokeShare, type Share, shareState } from '../report/share.ts';
import { newSecret } from '../tenant/secret-token.ts';
import type { ApiCall, CommonDeps, ReportDeps } from './call.ts';
import { about, form, instantGiven, pageQuery, segment } from './fields.ts';
import { findReport, reportParams } from './find-report.ts';
import { nextCursor, placeOf } from './page.ts';
import { type ApiResponse, type FieldError, json, noContent, problem } from './problem.ts';
import { type ApiContext, answersJson, answersNothing, type Route, route } from './route.ts';
import { shareAnswer, sharePage, shareWithLink } from './share-answers.ts';
import { shareTerms, termsOf } from './share-terms.ts';

const newShare = form({
  ...shareTerms,
  expiresAt: z.optional(about(instantGiven, 'Until when. Default: as long as there is the report.')),
}).check(z.meta({ id: 'NewShare' }));

type Wanted = z.infer<typeof newShare>;

const shareParams = { ...reportParams, shareId: segment('Id of a share, `shr_…`.') } as const;

const shareView = (share: Share, now: number): z.infer<typeof shareAnswer> => ({
  id: share.shareId,
  reportId: share.reportId,
  state: shareState(share, now),
  withheld: share.withheld,
  viewLimit: share.viewLimit,
  views: share.views,
  viewedAt: share.viewedAt,
  refusals: share.refusals,
  refusedAt: share.refusedAt ?? null,
  createdAt: share.createdAt,
  expiresAt: share.availableUntil,
  revokedAt: share.revokedAt ?? null,
});

/** What no schema of one field can say. */
function wrongFor({ format, availableUntil }: Report, { expiresAt }: Wanted, now: number): FieldError | undefined {
  if (format === 'csv') return { field: 'reportId', message: 'A report of the format bundle or pdf' };
  if (expiresAt === undefined) return undefined;
  if (Date.parse(expiresAt) <= now) return { field: 'expiresAt', message: 'In the future' };
  return expiresAt > availableUntil ? { field: 'expiresAt', message: 'No later than the report expires' } : undefined;
}

/** The link is shown by this answer alone: what is kept of it for a repetition has none. */
function withLink(share: Share, url: string, now: number): ApiResponse {
  const said = { ...shareView(share, now), url, secretShown: false };
  const location = `/v1/reports/${share.reportId}/shares/${share.shareId}`;
  return { ...json(201, said, { location }), keptBody: JSON.stringify({ ...said, url: null, secretShown: true }) };
}

async function postShare(context: ApiContext<unknown, Wanted, ReportDeps>): Promise<ApiResponse> {
  const { deps, caller, request, body, newId } = context;
  const report = await findReport(context);
  if (report === undefined) return problem('not_found', request.id);
  const wrong = wrongFor(report, body, deps.now);
  if (wrong !== undefined) return problem('invalid_request', request.id, { errors: [wrong] });
  if (report.state !== 'ready') return problem('report_not_ready', request.id);
  const { reportId, attempts: attempt, availableUntil } = report;
  const { expiresAt = availableUntil } = body;
  const asked = { tenantId: caller.tenantId, reportId, shareId: newId('shr'), attempt, ...termsOf(body) };
  const token = newSecret(deps.random);
  const times = { now: deps.now, until: reportExpiry(report) };
  const share = await putShare(deps.business, { ...asked, availableUntil: expiresAt }, token, times);
  return withLink(share, `${deps.publicOrigin}/s/${token}`, deps.now);
}

async function getShares(context: ApiContext<z.infer<typeof pageQuery>, unknown, ReportDeps>): Promise<ApiResponse> {
  const { deps, request, query } = context;
  const report = await findReport(context);
  if (report === undefined) return problem('not_found', request.id);
  const list = `shares of ${report.reportId}`;
  const place = await placeOf(context, list, query);
  if (!place.ok) return place.refusal;
  const { shares, more } = await listShares(deps.business, report, { limit: query.limit, after: place.after });
  const next = await nextCursor(context, list, more ? shares.at(-1)?.shareId : undefined);
  return json(200, { items: shares.map((share) => shareView(share, deps.now)), next });
}

/** Malformed ids are looked up like any other. */
const shareIdOf = ({ caller, params }: ApiCall<CommonDeps>) => ({
  tenantId: caller.tenantId,
  reportId: params['reportId'] ?? '',
  shareId: params['shareId'] ?? '',
});

async function deleteShare(call: ApiCall<CommonDeps>): Promise<ApiResponse> {
  const { deps, request } = call;
  const revoked = await revokeShare(deps.business, shareIdOf(call), deps.now);
  return revoked ? noContent() : problem('not_found', request.id);
}

async function getOne(call: ApiCall<CommonDeps>): Promise<ApiResponse> {
  const { deps, request } = call;
  const share = await getShare(deps.business, shareIdOf(call));
  return share === undefined ? problem('not_found', request.id) : json(200, shareView(share, deps.now));
}

const group = 'Reports' as const;

export const shareRoutes: readonly Route<ReportDeps>[] = [
  route({
    method: 'POST',
    path: '/v1/reports/{reportId}/shares',
    name: 'createShare',
    group,
    summary: 'Give out a link to a bundle or PDF that is ready',
    detail:
      'For whoever has no key: a page with chart and table, on which the browser checks every statement, every proof and the chain by itself. Opening the link shows a button; only pressing it counts as a view, so that programs which follow links in mails use none up. The claims that are withheld are left out of what is handed over, and everything verifies all the same. Keep the link of the answer: it is not shown again.',
    scope: 'reports:share',
    params: reportParams,
    body: newShare,
    answers: { 201: answersJson('Given out.', shareWithLink, { location: 'Where the share is.' }) },
    problems: ['report_not_ready'],
    handle: postShare,
  }),
  route({
    method: 'GET',
    path: '/v1/reports/{reportId}/shares',
    name: 'listShares',
    group,
    summary: 'List the links to a report, newest first, with when each was used',
    scope: 'reports:read',
    params: reportParams,
    query: pageQuery,
    answers: { 200: answersJson('A page of shares.', sharePage) },
    handle: getShares,
  }),
  route({
    method: 'GET',
    path: '/v1/reports/{reportId}/shares/{shareId}',
    name: 'getShare',
    group,
    summary: 'Get a link to a report, with when it was used',
    scope: 'reports:read',
    params: shareParams,
    answers: { 200: answersJson('The share.', shareAnswer) },
    handle: getOne,
  }),
  route({
    method: 'DELETE',
    path: '/v1/reports/{reportId}/shares/{shareId}',
    name: 'revokeShare',
    group,
    summary: 'Revoke a link to a report',
    detail: 'It shows nothing from then on. When it was used stays to be seen.',
    scope: 'reports:share',
    params: shareParams,
    answers: { 204: answersNothing('Revoked, or revoked before.') },
    handle: deleteShare,
  }),
];
