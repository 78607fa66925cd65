// One HTTP exchange with the vehicle platform over kept-alive sockets, under one deadline for everything.
// It follows no redirect, sends no token over plain HTTP except to this machine, reads at most 1 MB, and turns every
// failure into a VehicleError that names neither URL nor body. Whether the request may have been acted on is a fact (`sent`).

import type { ClientRequest, Agent as HttpAgent, IncomingMessage } from 'node:http';
import { IDLE_SOCKET_MS, MAX_ANSWER_BYTES } from './constants.ts';
import { type Fault, VehicleError } from './vehicle-error.ts';

// Importing these modules as ESM loads all of undici (40 ms of a cold start); this way does not.
const http = process.getBuiltinModule('node:http');
const https = process.getBuiltinModule('node:https');

export interface WireRequest {
  readonly service: 'vehicle' | 'auth';
  /** What the call is, for counters and errors: `odometer`, `refresh`, … Never an id. */
  readonly operation: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** Milliseconds for connecting, sending, waiting and reading together. */
  readonly deadlineMs: number;
  /** True for reads: may be sent again, once, when a kept-alive socket turns out to have been closed while idle. */
  readonly repeatable: boolean;
}

export interface WireResponse {
  readonly status: number;
  /** Names in lower case; repeated headers joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Resolves with whatever the platform answered, error statuses included. Rejects with VehicleError only. */
export type Transport = (request: WireRequest) => Promise<WireResponse>;

export interface TransportOptions {
  /** Told about every request put on the wire, a repeat included. */
  readonly onCall?: (call: { readonly service: 'vehicle' | 'auth'; readonly operation: string }) => void;
}

/** Makes a transport with sockets of its own. Make one per process, so that sockets are reused. */
export const makeTransport = (options: TransportOptions = {}): Transport => {
  const settings = { keepAlive: true, timeout: IDLE_SOCKET_MS, scheduling: 'lifo' } as const;
  const agents: Agents = { http: new http.Agent(settings), https: new https.Agent(settings) };
  return async (request) => {
    requireSafeOrigin(request.url);
    const until = performance.now() + request.deadlineMs;
    options.onCall?.({ service: request.service, operation: request.operation });
    try {
      return await exchange(agents, request, request.deadlineMs);
    } catch (fault) {
      if (!(fault instanceof StaleSocket)) throw fault;
      options.onCall?.({ service: request.service, operation: request.operation });
      return await exchange(agents, request, Math.max(1, until - performance.now()));
    }
  };
};

interface Agents {
  readonly http: HttpAgent;
  readonly https: HttpAgent;
}

/** Where a request stands; decides what its failure means. */
interface Flight {
  connected: boolean;
  answered: boolean;
  late: boolean;
}

// The platform closed an idle socket in the moment we used it: not a failure of the call, which it never saw.
class StaleSocket extends VehicleError {}

class TooLarge extends Error {}

const exchange = (agents: Agents, request: WireRequest, deadlineMs: number): Promise<WireResponse> => {
  const flight: Flight = { connected: false, answered: false, late: false };
  const outgoing = open(agents, request);
  watchConnection(outgoing, request, flight);
  return new Promise<WireResponse>((resolve, reject) => {
    const fail = (cause: Error): void => {
      clearTimeout(timer);
      reject(failureOf(request, outgoing, flight, cause));
    };
    const timer = setTimeout(() => {
      flight.late = true;
      outgoing.destroy(new Error('deadline'));
    }, deadlineMs);
    outgoing.on('error', fail);
    outgoing.on('response', (incoming: IncomingMessage) => {
      flight.answered = true;
      collect(incoming, fail, (body) => {
        clearTimeout(timer);
        resolve({ status: incoming.statusCode ?? 0, headers: flatten(incoming), body });
      });
    });
    outgoing.end(request.body);
  });
};

const open = (agents: Agents, { method, url, headers, body }: WireRequest): ClientRequest => {
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const all = { accept: 'application/json', 'user-agent': 'Odoseal', ...headers, ...length };
  const start = url.indexOf('/', url.indexOf('//') + 2);
  const { hostname, port } = placeOf(url.slice(0, start));
  const options = { hostname, port, path: url.slice(start), method, headers: all };
  return url.startsWith('https:')
    ? https.request({ ...options, agent: agents.https })
    : http.request({ ...options, agent: agents.http });
};

interface Place {
  readonly hostname: string;
  readonly port: string | undefined;
}

// A process talks to a handful of origins; parsing a URL for every request would be a tenth of its cost.
const places = new Map<string, Place>();

const placeOf = (origin: string): Place => {
  const known = places.get(origin);
  if (known !== undefined) return known;
  const { hostname, port } = new URL(origin);
  const place = { hostname: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? undefined : port };
  places.set(origin, place);
  return place;
};

const watchConnection = (outgoing: ClientRequest, { url }: WireRequest, flight: Flight): void => {
  const ready = url.startsWith('https:') ? 'secureConnect' : 'connect';
  outgoing.once('socket', (socket) => {
    if (outgoing.reusedSocket) flight.connected = true;
    else
      socket.once(ready, () => {
        flight.connected = true;
      });
  });
};

const collect = (incoming: IncomingMessage, fail: (cause: Error) => void, done: (body: string) => void): void => {
  const chunks: Buffer[] = [];
  let size = 0;
  incoming.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES) incoming.destroy(new TooLarge());
    else chunks.push(chunk);
  });
  incoming.on('error', fail);
  incoming.on('end', () => done(Buffer.concat(chunks).toString('utf8')));
};

const flatten = (incoming: IncomingMessage): Record<string, string> => {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return headers;
};

const failureOf = (request: WireRequest, outgoing: ClientRequest, flight: Flight, cause: Error): VehicleError => {
  const fault = faultOf(flight, cause);
  const facts = { fault, meaning: 'transient', operation: request.operation, sent: flight.connected } as const;
  const stale = fault === 'half_closed' && outgoing.reusedSocket && !flight.answered && request.repeatable;
  return stale ? new StaleSocket(facts) : new VehicleError({ ...facts, cause: bareCause(cause) });
};

const faultOf = (flight: Flight, cause: Error): Fault => {
  if (flight.late) return 'timeout';
  if (cause instanceof TooLarge) return 'too_large';
  const code = codeOf(cause);
  if (code.startsWith('HPE_')) return 'unusable_answer';
  return flight.connected && (code === 'ECONNRESET' || code === 'EPIPE') ? 'half_closed' : 'network';
};

const codeOf = (cause: Error): string => ('code' in cause && typeof cause.code === 'string' ? cause.code : 'UNKNOWN');

// Node's errors carry host names and, for parser errors, the raw packet: only the code is safe to keep.
const bareCause = (cause: Error): Error => new Error(codeOf(cause));

const requireSafeOrigin = (url: string): void => {
  if (url.startsWith('https://') || /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d+)?\//.test(url)) return;
  throw new TypeError('the vehicle platform is reached over https, or over http on this machine only');
};
