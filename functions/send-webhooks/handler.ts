// The sweep, called by a schedule: tells what was marked. Two sweeps at once are harmless: an event is told twice, under one id.
import middy from '@middy/core';
import { dynamoClient } from '../../lib/aws/clients.ts';
import { makeInstruments } from '../../lib/aws/instruments.ts';
import { makeTable } from '../../lib/aws/table.ts';
import { sweep } from '../../lib/event/sweep.ts';
import { environment } from './env.ts';

const env = environment.parse(process.env);
const instruments = makeInstruments('send-webhooks');
const business = makeTable(dynamoClient(instruments.countAws), env.BUSINESS_TABLE);

async function tellMarked(): Promise<void> {
  const { events, oldestMs } = await sweep(business, Date.now());
  if (events > 0) instruments.log('info', 'told', { events, oldestMs });
}

export const handler = middy(tellMarked).use(instruments.perInvocation);
