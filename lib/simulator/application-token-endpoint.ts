// POST /oauth2/token of V3: client credentials in, a token for the whole application out, for an hour, no refresh token.
// Credentials come in a form, in JSON, or by HTTP Basic. The Application ID is not a credential here and is refused.

import type { Application } from './application.ts';
import { basic } from './caller.ts';
import { refusedTokenRequest } from './strict.ts';
import type { Call, World } from './world.ts';

interface TokenRequest {
  readonly grantType: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

export async function applicationTokenEndpoint(world: World, call: Call): Promise<Response> {
  const types = ['application/x-www-form-urlencoded', 'application/json'];
  const refused = world.behaviour.current.strict ? refusedTokenRequest(call.request, types) : null;
  if (refused !== null) return oauthAnswer(call, 400, { error: 'invalid_request', error_description: refused });
  const wanted = await readTokenRequest(call.request);
  if (wanted === null || wanted.grantType !== 'client_credentials') {
    const problem = wanted === null ? 'The body is missing or malformed.' : 'grant_type must be client_credentials.';
    return oauthAnswer(call, 400, { error: 'invalid_request', error_description: problem });
  }
  if (wanted.clientId === '' || wanted.clientSecret === '') {
    const problem = 'client_id and client_secret are required.';
    return oauthAnswer(call, 400, { error: 'invalid_request', error_description: problem });
  }
  const application = applicationOf(world, wanted);
  if (application === null) {
    const problem = 'Unknown client, or wrong secret.';
    return oauthAnswer(call, 401, { error: 'invalid_client', error_description: problem });
  }
  return oauthAnswer(call, 200, world.applicationTokens.issue(application.clientId, call.now));
}

function applicationOf({ applications }: World, { clientId, clientSecret }: TokenRequest): Application | null {
  const isIts = ({ apiCredentials }: Application): boolean =>
    apiCredentials?.clientId === clientId && apiCredentials.clientSecret === clientSecret;
  return applications.find(isIts) ?? null;
}

/** @returns null for a body that is neither a form nor a JSON object. */
async function readTokenRequest(request: Request): Promise<TokenRequest | null> {
  const [basicId, basicSecret] = basic(request);
  const fields = fieldsOf(await request.text());
  if (fields === null) return null;
  return {
    grantType: fields('grant_type'),
    clientId: fields('client_id') || basicId,
    clientSecret: fields('client_secret') || basicSecret,
  };
}

function fieldsOf(text: string): ((name: string) => string) | null {
  if (!text.trimStart().startsWith('{')) {
    const form = new URLSearchParams(text);
    return (name) => form.get(name) ?? '';
  }
  try {
    const parsed = Object.entries<unknown>(JSON.parse(text));
    return (name) => String(parsed.find(([key]) => key === name)?.[1] ?? '');
  } catch {
    return null;
  }
}

function oauthAnswer(call: Call, status: number, body: object): Response {
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store', 'sc-request-id': call.requestId };
  return new Response(JSON.stringify(body), { status, headers });
}
