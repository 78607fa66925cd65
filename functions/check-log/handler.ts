// Checks log and store against each other: by its schedule the day's share, for an operator everything (`{"full": true}`, and again
// with the `next` of the answer until there is none). Reads; what it finds it names in its log, and fails, so that somebody comes.
import middy from '@middy/core';
import * as z from 'zod/mini';
import { dynamoClient, kmsClient } from '../../lib/aws/clients.ts';
import { sha256 } from '../../lib/aws/digest.ts';
import { makeInstruments } from '../../lib/aws/instruments.ts';
import { makeNoteSigner, verifyEd25519 } from '../../lib/aws/note-signer.ts';
import { makeTable } from '../../lib/aws/table.ts';
import { checkAll, checkDaily, fullPosition } from '../../lib/ledger/check.ts';
import type { Disagreement } from '../../lib/ledger/fsck-log.ts';
import { LedgerFault } from '../../lib/ledger/ledger-fault.ts';
import { logOrigin } from '../../lib/ledger/log-origin.ts';
import { noteKey } from '../../lib/proof/signed-note.ts';
import { environment } from './env.ts';

/** Left for the piece in hand and the bookmark. */
const AFTERWARDS_MS = 60_000;

const env = environment.parse(process.env);
const instruments = makeInstruments('check-log');
const dynamo = dynamoClient(instruments.countAws);
const business = makeTable(dynamo, env.BUSINESS_TABLE);
const noteSigner = makeNoteSigner(kmsClient(instruments.countAws), env.CHECKPOINT_KEY_ID);
const stores = {
  attestations: makeTable(dynamo, env.ATTESTATIONS_TABLE),
  log: makeTable(dynamo, env.LOG_TABLE),
  verifyEd25519,
  clock: () => Date.now(),
};

const command = z.object({ full: z.optional(z.boolean()), next: z.optional(fullPosition) });

interface LambdaContext {
  readonly getRemainingTimeInMillis: () => number;
}

const name = (found: readonly Disagreement[]): void => {
  for (const { code, at } of found) instruments.log('error', 'disagreement', { code, at });
};

async function checkLog(event: unknown, context: LambdaContext): Promise<unknown> {
  const until = Date.now() + context.getRemainingTimeInMillis() - AFTERWARDS_MS;
  const keys = [noteKey(logOrigin(env.ISSUER), await noteSigner.publicKey(), sha256)];
  const { full = false, next } = command.parse(event);
  if (full) {
    const checked = await checkAll({ ...stores, keys }, until, next);
    name(checked.disagreements);
    return checked;
  }
  const found = await checkDaily({ ...stores, keys }, business, until);
  name(found);
  if (found.length > 0) throw new LedgerFault('LOG_DISAGREES', `${found.length} disagreements between log and store`);
  return undefined;
}

export const handler = middy(checkLog).use(instruments.perInvocation);
