// The tenants' API behind the API-key authorizer: what lib/api answers with here.

import { randomBytes } from 'node:crypto';
import middy from '@middy/core';
import { answerGateway } from '../../lib/api/gateway.ts';
import { routesAt } from '../../lib/api/routes.ts';
import { dynamoClient, secretsClient } from '../../lib/aws/clients.ts';
import { makeInstruments } from '../../lib/aws/instruments.ts';
import { makeSecrets } from '../../lib/aws/secrets.ts';
import { makeTable } from '../../lib/aws/table.ts';
import { countRequests } from '../../lib/tenant/request-limit.ts';
import { environment } from './env.ts';

const env = environment.parse(process.env);
const instruments = makeInstruments('api');
const client = dynamoClient(instruments.countAws);
const business = makeTable(client, env.BUSINESS_TABLE);
const readSecret = makeSecrets(secretsClient(instruments.countAws), () => performance.now());
const deps = {
  business,
  attestations: makeTable(client, env.ATTESTATIONS_TABLE),
  countRequest: countRequests(business),
  cursorKey: () => readSecret(env.CURSOR_KEY_ID),
  reconnectKey: () => readSecret(env.RECONNECT_KEY_ID),
  publicOrigin: env.PUBLIC_ORIGIN,
  random: randomBytes,
};

const answer = answerGateway(routesAt, () => ({ ...deps, now: Date.now() }), instruments.reportFault);

export const handler = middy(answer).use(instruments.perInvocation);
