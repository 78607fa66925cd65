// Counts runs, called by a schedule: how a month stands for a tenant, and that it is complete. Two at once are harmless: a look is ended
// by one of them.
import middy from '@middy/core';
import { tallyRuns } from '../../lib/attestation/tally-runs.ts';
import { dynamoClient } from '../../lib/aws/clients.ts';
import { makeInstruments } from '../../lib/aws/instruments.ts';
import { makeTable } from '../../lib/aws/table.ts';
import { environment } from './env.ts';

/** Left for the slice in hand. */
const AFTERWARDS_MS = 30_000;

const env = environment.parse(process.env);
const instruments = makeInstruments('tally-runs');
const dynamo = dynamoClient(instruments.countAws);

const tallying = {
  business: makeTable(dynamo, env.BUSINESS_TABLE),
  attestations: makeTable(dynamo, env.ATTESTATIONS_TABLE),
  clock: () => Date.now(),
};

interface LambdaContext {
  readonly getRemainingTimeInMillis: () => number;
}

async function tally(_event: unknown, context: LambdaContext): Promise<void> {
  const { counted, completed } = await tallyRuns(
    tallying,
    Date.now() + context.getRemainingTimeInMillis() - AFTERWARDS_MS,
  );
  if (counted > 0) instruments.log('info', 'tallied', { counted, completed });
}

export const handler = middy(tally).use(instruments.perInvocation);
