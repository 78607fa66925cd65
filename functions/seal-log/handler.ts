// Puts statements into the log, called by a schedule: the only function that writes the log, and the only one that may use the
// checkpoint key. Two at once are harmless: a batch is made by one of them.
import { randomBytes } from 'node:crypto';
import middy from '@middy/core';
import { eventsOfStatement } from '../../lib/attestation/events.ts';
import { dynamoClient, kmsClient } from '../../lib/aws/clients.ts';
import { makeInstruments } from '../../lib/aws/instruments.ts';
import { makeNoteSigner } from '../../lib/aws/note-signer.ts';
import { makeTable } from '../../lib/aws/table.ts';
import { tell } from '../../lib/event/tell.ts';
import { askAuthority } from '../../lib/ledger/authority.ts';
import { logOrigin } from '../../lib/ledger/log-origin.ts';
import { makeSealer } from '../../lib/ledger/seal.ts';
import { makeStamper } from '../../lib/ledger/stamp.ts';
import { environment } from './env.ts';

/** Left for finishing the batch that was begun last. */
const AFTERWARDS_MS = 30_000;

const env = environment.parse(process.env);
const instruments = makeInstruments('seal-log');
const dynamo = dynamoClient(instruments.countAws);
const business = makeTable(dynamo, env.BUSINESS_TABLE);

const log = makeTable(dynamo, env.LOG_TABLE);

const seal = makeSealer({
  attestations: makeTable(dynamo, env.ATTESTATIONS_TABLE),
  log,
  signer: makeNoteSigner(kmsClient(instruments.countAws), env.CHECKPOINT_KEY_ID),
  origin: logOrigin(env.ISSUER),
  clock: () => Date.now(),
  tell: (statements) => tell(business, statements.flatMap(eventsOfStatement), Date.now()),
  warn: (code) => instruments.log('error', 'operator', { code }),
});

const stamp =
  env.TIMESTAMP_URL === 'none'
    ? undefined
    : makeStamper({
        log,
        ask: askAuthority(env.TIMESTAMP_URL),
        nonce: () => randomBytes(8),
        clock: () => Date.now(),
        missing: (code, long) =>
          long ? instruments.log('error', 'operator', { code }) : instruments.log('warn', 'not_stamped', { code }),
      });

interface LambdaContext {
  readonly getRemainingTimeInMillis: () => number;
}

async function sealLog(_event: unknown, context: LambdaContext): Promise<void> {
  const sealed = await seal(Date.now() + context.getRemainingTimeInMillis() - AFTERWARDS_MS);
  if (sealed > 0) instruments.log('info', 'sealed', { sealed });
  // Last of all: whoever vouches for the time is somebody else, and nothing waits for them.
  if (await stamp?.()) instruments.log('info', 'stamped', {});
}

export const handler = middy(sealLog).use(instruments.perInvocation);
