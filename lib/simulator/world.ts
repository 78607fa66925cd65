// What the handlers share: the fleet, who agreed to what, tokens, limits, unfinished Connects, and the clock.
// One per simulator; there is no other state.

import type { Application } from './application.ts';
import type { Flow } from './connect-session.ts';
import type { Consents } from './consents.ts';
import type { Fleet } from './fleet.ts';
import type { RateLimits } from './rate-limits.ts';
import type { Tokens } from './tokens.ts';

export interface World {
  readonly clock: () => number;
  readonly uuid: () => string;
  readonly applications: readonly Application[];
  readonly fleet: Fleet;
  readonly consents: Consents;
  readonly tokens: Tokens;
  readonly limits: RateLimits;
  readonly flows: Map<string, Flow>;
  /** `<webhook id> <vehicle id>` of every subscription. */
  readonly subscriptions: Set<string>;
}

/** One request, routed. */
export interface Call {
  readonly request: Request;
  readonly url: URL;
  readonly params: Readonly<Record<string, string>>;
  readonly now: number;
  readonly requestId: string;
}
