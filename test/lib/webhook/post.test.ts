// One attempt against hostile names, redirects, silence, and a server with a certificate for another name.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createServer as createSecure } from 'node:https';
import { afterEach, describe, expect, it } from 'vitest';
import { listen, stopListening } from '../../../infra/local/listen.ts';
import { type Posting, post, type Resolve } from '../../../lib/webhook/post.ts';
import { webhookUrl } from '../../../lib/webhook/webhook-url.ts';
import { makeSelfSigned } from '../vehicle/self-signed.ts';

const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) await stopListening(server);
});

const open = async (server: Server): Promise<string> => {
  servers.push(server);
  return listen(server, 0);
};

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

function receiver(status: number, headers: Record<string, string> = {}) {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    seen.push({ method: request.method, url: request.url, headers: request.headers, body });
    response.writeHead(status, headers).end('ignored');
  });
  return { seen, server };
}

const nobody: Resolve = () => Promise.reject(new Error('nobody asks'));
const local: Posting = { resolve: nobody, timeoutMs: 10_000, loopback: true };
const deployed: Posting = { resolve: nobody, timeoutMs: 10_000, loopback: false };

const resolving = (...addresses: readonly string[]) => {
  const asked: string[] = [];
  const resolve: Resolve = (host) => {
    asked.push(host);
    return Promise.resolve(addresses);
  };
  return { asked, resolve };
};

describe('a POST', () => {
  it('brings headers and body, and answers with the status', async () => {
    const { seen, server } = receiver(204);
    const origin = await open(server);
    expect(await post(local, `${origin}/hooks?a=1`, { 'webhook-id': 'evt_1' }, '{"é":1}')).toEqual({
      kind: 'answered',
      status: 204,
    });
    expect(seen).toMatchObject([{ method: 'POST', url: '/hooks?a=1', body: '{"é":1}' }]);
    expect(seen[0]?.headers).toMatchObject({
      host: new URL(origin).host,
      'webhook-id': 'evt_1',
      'content-type': 'application/json',
      'content-length': '8',
    });
  });

  it('follows no redirect', async () => {
    const inner = receiver(200);
    const target = await open(inner.server);
    const { server } = receiver(307, { location: `${target}/inside` });
    expect(await post(local, await open(server), {}, '{}')).toEqual({ kind: 'answered', status: 307 });
    expect(inner.seen).toEqual([]);
  });

  it('ends when its time is over, whether a name, a connection or an answer is waited for', async () => {
    const silent = await open(createServer(() => undefined));
    const timeout = { kind: 'failed', reason: 'timeout' };
    expect(await post({ ...local, timeoutMs: 50 }, silent, {}, '{}')).toEqual(timeout);
    const never: Posting = { ...deployed, timeoutMs: 50, resolve: () => new Promise(() => undefined) };
    expect(await post(never, 'https://insurer.example/', {}, '{}')).toEqual(timeout);
  });

  it('reads no more than 16 KB of an answer that does not end, and has its status', async () => {
    const MOST = 64 * 1024 * 1024;
    const ended = Promise.withResolvers<{ readonly sent: number; readonly whole: boolean }>();
    const talkative = createServer(async (_, response) => {
      let sent = 0;
      response.on('close', () => ended.resolve({ sent, whole: response.writableFinished }));
      response.writeHead(200);
      const chunk = Buffer.alloc(16_384, 'x');
      while (sent < MOST && !response.destroyed) {
        sent += chunk.length;
        if (!response.write(chunk)) await Promise.race([once(response, 'drain'), ended.promise]);
      }
      response.end();
    });
    const origin = await open(talkative);
    expect(await post(local, origin, {}, '{}')).toEqual({ kind: 'answered', status: 200 });
    const { sent, whole } = await ended.promise;
    expect([whole, sent < MOST]).toEqual([false, true]);
  });

  it('to nobody is a failure, not an exception', async () => {
    const server = createServer();
    const origin = await listen(server, 0);
    await stopListening(server);
    expect(await post(local, origin, {}, '{}')).toEqual({ kind: 'failed', reason: 'network' });
    const unknown: Posting = { ...deployed, resolve: () => Promise.reject(new Error('ENOTFOUND')) };
    expect(await post(unknown, 'https://insurer.example/', {}, '{}')).toEqual({
      kind: 'failed',
      reason: 'no_such_name',
    });
    expect(await post({ ...deployed, ...resolving() }, 'https://insurer.example/', {}, '{}')).toEqual({
      kind: 'failed',
      reason: 'no_such_name',
    });
  });
});

