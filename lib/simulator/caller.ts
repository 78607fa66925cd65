// Who is calling: access token, client credentials, or management token. Refusals are answers, never exceptions.

import type { Application } from './application.ts';
import type { Grant } from './consents.ts';
import { documentedBucket } from './rate-limits.ts';
import { type Refusal, refuse } from './vendor-error.ts';
import type { Call, World } from './world.ts';

export interface Caller {
  readonly kind: 'caller';
  readonly application: Application;
  readonly grant: Grant;
}

/** Bearer access token of a live grant; takes `calls` from the application's bucket. */
export function callerOf(world: World, call: Call, calls = 1): Caller | Refusal {
  const grantId = world.tokens.grantOf(bearer(call.request), call.now);
  const grant = grantId === null ? null : world.consents.find(grantId);
  const application = world.applications.find(({ clientId }) => clientId === grant?.clientId);
  if (grant === null || application === undefined) return refuse('AUTHENTICATION');
  return takeCalls(world, call, application, calls) ?? { kind: 'caller', application, grant };
}

/** Takes from the bucket of an application. @returns the refusal when it is empty. */
export function takeCalls(world: World, call: Call, application: Application, calls = 1): Refusal | null {
  const bucket = application.rateLimit ?? documentedBucket;
  const enough = world.limits.takeFromApplication(application.clientId, bucket, calls, call.now);
  return enough ? null : refuse('RATE_LIMIT:SMARTCAR_API');
}

/** HTTP Basic with client id and secret. */
export function applicationByCredentials(world: World, request: Request): Application | null {
  const [id, secret] = basic(request);
  return world.applications.find(({ clientId, clientSecret }) => clientId === id && clientSecret === secret) ?? null;
}

/** The management token: `Basic default:<token>` on the management interface, Bearer on the vehicle interface. */
export function applicationByManagementToken(world: World, request: Request): Application | null {
  const [user, password] = basic(request);
  const token = user === 'default' ? password : bearer(request);
  return world.applications.find(({ managementToken }) => managementToken === token) ?? null;
}

/** @returns the token of the Bearer scheme, an empty text when there is none. */
export function bearer(request: Request): string {
  return /^Bearer (\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1] ?? '';
}

/** @returns user and password of the Basic scheme, two empty texts when there are none. */
export function basic(request: Request): readonly [user: string, password: string] {
  const encoded = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(request.headers.get('authorization') ?? '')?.[1] ?? '';
  const text = decodeBase64(encoded);
  const colon = text.indexOf(':');
  return colon < 0 ? ['', ''] : [text.slice(0, colon), text.slice(colon + 1)];
}

function decodeBase64(encoded: string): string {
  try {
    return atob(encoded);
  } catch {
    return '';
  }
}
