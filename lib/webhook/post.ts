// One attempt: a POST to an address that was looked at. The name is resolved once, every address it has must be public, and the
// connection is made to that very address, under the name (Host, SNI, certificate): a resolver that answers something else the next
// time is never asked. Follows no redirect, reads no answer but its status.
import { request as requestHttp } from 'node:http';
import { type RequestOptions, request as requestHttps } from 'node:https';
import { isIP } from 'node:net';
import { isLoopback, isPublicAddress } from './public-address.ts';
import { hostOf, type Reach, webhookUrl } from './webhook-url.ts';

/** All addresses of a name, IPv4 and IPv6. */
export type Resolve = (host: string) => Promise<readonly string[]>;

export interface Posting extends Reach {
  readonly resolve: Resolve;
  /** Milliseconds for everything: resolving, connecting, waiting for the status. */
  readonly timeoutMs: number;
  /** Certificate authorities instead of the usual ones. */
  readonly ca?: string | undefined;
}

export type Posted =
  | { readonly kind: 'answered'; readonly status: number }
  | {
      readonly kind: 'failed';
      readonly reason: 'url_refused' | 'no_such_name' | 'address_refused' | 'timeout' | 'network';
    };

const failed = (reason: Extract<Posted, { kind: 'failed' }>['reason']): Posted => ({ kind: 'failed', reason });

/** More of an answer is not waited for. */
const LONGEST_ANSWER = 16_384;

export async function post(
  posting: Posting,
  target: string,
  headers: Readonly<Record<string, string>>,
  body: string,
): Promise<Posted> {
  const url = webhookUrl(target, posting);
  if (url === undefined) return failed('url_refused');
  const signal = AbortSignal.timeout(posting.timeoutMs);
  const address = await Promise.race([addressOf(posting, url), aborted(signal)]);
  if (typeof address !== 'string') return address;
  return send(url, { ...optionsFor(url, address, posting.ca), signal, headers: headersFor(url, headers, body) }, body);
}

const aborted = (signal: AbortSignal): Promise<Posted> =>
  new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(failed('timeout')), { once: true });
  });

async function addressOf({ resolve, loopback }: Posting, url: URL): Promise<string | Posted> {
  const host = hostOf(url);
  const addresses = isIP(host) === 0 ? await resolve(host).catch(() => []) : [host];
  const [first] = addresses;
  if (first === undefined) return failed('no_such_name');
  const allowed = (one: string) => (url.protocol === 'https:' && isPublicAddress(one)) || (loopback && isLoopback(one));
  // One bad address among good ones is no accident.
  return addresses.every(allowed) ? first : failed('address_refused');
}

const headersFor = (url: URL, headers: Readonly<Record<string, string>>, body: string) => ({
  ...headers,
  host: url.host,
  'content-type': 'application/json',
  'content-length': String(Buffer.byteLength(body)),
  'user-agent': 'Odoseal-Webhooks/1',
});

const optionsFor = (url: URL, address: string, ca: string | undefined): RequestOptions => ({
  method: 'POST',
  host: address,
  port: url.port === '' ? undefined : Number(url.port),
  path: `${url.pathname}${url.search}`,
  agent: false,
  ...(isIP(hostOf(url)) === 0 ? { servername: url.hostname } : {}),
  ...(ca === undefined ? {} : { ca }),
});

function send(url: URL, options: RequestOptions, body: string): Promise<Posted> {
  return new Promise((resolve) => {
    const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(options);
    request.on('response', (response) => {
      resolve({ kind: 'answered', status: response.statusCode ?? 0 });
      let bytes = 0;
      response.on('error', () => undefined);
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > LONGEST_ANSWER) response.destroy();
      });
    });
    request.on('error', (fault) =>
      resolve(failed(fault.name === 'AbortError' || fault.name === 'TimeoutError' ? 'timeout' : 'network')),
    );
    request.end(body);
  });
}
