// The local HTTP API: what it answers itself is AWS's to the byte, what it hands on is payload format 2.0. What AWS does is taken from its
// guide and from captures that others made public; infra/local/GATEWAY.md lists them.
import { rmSync } from 'node:fs';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bootLocalStack } from '../../infra/local/local-stack.ts';
import type { LocalStack } from '../../infra/local/stack-interface.ts';
import { writeFixtureAssembly } from './fixture-assembly.ts';

const folder = writeFixtureAssembly();
const START = Date.parse('2026-03-01T12:00:00.000Z');
let stack: LocalStack;

beforeAll(async () => {
  stack = await bootLocalStack({
    outDir: folder,
    startAt: START,
    variables: { OUTSIDE: 'http://127.0.0.1:9', UNKNOWN: 'x' },
  });
});
afterAll(async () => {
  await stack.close();
  rmSync(folder, { recursive: true });
});

const ask = (path: string, init?: RequestInit): Promise<Response> => fetch(stack.publicOrigin + path, init);
const eventOf = async (path: string, init?: RequestInit) => JSON.parse(await (await ask(path, init)).text());

/** Sends a request as it stands and gives the whole answer, byte by byte. */
const raw = (request: string, body: Buffer = Buffer.alloc(0)): Promise<string> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(stack.publicOrigin);
    const chunks: Buffer[] = [];
    const socket = connect(Number(port), hostname, () => {
      socket.write(`${request}\r\nHost: localhost\r\n\r\n`);
      socket.write(body);
    });
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      const answer = Buffer.concat(chunks).toString('latin1');
      const [head = '', content = ''] = answer.split(/\r\n\r\n(.*)/s);
      const length = request.startsWith('HEAD') ? 0 : Number(/^content-length: (\d+)/im.exec(head)?.[1]);
      if (!answer.includes('\r\n\r\n') || content.length < length) return;
      socket.destroy();
      resolve(answer);
    });
    socket.once('error', reject);
  });

const DATE = /^Date: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/m;
const REQUEST_ID = /^(apigw-requestid): [\w-]{15}=$/im;

/** What differs from answer to answer is replaced, after its form was looked at. */
const withoutUnique = (answer: string): readonly string[] => {
  const text = answer.replaceAll('\r\n', '\n');
  expect(text).toMatch(DATE);
  expect(text).toMatch(REQUEST_ID);
  return text.replace(DATE, 'Date: …').replace(REQUEST_ID, '$1: …').split('\n');
};

const own = (status: string, length: number, message: string, requestId = 'Apigw-Requestid'): readonly string[] => [
  `HTTP/1.1 ${status}`,
  'Date: …',
  'Content-Type: application/json',
  `Content-Length: ${length}`,
  'Connection: keep-alive',
  `${requestId}: …`,
  '',
  `{"message":"${message}"}`,
];

const UNKNOWN = own('404 Not Found', 23, 'Not Found', 'apigw-requestid');
const UNAUTHORIZED = own('401 Unauthorized', 26, 'Unauthorized');
const FORBIDDEN = own('403 Forbidden', 23, 'Forbidden');
const FAULT = own('500 Internal Server Error', 35, 'Internal Server Error');
const LATE = own('503 Service Unavailable', 33, 'Service Unavailable');
const TOO_LARGE = own('413 Payload Too Large', 38, 'Request Entity Too Large');

