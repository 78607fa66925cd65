// Attestations over HTTP: a contract's chain, those of one month across contracts, and one statement as JSON, as the SD-JWT that is handed to others, or as one that says less.
import * as z from 'zod/mini';
import { parseAttestationId } from '../attestation/derived-ids.ts';
import { statementsOfMonth } from '../attestation/run.ts';
import { compactSdJwt, readSigned } from '../attestation/sd-jwt.ts';
import { findStatement, listStatements, type Statement } from '../attestation/statement.ts';
import { listContracts } from '../contract/list-contracts.ts';
import { DISCLOSABLE, type DisclosableName } from '../proof/claims.ts';
import { readDossier } from '../reading/dossier.ts';
import { preferredType } from './accept.ts';
import { attestationAnswer, attestationPage, sdJwt } from './attestation-answers.ts';
import type { ApiCall } from './call.ts';
import { contractParams, findDossier } from './contracts.ts';
import { about, form, pageFields, pageQuery, periodId, segment } from './fields.ts';
import { nextCursor, placeOf } from './page.ts';
import { type ApiResponse, json, problem } from './problem.ts';
import { type ApiContext, answersJson, type Route, route } from './route.ts';

const monthQuery = form({ ...pageFields, period: periodId });

const WITHHELD = `A list of claims that can be withheld: ${DISCLOSABLE.join(', ')}`;

const presentation = form({
  withhold: about(
    z.array(z.enum(DISCLOSABLE, WITHHELD), WITHHELD).check(z.maxLength(DISCLOSABLE.length, WITHHELD)),
    'Claims that the reader does not see. Nothing else can be withheld.',
  ),
}).check(z.meta({ id: 'NewPresentation' }));

const JSON_TYPE = 'application/json';
const SD_JWT = 'application/sd-jwt';

const VARY = { vary: 'accept, authorization' } as const;

/** Signed claims never change: the answer may be kept for ever, by its caller alone. */
const IMMUTABLE = { 'cache-control': 'private, max-age=31536000, immutable', ...VARY } as const;

/** An erasure takes disclosures away: whoever keeps the answer asks each time whether it is still the answer, by its etag. */
const ASKED_AGAIN = { 'cache-control': 'private, no-cache', ...VARY } as const;

const statementView = (statement: Statement) => ({
  id: statement.attestationId,
  contract: statement.contractId,
  issuedAt: statement.issuedAt,
  replacedFor: statement.replaces?.reason ?? null,
  claims: readSigned(statement).claims,
});

async function getContractAttestations(context: ApiContext<z.infer<typeof pageQuery>>): Promise<ApiResponse> {
  const { deps, caller, request, params, query } = context;
  const { contractId = '' } = params;
  const list = `attestations ${contractId}`;
  const place = await placeOf(context, list, query);
  if (!place.ok) return place.refusal;
  const before = place.after === undefined ? undefined : Number(place.after);
  const chain = { tenantId: caller.tenantId, contractId };
  const [dossier, { statements, more }] = await Promise.all([
    findDossier(context),
    listStatements(deps.attestations, chain, { limit: query.limit, before }),
  ]);
  if (dossier === undefined) return problem('not_found', request.id);
  const last = more ? statements.at(-1) : undefined;
  const next = await nextCursor(context, list, last === undefined ? undefined : String(last.seq));
  return json(200, { items: statements.map(statementView), next });
}

async function getAttestations(context: ApiContext<z.infer<typeof monthQuery>>): Promise<ApiResponse> {
  const { deps, caller, query } = context;
  const { period, limit } = query;
  const list = `attestations of ${period}`;
  const place = await placeOf(context, list, query);
  if (!place.ok) return place.refusal;
  const { contracts, more } = await listContracts(deps.business, caller.tenantId, { limit, after: place.after });
  const statements = await statementsOfMonth(deps.attestations, contracts, period);
  const next = await nextCursor(context, list, more ? contracts.at(-1)?.contractId : undefined);
  return json(200, { items: statements.map(statementView), next });
}

/** A statement with what its disclosures are made of; undefined for one that is not the caller's, by the same calls. */
async function findWithDossier({ deps, caller, params }: ApiCall) {
  const { attestationId = '' } = params;
  const { contractId = '' } = parseAttestationId(attestationId) ?? {};
  const [statement, dossier] = await Promise.all([
    findStatement(deps.attestations, caller.tenantId, attestationId),
    readDossier(deps.business, caller.tenantId, contractId),
  ]);
  return statement === undefined || dossier === undefined ? undefined : { statement, dossier };
}

