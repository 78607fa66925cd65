// Checks log and store against each other: by its schedule the day's share, for an operator everything (`{"full": true}`, and again
// with the `next` of the answer until there is none). Reads; what it finds it names in its log, and fails, so that somebody comes. Signs
// nothing: of keys it knows the public halves.
import middy from '@middy/core';
import * as z from 'zod/mini';
import { dynamoClient, kmsClient } from '../../lib/aws/clients.ts';
import { sha256 } from '../../lib/aws/digest.ts';
import { makeInstruments } from '../../lib/aws/instruments.ts';
import { makeNoteSigner, verifyEd25519 } from '../../lib/aws/note-signer.ts';
import { makeTable } from '../../lib/aws/table.ts';
import { makeVerifyEs256 } from '../../lib/cli/node-primitives.ts';
import { checkAll, checkDaily, fullPosition } from '../../lib/ledger/check.ts';
import type { Disagreement } from '../../lib/ledger/fsck-log.ts';
import { keptStatementKeys } from '../../lib/ledger/kept-keys.ts';
import { LedgerFault } from '../../lib/ledger/ledger-fault.ts';
import { logOrigin } from '../../lib/ledger/log-origin.ts';
import { makeKeyPublisher } from '../../lib/ledger/published-keys.ts';
import { noteKey } from '../../lib/proof/signed-note.ts';
import { environment } from './env.ts';

/** Left for the piece in hand and the bookmark. */
const AFTERWARDS_MS = 60_000;

const env = environment.parse(process.env);
const instruments = makeInstruments('check-log');
const dynamo = dynamoClient(instruments.countAws);
const kms = kmsClient(instruments.countAws);
const noteSigner = makeNoteSigner(kms, env.CHECKPOINT_KEY_ID);
const attestations = makeTable(dynamo, env.ATTESTATIONS_TABLE);
const statementKeys = makeKeyPublisher(attestations, keptStatementKeys(kms, env));
const stores = {
  business: makeTable(dynamo, env.BUSINESS_TABLE),
  attestations,
  log: makeTable(dynamo, env.LOG_TABLE),
  issuer: env.ISSUER,
  verifyEd25519,
  verifyEs256: makeVerifyEs256(),
  clock: () => Date.now(),
};

const command = z.object({ full: z.optional(z.boolean()), next: z.optional(fullPosition) });

interface LambdaContext {
  readonly getRemainingTimeInMillis: () => number;
}

const name = (found: readonly Disagreement[]): void => {
  for (const one of found) instruments.log('error', 'disagreement', { ...one });
};

async function checkLog(event: unknown, context: LambdaContext): Promise<unknown> {
  const until = Date.now() + context.getRemainingTimeInMillis() - AFTERWARDS_MS;
  const keys = [noteKey(logOrigin(env.ISSUER), await noteSigner.publicKey(), sha256)];
  const checking = { ...stores, keys, statementKeys: await statementKeys(Date.now()) };
  const { full = false, next } = command.parse(event);
  if (full) {
    const checked = await checkAll(checking, until, next);
    name(checked.disagreements);
    return checked;
  }
  const found = await checkDaily(checking, until);
  name(found);
  if (found.length > 0) throw new LedgerFault('LOG_DISAGREES', `${found.length} disagreements between log and store`);
  return undefined;
}

export const handler = middy(checkLog).use(instruments.perInvocation);
