// The route table and the way through it: known path, known method, scope, input, handler. Everything the API offers is in this table.
import type { Table } from '../aws/table.ts';
import type { Caller, Scope } from '../tenant/api-key.ts';
import type { RandomBytes } from '../tenant/id.ts';
import type { ApiResponse } from './problem.ts';

export interface ApiRequest {
  readonly id: string;
  readonly method: string;
  /** Path below the origin. An HTTP API hands it over decoded; nothing that needs decoding fits a route. */
  readonly path: string;
  /** Parameters in the order they came; a name may stand there more than once. */
  readonly query: readonly (readonly [name: string, value: string])[];
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string | undefined;
}

export interface ApiDeps {
  readonly business: Table;
  readonly attestations: Table;
  /** Scheme and host under which drivers reach their pages. */
  readonly publicOrigin: string;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly random: RandomBytes;
}

export interface ApiContext {
  readonly deps: ApiDeps;
  readonly caller: Caller;
  readonly request: ApiRequest;
  readonly params: Readonly<Record<string, string>>;
}

export interface Route {
  readonly method: 'GET' | 'POST';
  /** Segments; `{name}` takes one. */
  readonly path: string;
  readonly scope: Scope;
  /** Whether the query string may hold anything; the handler's schema says what. */
  readonly query?: true;
  readonly handle: (context: ApiContext) => Promise<ApiResponse>;
}

/** The parameters of a path that fits a pattern, undefined when it does not. */
export function matchPath(pattern: string, path: string): Readonly<Record<string, string>> | undefined {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [n, segment] of wanted.entries()) {
    const value = given[n] ?? '';
    if (!segment.startsWith('{')) {
      if (segment !== value) return undefined;
      continue;
    }
    if (!/^[A-Za-z0-9_-]{1,64}$/.test(value)) return undefined;
    params[segment.slice(1, -1)] = value;
  }
  return params;
}
