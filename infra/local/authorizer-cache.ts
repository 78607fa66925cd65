// Asks a route's Lambda authorizer and remembers its answers as an HTTP API does: by identity source, for as long as the
// authorizer's TTL, in the time of the shared clock. Answers: simple responses only, as the template says.
// Source: API Gateway Developer Guide, "Control access to HTTP APIs with AWS Lambda authorizers".
import type { AuthorizerSpec } from './deployed-functions.ts';
import type { Outcome } from './function-copy.ts';
import { authorizerEvent, type EventExtras, type GatewayRequest, headersOf, queryOf } from './http-event.ts';

export type Decision =
  | { readonly kind: 'allowed'; readonly context: Readonly<Record<string, unknown>> }
  | { readonly kind: 'no-identity' }
  | { readonly kind: 'refused' }
  | { readonly kind: 'broken' };

type Cached = { readonly decision: Decision; readonly until: number };

export type Authorize = (authorizer: AuthorizerSpec, request: GatewayRequest, extras: EventExtras) => Promise<Decision>;

/** The value of `$request.header.X` or `$request.querystring.X`; undefined when it is absent or empty. */
const identityValue = (source: string, request: GatewayRequest): string | undefined => {
  const [, place, name = ''] = /^\$request\.(header|querystring)\.(.+)$/.exec(source) ?? [];
  const value = place === 'header' ? headersOf(request)[name.toLowerCase()] : queryOf(request)[name];
  return value === '' ? undefined : value;
};

const decisionFrom = (outcome: Outcome): Decision => {
  if (outcome.kind === 'fault') return { kind: 'broken' };
  const result: unknown = JSON.parse(outcome.payload);
  if (
    typeof result !== 'object' ||
    result === null ||
    !('isAuthorized' in result) ||
    typeof result.isAuthorized !== 'boolean'
  ) {
    return { kind: 'broken' };
  }
  if (!result.isAuthorized) return { kind: 'refused' };
  const context =
    'context' in result && typeof result.context === 'object' && result.context !== null ? { ...result.context } : {};
  return { kind: 'allowed', context };
};

/** An authorizer with an empty memory. */
export const makeAuthorize = (
  invoke: (functionName: string, event: unknown) => Promise<Outcome>,
  region: string,
  now: () => number,
): Authorize => {
  const cache = new Map<string, Cached>();
  return async (authorizer, request, extras) => {
    const identities = authorizer.identitySources.map((source) => identityValue(source, request));
    const given = identities.filter((value) => value !== undefined);
    if (given.length < identities.length) return { kind: 'no-identity' };
    const key = JSON.stringify([authorizer.id, ...given]);
    const cached = cache.get(key);
    if (cached !== undefined && now() < cached.until) return cached.decision;
    const decision = decisionFrom(
      await invoke(authorizer.functionName, authorizerEvent(request, extras, region, given)),
    );
    const lasting = decision.kind === 'allowed' || decision.kind === 'refused';
    if (lasting && authorizer.cacheSeconds > 0)
      cache.set(key, { decision, until: now() + authorizer.cacheSeconds * 1000 });
    return decision;
  };
};
