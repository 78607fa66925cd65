// Addresses of files, held against the example of S3's own documentation.
import { expect, it } from 'vitest';
import { presignedUrl, signedQuery } from '../../../lib/aws/presign.ts';

const NOW = Date.parse('2013-05-24T00:00:00Z');
const EXAMPLE = {
  region: 'us-east-1',
  credentials: {
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  },
} as const;

it('are signed as in the example of the documentation', () => {
  const at = { host: 'examplebucket.s3.amazonaws.com', path: '/test.txt' };
  const query = signedQuery(EXAMPLE, at, {}, { seconds: 86_400, now: NOW });
  expect(query).toBe(
    'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
  );
});

const asked = { name: 'rivage/rep_1/2', saveAs: 'rep_1.csv', seconds: 60, now: NOW };

it('name bucket, file, time and how it is saved', () => {
  const url = new URL(presignedUrl({ ...EXAMPLE, bucket: 'files' }, asked));
  expect([url.origin, url.pathname]).toEqual(['https://files.s3.us-east-1.amazonaws.com', '/rivage/rep_1/2']);
  const { searchParams } = url;
  expect(searchParams.get('X-Amz-Expires')).toBe('60');
  expect(searchParams.get('response-content-disposition')).toBe('attachment; filename="rep_1.csv"');
  expect(searchParams.has('X-Amz-Security-Token')).toBe(false);
});

it('carry the token of credentials that are lent, and sign it', () => {
  const lent = (sessionToken: string) => {
    const credentials = { ...EXAMPLE.credentials, sessionToken };
    return new URL(presignedUrl({ ...EXAMPLE, credentials, bucket: 'files' }, asked)).searchParams;
  };
  expect(lent('a/b+c').get('X-Amz-Security-Token')).toBe('a/b+c');
  expect(lent('one').get('X-Amz-Signature')).not.toBe(lent('two').get('X-Amz-Signature'));
});

it('have the bucket in the path where S3 is somewhere else, and no character that means something else', () => {
  const presigning = { ...EXAMPLE, bucket: 'files', endpoint: 'http://127.0.0.1:4566/' };
  const url = presignedUrl(presigning, { ...asked, name: "a b/c'(1)*" });
  expect(url.split('?')[0]).toBe('http://127.0.0.1:4566/files/a%20b/c%27%281%29%2A');
});
