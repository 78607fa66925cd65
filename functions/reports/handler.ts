// The part of the tenants' API that gives reports out, and links to them. Its credentials open their files, and it opens none itself: it
// signs addresses with them. Builds nothing: build-report does, from a queue.
import { randomBytes } from 'node:crypto';
import middy from '@middy/core';
import { answerGateway } from '../../lib/api/gateway.ts';
import { reportRoutes } from '../../lib/api/reports.ts';
import { shareRoutes } from '../../lib/api/shares.ts';
import { dynamoClient, secretsClient, sqsClient } from '../../lib/aws/clients.ts';
import { makeInstruments } from '../../lib/aws/instruments.ts';
import { lentCredentials, presignedUrl } from '../../lib/aws/presign.ts';
import { makeQueue } from '../../lib/aws/queue.ts';
import { makeSecrets } from '../../lib/aws/secrets.ts';
import { makeTable } from '../../lib/aws/table.ts';
import { countRequests } from '../../lib/tenant/request-limit.ts';
import { environment } from './env.ts';

/** An address is followed at once. */
const SECONDS = 60;

const env = environment.parse(process.env);
const instruments = makeInstruments('reports');
const business = makeTable(dynamoClient(instruments.countAws), env.BUSINESS_TABLE);
const readSecret = makeSecrets(secretsClient(instruments.countAws), () => performance.now());
const deps = {
  business,
  countRequest: countRequests(business),
  cursorKey: () => readSecret(env.CURSOR_KEY_ID),
  sendReports: makeQueue(sqsClient(instruments.countAws), env.REPORT_QUEUE_URL),
  addressOf: (name: string, saveAs: string, now: number) =>
    presignedUrl(
      { ...lentCredentials(process.env), bucket: env.REPORT_BUCKET },
      { name, saveAs, seconds: SECONDS, now },
    ),
  publicOrigin: env.PUBLIC_ORIGIN,
  random: randomBytes,
};

const answer = answerGateway(
  () => Promise.resolve([...reportRoutes, ...shareRoutes]),
  () => ({ ...deps, now: Date.now() }),
  instruments.reportFault,
);

export const handler = middy(answer).use(instruments.perInvocation);
