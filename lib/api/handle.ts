// One request in, one answer out: known path, known method, scope, input, handler. Knows nothing of API Gateway; gateway.ts translates.
import type { Caller } from '../tenant/scopes.ts';
import type { ApiRequest, CommonDeps } from './call.ts';
import { conditional } from './entity-tag.ts';
import { type ApiResponse, type FieldError, problem } from './problem.ts';
import { type Described, matchPath, type Route, takesBody } from './route.ts';

/** Bodies above this are refused. Bytes. */
const MAX_BODY = 256 * 1024;

/** Those routes that a path may lead to, of all that a function answers for. */
export type RoutesAt<Deps extends CommonDeps> = (path: string) => Promise<readonly Route<Deps>[]>;

/**
 * @param routesAt others are nowhere
 * @param caller undefined when the authorizer refused
 */
export async function handleRequest<Deps extends CommonDeps>(
  routesAt: RoutesAt<Deps>,
  deps: Deps,
  request: ApiRequest,
  caller: Caller | undefined,
): Promise<ApiResponse> {
  const answer = await answerTo(routesAt, deps, request, caller);
  return { ...answer, headers: { ...answer.headers, 'x-request-id': request.id } };
}

/**
 * The route that a method and a path lead to, or the methods that the path takes: none when it leads nowhere. HEAD leads to where GET does
 * (RFC 9110 §9.3.2), and is answered alike: that no body is sent then is for who sends it.
 */
export function findRoute<Known extends Described>(
  routes: readonly Known[],
  { method, path }: Pick<ApiRequest, 'method' | 'path'>,
) {
  const segments = path.split('/');
  const wanted = method === 'HEAD' ? 'GET' : method;
  for (const route of routes) {
    const params = route.method === wanted ? matchPath(route, segments) : undefined;
    if (params !== undefined) return { found: { route, params }, methods: [method] };
  }
  const fitting = routes.filter((route) => matchPath(route, segments) !== undefined);
  const methods = fitting.flatMap((route): readonly string[] =>
    route.method === 'GET' ? ['GET', 'HEAD'] : [route.method],
  );
  return { found: undefined, methods };
}

async function answerTo<Deps extends CommonDeps>(
  routesAt: RoutesAt<Deps>,
  deps: Deps,
  request: ApiRequest,
  caller: Caller | undefined,
): Promise<ApiResponse> {
  if (caller === undefined) return problem('unauthorized', request.id);
  // What has to be loaded is loaded while the store is waited for.
  const [seconds, routes] = await Promise.all([deps.countRequest(caller.tenantId, deps.now), routesAt(request.path)]);
  if (seconds !== undefined)
    return problem('rate_limited', request.id, { headers: { 'retry-after': String(seconds) } });
  const { found, methods } = findRoute(routes, request);
  if (methods.length === 0) return problem('not_found', request.id);
  if (found === undefined) return problem('method_not_allowed', request.id, { headers: { allow: methods.join(', ') } });
  const { route, params } = found;
  if (route.scope !== null && !caller.scopes.includes(route.scope)) {
    return problem('missing_scope', request.id, { detail: `This needs the scope ${route.scope}.` });
  }
  const refusal = refuseInput(route, request);
  if (refusal !== undefined) return refusal;
  const answer = await route.run({ deps, caller, request, params });
  return route.method === 'GET' ? conditional(answer, request.headers['if-none-match']) : answer;
}

/** A parameter that is given twice has no value: whichever were taken, somebody meant the other. */
function repeatedParameters(query: ApiRequest['query']): readonly FieldError[] {
  const names = query.map(([name]) => name);
  const repeated = names.filter((name, n) => names.indexOf(name) < n);
  return repeated.map((name) => ({ field: name.slice(0, 200), message: 'Given more than once' }));
}

/** What is wrong with a request before anybody looks at its fields. */
function refuseInput(route: Described, { id, query, headers, body = '' }: ApiRequest): ApiResponse | undefined {
  const errors = repeatedParameters(query);
  if (errors.length > 0) return problem('invalid_request', id, { errors });
  if (body === '') return undefined;
  if (!takesBody(route)) {
    return problem('invalid_request', id, { errors: [{ field: 'body', message: `${route.method} takes no body` }] });
  }
  if (Buffer.byteLength(body) > MAX_BODY) return problem('body_too_large', id);
  const type = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  return type === 'application/json' ? undefined : problem('unsupported_media_type', id);
}
