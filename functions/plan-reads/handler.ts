// The planner, called by a schedule. Two planners at once are harmless: a turn is taken by one of them.
import middy from '@middy/core';
import { dynamoClient, sqsClient } from '../../lib/aws/clients.ts';
import { makeInstruments } from '../../lib/aws/instruments.ts';
import { makeQueue } from '../../lib/aws/queue.ts';
import { makeTable } from '../../lib/aws/table.ts';
import { planReads } from '../../lib/reading/plan-reads.ts';
import { environment } from './env.ts';

const env = environment.parse(process.env);
const instruments = makeInstruments('plan-reads');
const sqs = sqsClient(instruments.countAws);

const planning = {
  business: makeTable(dynamoClient(instruments.countAws), env.BUSINESS_TABLE),
  sendTend: makeQueue(sqs, env.TEND_QUEUE_URL),
  sendRead: makeQueue(sqs, env.READ_QUEUE_URL),
};

async function plan(): Promise<void> {
  const turns = await planReads(planning, Date.now());
  if (turns > 0) instruments.log('info', 'planned', { turns });
}

export const handler = middy(plan).use(instruments.perInvocation);
