// The simulator over HTTP on loopback. Latency lives here and only here; the handler itself takes no time.
// It is no proxy and no gateway: the only thing added to a response is `content-length`, and outages that need a socket.
// A handler that throws is a fault of the simulator: it is answered 500 with what was thrown, and everybody else is served on.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { outageHeader } from './outages.ts';
import type { Simulator } from './simulator.ts';

export interface ServeOptions {
  /** 0 takes any free port. */
  readonly port: number;
  readonly host?: string;
  /** How long a request to this path takes, in milliseconds; default: no time. */
  readonly latencyMs?: (path: string) => number;
}

export interface ServedSimulator {
  /** Such as `http://127.0.0.1:4010`; stands for every host of the vendor. */
  readonly origin: string;
  readonly close: () => Promise<void>;
}

/** Rejects with the error of `listen` when the port is taken. */
export async function serveSimulator(
  simulator: Pick<Simulator, 'handle'>,
  { port, host = '127.0.0.1', latencyMs = () => 0 }: ServeOptions,
): Promise<ServedSimulator> {
  const server = createServer((incoming, outgoing) => {
    answer(simulator, latencyMs, incoming, outgoing).catch((error: unknown) => fail(outgoing, error));
  });
  const bound = await listen(server, port, host);
  return { origin: `http://${host}:${bound}`, close: () => close(server) };
}

async function answer(
  simulator: Pick<Simulator, 'handle'>,
  latencyMs: (path: string) => number,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const request = await toRequest(incoming);
  const delay = latencyMs(new URL(request.url).pathname);
  if (delay > 0) await wait(delay);
  const response = await simulator.handle(request);
  const body = Buffer.from(await response.arrayBuffer());
  const { [outageHeader]: outage, ...headers } = Object.fromEntries(response.headers);
  if (outage !== undefined) return breakOff(outgoing, outage, response.status, headers, body);
  outgoing.writeHead(response.status, { ...headers, ...lengthOf(response.status, body) });
  outgoing.end(body);
}

function fail(outgoing: ServerResponse, error: unknown): void {
  if (outgoing.headersSent) return void outgoing.destroy();
  const body = `${JSON.stringify({ error: `The simulator failed: ${String(error)}` })}\n`;
  outgoing.writeHead(500, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  outgoing.end(body);
}

/** A slow command is answered 202 without a length, its outcome following; 204 has no body to measure. */
function lengthOf(status: number, body: Buffer): Record<string, number> {
  return status === 202 || status === 204 ? {} : { 'content-length': body.length };
}

/** `hang` leaves the connection open without a word until the server is closed. */
function breakOff(
  outgoing: ServerResponse,
  outage: string,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: Buffer,
): void {
  if (outage === 'reset') outgoing.destroy();
  if (outage !== 'cut') return;
  outgoing.writeHead(status, { ...headers, 'content-length': body.length });
  outgoing.write(body.subarray(0, body.length / 2), () => outgoing.destroy());
}

async function toRequest(incoming: IncomingMessage): Promise<Request> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const { method = 'GET', url = '/', headers } = incoming;
  const target = new URL(url, `http://${headers.host ?? '127.0.0.1'}`);
  const hasBody = method !== 'GET' && method !== 'HEAD' && chunks.length > 0;
  return new Request(target, {
    method,
    headers: Object.entries(headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
    ...(hasBody ? { body: Buffer.concat(chunks) } : {}),
  });
}

async function listen(server: Server, port: number, host: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

async function close(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
