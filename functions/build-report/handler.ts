// Builds reports, one message at a time, and deletes those of contracts that are erased: the only function that writes their files. It
// signs what says how things stand (status lists, heads of chains) and seals PDF files, and nothing that states anything; it reaches no
// vault and no vehicle. Operators, whom IAM lets, may have the sealing key ask an authority for a certificate.
import { randomBytes } from 'node:crypto';
import middy from '@middy/core';
import { type BatchAnswer, batchAnswer, parseBody, type QueueEvent, receivesOf } from '../../lib/aws/batch.ts';
import { dynamoClient, kmsClient, s3Client } from '../../lib/aws/clients.ts';
import { makeFiles } from '../../lib/aws/files.ts';
import { makeInstruments } from '../../lib/aws/instruments.ts';
import { makeNoteSigner } from '../../lib/aws/note-signer.ts';
import { keyMadeAt, makeByteSigner, makeSigner } from '../../lib/aws/signer.ts';
import { makeTable } from '../../lib/aws/table.ts';
import { keptKeys } from '../../lib/ledger/kept-keys.ts';
import { makeKeyPublisher } from '../../lib/ledger/published-keys.ts';
import { buildReport } from '../../lib/report/build.ts';
import { forgetReports } from '../../lib/report/forget.ts';
import { certificateAsked, REPORT_TRIES, reportMessage } from '../../lib/report/message.ts';
import type { Print } from '../../lib/report/pdf/print.ts';
import { environment } from './env.ts';

const env = environment.parse(process.env);
const instruments = makeInstruments('build-report');
const kms = kmsClient(instruments.countAws);
const dynamo = dynamoClient(instruments.countAws);
const attestations = makeTable(dynamo, env.ATTESTATIONS_TABLE);
const printing = {
  issuer: env.ISSUER,
  signer: makeByteSigner(kms, env.PDF_SEAL_KEY_ID),
  keyMadeAt: () => keyMadeAt(kms, env.PDF_SEAL_KEY_ID),
  certificates: env.SEAL_CERTIFICATES === 'self-issued' ? undefined : env.SEAL_CERTIFICATES,
  random: randomBytes,
  timestampUrl: env.TIMESTAMP_URL === 'none' ? undefined : env.TIMESTAMP_URL,
};

/** Three times as much code as all the rest, and the fonts: with the first PDF, and in a container that makes none, never. */
let loaded: Promise<Print> | undefined;
const print: Print = async (pages) => {
  loaded ??= import('../../lib/report/pdf/print.ts').then(({ makePrint }) => makePrint(printing));
  return (await loaded)(pages);
};

const building = {
  business: makeTable(dynamo, env.BUSINESS_TABLE),
  attestations,
  files: makeFiles(s3Client(instruments.countAws), env.REPORT_BUCKET),
  bundling: {
    log: makeTable(dynamo, env.LOG_TABLE),
    issuer: env.ISSUER,
    keySet: makeKeyPublisher(attestations, keptKeys(kms, env)),
    signer: makeSigner(kms, env.STATUS_LIST_KEY_ID),
    noteSigner: makeNoteSigner(kms, env.CHECKPOINT_KEY_ID),
  },
  print,
  clock: () => Date.now(),
  random: randomBytes,
};

async function work(record: QueueEvent['Records'][number]): Promise<void> {
  const message = reportMessage.parse(parseBody(record));
  if (message.kind === 'forget') {
    instruments.log('info', 'forgotten', { reports: await forgetReports(building, message) });
    return;
  }
  const outcome = await buildReport(building, message, receivesOf(record) >= REPORT_TRIES);
  instruments.log('info', 'built', { outcome });
}

async function workAll(event: QueueEvent): Promise<BatchAnswer> {
  const worked = await Promise.allSettled(event.Records.map(work));
  const faults = worked.map((one) => (one.status === 'rejected' ? (one.reason ?? 'unknown') : undefined));
  for (const fault of faults) if (fault !== undefined) instruments.reportFault(fault);
  return batchAnswer(event, faults);
}

async function askForCertificate(event: object): Promise<{ readonly certificateRequest: string }> {
  const { certificateRequest } = certificateAsked.parse(event);
  const { requestCertificate } = await import('../../lib/report/pdf/print.ts');
  return { certificateRequest: await requestCertificate(printing, certificateRequest) };
}

const answer = (event: object): Promise<object> =>
  'Records' in event ? workAll(event as QueueEvent) : askForCertificate(event);

export const handler = middy(answer).use(instruments.perInvocation);
