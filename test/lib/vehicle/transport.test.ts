// The transport against a real HTTP server that hangs, breaks off, floods and lies.
import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { inspect } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { makeTransport, type WireRequest } from '../../../lib/vehicle/transport.ts';
import { type Answer, json, type LocalServer, REQUEST_ID, startLocalServer } from './local-server.ts';
import { thrownBy } from './thrown.ts';

const CANARY = 'canary-3f9c';
let answer: Answer = json(200, {});
let server: LocalServer;

beforeAll(async () => {
  server = await startLocalServer(() => answer);
});
afterAll(() => server.close());
beforeEach(() => {
  server.seen.length = 0;
});

const request = (overrides: Partial<WireRequest> = {}): WireRequest => ({
  service: 'vehicle',
  operation: 'odometer',
  method: 'GET',
  url: `${server.origin}/v2.0/vehicles/${CANARY}/odometer`,
  headers: { authorization: `Bearer ${CANARY}` },
  deadlineMs: 5_000,
  repeatable: true,
  ...overrides,
});

describe('an exchange that succeeds', () => {
  it('brings status, lower-case headers and the body as text', async () => {
    answer = json(200, { distance: 104.32 }, { 'SC-Unit-System': 'metric' });

    const response = await makeTransport()(request());

    expect(response.status).toBe(200);
    expect(response.headers['sc-unit-system']).toBe('metric');
    expect(response.headers['sc-request-id']).toBe(REQUEST_ID);
    expect(response.body).toBe('{"distance":104.32}');
  });

  it('sends method, path, headers, length and body as given', async () => {
    answer = json(200, {});

    await makeTransport()(
      request({ method: 'POST', body: '{"a":"ë"}', headers: { 'content-type': 'application/json' } }),
    );

    expect(server.seen[0]?.method).toBe('POST');
    expect(server.seen[0]?.url).toBe(`/v2.0/vehicles/${CANARY}/odometer`);
    expect(server.seen[0]?.headers['content-length']).toBe('10');
    expect(server.seen[0]?.headers['user-agent']).toBe('Odoseal');
    expect(server.seen[0]?.body).toBe('{"a":"ë"}');
  });

  it('resolves with error statuses too: judging them is not its business', async () => {
    answer = json(409, '<html>');

    expect(await makeTransport()(request())).toMatchObject({ status: 409, body: '<html>' });
  });

  it('joins repeated headers with a comma', async () => {
    answer = (_seen, response) => {
      response.setHeader('set-cookie', ['a=1', 'b=2']);
      response.end('{}');
    };

    expect((await makeTransport()(request())).headers['set-cookie']).toBe('a=1, b=2');
  });

  it('reuses one socket for calls in a row', async () => {
    answer = json(200, {});
    const transport = makeTransport();
    const before = server.connections();

    for (let call = 0; call < 5; call += 1) await transport(request());

    expect(server.connections() - before).toBe(1);
  });

  it('tells the observer service and operation of every request on the wire', async () => {
    answer = json(200, {});
    const calls: unknown[] = [];
    const transport = makeTransport({ onCall: (call) => calls.push(call) });

    await transport(request());
    await transport(request({ service: 'auth', operation: 'refresh' }));

    expect(calls).toEqual([
      { service: 'vehicle', operation: 'odometer' },
      { service: 'auth', operation: 'refresh' },
    ]);
  });
});

describe('a deadline', () => {
  it('ends a call nobody answers, as sent', async () => {
    answer = () => {};

    expect(await thrownBy(makeTransport()(request({ deadlineMs: 40 })))).toMatchObject({
      fault: 'timeout',
      meaning: 'transient',
      operation: 'odometer',
      sent: true,
    });
  });

  it('covers the body as well as the first byte', async () => {
    answer = (_seen, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{"distance":');
    };

    expect((await thrownBy(makeTransport()(request({ deadlineMs: 40 })))).fault).toBe('timeout');
  });
});

describe('a connection that breaks', () => {
  it('before any answer is half closed, as sent', async () => {
    answer = (_seen, _response, socket) => socket.destroy();

    expect(await thrownBy(makeTransport()(request()))).toMatchObject({ fault: 'half_closed', sent: true });
  });

  it('by a polite end without an answer is half closed', async () => {
    answer = (_seen, _response, socket) => socket.end();

    expect(await thrownBy(makeTransport()(request()))).toMatchObject({ fault: 'half_closed', sent: true });
  });

  it('in the middle of the body is half closed', async () => {
    answer = (_seen, response, socket) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"distance":');
      response.write('', () => socket.destroy());
    };

    expect(await thrownBy(makeTransport()(request()))).toMatchObject({ fault: 'half_closed', sent: true });
  });

  it('refused by the host is a network fault that was certainly not sent', async () => {
    const port = await closedPort();

    expect(await thrownBy(makeTransport()(request({ url: `http://127.0.0.1:${port}/x` })))).toMatchObject({
      fault: 'network',
      sent: false,
    });
  });

  it('to an address of IPv6 is tried at that address, not looked up as a name', async () => {
    const error = await thrownBy(makeTransport()(request({ url: `http://[::1]:${await closedPort()}/x` })));

    expect(error).toMatchObject({ fault: 'network', sent: false });
    expect(error.cause).toMatchObject({
      message: expect.stringMatching(/^(ECONNREFUSED|EADDRNOTAVAIL|EAFNOSUPPORT)$/),
    });
  });

  it('at TLS is a network fault that was certainly not sent', async () => {
    const url = `${server.origin.replace('http:', 'https:')}/x`;

    expect(await thrownBy(makeTransport()(request({ url })))).toMatchObject({ fault: 'network', sent: false });
  });
});

