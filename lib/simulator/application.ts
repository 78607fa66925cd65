// One customer of the vehicle platform: its credentials, where Connect may return to, and its limits.

import type { Bucket } from './rate-limits.ts';
import type { NewWebhook } from './webhooks.ts';

/** One application at the vehicle platform. */
export interface Application {
  /** UUID; also accepted as `application_id`. */
  readonly clientId: string;
  readonly clientSecret: string;
  /** The separate pair for V3; its id starts with `client_`. Without it the application has no V3. */
  readonly apiCredentials?: { readonly clientId: string; readonly clientSecret: string };
  /** The first one is the default when Connect is opened without `redirect_uri`. */
  readonly redirectUris: readonly string[];
  /** Any redirect URI of a documented form will do, registered or not. */
  readonly acceptsAnyRedirect?: boolean;
  readonly managementToken: string;
  /** What is asked for when Connect is opened without `scope`; default: vehicle info, VIN and odometer. */
  readonly scope?: readonly string[];
  /** Webhooks that deliver nothing; vehicles can be subscribed to them. */
  readonly webhookIds?: readonly string[];
  /** Webhooks of the dashboard; more can be added while it runs. */
  readonly webhooks?: readonly NewWebhook[];
  /** Default: the documented 120 calls, refilled at 2 a minute. */
  readonly rateLimit?: Bucket;
}
