// What the vehicle platform pushes: `POST /vehicle-events/{applicationId}`. Takes what is signed and answers at once; read-vehicle uses
// it. Has no token, no vault and no statement within reach. Answers with a status and nothing else, except to a challenge.
import middy from '@middy/core';
import * as z from 'zod/mini';
import { dynamoClient, secretsClient, sqsClient } from '../../lib/aws/clients.ts';
import { makeInstruments } from '../../lib/aws/instruments.ts';
import { makeQueue } from '../../lib/aws/queue.ts';
import { makeSecrets } from '../../lib/aws/secrets.ts';
import { makeTable } from '../../lib/aws/table.ts';
import { makeReceivePush, type Reception } from '../../lib/reading/receive-push.ts';
import { makeFindApplication } from '../../lib/tenant/application.ts';
import { environment } from './env.ts';

const env = environment.parse(process.env);
const instruments = makeInstruments('vehicle-events');
const monotonic = () => performance.now();
const business = makeTable(dynamoClient(instruments.countAws), env.BUSINESS_TABLE);

const receive = makeReceivePush({
  business,
  application: makeFindApplication(business, monotonic),
  readSecret: makeSecrets(secretsClient(instruments.countAws), monotonic),
  sendRead: makeQueue(sqsClient(instruments.countAws), env.READ_QUEUE_URL),
  clock: () => Date.now(),
  monotonic,
  warn: (code) => instruments.log('error', 'operator', { code }),
  onForged: (applicationId) => instruments.log('warn', 'push.refused', { applicationId }),
});

const event = z.object({
  headers: z.record(z.string(), z.string()),
  pathParameters: z.object({ applicationId: z.string() }),
  body: z.optional(z.string()),
  isBase64Encoded: z.boolean(),
});

function answerOf(reception: Reception) {
  switch (reception.kind) {
    case 'taken':
      return { statusCode: 204 };
    case 'challenge': {
      const headers = { 'content-type': 'application/json' };
      return { statusCode: 200, headers, body: JSON.stringify({ challenge: reception.answer }) };
    }
    case 'too_large':
      return { statusCode: 413 };
    case 'refused':
      return { statusCode: 401 };
  }
}

async function take(input: unknown) {
  const { headers, pathParameters, body = '', isBase64Encoded } = event.parse(input);
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  return answerOf(await receive({ ...pathParameters, body: bytes, signature: headers['sc-signature'] }));
}

export const handler = middy(take).use(instruments.perInvocation);