// Every case has its source in infra/local/GATEWAY.md, under the words in brackets.
describe('the gateway itself answers', () => {
  const withKey = (key: string): string => `GET /guarded/x HTTP/1.1\r\nAuthorization: ${key}`;
  const cases = [
    ['an unknown path [404]', 'GET /nowhere HTTP/1.1', UNKNOWN],
    ['a known path with another method [404]', 'DELETE /open/fixed HTTP/1.1', UNKNOWN],
    ['a known path with a slash at its end [trailing slash]', 'GET /open/fixed/ HTTP/1.1', UNKNOWN],
    ['a slash that hides in a variable [encoded slash]', 'GET /open/a%2Fb HTTP/1.1', UNKNOWN],
    ['an empty greedy part [no evidence]', 'GET /guarded/ HTTP/1.1', UNKNOWN],
    ['HEAD where only GET is [HEAD]', 'HEAD /open/fixed HTTP/1.1', [...UNKNOWN.slice(0, -1), '']],
    ['a missing key [401]', 'GET /guarded/x HTTP/1.1', UNAUTHORIZED],
    ['an empty key [401]', withKey(''), UNAUTHORIZED],
    ['a refused key [403]', withKey('stranger'), FORBIDDEN],
    ['an authorizer that throws [authorizer fault]', withKey('fault'), FAULT],
    ['a function that throws [500]', 'GET /open/x?kind=throws HTTP/1.1', FAULT],
    ['an answer that is none [500]', 'GET /open/x?kind=nonsense HTTP/1.1', FAULT],
    ['a status of 0 [500]', 'GET /open/x?kind=zero HTTP/1.1', FAULT],
    ['a status that is no whole number [500]', 'GET /open/x?kind=float HTTP/1.1', FAULT],
    ['a function that is late [503]', 'GET /open/x?kind=late HTTP/1.1', LATE],
  ] as const;

  it.each(cases)('%s', async (_what, request, expected) => {
    expect(withoutUnique(await raw(request))).toEqual(expected);
  });

  const MIB = 1024 * 1024;
  it.each([
    ['a body over 10 MB [413]', 'application/json', 10 * MIB + 1],
    ['an event over 6 MB [413]', 'application/json', 6 * MIB],
    ['a body that is over 6 MB as base64 [413]', 'application/octet-stream', 4.5 * MIB],
  ])('%s', async (_what, type, length) => {
    const head = `POST /open/x HTTP/1.1\r\nContent-Type: ${type}\r\nContent-Length: ${length}`;
    expect(withoutUnique(await raw(head, Buffer.alloc(length, 'x')))).toEqual(TOO_LARGE);
  });
});

