// A request as an HTTP API hands it to a function, and a function's answer as the HTTP API hands it to the client: payload
// format 2.0. Where the Developer Guide is silent, captures of the real thing decide: GATEWAY.md names them.

/** A request as it came in. `rawQuery` is as sent, `rawPath` from {@link decodePath}; header names in lower case, repeated ones in order. */
export type GatewayRequest = {
  readonly id: string;
  readonly method: string;
  readonly rawPath: string;
  readonly rawQuery: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
  readonly sourceIp: string;
  /** Epoch ms. */
  readonly at: number;
};

export type EventExtras = {
  readonly apiId: string;
  readonly account: string;
  readonly routeKey: string;
  readonly pathParameters: Readonly<Record<string, string>>;
  /** The authorizer's context, when the route has one. */
  readonly authorizer?: Readonly<Record<string, unknown>>;
};

export type GatewayAnswer = {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
};

type Json = Readonly<Record<string, unknown>>;

const joinRepeated = (pairs: Iterable<readonly [string, string]>): Readonly<Record<string, string>> => {
  const joined: Record<string, string> = {};
  for (const [name, value] of pairs) joined[name] = joined[name] === undefined ? value : `${joined[name]},${value}`;
  return joined;
};

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `12/Mar/2020:19:03:58 +0000` */
const requestTime = (at: number): string => {
  const [date = '', time = ''] = new Date(at).toISOString().split(/[T.]/);
  const [year = '', month = '', day = ''] = date.split('-');
  return `${day}/${MONTHS[Number(month) - 1]}/${year}:${time} +0000`;
};

/**
 * The path as routes and functions see it: percent-decoded, and cut where that brought a `?` to light. An HTTP API calls it raw all the same.
 * What cannot be decoded stays as sent; what AWS does with it is not known.
 */
export const decodePath = (sent: string): string => {
  try {
    return decodeURIComponent(sent).split('?')[0] ?? '';
  } catch {
    return sent;
  }
};

/** Everything else travels as base64: forms, `+json` types and bodies without a type among it. */
const isText = (contentType = ''): boolean =>
  /^(text\/.*|application\/(json|javascript|xml))$/i.test(contentType.split(';')[0]?.trim() ?? '');

const bodyMembers = (body: Buffer, contentType: string | undefined): Json => {
  if (body.length === 0) return { isBase64Encoded: false };
  if (isText(contentType)) return { body: body.toString('utf8'), isBase64Encoded: false };
  return { body: body.toString('base64'), isBase64Encoded: true };
};

const cookiesOf = (request: GatewayRequest): readonly string[] =>
  request.headers
    .filter(([name]) => name === 'cookie')
    .flatMap(([, value]) => value.split(/;\s*/))
    .filter((cookie) => cookie !== '');

/** `Root=1-<seconds in hex>-<24 hex>`, the unique part taken from the request's id. */
const traceId = ({ id, at }: GatewayRequest): string => {
  const unique = Buffer.from(id, 'base64url').toString('hex').padEnd(24, '0').slice(0, 24);
  return `Root=1-${Math.floor(at / 1000).toString(16)}-${unique}`;
};

/** The headers a function sees; also where an authorizer's identity sources are looked up. A request without a body has the length 0. */
export const headersOf = (request: GatewayRequest): Readonly<Record<string, string>> => ({
  'content-length': String(request.body.length),
  ...joinRepeated(
    request.headers.filter(([name]) => !['cookie', 'connection', 'transfer-encoding', 'keep-alive'].includes(name)),
  ),
  'x-amzn-trace-id': traceId(request),
  'x-forwarded-for': request.sourceIp,
  'x-forwarded-port': '443',
  'x-forwarded-proto': 'https',
});

/** The query parameters, repeated ones joined with commas. */
export const queryOf = (request: GatewayRequest): Readonly<Record<string, string>> =>
  joinRepeated(new URLSearchParams(request.rawQuery));

const requestContext = (
  request: GatewayRequest,
  headers: Readonly<Record<string, string>>,
  extras: EventExtras,
): Json => ({
  accountId: extras.account,
  apiId: extras.apiId,
  ...(extras.authorizer === undefined ? {} : { authorizer: { lambda: extras.authorizer } }),
  domainName: headers['host'] ?? '',
  domainPrefix: (headers['host'] ?? '').split('.')[0],
  http: {
    method: request.method,
    path: request.rawPath,
    protocol: 'HTTP/1.1',
    sourceIp: request.sourceIp,
    userAgent: headers['user-agent'] ?? '',
  },
  requestId: request.id,
  routeKey: extras.routeKey,
  stage: '$default',
  time: requestTime(request.at),
  timeEpoch: request.at,
});

/** What event of a request is common to the function behind the route and to its authorizer. */
const commonMembers = (request: GatewayRequest, extras: EventExtras): Json => {
  const headers = headersOf(request);
  const cookies = cookiesOf(request);
  const query = queryOf(request);
  return {
    version: '2.0',
    routeKey: extras.routeKey,
    rawPath: request.rawPath,
    rawQueryString: request.rawQuery,
    ...(cookies.length === 0 ? {} : { cookies }),
    headers,
    ...(request.rawQuery === '' ? {} : { queryStringParameters: query }),
    requestContext: requestContext(request, headers, extras),
    ...(Object.keys(extras.pathParameters).length === 0 ? {} : { pathParameters: extras.pathParameters }),
  };
};

/** The event of the function behind a route. */
export const httpEvent = (request: GatewayRequest, extras: EventExtras): Json => ({
  ...commonMembers(request, extras),
  ...bodyMembers(request.body, request.headers.find(([name]) => name === 'content-type')?.[1]),
});

/** The event of a Lambda authorizer, payload format 2.0: no body. */
export const authorizerEvent = (
  request: GatewayRequest,
  extras: EventExtras,
  region: string,
  identitySource: readonly string[],
): Json => ({
  ...commonMembers(request, extras),
  type: 'REQUEST',
  routeArn: `arn:aws:execute-api:${region}:${extras.account}:${extras.apiId}/$default/${request.method}${request.rawPath}`,
  identitySource,
});

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const plainHeaders = (headers: unknown): readonly (readonly [string, string])[] =>
  Object.entries(isObject(headers) ? headers : {}).map(([name, value]) => [name.toLowerCase(), String(value)] as const);

const withContentType = (
  headers: readonly (readonly [string, string])[],
  type: string,
): readonly (readonly [string, string])[] =>
  headers.some(([name]) => name === 'content-type') ? headers : [...headers, ['content-type', type]];

/**
 * A function's result as an HTTP answer. Without `statusCode` the whole result is the JSON body of a 200.
 * @returns undefined when the result is not an answer: the gateway then says 500
 */
export const answerFrom = (payload: string): GatewayAnswer | undefined => {
  const result: unknown = JSON.parse(payload);
  if (!isObject(result) || result['statusCode'] === undefined) {
    const body = typeof result === 'string' ? result : payload;
    return { status: 200, headers: [['content-type', 'application/json']], body: Buffer.from(body) };
  }
  const status = Number(result['statusCode']);
  const { body = '', cookies = [], isBase64Encoded } = result;
  if (!Number.isInteger(status) || status < 100 || status > 599 || typeof body !== 'string' || !Array.isArray(cookies))
    return undefined;
  const headers = withContentType(plainHeaders(result['headers']), 'text/plain; charset=utf-8');
  const setCookies = cookies.map((cookie) => ['set-cookie', String(cookie)] as const);
  return {
    status,
    headers: [...headers, ...setCookies],
    body: Buffer.from(body, isBase64Encoded === true ? 'base64' : 'utf8'),
  };
};
