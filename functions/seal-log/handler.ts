// Puts statements into the log, called by a schedule: the only function that writes the log, and the only one that may use the
// checkpoint key. Two at once are harmless: a batch is made by one of them.
import middy from '@middy/core';
import { eventsOfStatement } from '../../lib/attestation/events.ts';
import { dynamoClient, kmsClient } from '../../lib/aws/clients.ts';
import { makeInstruments } from '../../lib/aws/instruments.ts';
import { makeNoteSigner } from '../../lib/aws/note-signer.ts';
import { makeTable } from '../../lib/aws/table.ts';
import { tell } from '../../lib/event/tell.ts';
import { logOrigin } from '../../lib/ledger/log-origin.ts';
import { makeSealer } from '../../lib/ledger/seal.ts';
import { environment } from './env.ts';

/** Left for finishing the batch that was begun last. */
const AFTERWARDS_MS = 30_000;

const env = environment.parse(process.env);
const instruments = makeInstruments('seal-log');
const dynamo = dynamoClient(instruments.countAws);
const business = makeTable(dynamo, env.BUSINESS_TABLE);

const seal = makeSealer({
  attestations: makeTable(dynamo, env.ATTESTATIONS_TABLE),
  log: makeTable(dynamo, env.LOG_TABLE),
  signer: makeNoteSigner(kmsClient(instruments.countAws), env.CHECKPOINT_KEY_ID),
  origin: logOrigin(env.ISSUER),
  clock: () => Date.now(),
  tell: (statements) => tell(business, statements.flatMap(eventsOfStatement), Date.now()),
  warn: (code) => instruments.log('error', 'operator', { code }),
});

interface LambdaContext {
  readonly getRemainingTimeInMillis: () => number;
}

async function sealLog(_event: unknown, context: LambdaContext): Promise<void> {
  const sealed = await seal(Date.now() + context.getRemainingTimeInMillis() - AFTERWARDS_MS);
  if (sealed > 0) instruments.log('info', 'sealed', { sealed });
}

export const handler = middy(sealLog).use(instruments.perInvocation);
