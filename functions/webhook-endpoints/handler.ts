// The part of the tenants' API that makes webhook secrets: it may seal them, and nothing else that api may. Sends nothing itself:
// send-webhooks finds in the table what there is to send.
import { randomBytes } from 'node:crypto';
import middy from '@middy/core';
import { answerGateway } from '../../lib/api/gateway.ts';
import { webhookDeliveryRoutes } from '../../lib/api/webhook-deliveries.ts';
import { webhookEndpointRoutes } from '../../lib/api/webhook-endpoints.ts';
import { dynamoClient, kmsClient, secretsClient } from '../../lib/aws/clients.ts';
import { makeInstruments } from '../../lib/aws/instruments.ts';
import { makeSeal } from '../../lib/aws/sealing.ts';
import { makeSecrets } from '../../lib/aws/secrets.ts';
import { makeTable } from '../../lib/aws/table.ts';
import { countRequests } from '../../lib/tenant/request-limit.ts';
import { environment } from './env.ts';

const env = environment.parse(process.env);
const instruments = makeInstruments('webhook-endpoints');
const business = makeTable(dynamoClient(instruments.countAws), env.BUSINESS_TABLE);
const readSecret = makeSecrets(secretsClient(instruments.countAws), () => performance.now());
const routes = [...webhookEndpointRoutes, ...webhookDeliveryRoutes];
const deps = {
  business,
  countRequest: countRequests(business),
  cursorKey: () => readSecret(env.CURSOR_KEY_ID),
  seal: makeSeal(kmsClient(instruments.countAws), env.WEBHOOK_KEY_ID),
  webhookLoopback: env.WEBHOOK_LOOPBACK === 'allowed',
  random: randomBytes,
};

const answer = answerGateway(
  () => Promise.resolve(routes),
  () => ({ ...deps, now: Date.now() }),
  instruments.reportFault,
);

export const handler = middy(answer).use(instruments.perInvocation);
