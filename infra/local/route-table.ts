// Chooses the route of a request as an HTTP API does: a full match before a greedy one, a fixed segment before a variable one,
// the named method before ANY, and `$default` last.
// Source: API Gateway Developer Guide, "Create routes for HTTP APIs", section "Routing API requests". Paths come decoded: a slash that
// was sent as `%2F` divides segments like any other (GATEWAY.md).

/** A route that matched, with the path variables it bound. */
export type Match<Route> = { readonly route: Route; readonly pathParameters: Readonly<Record<string, string>> };

type Segment = { readonly kind: 'fixed' | 'variable' | 'greedy'; readonly name: string };
type Parsed<Route> = { readonly route: Route; readonly method: string; readonly segments: readonly Segment[] };

const segmentOf = (text: string): Segment => {
  const [, name, greedy] = /^\{([^}+]+)(\+?)\}$/.exec(text) ?? [];
  if (name === undefined) return { kind: 'fixed', name: text };
  return { kind: greedy === '+' ? 'greedy' : 'variable', name };
};

const split = (path: string): readonly string[] => path.split('/').slice(1);

const bind = (segments: readonly Segment[], parts: readonly string[]): Readonly<Record<string, string>> | undefined => {
  const bound: Record<string, string> = {};
  for (const [index, { kind, name }] of segments.entries()) {
    const part = parts[index];
    if (part === undefined || part === '') return undefined;
    if (kind === 'greedy') return { ...bound, [name]: parts.slice(index).join('/') };
    if (kind === 'variable') bound[name] = part;
    else if (part !== name) return undefined;
  }
  return parts.length === segments.length ? bound : undefined;
};

const RANK = { fixed: 0, variable: 1, greedy: 2 } as const;

/** Sorts before what it beats: compares segment by segment, then the method. */
const precedence = (route: Parsed<unknown>): string => {
  const greedy = route.segments.some(({ kind }) => kind === 'greedy') ? 1 : 0;
  return `${greedy}${route.segments.map(({ kind }) => RANK[kind]).join('')}${route.method === 'ANY' ? 'z' : 'a'}`;
};

/** A chooser over `routes`. */
export const makeRouteTable = <Route extends { readonly routeKey: string }>(routes: readonly Route[]) => {
  const parsed = routes
    .filter(({ routeKey }) => routeKey !== '$default')
    .map((route): Parsed<Route> => {
      const [method = '', path = ''] = route.routeKey.split(' ');
      return { route, method, segments: split(path).map(segmentOf) };
    })
    .toSorted((a, b) => (precedence(a) < precedence(b) ? -1 : 1));
  const fallback = routes.find(({ routeKey }) => routeKey === '$default');
  return (method: string, path: string): Match<Route> | undefined => {
    const parts = split(path);
    for (const candidate of parsed) {
      const pathParameters = [method, 'ANY'].includes(candidate.method) ? bind(candidate.segments, parts) : undefined;
      if (pathParameters !== undefined) return { route: candidate.route, pathParameters };
    }
    return fallback === undefined ? undefined : { route: fallback, pathParameters: {} };
  };
};