type Found = NonNullable<Awaited<ReturnType<typeof findWithDossier>>>;

function compactOf({ statement, dossier }: Found, withheld: readonly DisclosableName[] = []): string {
  const { contract, connections } = dossier;
  const connection = connections.find(({ connectionId }) => connectionId === statement.connectionId);
  return compactSdJwt(statement, contract, connection, withheld);
}

async function getAttestation(call: ApiCall): Promise<ApiResponse> {
  const { request } = call;
  const form = preferredType(request.headers['accept'], [JSON_TYPE, SD_JWT]);
  if (form === undefined) {
    return problem('not_acceptable', request.id, { detail: `There is ${JSON_TYPE} and ${SD_JWT}.` });
  }
  const found = await findWithDossier(call);
  if (found === undefined) return problem('not_found', request.id);
  if (form === JSON_TYPE) return json(200, statementView(found.statement), IMMUTABLE);
  return { status: 200, headers: { 'content-type': SD_JWT, ...ASKED_AGAIN }, body: compactOf(found) };
}

async function postPresentation(context: ApiContext<unknown, z.infer<typeof presentation>>): Promise<ApiResponse> {
  const { request, body } = context;
  const found = await findWithDossier(context);
  if (found === undefined) return problem('not_found', request.id);
  const headers = { 'content-type': SD_JWT, 'cache-control': 'no-store' };
  return { status: 200, headers, body: compactOf(found, body.withhold) };
}

const group = 'Attestations' as const;

const attestationParams = { attestationId: segment('Id of an attestation, `att_…`.') } as const;

export const attestationRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/v1/contracts/{contractId}/attestations',
    name: 'listContractAttestations',
    group,
    summary: 'List the attestations of a contract, newest first',
    scope: 'attestations:read',
    params: contractParams,
    query: pageQuery,
    answers: { 200: answersJson('A page of attestations.', attestationPage) },
    handle: getContractAttestations,
  }),
  route({
    method: 'GET',
    path: '/v1/attestations',
    name: 'listAttestations',
    group,
    summary: 'List the attestations of one month across contracts',
    detail:
      'What was stated of this month, newest contract first: each contract has its own zone and offset day, and the month is the one that begins with `period` there. A page looks at `limit` contracts: it may hold fewer attestations, or none, and have a `next` all the same. `GET /v1/runs/{period}` has those that are not stated yet.',
    scope: 'attestations:read',
    query: monthQuery,
    answers: { 200: answersJson('A page of attestations.', attestationPage) },
    handle: getAttestations,
  }),
  route({
    method: 'GET',
    path: '/v1/attestations/{attestationId}',
    name: 'getAttestation',
    group,
    summary: 'Get an attestation as JSON or as SD-JWT',
    detail:
      'The `Accept` header chooses: `application/json`, or `application/sd-jwt` for the form that others verify offline.',
    scope: 'attestations:read',
    params: attestationParams,
    answers: {
      200: {
        description:
          'The attestation. As JSON its bytes never change. As SD-JWT it has fewer disclosures once its contract is erased; what is signed, up to the first `~`, never changes.',
        content: { [JSON_TYPE]: attestationAnswer, [SD_JWT]: sdJwt },
        headers: {
          'cache-control':
            'Private caches alone: JSON for a year, `immutable`; SD-JWT `no-cache`, to be asked for again with its `etag`.',
          vary: 'What the answer depends on.',
        },
      },
    },
    problems: ['not_acceptable'],
    handle: getAttestation,
  }),
  route({
    method: 'POST',
    path: '/v1/attestations/{attestationId}/presentation',
    name: 'presentAttestation',
    group,
    summary: 'Present an attestation with chosen claims withheld',
    detail:
      'The statement as SD-JWT, for a reader who need not know everything: what is withheld is left out, and the rest verifies as before. The reader sees that something is withheld, not what. Period, figures and verdict are always shown. Nothing is kept of it.',
    scope: 'attestations:read',
    params: attestationParams,
    body: presentation,
    changesNothing: true,
    answers: { 200: { description: 'The presentation.', content: { [SD_JWT]: sdJwt } } },
    handle: postPresentation,
  }),
];
