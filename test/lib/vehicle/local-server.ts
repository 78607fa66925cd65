// A real HTTP server on a random loopback port for one test file: counts connections, records requests, closes hard.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export type Answer = (seen: Seen, response: ServerResponse, socket: Socket) => void;

export interface LocalServer {
  readonly origin: string;
  readonly seen: Seen[];
  /** Sockets accepted so far. */
  readonly connections: () => number;
  readonly close: () => Promise<void>;
}

export const startLocalServer = async (answer: () => Answer): Promise<LocalServer> => {
  const seen: Seen[] = [];
  let connections = 0;
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const one = {
        method: request.method ?? '',
        url: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks).toString('utf8'),
      };
      seen.push(one);
      answer()(one, response, request.socket);
    });
  });
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo; // a TCP server that listens has a TCP address
  return {
    origin: `http://127.0.0.1:${port}`,
    seen,
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

/** Answers JSON with the headers the platform always sends. */
export const json =
  (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer =>
  (_seen, response) => {
    response.writeHead(status, { 'content-type': 'application/json', 'sc-request-id': REQUEST_ID, ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };

export const REQUEST_ID = '26c14915-0c26-43c5-8e42-9edfc2a66a0f';
