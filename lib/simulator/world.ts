// What the handlers share: the fleet, who agreed to what, tokens, limits, webhooks, unfinished Connects, and the clock.
// One per simulator; there is no other state.

import type { Application } from './application.ts';
import type { ApplicationTokens } from './application-tokens.ts';
import type { Behaviour } from './behaviour.ts';
import type { Flow } from './connect-session.ts';
import type { Consents } from './consents.ts';
import type { Fleet } from './fleet.ts';
import type { RateLimits } from './rate-limits.ts';
import type { Subscriptions } from './subscriptions.ts';
import type { Tokens } from './tokens.ts';
import type { Webhooks } from './webhooks.ts';

export interface World {
  readonly clock: () => number;
  readonly uuid: () => string;
  readonly applications: readonly Application[];
  readonly fleet: Fleet;
  readonly consents: Consents;
  readonly tokens: Tokens;
  readonly limits: RateLimits;
  readonly flows: Map<string, Flow>;
  readonly applicationTokens: ApplicationTokens;
  readonly webhooks: Webhooks;
  readonly subscriptions: Subscriptions;
  /** Replaced as a whole while it runs. */
  readonly behaviour: { current: Behaviour };
}

/** One request, routed. */
export interface Call {
  readonly request: Request;
  readonly url: URL;
  readonly params: Readonly<Record<string, string>>;
  readonly now: number;
  readonly requestId: string;
}

/** @returns the parsed body of a request, undefined for a body that is no JSON. */
export async function jsonOf(request: Request): Promise<unknown> {
  try {
    return await request.json();
  } catch {
    return undefined;
  }
}