describe('a name', () => {
  it.each([
    ['127.0.0.1'],
    ['169.254.169.254'],
    ['::1'],
    ['::ffff:10.0.0.1'],
    ['8.8.8.8', '10.0.0.1'],
    ['2606:4700::1', 'fd00:ec2::254'],
  ])('that stands for %s is refused before anything is connected', async (...addresses) => {
    const { asked, resolve } = resolving(...addresses);
    const posted = await post({ ...deployed, resolve }, 'https://insurer.example/', {}, '{}');
    expect(posted).toEqual({ kind: 'failed', reason: 'address_refused' });
    expect(asked).toEqual(['insurer.example']);
  });

  it('on a machine of its own is loopback in plain HTTP, and nothing else', async () => {
    const { seen, server } = receiver(200);
    const { port } = new URL(await open(server));
    const url = `http://localhost:${port}/`;
    expect(await post({ ...local, ...resolving('127.0.0.1') }, url, {}, '{}')).toMatchObject({ status: 200 });
    expect(await post({ ...local, ...resolving('8.8.8.8') }, url, {}, '{}')).toMatchObject({
      reason: 'address_refused',
    });
    expect(await post({ ...deployed, ...resolving('127.0.0.1') }, url, {}, '{}')).toMatchObject({
      reason: 'url_refused',
    });
    expect(seen).toHaveLength(1);
  });

  it('is asked for once, and the connection goes to what it said then: rebinding finds nobody', async () => {
    const { seen, server } = receiver(200);
    const { port } = new URL(await open(server));
    let asked = 0;
    const rebinding: Resolve = () => {
      asked += 1;
      return Promise.resolve([asked === 1 ? '127.0.0.1' : '169.254.169.254']);
    };
    const posted = await post({ ...local, resolve: rebinding }, `http://localhost:${port}/`, {}, '{}');
    expect(posted).toMatchObject({ status: 200 });
    expect([asked, seen.length]).toEqual([1, 1]);
  });
});

describe('TLS', () => {
  it('holds the certificate against the name of the URL, not the address that is connected to', async () => {
    const { key, cert } = makeSelfSigned();
    const names: string[] = [];
    let requests = 0;
    const SNICallback = (name: string, done: (fault: null) => void) => {
      names.push(name);
      done(null);
    };
    const server = createSecure({ key, cert, SNICallback }, (_, response) => {
      requests += 1;
      response.writeHead(200).end();
    });
    const { port } = new URL(await open(server));
    const trusting: Posting = { ...local, ...resolving('127.0.0.1'), ca: cert };
    expect(await post(trusting, `https://127.0.0.1:${port}/`, {}, '{}')).toEqual({ kind: 'answered', status: 200 });
    const named = await post(trusting, `https://insurer.example:${port}/`, {}, '{}');
    expect(named).toEqual({ kind: 'failed', reason: 'network' });
    const untrusting = await post({ ...local, ca: undefined }, `https://127.0.0.1:${port}/`, {}, '{}');
    expect(untrusting).toEqual({ kind: 'failed', reason: 'network' });
    expect(requests).toBe(1);
    expect(names).toEqual(['insurer.example']);
  });
});

describe('a URL', () => {
  it.each([
    'http://insurer.example/',
    'ftp://insurer.example/',
    'https://user:pass@insurer.example/',
    'https://user@insurer.example/',
    'https://insurer.example/#x',
    'https://insurer.example/#',
    ' https://insurer.example/',
    'https://insurer.example/ho\noks',
    'https://insurer\t.example/',
    'https://insurer.example/\u0000',
    `https://insurer.example/${'x'.repeat(2_025)}`,
    'https://',
    'https://10.0.0.1./',
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://[::1]/',
    'https://[::ffff:8.8.8.8]/',
    'https://169.254.169.254/latest/meta-data',
    'insurer.example',
    '',
  ])('%s is none', (url) => {
    expect(webhookUrl(url, deployed)).toBeUndefined();
  });

  it.each([
    'https://insurer.example/hooks',
    'https://insurer.example:8443/hooks?key=1',
    `https://insurer.example/${'x'.repeat(2_024)}`,
    'https://8.8.8.8/',
    'https://[2606:4700::1]/',
  ])('%s is one', (url) => {
    expect(webhookUrl(url, deployed)?.href).toBe(url);
  });

  it('of plain HTTP is one on loopback alone, and where that is allowed alone', () => {
    expect(webhookUrl('http://127.0.0.1:9000/x', local)?.port).toBe('9000');
    expect(webhookUrl('http://[::1]:9000/x', local)?.port).toBe('9000');
    expect(webhookUrl('http://10.0.0.1/x', local)).toBeUndefined();
    expect(webhookUrl('http://127.0.0.1:9000/x', deployed)).toBeUndefined();
  });
});
