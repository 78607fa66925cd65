// A subscription with everything that is needed to tell its webhook something.

import type { Entry } from './fleet.ts';
import type { Subscription } from './subscriptions.ts';
import type { Visit } from './vehicle-requests.ts';
import type { Webhook } from './webhooks.ts';

/** A subscription that is looked at. */
export interface Watch {
  readonly subscription: Subscription;
  readonly webhook: Webhook;
  readonly entry: Entry;
  readonly visit: Visit;
}
