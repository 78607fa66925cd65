// Files as S3 is asked for them: one put where they are short, parts where they are long, nothing left of what failed.
import { createHash } from 'node:crypto';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { FileError } from '../../../lib/aws/file-error.ts';
import { makeFiles } from '../../../lib/aws/files.ts';

const s3 = mockClient(S3Client);
const PART = 5 * 1024 * 1024;
const files = makeFiles(new S3Client({ region: 'eu-central-1' }), 'reports');

beforeEach(() => {
  s3.reset();
  s3.onAnyCommand().resolves({});
  s3.on(CreateMultipartUploadCommand).resolves({ UploadId: 'upload' });
  s3.on(UploadPartCommand).callsFake(async ({ PartNumber }) => ({ ETag: `"${PartNumber}"` }));
});

async function* pieces<T>(...all: readonly T[]): AsyncGenerator<T> {
  yield* all;
}

const write = (...all: readonly string[]) => files.write('rivage/rep_1/1', 'text/csv', pieces(...all));
const sha256 = (text: string | Uint8Array) => createHash('sha256').update(text).digest('hex');
const asked = () => s3.calls().map((call) => [call.args[0].constructor.name, call.args[0].input]);
const AT = { Bucket: 'reports', Key: 'rivage/rep_1/1' };

describe('a file', () => {
  it.each([
    [[], ''],
    [[''], ''],
    [['one,', 'twö'], 'one,twö'],
  ])('of %j is put in one go', async (all, text) => {
    expect(await write(...all)).toEqual({ bytes: Buffer.byteLength(text), sha256: sha256(text) });
    expect(asked()).toEqual([['PutObjectCommand', { ...AT, ContentType: 'text/csv', Body: Buffer.from(text) }]]);
  });

  it('of bytes is those bytes, whatever text they would be', async () => {
    const bytes = Uint8Array.of(0x25, 0xff, 0x00, 0xc3, 0x28);
    const written = await files.write('rivage/rep_1/1', 'application/pdf', pieces(bytes));
    const { Body, ContentType } = s3.commandCalls(PutObjectCommand)[0]?.args[0].input ?? {};
    expect([written.bytes, ContentType, Body]).toEqual([5, 'application/pdf', Buffer.from(bytes)]);
    expect(written.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
  });

  it('that is longer than a part goes in parts, none but the last shorter than S3 takes', async () => {
    const piece = 'x'.repeat(PART / 2 - 1);
    const all = [piece, piece, piece, piece, 'end'];
    expect(await write(...all)).toEqual({ bytes: 4 * piece.length + 3, sha256: sha256(all.join('')) });
    const upload = { ...AT, UploadId: 'upload' };
    const [made, , , done] = asked();
    expect(made).toEqual(['CreateMultipartUploadCommand', { ...AT, ContentType: 'text/csv' }]);
    // By their hashes: to hold millions of bytes against each other one by one takes seconds, on a busy machine more than a test has.
    const parts = s3.commandCalls(UploadPartCommand).map(({ args: [{ input }] }) => ({
      ...input,
      Body: sha256(input.Body as Buffer), // as written
    }));
    const bodies = [piece.repeat(3), `${piece}end`];
    expect(parts).toEqual(bodies.map((body, n) => ({ ...upload, PartNumber: n + 1, Body: sha256(body) })));
    const Parts = [1, 2].map((PartNumber) => ({ PartNumber, ETag: `"${PartNumber}"` }));
    expect(done).toEqual(['CompleteMultipartUploadCommand', { ...upload, MultipartUpload: { Parts } }]);
  });

  it('of exactly one part has no empty one behind it', async () => {
    await write('x'.repeat(PART));
    expect(s3.commandCalls(UploadPartCommand)).toHaveLength(1);
  });

  it('asks for no further piece before a part is uploaded', async () => {
    const seen: string[] = [];
    s3.on(UploadPartCommand).callsFake(async ({ PartNumber }) => {
      seen.push(`part ${PartNumber}`);
      return { ETag: '"1"' };
    });
    const slow = async function* () {
      for (const n of [1, 2, 3]) {
        seen.push(`piece ${n}`);
        yield 'x'.repeat(PART);
      }
    };
    await files.write('name', 'text/csv', slow());
    expect(seen).toEqual(['piece 1', 'part 1', 'piece 2', 'part 2', 'piece 3', 'part 3']);
  });
});

describe('what fails', () => {
  it('at a part leaves no file, and is said', async () => {
    s3.on(UploadPartCommand, { PartNumber: 2 }).rejects(new Error('SlowDown'));
    await expect(write('x'.repeat(PART), 'y'.repeat(PART))).rejects.toThrow(FileError);
    expect(s3.commandCalls(CompleteMultipartUploadCommand)).toEqual([]);
  });

  it('among the pieces leaves no file', async () => {
    const broken = async function* () {
      yield 'x'.repeat(PART);
      throw new RangeError('no more');
    };
    await expect(files.write('name', 'text/csv', broken())).rejects.toThrow(RangeError);
    expect(s3.commandCalls(CompleteMultipartUploadCommand)).toEqual([]);
  });

  it('at a short one is said with its cause', async () => {
    const cause = new Error('SlowDown');
    s3.on(PutObjectCommand).rejects(cause);
    await expect(write('short')).rejects.toMatchObject({ code: 'FILES_UNAVAILABLE', cause });
  });
});

it('is removed by its name', async () => {
  await files.remove('rivage/rep_1/1');
  expect(asked()).toEqual([['DeleteObjectCommand', AT]]);
});
