// The driver's pages. GET changes nothing; the POST begins an authorization bound to this browser; the callback ends it.
// No answer is stored by anybody, no address is passed on as a referrer, nothing but our own stylesheet is loaded.

import { randomBytes } from 'node:crypto';
import middy from '@middy/core';
import * as z from 'zod/mini';
import { dynamoClient, kmsClient, secretsClient, sqsClient } from '../../lib/aws/clients.ts';
import { makeDataKeys } from '../../lib/aws/data-keys.ts';
import { makeInstruments } from '../../lib/aws/instruments.ts';
import { makeQueue } from '../../lib/aws/queue.ts';
import { makeSecrets } from '../../lib/aws/secrets.ts';
import { makeTable } from '../../lib/aws/table.ts';
import { makeConnectPages } from '../../lib/connection/connect-pages.ts';
import { parseForm } from '../../lib/connection/driver-form.ts';
import { makeLogin } from '../../lib/connection/platform-login.ts';
import { makeTenantKeys } from '../../lib/connection/tenant-keys.ts';
import { makeVault } from '../../lib/connection/vault.ts';
import { makeTransport } from '../../lib/vehicle/transport.ts';
import { environment } from './env.ts';

const env = environment.parse(process.env);
const instruments = makeInstruments('connect');
const monotonic = () => performance.now();
const dynamo = dynamoClient(instruments.countAws);
const vaultTable = makeTable(dynamo, env.VAULT_TABLE);
const readSecret = makeSecrets(secretsClient(instruments.countAws), monotonic);
const dataKeys = makeDataKeys(kmsClient(instruments.countAws), env.VAULT_KEY_ID);

const pages = makeConnectPages({
  business: makeTable(dynamo, env.BUSINESS_TABLE),
  vault: makeVault(vaultTable, makeTenantKeys(vaultTable, dataKeys, monotonic), randomBytes),
  login: makeLogin({
    transport: makeTransport({ onCall: instruments.countVehicle }),
    readSecret,
    authOrigin: env.VEHICLE_AUTH_ORIGIN,
    connectOrigin: env.VEHICLE_CONNECT_ORIGIN,
    redirectUri: `${env.PUBLIC_ORIGIN}/connect/callback`,
  }),
  sendTend: makeQueue(sqsClient(instruments.countAws), env.TEND_QUEUE_URL),
  reconnectKey: () => readSecret(env.RECONNECT_KEY_ID),
  publicOrigin: env.PUBLIC_ORIGIN,
  connectOrigin: env.VEHICLE_CONNECT_ORIGIN,
  clock: () => Date.now(),
  random: randomBytes,
  report: instruments.reportFault,
});

const event = z.object({
  routeKey: z.string(),
  rawQueryString: z.string(),
  headers: z.record(z.string(), z.string()),
  cookies: z.optional(z.array(z.string())),
  pathParameters: z.optional(z.record(z.string(), z.string())),
  body: z.optional(z.string()),
  isBase64Encoded: z.boolean(),
});

async function connect(input: unknown) {
  const {
    routeKey,
    rawQueryString,
    headers,
    cookies = [],
    pathParameters = {},
    body = '',
    isBase64Encoded,
  } = event.parse(input);
  const answer = await pages({
    route: routeKey,
    token: pathParameters['token'] ?? '',
    query: rawQueryString,
    cookies,
    secFetchSite: headers['sec-fetch-site'],
    acceptLanguage: headers['accept-language'],
    form: parseForm(Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8')),
  });
  const { status, cookie, ...rest } = answer;
  return {
    statusCode: status,
    headers: rest.headers,
    body: rest.body,
    ...(cookie === undefined ? {} : { cookies: [cookie] }),
  };
}

export const handler = middy(connect).use(instruments.perInvocation);
