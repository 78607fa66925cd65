// One request in, one answer out. Knows nothing of API Gateway; functions/api translates.
import type { Caller } from '../tenant/api-key.ts';
import { getAttestation, getContractAttestations } from './attestations.ts';
import { getContract, getContracts, postConnectSession, postContract } from './contracts.ts';
import { type ApiResponse, type FieldError, problem } from './problem.ts';
import { type ApiDeps, type ApiRequest, matchPath, type Route } from './route.ts';

export const routes: readonly Route[] = [
  { method: 'POST', path: '/v1/contracts', scope: 'contracts:write', handle: postContract },
  { method: 'GET', path: '/v1/contracts', scope: 'contracts:read', query: true, handle: getContracts },
  { method: 'GET', path: '/v1/contracts/{contractId}', scope: 'contracts:read', handle: getContract },
  {
    method: 'POST',
    path: '/v1/contracts/{contractId}/connect-sessions',
    scope: 'contracts:write',
    handle: postConnectSession,
  },
  {
    method: 'GET',
    path: '/v1/contracts/{contractId}/attestations',
    scope: 'attestations:read',
    query: true,
    handle: getContractAttestations,
  },
  { method: 'GET', path: '/v1/attestations/{attestationId}', scope: 'attestations:read', handle: getAttestation },
];

/** Bodies above this are refused. Bytes. */
const MAX_BODY = 256 * 1024;

/** @param caller undefined when the authorizer refused */
export async function handleRequest(
  deps: ApiDeps,
  request: ApiRequest,
  caller: Caller | undefined,
): Promise<ApiResponse> {
  const answer = await answerTo(deps, request, caller);
  return { ...answer, headers: { ...answer.headers, 'x-request-id': request.id } };
}

async function answerTo(deps: ApiDeps, request: ApiRequest, caller: Caller | undefined): Promise<ApiResponse> {
  if (caller === undefined) return problem('unauthorized', request.id);
  const fitting = routes.flatMap((route) => {
    const params = matchPath(route.path, request.path);
    return params === undefined ? [] : [{ route, params }];
  });
  if (fitting.length === 0) return problem('not_found', request.id);
  const found = fitting.find(({ route }) => route.method === request.method);
  if (found === undefined) {
    const allow = fitting.map(({ route }) => route.method).join(', ');
    return problem('method_not_allowed', request.id, { headers: { allow } });
  }
  const { route, params } = found;
  if (!caller.scopes.includes(route.scope)) {
    return problem('missing_scope', request.id, { detail: `This needs the scope ${route.scope}.` });
  }
  return refuseInput(route, request) ?? route.handle({ deps, caller, request, params });
}

/** A parameter that is given twice has no value: whichever were taken, somebody meant the other. */
function wrongParameters(route: Route, query: ApiRequest['query']): readonly FieldError[] {
  const names = query.map(([name]) => name);
  const wrong = names.filter((name, n) => route.query !== true || names.indexOf(name) < n);
  const message = route.query === true ? 'Given more than once' : 'Unknown field';
  return wrong.map((name) => ({ field: name.slice(0, 200), message }));
}

/** What is wrong with a request before its handler looks at it. */
function refuseInput(route: Route, { id, query, headers, body = '' }: ApiRequest): ApiResponse | undefined {
  if (Buffer.byteLength(body) > MAX_BODY) return problem('body_too_large', id);
  const errors = wrongParameters(route, query);
  if (errors.length > 0) return problem('invalid_request', id, { errors });
  if (body === '') return undefined;
  if (route.method === 'GET') {
    return problem('invalid_request', id, { errors: [{ field: 'body', message: 'GET takes no body' }] });
  }
  const type = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  return type === 'application/json' ? undefined : problem('unsupported_media_type', id);
}
