// Attestations over HTTP: a contract's chain, and one statement as JSON or as the SD-JWT that is handed to others.
import type * as z from 'zod/mini';
import { compactSdJwt, readSigned } from '../attestation/sd-jwt.ts';
import { getStatement, listStatements, parseAttestationId, type Statement } from '../attestation/statement.ts';
import { readDossier } from '../reading/dossier.ts';
import { preferredType } from './accept.ts';
import { attestationAnswer, attestationPage, sdJwt } from './attestation-fields.ts';
import type { ApiCall } from './call.ts';
import { contractParams, findDossier } from './contracts.ts';
import { pageQuery, segment } from './fields.ts';
import { nextCursor, placeOf } from './page.ts';
import { type ApiResponse, json, problem } from './problem.ts';
import { type ApiContext, answersJson, type Route, route } from './route.ts';

const JSON_TYPE = 'application/json';
const SD_JWT = 'application/sd-jwt';

/** Published bytes never change: the answer may be kept for ever, by its caller alone. */
const IMMUTABLE = { 'cache-control': 'private, max-age=31536000, immutable', vary: 'accept, authorization' } as const;

const statementView = (statement: Statement) => ({
  id: statement.attestationId,
  contract: statement.contractId,
  issuedAt: statement.issuedAt,
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

async function getAttestation({ deps, caller, request, params }: ApiCall): Promise<ApiResponse> {
  const form = preferredType(request.headers['accept'], [JSON_TYPE, SD_JWT]);
  if (form === undefined) {
    return problem('not_acceptable', request.id, { detail: `There is ${JSON_TYPE} and ${SD_JWT}.` });
  }
  const { contractId, seq } = parseAttestationId(params['attestationId'] ?? '') ?? { contractId: '', seq: 0 };
  const [statement, dossier] = await Promise.all([
    getStatement(deps.attestations, { tenantId: caller.tenantId, contractId, seq }),
    readDossier(deps.business, caller.tenantId, contractId),
  ]);
  if (statement === undefined || dossier === undefined) return problem('not_found', request.id);
  if (form === JSON_TYPE) return json(200, statementView(statement), IMMUTABLE);
  const { contract, connections } = dossier;
  const connection = connections.find(({ connectionId }) => connectionId === statement.connectionId);
  return {
    status: 200,
    headers: { 'content-type': SD_JWT, ...IMMUTABLE },
    body: compactSdJwt(statement, contract, connection),
  };
}

const group = 'Attestations' as const;

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
    path: '/v1/attestations/{attestationId}',
    name: 'getAttestation',
    group,
    summary: 'Get an attestation as JSON or as SD-JWT',
    detail:
      'The `Accept` header chooses: `application/json`, or `application/sd-jwt` for the form that others verify offline.',
    scope: 'attestations:read',
    params: { attestationId: segment('Id of an attestation, `att_…_1`.') },
    answers: {
      200: {
        description: 'The attestation. Its bytes never change.',
        content: { [JSON_TYPE]: attestationAnswer, [SD_JWT]: sdJwt },
        headers: { 'cache-control': 'For ever, in private caches.', vary: 'What the answer depends on.' },
      },
    },
    problems: ['not_acceptable'],
    handle: getAttestation,
  }),
];