describe('a function gets', () => {
  it('the event of payload format 2.0', async () => {
    const event = await eventOf('/open/J%C3%B6rg?b=2&a=1&a=x%20y', {
      headers: { 'X-Twice': 'one', cookie: 'c=1; d=2', 'user-agent': 'tester' },
    });
    expect(event).toMatchObject({
      version: '2.0',
      routeKey: 'GET /open/{name}',
      rawPath: '/open/Jörg',
      rawQueryString: 'b=2&a=1&a=x%20y',
      queryStringParameters: { b: '2', a: '1,x y' },
      pathParameters: { name: 'Jörg' },
      cookies: ['c=1', 'd=2'],
      isBase64Encoded: false,
    });
    expect(event.headers).toMatchObject({
      'x-twice': 'one',
      'user-agent': 'tester',
      'x-forwarded-proto': 'https',
      'x-forwarded-port': '443',
      'content-length': '0',
    });
    expect(event.headers['x-amzn-trace-id']).toMatch(/^Root=1-69a42a40-[0-9a-f]{24}$/);
    expect(event.headers).not.toHaveProperty('cookie');
    expect(event).not.toHaveProperty('body');
    expect(event.requestContext).toMatchObject({
      accountId: '000000000000',
      apiId: stack.deployment.apiId,
      domainName: new URL(stack.publicOrigin).host,
      http: {
        method: 'GET',
        path: '/open/Jörg',
        protocol: 'HTTP/1.1',
        sourceIp: '127.0.0.1',
        userAgent: 'tester',
      },
      routeKey: 'GET /open/{name}',
      stage: '$default',
      time: '01/Mar/2026:12:00:00 +0000',
      timeEpoch: START,
    });
    expect(event.requestContext).not.toHaveProperty('authorizer');
  });

  // The request of the capture in hotsock/voker, vokerhttp/testdata/apigwv2-request.json, and the members of its event.
  it('what was captured of AWS, for the same request', async () => {
    const query =
      'repeat=one&repeat=two&redirect=https%3A%2F%2Fexample.com%2Fa%2Fb&literalPlus=a+b&encodedPlus=a%2Bb&empty=';
    const body = '{"message":"hello from the public internet","unicode":"lambda-λ"}';
    const answer = await raw(
      [
        `POST /open/space%20value?${query} HTTP/1.1`,
        'Accept: */*',
        'User-Agent: curl/8.7.1',
        'Content-Type: application/json',
        'Content-Length: 66',
        'X-Voker-Probe: first',
        'X-Voker-Probe: second',
        'Cookie: session=abc123; theme=dark',
      ].join('\r\n'),
      Buffer.from(body),
    );
    const event = JSON.parse(Buffer.from(answer.split('\r\n\r\n')[1] ?? '', 'latin1').toString('utf8'));
    expect(event).toMatchObject({
      rawPath: '/open/space value',
      rawQueryString: query,
      cookies: ['session=abc123', 'theme=dark'],
      queryStringParameters: {
        empty: '',
        encodedPlus: 'a+b',
        literalPlus: 'a b',
        redirect: 'https://example.com/a/b',
        repeat: 'one,two',
      },
      body,
      isBase64Encoded: false,
    });
    expect(event.requestContext.http).toMatchObject({ path: '/open/space value', userAgent: 'curl/8.7.1' });
    const { host, 'x-forwarded-for': from, 'x-amzn-trace-id': trace, ...rest } = event.headers;
    expect([host, from, typeof trace]).toEqual(['localhost', '127.0.0.1', 'string']);
    expect(rest).toEqual({
      accept: '*/*',
      'content-length': '66',
      'content-type': 'application/json',
      'user-agent': 'curl/8.7.1',
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
      'x-voker-probe': 'first,second',
    });
  });

  it.each([
    // aws/aws-lambda-dotnet, snapshots V2_SpecialCharactersInPath and V2_UnicodeCharactersInPath
    ['/open/Summer%20Sale%202023', '/open/Summer Sale 2023', 'Summer Sale 2023'],
    ['/open/%E2%98%95%20Coffee', '/open/☕ Coffee', '☕ Coffee'],
    // middleapi/standard-server#93: cut where a question mark comes to light
    ['/open/me%3Fadmin=true', '/open/me', 'me'],
    ['/open/orders%23', '/open/orders#', 'orders#'],
    // Decoded once
    ['/open/a%2525', '/open/a%25', 'a%25'],
    // No evidence: left as it is
    ['/open/a%zz', '/open/a%zz', 'a%zz'],
  ])('the path %s as %s', async (sent, rawPath, name) => {
    const event = await eventOf(sent);
    expect([event.rawPath, event.requestContext.http.path, event.pathParameters]).toEqual([rawPath, rawPath, { name }]);
  });

  // ministackorg/ministack#766: text/*, application/json, /xml and /javascript are text, the rest is not.
  it.each([
    ['application/json', '{"a":1}', false, '{"a":1}'],
    ['Application/JSON; charset=utf-8', '{}', false, '{}'],
    ['application/xml', '<a/>', false, '<a/>'],
    ['application/javascript', '1', false, '1'],
    ['text/plain;charset=utf-8', 'é', false, 'é'],
    ['text/csv', 'a,b', false, 'a,b'],
    ['application/problem+json', '{}', true, 'e30='],
    ['application/jsonlines', '{}', true, 'e30='],
    ['application/x-www-form-urlencoded', 'agree=yes', true, 'YWdyZWU9eWVz'],
    ['application/octet-stream', Buffer.of(0, 255), true, 'AP8='],
    ['', '{}', true, 'e30='],
  ])('a body of type "%s"', async (type, body, isBase64Encoded, expected) => {
    const event = await eventOf('/open/x', { method: 'POST', body, headers: { 'content-type': type } });
    expect([event.isBase64Encoded, event.body]).toEqual([isBase64Encoded, expected]);
  });

  it('a body without a type in base64', async () => {
    const answer = await raw('POST /open/x HTTP/1.1\r\nContent-Length: 2', Buffer.from('{}'));
    const { body, isBase64Encoded, headers } = JSON.parse(answer.split('\r\n\r\n')[1] ?? '');
    expect([body, isBase64Encoded, headers['content-type']]).toEqual(['e30=', true, undefined]);
  });

  it('the fixed route before the variable one', async () => {
    expect((await eventOf('/open/fixed')).routeKey).toBe('GET /open/fixed');
  });

  it('the whole rest of the path in a greedy variable', async () => {
    const event = await eventOf('/guarded/a/b%2Fc', { method: 'PUT', headers: { authorization: 'friend' } });
    expect([event.rawPath, event.pathParameters]).toEqual(['/guarded/a/b/c', { proxy: 'a/b/c' }]);
    expect(event.requestContext.http.method).toBe('PUT');
  });

  it('exactly its own environment', async () => {
    const environment = await eventOf('/open/x?kind=environment');
    expect(environment).toMatchObject({
      OUTSIDE: 'http://127.0.0.1:9',
      ORIGIN: stack.publicOrigin,
      TABLE: 'fixture-data-Items',
      AWS_LAMBDA_FUNCTION_NAME: 'echo',
      AWS_ENDPOINT_URL: stack.awsOrigin,
    });
    const own = Object.keys(environment).filter((name) => !/^(AWS_|_HANDLER$|TZ$)/.test(name));
    expect(own.toSorted()).toEqual(['ORIGIN', 'OUTSIDE', 'TABLE']);
  });
});

