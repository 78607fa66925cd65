// The build-report function: what it makes of a message, what it puts where and signs with which key, and that a message that fails comes
// back while others do not. What is in its files: test/lib/report.
import { DescribeKeyCommand, GetPublicKeyCommand, SignCommand } from '@aws-sdk/client-kms';
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { inflate } from '../../lib/cli/node-primitives.ts';
import { readBundle } from '../../lib/proof/bundle.ts';
import { failuresOf } from '../../lib/proof/bundle-failures.ts';
import { bundleInPdf } from '../../lib/proof/pdf-bundle.ts';
import { verifySeal } from '../../lib/proof/pdf-seal.ts';
import { verifyBundle } from '../../lib/proof/verify-bundle.ts';
import { TERMS } from '../lib/api/api-world.ts';
import { bundleCrypto, ownTrust } from '../lib/proof/bundle-fixture.ts';
import { sha256Of } from '../lib/report/bucket.ts';
import { type BuildReportWorld, build, delivered, openBuildReportWorld, sealKey } from './build-report-world.ts';
import { captureLog } from './load-handler.ts';

let world: BuildReportWorld;
const lines = captureLog();
const DONE = { batchItemFailures: [] };

beforeAll(async () => {
  world = await openBuildReportWorld();
});
beforeEach(() => {
  lines.length = 0;
  world.kms.resetHistory();
  world.s3.resetHistory();
});
afterAll(() => world.api.tables.close());

const signedWith = () => world.kms.commandCalls(SignCommand).map(({ args: [{ input }] }) => input.KeyId);

describe('a message', () => {
  it('to build a table puts it, signs nothing, and says what came of it and no more', async () => {
    await world.ask('rep_csv', { format: 'csv', contractId: world.contractId });
    expect(await world.handler(delivered([build('rep_csv')]))).toEqual(DONE);
    const [file, ...others] = world.put();
    expect([file?.name, file?.type, others]).toEqual(['reports/rivage/rep_csv/1', 'text/csv; charset=utf-8', []]);
    expect(await world.report('rep_csv')).toMatchObject({ state: 'ready', sha256: sha256Of(file?.body ?? '') });
    expect(signedWith()).toEqual([]);
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { level: 'info', message: 'built', outcome: 'ready' },
      { message: 'calls', 'DynamoDB.UpdateItem': 2 },
    ]);
    expect(lines.join('')).not.toMatch(/rep_csv|con_|POL-/);
  });

  it('to build a bundle signs list and head with the key for them', async () => {
    await world.ask('rep_bundle', { format: 'bundle', contractId: world.contractId });
    expect(await world.handler(delivered([build('rep_bundle')]))).toEqual(DONE);
    expect([world.put()[0]?.type, signedWith()]).toEqual(['application/json', ['lists', 'lists']]);
  });

  it('to build a PDF seals it with the key for that, under a certificate that is made once', async () => {
    await world.ask('rep_pdf', { format: 'pdf', contractId: world.contractId, language: 'nl' });
    expect(await world.handler(delivered([build('rep_pdf')]))).toEqual(DONE);
    expect(signedWith()).toEqual(['lists', 'lists', 'seals', 'seals']);
    const [, , certificate] = world.kms.commandCalls(SignCommand).map(({ args: [{ input }] }) => input);
    expect(certificate).toMatchObject({ MessageType: 'RAW', SigningAlgorithm: 'ECDSA_SHA_256' });
    expect(world.kms.commandCalls(DescribeKeyCommand)).toHaveLength(1);
    await world.ask('rep_again', { format: 'pdf', contractId: world.contractId });
    await world.handler(delivered([build('rep_again')]));
    expect(signedWith().slice(4)).toEqual(['lists', 'lists', 'seals']);
    expect(world.put().map(({ name, type }) => [name, type])).toEqual([
      ['reports/rivage/rep_pdf/1', 'application/pdf'],
      ['reports/rivage/rep_again/1', 'application/pdf'],
    ]);
    expect(lines.join('')).not.toContain(TERMS.vin);
  });

  it('to build a PDF gives a file that verifies by itself: the key that sealed it is in the set inside', async () => {
    await world.ask('rep_whole', { format: 'pdf', contractId: world.contractId });
    await world.handler(delivered([build('rep_whole')]));
    const pdf = world.put()[0]?.body ?? Buffer.of();
    const attached = bundleInPdf(pdf, inflate);
    const read = attached.ok ? readBundle(attached.text) : attached;
    if (!read.ok) throw new Error(read.reason);
    expect(failuresOf(verifyBundle(read.bundle, ownTrust))).toEqual([]);
    const { keys } = read.bundle.jwks;
    expect(keys.map(({ purpose }) => purpose)).toEqual(['statement', 'status-list', 'pdf-seal']);
    expect(verifySeal(pdf, { keys, crypto: bundleCrypto })).toEqual({ ok: true, kid: sealKey.kid });
  });

  it('to forget deletes what was built of the contract', async () => {
    const contractId = await world.api.contract();
    await world.ask('rep_gone', { format: 'csv', contractId });
    await world.handler(delivered([build('rep_gone')]));
    await world.api.tables.business.update(
      { pk: 'T#rivage#REPORTS', sk: 'REPORT#rep_gone' },
      { remove: ['marks', 'untoldAt', 'untoldShard'] },
    );
    expect(await world.handler(delivered([{ kind: 'forget', tenantId: 'rivage', contractId }]))).toEqual(DONE);
    expect(world.s3.commandCalls(DeleteObjectCommand).map(({ args: [{ input }] }) => input)).toEqual([
      { Bucket: 'reports', Key: 'rivage/rep_gone/1' },
    ]);
    expect(lines.some((line) => line.includes('"message":"forgotten","function":"build-report","reports":1'))).toBe(
      true,
    );
  });
});

