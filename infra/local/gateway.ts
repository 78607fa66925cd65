// The HTTP API on loopback: routes, authorizers and limits as the template declares them; what the gateway answers itself is
// what AWS answers, byte by byte, as far as that is public: GATEWAY.md says from where. Access logs follow the stage's own format. Throttling is not imitated: a clock that stands
// still would never refill a bucket.
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Authorize, Decision } from './authorizer-cache.ts';
import type { RouteSpec } from './deployed-functions.ts';
import type { Deployment } from './deployment.ts';
import type { Outcome } from './function-copy.ts';
import {
  answerFrom,
  decodePath,
  type EventExtras,
  type GatewayAnswer,
  type GatewayRequest,
  httpEvent,
} from './http-event.ts';
import { type Match, makeRouteTable } from './route-table.ts';

export type GatewaySettings = {
  readonly deployment: Pick<Deployment, 'routes' | 'apiId' | 'accessLogFormat' | 'place'>;
  readonly invoke: (functionName: string, event: unknown) => Promise<Outcome>;
  readonly authorize: Authorize;
  readonly now: () => number;
  readonly onAccessLog: (line: string) => void;
};

/** Largest request body an HTTP API takes: 10 MB. */
const BODY_LIMIT = 10 * 1024 * 1024;

/** Largest event Lambda takes in a synchronous invocation: 6 MB, which a body in base64 reaches at 4.5 MB. */
const EVENT_LIMIT = 6 * 1024 * 1024;

const own = (status: number, message: string): GatewayAnswer => ({
  status,
  headers: [['content-type', 'application/json']],
  body: Buffer.from(JSON.stringify({ message })),
});

const UNAUTHORIZED = own(401, 'Unauthorized');
const FORBIDDEN = own(403, 'Forbidden');
const NOT_FOUND = own(404, 'Not Found');
const TOO_LARGE = own(413, 'Request Entity Too Large');
const SERVER_ERROR = own(500, 'Internal Server Error');
const UNAVAILABLE = own(503, 'Service Unavailable');

const headerPairs = ({ rawHeaders }: IncomingMessage): readonly (readonly [string, string])[] =>
  rawHeaders.flatMap((name, index) =>
    index % 2 === 0 ? [[name.toLowerCase(), rawHeaders[index + 1] ?? ''] as const] : [],
  );

/** The body, or undefined as soon as it is larger than the gateway takes. */
const readBody = async (incoming: IncomingMessage): Promise<Buffer | undefined> => {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming) {
    length += chunk.length;
    if (length <= BODY_LIMIT) chunks.push(chunk);
  }
  return length > BODY_LIMIT ? undefined : Buffer.concat(chunks);
};

const requestFrom = (incoming: IncomingMessage, body: Buffer, id: string, now: number): GatewayRequest => {
  const [path = '/', rawQuery = ''] = (incoming.url ?? '/').split(/\?(.*)/s);
  return {
    id,
    method: incoming.method ?? 'GET',
    rawPath: decodePath(path),
    rawQuery,
    headers: headerPairs(incoming),
    body,
    sourceIp: incoming.socket.remoteAddress ?? '127.0.0.1',
    at: now,
  };
};

const within = async (milliseconds: number, work: Promise<Outcome>): Promise<Outcome | 'late'> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), milliseconds);
  });
  const first = await Promise.race([work, late]);
  clearTimeout(timer);
  return first;
};

const REFUSALS: Readonly<Record<Exclude<Decision['kind'], 'allowed'>, GatewayAnswer>> = {
  'no-identity': UNAUTHORIZED,
  refused: FORBIDDEN,
  broken: SERVER_ERROR,
};

const integrate = async (
  settings: GatewaySettings,
  route: RouteSpec,
  request: GatewayRequest,
  extras: EventExtras,
): Promise<GatewayAnswer> => {
  const event = httpEvent(request, extras);
  if (Buffer.byteLength(JSON.stringify(event)) > EVENT_LIMIT) return TOO_LARGE;
  const outcome = await within(route.timeoutMs, settings.invoke(route.functionName, event));
  if (outcome === 'late') return UNAVAILABLE;
  if (outcome.kind === 'fault') return SERVER_ERROR;
  return answerFrom(outcome.payload) ?? SERVER_ERROR;
};

