// The API-key authorizer. It always lets the request through and says who is calling, or that nobody is: `api` renders the refusal as a
// problem document. Logs nothing about keys.
import middy from '@middy/core';
import { dynamoClient } from '../../lib/aws/clients.ts';
import { makeInstruments } from '../../lib/aws/instruments.ts';
import { makeTable } from '../../lib/aws/table.ts';
import { authenticate } from '../../lib/tenant/api-key.ts';
import { environment } from './env.ts';

const env = environment.parse(process.env);
const instruments = makeInstruments('authorize');
const business = makeTable(dynamoClient(instruments.countAws), env.BUSINESS_TABLE);

interface AuthorizerEvent {
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

/** Payload 2.0, simple response. `context` reaches `api` as strings; it is empty for a refusal. */
interface AuthorizerAnswer {
  readonly isAuthorized: true;
  readonly context: { readonly tenantId?: string; readonly keyId?: string; readonly scopes?: string };
}

async function authorize(event: AuthorizerEvent): Promise<AuthorizerAnswer> {
  const caller = await authenticate(business, event.headers?.['authorization'] ?? '', Date.now());
  if (caller === undefined) return { isAuthorized: true, context: {} };
  const { tenantId, keyId, scopes } = caller;
  return { isAuthorized: true, context: { tenantId, keyId, scopes: scopes.join(' ') } };
}

export const handler = middy(authorize).use(instruments.perInvocation);
