// Addresses of files that whoever has one may read for a while: signed with the credentials of who makes it, without asking AWS anything.
// An address is a secret: it belongs into the answer to who asked for the file, and nowhere else.
// Source: Amazon S3 API Reference, "Authenticating Requests: Using Query Parameters (AWS Signature Version 4)".
import { createHash, createHmac } from 'node:crypto';

/** As Lambda hands them to a function. */
interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

export interface Presigning {
  readonly bucket: string;
  readonly region: string;
  readonly credentials: Credentials;
  /** In the place of S3's own, e.g. of a stand-in: the bucket is in the path then. */
  readonly endpoint?: string | undefined;
}

export interface Presigned {
  readonly name: string;
  /** What a browser calls the file that it saves. */
  readonly saveAs: string;
  readonly seconds: number;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** RFC 3986 §2.3: everything but unreserved characters. */
const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** `YYYYMMDDThhmmssZ` */
const stampOf = (now: number): string => new Date(now).toISOString().replace(/[-:]|\.\d{3}/g, '');

function originOf({ bucket, region, endpoint }: Presigning) {
  if (endpoint !== undefined) return { origin: new URL(endpoint).origin, base: `/${bucket}` };
  return { origin: `https://${bucket}.s3.${region}.amazonaws.com`, base: '' };
}

const signingKey = (secret: string, day: string, region: string): Buffer =>
  ['s3', 'aws4_request'].reduce(hmac, hmac(hmac(`AWS4${secret}`, day), region));

/**
 * The query of a GET, signed.
 * @param path encoded
 * @param asked parameters beside those of the signature
 */
export function signedQuery(
  { region, credentials }: Pick<Presigning, 'region' | 'credentials'>,
  { host, path }: { readonly host: string; readonly path: string },
  asked: Readonly<Record<string, string>>,
  { seconds, now }: Pick<Presigned, 'seconds' | 'now'>,
): string {
  const stamp = stampOf(now);
  const day = stamp.slice(0, 8);
  const scope = `${day}/${region}/s3/aws4_request`;
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const parameters = {
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `${accessKeyId}/${scope}`,
    'X-Amz-Date': stamp,
    'X-Amz-Expires': String(seconds),
    ...(sessionToken !== undefined && { 'X-Amz-Security-Token': sessionToken }),
    'X-Amz-SignedHeaders': 'host',
    ...asked,
  };
  const query = Object.entries(parameters)
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .toSorted()
    .join('&');
  const canonical = ['GET', path, query, `host:${host}\n`, 'host', 'UNSIGNED-PAYLOAD'].join('\n');
  const hashed = createHash('sha256').update(canonical).digest('hex');
  const key = signingKey(secretAccessKey, day, region);
  const signature = hmac(key, ['AWS4-HMAC-SHA256', stamp, scope, hashed].join('\n')).toString('hex');
  return `${query}&X-Amz-Signature=${signature}`;
}

/** The address of a file, good for some seconds, and no longer than the credentials it is signed with. */
export function presignedUrl(presigning: Presigning, { name, saveAs, ...when }: Presigned): string {
  const { origin, base } = originOf(presigning);
  const path = [base, ...name.split('/').map(encoded)].join('/');
  const asked = { 'response-content-disposition': `attachment; filename="${saveAs}"` };
  return `${origin}${path}?${signedQuery(presigning, { host: new URL(origin).host, path }, asked, when)}`;
}

/**
 * Region, credentials and endpoint, as Lambda and the local runner say them to a function. Read each time: what is lent is renewed.
 * @throws Error when they are not there
 */
export function lentCredentials(env: Readonly<Record<string, string | undefined>>): Omit<Presigning, 'bucket'> {
  const { AWS_REGION: region, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env;
  if (region === undefined || accessKeyId === undefined || secretAccessKey === undefined)
    throw new Error('there are no credentials to sign with');
  const credentials = { accessKeyId, secretAccessKey, sessionToken: env['AWS_SESSION_TOKEN'] };
  return { region, credentials, endpoint: env['AWS_ENDPOINT_URL'] };
}
