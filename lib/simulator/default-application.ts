// The application and the driver that a simulator started alone knows: fixed, so that settings of a test need no change.
// They are no secrets and mean nothing anywhere else.

import type { Application } from './application.ts';
import { documentedBucket } from './rate-limits.ts';

export const defaultAccount = 'driver@example.com';

export const defaultClientId = '0d05ea1c-2f5b-4c43-9c7a-6d1f0b9c1a01';

/**
 * @param strict whether the documented limit of 120 calls holds, instead of one that no test reaches by accident
 * @param redirectUris registered beside its own
 */
export function defaultApplication(strict: boolean, redirectUris: readonly string[] = []): Application {
  return {
    clientId: defaultClientId,
    clientSecret: '0d05ea1c-5ec2-4e70-8000-000000000002',
    apiCredentials: { clientId: 'client_01SIMULATOR0000000000000', clientSecret: 'simulator-api-secret' },
    managementToken: '0d05ea1c-a317-4e70-8000-000000000003',
    redirectUris: ['http://localhost:8000/callback', ...redirectUris],
    acceptsAnyRedirect: true,
    webhookIds: ['0d05ea1c-eb00-4c00-8000-000000000004'],
    rateLimit: strict ? documentedBucket : { burst: 100_000, perMinute: 100_000 },
  };
}