const answerMatch = async (
  settings: GatewaySettings,
  { route, pathParameters }: Match<RouteSpec>,
  request: GatewayRequest,
): Promise<GatewayAnswer> => {
  const { apiId, place } = settings.deployment;
  const extras = { apiId, account: place.account, routeKey: route.routeKey, pathParameters };
  if (route.authorizer === undefined) return integrate(settings, route, request, extras);
  const decision = await settings.authorize(route.authorizer, request, extras);
  if (decision.kind !== 'allowed') return REFUSALS[decision.kind];
  return integrate(settings, route, request, { ...extras, authorizer: decision.context });
};

const accessLog = (format: string, values: Readonly<Record<string, string>>): string =>
  format.replace(/\$context\.([\w.]+)/g, (_variable, name: string) => values[name] ?? '-');

/** As HTTP/1.1 answers of the gateway spell a name: `Content-Type`. */
const spelled = (name: string): string => name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());

const FRAMING = ['content-type', 'content-length', 'transfer-encoding', 'connection', 'date', 'apigw-requestid'];

/** The head of an answer, in the order and spelling of AWS: the id is in lower case only where no route was found. */
const headOf = ({ headers, body }: GatewayAnswer, { id, routed, keepAlive }: Exchange): string[] => {
  const type = headers.find(([name]) => name === 'content-type')?.[1] ?? '';
  return [
    ['Date', new Date().toUTCString()],
    ['Content-Type', type],
    ['Content-Length', String(body.length)],
    ['Connection', keepAlive ? 'keep-alive' : 'close'],
    ...headers.filter(([name]) => !FRAMING.includes(name)).map(([name, value]) => [spelled(name), value]),
    [routed ? 'Apigw-Requestid' : 'apigw-requestid', id],
  ].flat();
};

type Exchange = {
  readonly id: string;
  readonly routed: boolean;
  readonly keepAlive: boolean;
};

const write = (response: ServerResponse, answer: GatewayAnswer, exchange: Exchange): void => {
  response.writeHead(answer.status, headOf(answer, exchange));
  response.end(response.req.method === 'HEAD' ? undefined : answer.body);
};

/** The gateway's server, to be given a port by the caller. `settings` is asked for at each request: it may not exist yet. */
export const makeGateway = (settings: () => GatewaySettings | undefined): Server => {
  let routes: ((method: string, path: string) => Match<RouteSpec> | undefined) | undefined;
  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const current = settings();
    const id = `${randomBytes(11).toString('base64url')}=`;
    const body = await readBody(incoming);
    const keepAlive = response.shouldKeepAlive;
    if (current === undefined) return write(response, UNAVAILABLE, { id, routed: true, keepAlive });
    routes ??= makeRouteTable(current.deployment.routes);
    const request = requestFrom(incoming, body ?? Buffer.alloc(0), id, current.now());
    const match = routes(request.method, request.rawPath);
    const matched = async (found: Match<RouteSpec>): Promise<GatewayAnswer> =>
      body === undefined ? TOO_LARGE : answerMatch(current, found, request);
    const answer = match === undefined ? NOT_FOUND : await matched(match);
    const { accessLogFormat } = current.deployment;
    if (accessLogFormat !== undefined) {
      const requestTime = new Date(request.at).toISOString();
      const routeKey = match?.route.routeKey ?? '-';
      current.onAccessLog(
        accessLog(accessLogFormat, {
          requestId: id,
          requestTime,
          routeKey,
          status: String(answer.status),
          responseLength: String(answer.body.length),
        }),
      );
    }
    write(response, answer, { id, routed: match !== undefined, keepAlive });
  };
  return createServer((incoming, response) => {
    serve(incoming, response).catch(() => response.destroy());
  });
};
