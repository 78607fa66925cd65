// POST /oauth/token of V2: authorization codes and refresh tokens in, token pairs out; errors as RFC 6749 §5.2.
// Client credentials come by HTTP Basic or, as one SDK does, in the form.

import type { Application } from './application.ts';
import { basic } from './caller.ts';
import { refusedTokenRequest } from './strict.ts';
import { type OAuthError, oauthError, type TokenPair } from './tokens.ts';
import type { Call, World } from './world.ts';

const FORM = 'application/x-www-form-urlencoded';

export async function tokenEndpoint(world: World, call: Call): Promise<Response> {
  const form = new URLSearchParams(await call.request.text());
  const refused = world.behaviour.current.strict ? refusedTokenRequest(call.request, [FORM]) : null;
  const outcome = refused === null ? answerTo(world, call, form) : oauthError('invalid_request', refused);
  const status = 'access_token' in outcome ? 200 : outcome.error === 'invalid_client' ? 401 : 400;
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store', 'sc-request-id': call.requestId };
  return new Response(JSON.stringify(outcome), { status, headers });
}

function answerTo(world: World, call: Call, form: URLSearchParams): TokenPair | OAuthError {
  const application = clientOf(world, call.request, form);
  if (application === null) return oauthError('invalid_client', 'Unknown client, or wrong secret.');
  return exchange(world, application, form, call.now);
}

function exchange(world: World, application: Application, form: URLSearchParams, now: number): TokenPair | OAuthError {
  const grantType = form.get('grant_type');
  if (grantType === 'authorization_code') {
    const [code, redirectUri] = [form.get('code'), form.get('redirect_uri') ?? application.redirectUris[0]];
    if (!code) return oauthError('invalid_request', 'The code is missing.');
    return world.tokens.redeem(code, application.clientId, redirectUri ?? '', now);
  }
  if (grantType === 'refresh_token') return refresh(world, application, form.get('refresh_token'), now);
  return oauthError('unsupported_grant_type', 'The grant_type is missing or unknown.');
}

/** Where the last vehicle was disconnected, nothing is left to refresh. */
function refresh(world: World, { clientId }: Application, token: string | null, now: number): TokenPair | OAuthError {
  if (!token) return oauthError('invalid_request', 'The refresh_token is missing.');
  const known = world.tokens.checkRefresh(token, clientId, now);
  if ('error' in known) return known;
  if (world.consents.find(known.grantId)?.vehicleIds.length === 0) {
    return oauthError('invalid_grant', 'The refresh token is invalid, expired or revoked.');
  }
  return world.tokens.rotate(token, clientId, now);
}

function clientOf(world: World, request: Request, form: URLSearchParams): Application | null {
  const [basicId, basicSecret] = basic(request);
  const id = basicId || form.get('client_id');
  const secret = basicSecret || form.get('client_secret');
  return world.applications.find(({ clientId, clientSecret }) => clientId === id && clientSecret === secret) ?? null;
}