describe('an operator', () => {
  it('has the sealing key ask for a certificate, and nothing else signed', async () => {
    const subject = { commonName: 'Odoseal Seals', organization: 'Odoseal B.V.', country: 'NL' };
    const answer = await world.handler({ certificateRequest: subject });
    expect(answer).toEqual({ certificateRequest: expect.stringMatching(/^-----BEGIN CERTIFICATE REQUEST-----\n/) });
    expect([signedWith(), world.put()]).toEqual([['seals'], []]);
    for (const other of [{}, { certificateRequest: {} }, { certificateRequest: { ...subject, key: 'lists' } }])
      await expect(world.handler(other)).rejects.toThrow();
    expect(signedWith()).toEqual(['seals']);
  });
});

describe('what fails', () => {
  it.each<[string, unknown]>([
    ['is no JSON', '{'],
    ['is of a kind that there is not', { kind: 'print', tenantId: 'rivage', reportId: 'rep_1' }],
    ['says more', { ...build('rep_1'), contractId: 'con_1' }],
  ])('comes back, and the others do not: a message that %s', async (_, wrong) => {
    await world.ask('rep_beside', { format: 'csv', contractId: world.contractId });
    const answer = await world.handler(delivered([wrong, build('rep_beside')]));
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-0' }] });
    expect((await world.report('rep_beside')).state).toBe('ready');
    expect(lines.filter((line) => line.includes('"level":"error"'))).toHaveLength(1);
  });

  it('for the last time is told as failed, whatever was to be built, and an operator sees by what', async () => {
    await world.ask('rep_last', { format: 'pdf', contractId: world.contractId });
    world.s3.on(PutObjectCommand).rejects(new Error('CANARY'));
    const comesBack = { batchItemFailures: [{ itemIdentifier: 'message-0' }] };
    expect(await world.handler(delivered([build('rep_last')], 4))).toEqual(comesBack);
    expect((await world.report('rep_last')).state).toBe('building');
    expect(await world.handler(delivered([build('rep_last')], 5))).toEqual(comesBack);
    expect(await world.report('rep_last')).toMatchObject({ state: 'failed', reason: 'internal' });
    expect(lines.filter((line) => line.includes('"code":"FILES_UNAVAILABLE"'))).toHaveLength(2);
    expect(lines.join('')).not.toContain('CANARY');
    world.s3.on(PutObjectCommand).resolves({});
  });

  it('at KMS is not sealed by anybody else: the report waits', async () => {
    await world.ask('rep_kms', { format: 'pdf', contractId: world.contractId });
    world.kms.on(SignCommand, { KeyId: 'seals' }).rejects(new Error('CANARY'));
    const comesBack = { batchItemFailures: [{ itemIdentifier: 'message-0' }] };
    expect(await world.handler(delivered([build('rep_kms')]))).toEqual(comesBack);
    expect([world.put(), (await world.report('rep_kms')).state]).toEqual([[], 'building']);
    expect(lines.join('')).toContain('"code":"SIGNER_UNAVAILABLE"');
    world.answerSeals();
    await world.handler(delivered([build('rep_kms')], 2));
    expect((await world.report('rep_kms')).state).toBe('ready');
    expect(world.kms.commandCalls(GetPublicKeyCommand)).toEqual([]);
  });
});