describe('a kept-alive socket that the platform closes as we use it', () => {
  // The first request on a socket is answered, the second finds the socket dead.
  const dying = (): Answer => {
    const used = new Set<Socket>();
    return (seen, response, socket) => {
      if (used.has(socket)) socket.destroy();
      else json(200, {})(seen, response, socket);
      used.add(socket);
    };
  };

  it('is replaced, once, for a read', async () => {
    answer = dying();
    const calls: string[] = [];
    const transport = makeTransport({ onCall: ({ operation }) => calls.push(operation) });
    await transport(request());

    expect((await transport(request())).status).toBe(200);
    expect(calls).toEqual(['odometer', 'odometer', 'odometer']);
  });

  // The clock is moved by what the platform sees: the old socket dies 200 ms into the call, the new one is answered later.
  it.each([
    [299, { status: 200 }],
    [300, { fault: 'timeout', sent: true }],
  ])('is replaced within the one deadline of the call, of 300 ms: an answer after %i ms', async (after, outcome) => {
    const used = new Set<Socket>();
    answer = (seen, response, socket) => {
      if (used.has(socket)) {
        vi.advanceTimersByTime(200);
        socket.destroy();
      } else {
        if (server.seen.length > 1) vi.advanceTimersByTime(after - 200);
        json(200, {})(seen, response, socket);
      }
      used.add(socket);
    };
    const transport = makeTransport();
    await transport(request());
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    onTestFinished(() => {
      vi.useRealTimers();
    });

    expect(await transport(request({ deadlineMs: 300 })).catch((error: unknown) => error)).toMatchObject(outcome);
    expect(server.seen).toHaveLength(3);
  });

  it('is an unknown outcome for anything that must not happen twice', async () => {
    answer = dying();
    const transport = makeTransport();
    await transport(request());

    const error = await thrownBy(transport(request({ method: 'POST', body: '{}', repeatable: false })));

    expect(error).toMatchObject({ fault: 'half_closed', sent: true });
    expect(server.seen).toHaveLength(2);
  });

  it('is not a reason to repeat an answer that broke off: the platform saw and billed it', async () => {
    const used = new Set<Socket>();
    answer = (seen, response, socket) => {
      if (!used.has(socket)) json(200, {})(seen, response, socket);
      else {
        response.writeHead(200, { 'content-length': '100' });
        response.write('{', () => socket.destroy());
      }
      used.add(socket);
    };
    const transport = makeTransport();
    await transport(request());

    expect((await thrownBy(transport(request()))).fault).toBe('half_closed');
    expect(server.seen).toHaveLength(2);
  });

  it('is not a reason to repeat a fresh connection that died', async () => {
    answer = (_seen, _response, socket) => socket.destroy();

    await thrownBy(makeTransport()(request()));

    expect(server.seen).toHaveLength(1);
  });
});

describe('an answer that cannot be used', () => {
  const MEGABYTE = 1024 * 1024;

  it('of exactly 1 MB is read', async () => {
    answer = json(200, 'x'.repeat(MEGABYTE));

    expect((await makeTransport()(request())).body).toHaveLength(MEGABYTE);
  });

  it('above 1 MB is refused', async () => {
    answer = json(200, 'x'.repeat(MEGABYTE + 1));

    expect(await thrownBy(makeTransport()(request()))).toMatchObject({ fault: 'too_large', sent: true });
  });

  it('that never ends is refused at 1 MB, not at the deadline', async () => {
    answer = (_seen, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    };

    expect((await thrownBy(makeTransport()(request()))).fault).toBe('too_large');
  });

  it('that is not HTTP is unusable, and its bytes are not kept', async () => {
    const raw = createServer((socket) => socket.once('data', () => socket.end(`${CANARY}\r\n\r\n`)));
    await new Promise<void>((resolve) => {
      raw.listen(0, '127.0.0.1', resolve);
    });
    const { port } = raw.address() as AddressInfo; // a TCP server that listens has a TCP address

    const error = await thrownBy(makeTransport()(request({ url: `http://127.0.0.1:${port}/x`, headers: {} })));
    await new Promise((resolve) => raw.close(resolve));

    expect(error.fault).toBe('unusable_answer');
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(CANARY);
    expect(error.cause).toEqual(new Error('HPE_INVALID_CONSTANT'));
    // Node's own error holds the raw packet.
    expect(Object.keys(error.cause ?? {})).toEqual([]);
  });
});

describe('what must not leak', () => {
  it('I12 neither URL nor token nor body appears in any failure, its cause included', async () => {
    const failures: Answer[] = [
      () => {},
      (_seen, _response, socket) => socket.destroy(),
      json(200, CANARY.repeat(200_000)),
      (_seen, response, socket) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write(CANARY, () => socket.destroy());
      },
    ];
    for (const failure of failures) {
      answer = failure;
      const error = await thrownBy(makeTransport()(request({ deadlineMs: 500, body: CANARY, method: 'POST' })));

      expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(CANARY);
      expect(JSON.stringify(error)).not.toContain(CANARY);
      expect(error.message).not.toContain('127.0.0.1');
    }
  });

  it.each(['http://example.com/v2.0', 'http://127.0.0.1.example.com/', 'http://127.0.0.1:80@example.com/', 'ftp://x/'])(
    'I12 no token is sent to %s',
    async (url) => {
      await expect(makeTransport()(request({ url }))).rejects.toThrow(
        new TypeError('the vehicle platform is reached over https, or over http on this machine only'),
      );
    },
  );
});

const closedPort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo; // a TCP server that listens has a TCP address
  await new Promise((resolve) => server.close(resolve));
  return port;
};
