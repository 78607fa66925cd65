// What anybody may know: every key that ever signed and what happened to it, as a JWK Set (RFC 7517) with the issuer beside it, how the
// tenants' API is used, for machines and to read, the log, as any client of c2sp.org/tlog-tiles reads it, what became of a contract's
// statements, and the page that checks them; and to the holders of links the reports that were shared with them. Signs nothing but those
// lists.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import middy from '@middy/core';
import * as z from 'zod/mini';
import { DOCS_CSP, docsPage } from '../../lib/api/docs-page.ts';
import openApi from '../../lib/api/openapi.json' with { type: 'json' };
import { keepStatusLists } from '../../lib/attestation/status-list.ts';
import { dynamoClient, kmsClient } from '../../lib/aws/clients.ts';
import { makeInstruments } from '../../lib/aws/instruments.ts';
import { makeNoteSigner } from '../../lib/aws/note-signer.ts';
import { lentCredentials } from '../../lib/aws/presign.ts';
import { makeFileReader } from '../../lib/aws/read-file.ts';
import { makeSigner } from '../../lib/aws/signer.ts';
import { makeTable } from '../../lib/aws/table.ts';
import { keptKeys } from '../../lib/ledger/kept-keys.ts';
import { logKeyOf } from '../../lib/ledger/publish.ts';
import { makeKeyPublisher } from '../../lib/ledger/published-keys.ts';
import { environment } from './env.ts';
import { isLogRoute, logAnswer } from './log-answers.ts';
import { PAGE_ROUTE, pageAnswer } from './page-answers.ts';
import { isShareRoute, shareAnswer } from './share-answers.ts';
import { STATUS_ROUTE, statusAnswer } from './status-answers.ts';

const env = environment.parse(process.env);
const instruments = makeInstruments('public');
const kms = kmsClient(instruments.countAws);
const dynamo = dynamoClient(instruments.countAws);
const statusSigner = makeSigner(kms, env.STATUS_LIST_KEY_ID);
const attestations = makeTable(dynamo, env.ATTESTATIONS_TABLE);
const kept = keptKeys(kms, env);
const statusLists = keepStatusLists({
  attestations,
  signer: statusSigner,
  issuer: env.ISSUER,
});
const logSource = {
  log: makeTable(dynamo, env.LOG_TABLE),
  noteSigner: makeNoteSigner(kms, env.CHECKPOINT_KEY_ID),
  issuer: env.ISSUER,
};

const HOUR = { 'cache-control': 'public, max-age=3600' } as const;
const ANY_ORIGIN = { ...HOUR, 'access-control-allow-origin': '*' } as const;

const event = z.object({
  routeKey: z.string(),
  pathParameters: z.optional(z.record(z.string(), z.string())),
  headers: z.optional(z.record(z.string(), z.string())),
});

const keySet = makeKeyPublisher(attestations, kept);

/** A leak has to be known soon. */
const MINUTES = { 'cache-control': 'public, max-age=300', 'access-control-allow-origin': '*' } as const;

async function publicKeys() {
  const body = JSON.stringify({ issuer: env.ISSUER, keys: await keySet(Date.now()) });
  return { statusCode: 200, headers: { 'content-type': 'application/jwk-set+json', ...MINUTES }, body };
}

function document() {
  const headers = { 'content-type': 'application/json', ...ANY_ORIGIN };
  return { statusCode: 200, headers, body: JSON.stringify(openApi) };
}

function docs() {
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    ...HOUR,
    'content-security-policy': DOCS_CSP,
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  };
  return { statusCode: 200, headers, body: docsPage(openApi) };
}

let page: string | undefined;

/** The document lies beside what is deployed of this function, and is read when it is asked for. */
async function verifier() {
  const [keys, logKey] = await Promise.all([keySet(Date.now()), logKeyOf(env.ISSUER, logSource.noteSigner)]);
  page ??= await readFile(join(import.meta.dirname, 'verify.html'), 'utf8');
  return { document: page, served: { issuer: env.ISSUER, keys, logKey } };
}

async function verifierPage(encodings: string | undefined) {
  const { document: built, served } = await verifier();
  return pageAnswer(built, served, encodings);
}

const shareSource = {
  business: makeTable(dynamo, env.BUSINESS_TABLE),
  readFile: makeFileReader(() => ({ ...lentCredentials(process.env), bucket: env.REPORT_BUCKET })),
  verifier,
  report: instruments.reportFault,
};

async function answer(input: unknown) {
  const { routeKey, pathParameters = {}, headers = {} } = event.parse(input);
  if (isShareRoute(routeKey))
    return shareAnswer(shareSource, { routeKey, token: pathParameters['token'] ?? '', headers, now: Date.now() });
  if (isLogRoute(routeKey)) return logAnswer(logSource, routeKey, pathParameters);
  switch (routeKey) {
    case STATUS_ROUTE:
      return statusAnswer(statusLists, pathParameters['listId'] ?? '', Date.now());
    case 'GET /openapi.json':
      return document();
    case 'GET /docs':
      return docs();
    case PAGE_ROUTE:
      return verifierPage(headers['accept-encoding']);
    default:
      return publicKeys();
  }
}

export const handler = middy(answer).use(instruments.perInvocation);
