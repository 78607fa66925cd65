// S3 as far as the CDK CLI publishes assets: objects kept byte by byte, in buckets that a stack has made. Requests have the bucket in
// their path, as the CLI makes them to an endpoint on loopback. Refuses a body that is not what its checksum says.
import { createHash } from 'node:crypto';
import { AwsError, notImplemented } from './aws-error.ts';
import { xml } from './query-protocol.ts';

export interface ObjectRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** How the CDK's own bucket encrypts: with the key of its stack. */
const ENCRYPTION = xml({
  ServerSideEncryptionConfiguration: { Rule: { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } } },
});

const checked = ({ headers, body }: ObjectRequest): Buffer => {
  const sum = createHash('sha256').update(body).digest('base64');
  if (headers['x-amz-checksum-sha256'] === sum) return body;
  throw new AwsError('BadDigest', 'The body is not what x-amz-checksum-sha256 says');
};

/** @param hasBucket whether a stack has made a bucket of that name */
export const makeObjects = (hasBucket: (name: string) => boolean) => {
  /** Bodies by `bucket/key`. */
  const objects = new Map<string, Buffer>();

  const list = (bucket: string, prefix: string): string => {
    const keys = [...objects.keys()].filter((path) => path.startsWith(`${bucket}/${prefix}`));
    const contents = keys.map((path) => xml({ Contents: { Key: path.slice(bucket.length + 1) } }));
    return `<ListBucketResult>${contents.join('')}</ListBucketResult>`;
  };

  const ofBucket = (bucket: string, asked: URLSearchParams): string | undefined => {
    if (asked.has('location')) return '<LocationConstraint/>';
    if (asked.has('encryption')) return ENCRYPTION;
    return asked.has('list-type') ? list(bucket, asked.get('prefix') ?? '') : undefined;
  };

  /** @throws AwsError */
  const answer = (request: ObjectRequest): string => {
    const { method, url } = request;
    const [, bucket = '', key] = /^\/([^/]+)\/?(.*)$/.exec(decodeURIComponent(url.pathname)) ?? [];
    if (!hasBucket(bucket)) throw new AwsError('NoSuchBucket', `There is no bucket ${bucket}`, 404);
    if (method === 'PUT' && url.searchParams.get('x-id') === 'PutObject') {
      objects.set(`${bucket}/${key}`, checked(request));
      return '';
    }
    const found = method === 'GET' && key === '' ? ofBucket(bucket, url.searchParams) : undefined;
    if (found === undefined) throw notImplemented(`S3 ${method} ${url.pathname}${url.search}`);
    return found;
  };

  return { objects, answer };
};
