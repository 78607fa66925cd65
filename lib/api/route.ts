// What a route is: everything that is said of it in the document is what runs when it is asked. Refuses to run a handler before its
// input fits its schemas.
import type * as z from 'zod/mini';
import { freshIds, type HeldId } from '../tenant/id.ts';
import type { Scope } from '../tenant/scopes.ts';
import type { ApiCall, ApiDeps, CommonDeps } from './call.ts';
import { nothing } from './fields.ts';
import type { Group } from './groups.ts';
import { parseBody, parseInput } from './input.ts';
import { type ApiResponse, type ProblemCode, problem } from './problem.ts';

export interface ApiContext<Query = unknown, Body = unknown, Deps extends CommonDeps = ApiDeps> extends ApiCall<Deps> {
  readonly query: Query;
  readonly body: Body;
  /** Ids for what this request creates: the same ones when it is done again after a crash. */
  readonly newId: HeldId;
}

/** What an answer looks like. Tests hold every answer they get against it. */
export interface Answer {
  readonly description: string;
  /** By media type; a schema of the parsed body where that is JSON, of the text elsewhere. */
  readonly content: Readonly<Record<string, z.ZodMiniType>>;
  /** Headers of its own, with what they say; the others come by themselves, see answer-headers.ts. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Those that not every such answer has. */
  readonly sometimes?: Readonly<Record<string, string>>;
}

type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

interface Declared {
  readonly method: Method;
  /** Segments; `{name}` takes one. */
  readonly path: string;
  /** `operationId` of the document: a verb and a noun. */
  readonly name: string;
  /** The heading under which the document shows it. */
  readonly group: Group;
  /** One line. */
  readonly summary: string;
  /** What else a caller has to know; Markdown without links. */
  readonly detail?: string;
  /** What a key needs; null: any key that works will do. */
  readonly scope: Scope | null;
  /** A schema for each `{name}` of the path. A segment that does not fit is an address that leads nowhere. */
  readonly params?: Readonly<Record<string, z.ZodMiniType<string>>>;
  /** By status. */
  readonly answers: Readonly<Record<number, Answer>>;
  /** A POST that changes nothing: done again it is the same, so that no answer of it is kept for an `Idempotency-Key`. */
  readonly changesNothing?: true;
  /** Refusals of its own; those that every such route has come by themselves, see {@link problemsOf}. */
  readonly problems?: readonly ProblemCode[];
}

interface Operation<Query, Body, Deps extends CommonDeps> extends Declared {
  /** Closed object of texts. Absent: takes no parameter. */
  readonly query?: z.ZodMiniType<Query>;
  /** Closed object. Absent: takes none, or `{}` where the method has bodies. */
  readonly body?: z.ZodMiniType<Body>;
  readonly handle: (context: ApiContext<Query, Body, Deps>) => Promise<ApiResponse>;
}

/** What can be said of a route, without running it. */
export interface Described extends Declared {
  readonly query?: z.ZodMiniType;
  readonly body?: z.ZodMiniType;
}

/** Runs where there is what it needs: `Deps`. */
export interface Route<Deps extends CommonDeps = ApiDeps> extends Described {
  readonly run: (call: ApiCall<Deps>) => Promise<ApiResponse>;
}

/** The same schemas that are shown are the ones that run, and the handler's input has their type. */
export function route<
  Query = Readonly<Record<string, never>>,
  Body = Readonly<Record<string, never>>,
  Deps extends CommonDeps = ApiDeps,
