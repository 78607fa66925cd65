// Codes and tokens for whoever begins to try the platform: made for a connection that exists, so that every request shown
// on the control page works as it is printed. Nothing an owner did not agree to.

import type { World } from './world.ts';

export interface SampleAccess {
  readonly vehicleId: string;
  readonly userId: string;
  /** Unused; goes with `redirectUri`. */
  readonly code: string;
  readonly redirectUri: string;
  readonly accessToken: string;
  /** Unused. */
  readonly refreshToken: string;
  /** For V3; null for an application without its credentials. */
  readonly applicationToken: string | null;
}

/** @returns fresh access to the newest connection of an application; null when it has none. */
export function sampleAccess(world: World, clientId: string): SampleAccess | null {
  const application = world.applications.find((each) => each.clientId === clientId);
  const live = world.consents.live({ clientId })[0];
  const redirectUri = application?.redirectUris[0];
  if (application === undefined || live === undefined || redirectUri === undefined) return null;
  const now = world.clock();
  const issue = (): string => world.tokens.issueCode({ grantId: live.grant.id, clientId, redirectUri }, now);
  const pair = world.tokens.redeem(issue(), clientId, redirectUri, now);
  if ('error' in pair) return null;
  return {
    ...{ vehicleId: live.vehicleId, userId: live.grant.userId, code: issue(), redirectUri },
    accessToken: pair.access_token,
    refreshToken: pair.refresh_token,
    applicationToken:
      application.apiCredentials === undefined ? null : world.applicationTokens.issue(clientId, now).access_token,
  };
}
