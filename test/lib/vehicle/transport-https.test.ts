// The transport over TLS, against a server with a certificate of its own.
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeTransport, type WireRequest } from '../../../lib/vehicle/transport.ts';
import { makeSelfSigned } from './self-signed.ts';
import { thrownBy } from './thrown.ts';

let server: Server;
let origin: string;
let connections = 0;
const { key, cert } = makeSelfSigned();
const trustedBefore = getCACertificates('default');

beforeAll(async () => {
  server = createServer({ key, cert }, (request, response) => {
    if (request.url === '/hang') return;
    if (request.url === '/close') request.socket.destroy();
    else response.end(`{"secure":${String('encrypted' in request.socket)}}`);
  });
  server.on('secureConnection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo; // a TCP server that listens has a TCP address
  origin = `https://127.0.0.1:${port}`;
});
afterAll(async () => {
  setDefaultCACertificates(trustedBefore);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const request = (path: string, deadlineMs = 5_000): WireRequest => ({
  service: 'vehicle',
  operation: 'vin',
  method: 'GET',
  url: `${origin}${path}`,
  headers: {},
  deadlineMs,
  repeatable: true,
});

describe('over TLS', () => {
  it('a certificate nobody vouches for is refused before anything is sent', async () => {
    setDefaultCACertificates(trustedBefore);

    expect(await thrownBy(makeTransport()(request('/')))).toMatchObject({ fault: 'network', sent: false });
  });

  it('calls in a row share one connection', async () => {
    setDefaultCACertificates([...trustedBefore, cert]);
    const transport = makeTransport();
    const before = connections;

    expect((await transport(request('/'))).body).toBe('{"secure":true}');
    expect((await transport(request('/'))).body).toBe('{"secure":true}');
    expect(connections - before).toBe(1);
  });

  it('a deadline and a close after the handshake count as sent', async () => {
    setDefaultCACertificates([...trustedBefore, cert]);

    expect(await thrownBy(makeTransport()(request('/hang', 300)))).toMatchObject({ fault: 'timeout', sent: true });
    expect(await thrownBy(makeTransport()(request('/close')))).toMatchObject({ fault: 'half_closed', sent: true });
  });
});
