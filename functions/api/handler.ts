// The tenants' API behind the API-key authorizer: translates API Gateway's payload 2.0 to lib/api and back.

import { randomBytes } from 'node:crypto';
import middy from '@middy/core';
import * as z from 'zod/mini';
import type { ApiRequest } from '../../lib/api/call.ts';
import { handleRequest } from '../../lib/api/handle.ts';
import { problem } from '../../lib/api/problem.ts';
import { dynamoClient, secretsClient } from '../../lib/aws/clients.ts';
import { makeInstruments } from '../../lib/aws/instruments.ts';
import { makeSecrets } from '../../lib/aws/secrets.ts';
import { makeTable } from '../../lib/aws/table.ts';
import { makeCheckCompatibility } from '../../lib/connection/compatibility.ts';
import { type Caller, SCOPES } from '../../lib/tenant/api-key.ts';
import { countRequests } from '../../lib/tenant/request-limit.ts';
import { makeTransport } from '../../lib/vehicle/transport.ts';
import { environment } from './env.ts';

const env = environment.parse(process.env);
const instruments = makeInstruments('api');
const client = dynamoClient(instruments.countAws);
const business = makeTable(client, env.BUSINESS_TABLE);
const attestations = makeTable(client, env.ATTESTATIONS_TABLE);
const countRequest = countRequests(business);
const readSecret = makeSecrets(secretsClient(instruments.countAws), () => performance.now());
const cursorKey = () => readSecret(env.CURSOR_KEY_ID);
const checkCompatibility = makeCheckCompatibility({
  transport: makeTransport({ onCall: instruments.countVehicle }),
  readSecret,
  apiOrigin: env.VEHICLE_API_ORIGIN,
});

const event = z.object({
  rawPath: z.string(),
  rawQueryString: z.string(),
  headers: z.record(z.string(), z.string()),
  body: z.optional(z.string()),
  isBase64Encoded: z.boolean(),
  requestContext: z.object({
    requestId: z.string(),
    http: z.object({ method: z.string() }),
    authorizer: z.nullish(z.object({ lambda: z.nullish(z.record(z.string(), z.unknown())) })),
  }),
});

type ApiEvent = z.infer<typeof event>;

const authorized = z.object({ tenantId: z.string(), keyId: z.string(), scopes: z.string() });

/** The caller as the authorizer knows it; scopes it may have learnt since are dropped. */
function callerOf({ requestContext }: ApiEvent): Caller | undefined {
  const found = authorized.safeParse(requestContext.authorizer?.lambda);
  if (!found.success) return undefined;
  const { tenantId, keyId, scopes } = found.data;
  const held = scopes.split(' ');
  return { tenantId, keyId, scopes: SCOPES.filter((scope) => held.includes(scope)) };
}

const requestOf = ({
  rawPath,
  rawQueryString,
  headers,
  body,
  isBase64Encoded,
  requestContext,
}: ApiEvent): ApiRequest => ({
  id: requestContext.requestId,
  method: requestContext.http.method,
  path: rawPath,
  query: [...new URLSearchParams(rawQueryString)],
  headers,
  body: body !== undefined && isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body,
});

async function api(input: unknown) {
  const parsed = event.parse(input);
  const request = requestOf(parsed);
  const deps = {
    business,
    attestations,
    countRequest,
    cursorKey,
    checkCompatibility,
    publicOrigin: env.PUBLIC_ORIGIN,
    now: Date.now(),
    random: randomBytes,
  };
  const answer = await handleRequest(deps, request, callerOf(parsed)).catch((fault: unknown) => {
    instruments.reportFault(fault);
    return problem('internal', request.id);
  });
  return { statusCode: answer.status, headers: answer.headers, body: answer.body };
}

export const handler = middy(api).use(instruments.perInvocation);
