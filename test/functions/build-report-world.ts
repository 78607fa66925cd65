// A contract of which two months are stated and sealed, and AWS as build-report meets it: tables in this process, KMS with its keys, S3
// that keeps what it is sent.
import { createPublicKey, type KeyObject } from 'node:crypto';
import { DescribeKeyCommand, GetPublicKeyCommand, KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { keys as itemKeys } from '../../lib/aws/keys.ts';
import { rsToDer } from '../../lib/proof/es256.ts';
import { askForReport } from '../../lib/report/ask.ts';
import { type NewReport, parseReport, type Report } from '../../lib/report/report.ts';
import { type ApiWorld, ORIGIN, openApiWorld } from '../lib/api/api-world.ts';
import { logKey } from '../lib/ledger/ledger-world.ts';
import { keys, signStatus } from '../lib/proof/bundle-fixture.ts';
import { makeSealKey } from '../lib/proof/sealed-pdf.ts';
import { sealAll } from '../lib/report/bundling.ts';
import { endpointOf } from './endpoint-of.ts';
import { type Handler, loadHandler } from './load-handler.ts';

const [ofStatements, ofLists] = keys;
const spki = (key: KeyObject): Uint8Array => new Uint8Array(key.export({ format: 'der', type: 'spki' }));
const p256 = (jwk: object): Uint8Array => spki(createPublicKey({ key: { ...jwk }, format: 'jwk' }));
const x = Buffer.from(logKey.publicKey).toString('base64url');
const ed25519 = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });

export const sealKey = makeSealKey();

function playKms() {
  const kms = mockClient(KMSClient);
  const publicKeys = {
    statements: p256(ofStatements ?? {}),
    lists: p256(ofLists ?? {}),
    seals: sealKey.spki,
    checkpoints: spki(ed25519),
  };
  for (const [KeyId, PublicKey] of Object.entries(publicKeys))
    kms.on(GetPublicKeyCommand, { KeyId }).resolves({ PublicKey });
  kms.on(SignCommand, { KeyId: 'lists' }).callsFake(async ({ Message }) => ({
    Signature: rsToDer(signStatus(Buffer.from(Message).toString())),
  }));
  const CreationDate = new Date('2025-12-31T00:00:00.000Z');
  kms.on(DescribeKeyCommand, { KeyId: 'seals' }).resolves({ KeyMetadata: { KeyId: 'seals', CreationDate } });
  const answerSeals = (): void => {
    kms.on(SignCommand, { KeyId: 'seals' }).callsFake(async ({ Message }) => ({
      Signature: rsToDer(await sealKey.signEs256(Message)),
    }));
  };
  answerSeals();
  return { kms, answerSeals };
}

function playS3() {
  const s3 = mockClient(S3Client);
  s3.on(PutObjectCommand).resolves({});
  s3.on(DeleteObjectCommand).resolves({});
  return s3;
}

export interface BuildReportWorld {
  readonly api: ApiWorld;
  readonly contractId: string;
  readonly handler: Handler;
  readonly kms: ReturnType<typeof playKms>['kms'];
  /** From now on the sealing key signs what it is given. */
  readonly answerSeals: () => void;
  readonly s3: ReturnType<typeof playS3>;
  /** What was put: name, type and bytes. */
  readonly put: () => readonly { readonly name: string; readonly type: string; readonly body: Buffer }[];
  readonly ask: (reportId: string, asked: Omit<NewReport, 'tenantId' | 'reportId'>) => Promise<void>;
  readonly report: (reportId: string) => Promise<Report>;
}

export async function openBuildReportWorld(certificates = 'self-issued'): Promise<BuildReportWorld> {
  const { kms, answerSeals } = playKms();
  const s3 = playS3();
  const api = await openApiWorld();
  const handler = await loadHandler('build-report', await endpointOf(api.tables), {
    ...{ BUSINESS_TABLE: 'business', ATTESTATIONS_TABLE: 'attestations', LOG_TABLE: 'log' },
    ...{ STATEMENT_KEY_IDS: 'statements', STATUS_LIST_KEY_IDS: 'lists', PDF_SEAL_KEY_IDS: 'seals' },
    ...{ STATUS_LIST_KEY_ID: 'lists', PDF_SEAL_KEY_ID: 'seals', CHECKPOINT_KEY_ID: 'checkpoints' },
    ...{ SEAL_CERTIFICATES: certificates, TIMESTAMP_URL: 'none', ISSUER: ORIGIN, REPORT_BUCKET: 'reports' },
  });
  const contractId = await api.contract({ start: '2025-11-01', dayOffset: 1 });
  await api.stated(contractId, '2026-01-09T00:00:00.000Z');
  await sealAll(api.tables, Date.now());
  const { business } = api.tables;
  return {
    ...{ api, contractId, handler, kms, answerSeals, s3 },
    put: () =>
      s3.commandCalls(PutObjectCommand).map(({ args: [{ input }] }) => ({
        name: `${input.Bucket}/${input.Key}`,
        type: input.ContentType ?? '',
        body: Buffer.from(input.Body as Uint8Array),
      })),
    ask: async (reportId, asked) => {
      const sendReports = () => Promise.resolve();
      await askForReport({ business, sendReports }, { tenantId: 'rivage', reportId, ...asked }, Date.now());
    },
    report: async (reportId) => parseReport((await business.get(itemKeys.report('rivage', reportId))) ?? {}),
  };
}

/** As SQS delivers messages, for the n-th time. */
export const delivered = (bodies: readonly unknown[], receives = 1) => ({
  Records: bodies.map((body, n) => ({
    messageId: `message-${n}`,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    attributes: { ApproximateReceiveCount: String(receives) },
  })),
});

export const build = (reportId: string) => ({ kind: 'build', tenantId: 'rivage', reportId });