>(operation: Operation<Query, Body, Deps>): Route<Deps> {
  const { handle, ...declared } = operation;
  const querySchema: z.ZodMiniType = declared.query ?? nothing;
  const bodySchema: z.ZodMiniType = declared.body ?? nothing;
  return {
    ...declared,
    run: async (call) => {
      const { request } = call;
      const query = parseInput(querySchema, Object.fromEntries(request.query));
      if (!query.ok) return problem(query.code, request.id, query);
      const body = parseBody(bodySchema, request.body);
      if (!body.ok) return problem(body.code, request.id, body);
      // Absent schemas are those of `nothing`: what they gave is what `Query` and `Body` stand for then.
      const work = (newId: HeldId): Promise<ApiResponse> =>
        handle({ ...call, newId, query: query.value as Query, body: body.value as Body });
      if (!isDoneOnce(operation)) return work(freshIds(call.deps.now, call.deps.random));
      // Loaded when it is asked for: what keeps and seals answers, most requests never need.
      const { onceOnly } = await import('./idempotent.ts');
      return onceOnly(call, query.value, body.value, work);
    },
  };
}

/** An answer in JSON. */
export const answersJson = (description: string, schema: z.ZodMiniType, headers?: Answer['headers']): Answer => ({
  description,
  content: { 'application/json': schema },
  ...(headers === undefined ? {} : { headers }),
});

/** An answer without a body. */
export const answersNothing = (description: string): Answer => ({ description, content: {} });

export const takesBody = ({ method }: Pick<Described, 'method'>): boolean => method !== 'GET' && method !== 'DELETE';

/** Whether a request with an `Idempotency-Key` is done once, however often it is sent. */
export const isDoneOnce = ({ method, changesNothing }: Pick<Described, 'method' | 'changesNothing'>): boolean =>
  method === 'POST' && changesNothing !== true;

/** Every code that a route may refuse with. */
export function problemsOf(of: Described): readonly ProblemCode[] {
  const all: readonly ProblemCode[] = ['invalid_request', 'unauthorized', 'rate_limited', 'internal'];
  const withScope: readonly ProblemCode[] = ['missing_scope'];
  const once: readonly ProblemCode[] = ['request_in_progress', 'idempotency_key_reused'];
  const onlyIf: readonly ProblemCode[] = ['precondition_failed', 'precondition_required'];
  const withBody: readonly ProblemCode[] = ['malformed_json', 'body_too_large', 'unsupported_media_type'];
  const withId: readonly ProblemCode[] = ['not_found'];
  return [
    ...all,
    ...(of.scope === null ? [] : withScope),
    ...(isDoneOnce(of) ? once : []),
    ...(of.method === 'PATCH' ? onlyIf : []),
    ...(takesBody(of) ? withBody : []),
    ...(of.path.includes('{') ? withId : []),
    ...(of.problems ?? []),
  ];
}

/** The segments of the paths of routes, by path: they are looked at for every request, and never change. */
const segmentsByPath = new Map<string, readonly string[]>();

function segmentsOf(path: string): readonly string[] {
  const known = segmentsByPath.get(path) ?? path.split('/');
  segmentsByPath.set(path, known);
  return known;
}

const isName = (segment: string): boolean => segment.startsWith('{');

/**
 * Whether a path may be one of a route's, by length and words.
 * @param path as a route declares it
 * @param given segments of what is asked for
 */
export function fitsPath(path: string, given: readonly string[]): boolean {
  const wanted = segmentsOf(path);
  return wanted.length === given.length && wanted.every((segment, n) => segment === given[n] || isName(segment));
}

/**
 * The parameters of a path that fits a route's, undefined when it does not.
 * @param given the path's segments
 */
export function matchPath(
  { path, params: schemas = {} }: Pick<Described, 'path' | 'params'>,
  given: readonly string[],
): Readonly<Record<string, string>> | undefined {
  // What costs nothing first: nearly every route differs in its length or its words.
  if (!fitsPath(path, given)) return undefined;
  const params: Record<string, string> = {};
  for (const [n, segment] of segmentsOf(path).entries()) {
    if (!isName(segment)) continue;
    const name = segment.slice(1, -1);
    const value = given[n] ?? '';
    if (schemas[name]?.safeParse(value).success !== true) return undefined;
    params[name] = value;
  }
  return params;
}
