// One server of the bench in a process of its own: HTTP to payload 2.0 by the local runner's own translation, one handler behind it.
// `api` is what functions/api wires, with a table that answers at once; `router` finds the route by the same table under middy, and
// answers with a contract that it has; `bare` has the contract alone.
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import middy from '@middy/core';
import { answerFrom, decodePath, httpEvent } from '../../infra/local/http-event.ts';
import { answerGateway } from '../../lib/api/gateway.ts';
import { findRoute } from '../../lib/api/handle.ts';
import { routesAt } from '../../lib/api/routes.ts';
import { makeInstruments } from '../../lib/aws/instruments.ts';
import type { Table } from '../../lib/aws/table.ts';
import { countRequests } from '../../lib/tenant/request-limit.ts';
import { CALLER, CONTRACT_PATH, contractItems } from './contract-items.ts';

type Handler = (event: unknown, context: never) => unknown;

const CONTEXT = {} as never; // no handler here looks at it
const never = (): never => {
  throw new Error('the bench asks for nothing else');
};

/** The function `api` with a stubbed store. Its calls are counted, so that the line of each invocation is written, too. */
function apiHandler(): Handler {
  const { countAws, reportFault, perInvocation } = makeInstruments('api');
  const answered = <T>(call: string, value: T): Promise<T> => {
    countAws(call);
    return Promise.resolve(value);
  };
  const store: Table = {
    get: never,
    getMany: never,
    put: never,
    remove: never,
    scan: never,
    update: () => answered('DynamoDB.Update', { requests: 1 }),
    query: () => answered('DynamoDB.Query', { items: contractItems }),
  };
  const deps = {
    business: store,
    attestations: store,
    countRequest: countRequests(store),
    cursorKey: never,
    reconnectKey: never,
    publicOrigin: 'https://odoseal.example',
    random: randomBytes,
  };
  const answer = answerGateway(routesAt, () => ({ ...deps, now: Date.now() }), reportFault);
  return middy(answer).use(perInvocation) as Handler;
}

/** What `api` answers, taken once. */
const contractView = async (): Promise<unknown> => {
  const event = eventOf({ method: 'GET', url: CONTRACT_PATH, headers: [] });
  const { body } = (await apiHandler()(event, CONTEXT)) as { readonly body: string }; // what gateway.ts answers
  return JSON.parse(body);
};

const routed = (view: unknown): Handler =>
  middy(async (event: unknown) => {
    const { rawPath: path, requestContext } = event as {
      rawPath: string;
      requestContext: { http: { method: string } };
    };
    const { found } = findRoute(await routesAt(path), { method: requestContext.http.method, path });
    return found === undefined ? { statusCode: 404 } : okOf(view);
  }) as Handler;

const okOf = (view: unknown) => ({
  statusCode: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(view),
});

interface Incoming {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [string, string])[];
}

const eventOf = ({ method, url, headers }: Incoming): unknown => {
  const [path = '', rawQuery = ''] = url.split('?');
  const request = { id: 'bench', method, rawPath: decodePath(path), rawQuery, headers, body: Buffer.alloc(0) };
  return httpEvent(
    { ...request, sourceIp: '127.0.0.1', at: Date.now() },
    { apiId: 'bench', account: '1', routeKey: '$default', pathParameters: {}, authorizer: CALLER },
  );
};

async function serve(handler: Handler, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = '', url = '', rawHeaders } = incoming;
  const headers = rawHeaders.flatMap((name, n) =>
    n % 2 === 0 ? [[name.toLowerCase(), rawHeaders[n + 1] ?? ''] as const] : [],
  );
  const payload = JSON.stringify(await handler(eventOf({ method, url, headers }), CONTEXT));
  const answer = answerFrom(payload);
  const length = ['content-length', String(answer?.body.length ?? 0)] as const;
  response.writeHead(answer?.status ?? 500, [...(answer?.headers ?? []), length].flat());
  response.end(answer?.body);
}

const [name = ''] = process.argv.slice(2);
const handler = { api: apiHandler, router: async () => routed(await contractView()), bare: bareHandler }[name];

async function bareHandler(): Promise<Handler> {
  const view = await contractView();
  return () => Promise.resolve(okOf(view));
}

const chosen = await handler?.();
if (chosen === undefined) throw new Error(`no server ${name}`);
const server = createServer((incoming, response) => {
  serve(chosen, incoming, response).catch(() => response.destroy());
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo; // a TCP server that listens has a TCP address
  process.send?.(`http://127.0.0.1:${port}`);
});
// What it has cost so far, microseconds of CPU time.
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.(user + system);
});
process.on('disconnect', () => process.exit());