describe('a client gets', () => {
  // The order and spelling of aws/aws-lambda-dotnet, snapshots V2_HandlesHeadersCorrectly and V2_DefaultsToTextPlainContentType,
  // and of the transcripts under [order of headers].
  it('the head of an answer as AWS writes it', async () => {
    expect(withoutUnique(await raw('GET /open/x?kind=headers HTTP/1.1'))).toEqual([
      'HTTP/1.1 200 OK',
      'Date: …',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Length: 9',
      'Connection: keep-alive',
      'Myheader: test,other',
      'X-Colour: red',
      'Apigw-Requestid: …',
      '',
      'Test body',
    ]);
  });

  it('a plain result as the JSON of a 200', async () => {
    const answer = await ask('/open/x?kind=plain');
    expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([
      200,
      'application/json',
      '{"greeting":"hello"}',
    ]);
  });

  it('status, headers and each cookie as its own header', async () => {
    const answer = await ask('/open/x?kind=cookies');
    expect([answer.status, await answer.text(), answer.headers.get('x-colour')]).toEqual([201, 'made', 'red']);
    expect(answer.headers.getSetCookie()).toEqual(['a=1; Path=/', 'b=2']);
  });

  it('binary bodies as bytes', async () => {
    const answer = await ask('/open/x?kind=binary');
    expect([...new Uint8Array(await answer.arrayBuffer())]).toEqual([0, 255]);
  });
});

describe('the authorizer', () => {
  it('is asked once per key and minute of the shared clock, and its context reaches the function', async () => {
    const asked = async (): Promise<unknown> =>
      (await eventOf('/guarded/x', { headers: { authorization: 'regular' } })).requestContext.authorizer.lambda;
    const first = await asked();
    expect(first).toMatchObject({ who: 'regular' });
    await stack.clock.advanceTo(stack.clock.now() + 59_000);
    expect(await asked()).toEqual(first);
    await stack.clock.advanceTo(stack.clock.now() + 1_000);
    expect(await asked()).not.toEqual(first);
  });
});

it('the access log names the route and never the path', async () => {
  const before = stack.accessLog.length;
  await ask('/open/secret-name?code=secret-code');
  expect(stack.accessLog.slice(before)).toEqual(['{"route":"GET /open/{name}","status":"200"}']);
});
