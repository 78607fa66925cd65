// The local HTTP API: what it answers itself is AWS's to the byte, what it hands on is payload format 2.0.
import { rmSync } from 'node:fs';
import { request as send } from 'node:http';
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

describe('the gateway itself answers', () => {
  const cases = [
    ['an unknown path', '/nowhere', {}, 404, '{"message":"Not Found"}'],
    ['a known path with another method', '/open/fixed', { method: 'DELETE' }, 404, '{"message":"Not Found"}'],
    ['an empty greedy part', '/guarded/', {}, 404, '{"message":"Not Found"}'],
    ['a missing key', '/guarded/x', {}, 401, '{"message":"Unauthorized"}'],
    [
      'an authorizer that says Unauthorized',
      '/guarded/x',
      { headers: { authorization: 'nobody' } },
      401,
      '{"message":"Unauthorized"}',
    ],
    ['a refused key', '/guarded/x', { headers: { authorization: 'stranger' } }, 403, '{"message":"Forbidden"}'],
    [
      'an authorizer that throws',
      '/guarded/x',
      { headers: { authorization: 'fault' } },
      500,
      '{"message":"Internal Server Error"}',
    ],
    ['a function that throws', '/open/x?kind=throws', {}, 500, '{"message":"Internal Server Error"}'],
    ['an answer that is none', '/open/x?kind=nonsense', {}, 500, '{"message":"Internal Server Error"}'],
    ['a function that is late', '/open/x?kind=late', {}, 503, '{"message":"Service Unavailable"}'],
    [
      'a body over 10 MB',
      '/open/x',
      { method: 'POST', body: Buffer.alloc(10 * 1024 * 1024 + 1) },
      413,
      '{"message":"Request Entity Too Large"}',
    ],
  ] as const;

  it.each(cases)('%s', async (_what, path, init, status, body) => {
    const answer = await ask(path, init);
    expect(answer.status).toBe(status);
    expect(await answer.text()).toBe(body);
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(answer.headers.get('apigw-requestid')).toMatch(/^[\w-]{15}=$/);
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
      rawPath: '/open/J%C3%B6rg',
      rawQueryString: 'b=2&a=1&a=x%20y',
      queryStringParameters: { b: '2', a: '1,x y' },
      pathParameters: { name: 'Jörg' },
      cookies: ['c=1', 'd=2'],
      isBase64Encoded: false,
    });
    expect(event.headers).toMatchObject({ 'x-twice': 'one', 'user-agent': 'tester', 'x-forwarded-proto': 'https' });
    expect(event.headers).not.toHaveProperty('cookie');
    expect(event).not.toHaveProperty('body');
    expect(event.requestContext).toMatchObject({
      accountId: '000000000000',
      apiId: stack.deployment.apiId,
      domainName: new URL(stack.publicOrigin).host,
      http: {
        method: 'GET',
        path: '/open/J%C3%B6rg',
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

  it('repeated headers joined with a comma', async () => {
    const { hostname, port } = new URL(stack.publicOrigin);
    const event = await new Promise<{ headers: Record<string, string> }>((resolve, reject) => {
      const request = send(
        { hostname, port, path: '/open/x', headers: { 'X-Many': ['one', 'two'] } },
        async (response) => {
          let text = '';
          for await (const chunk of response) text += chunk;
          resolve(JSON.parse(text));
        },
      );
      request.once('error', reject).end();
    });
    expect(event.headers['x-many']).toBe('one,two');
  });

  it.each([
    ['application/json', '{"a":1}', false, '{"a":1}'],
    ['text/plain;charset=utf-8', 'é', false, 'é'],
    ['application/x-www-form-urlencoded', 'agree=yes', true, 'YWdyZWU9eWVz'],
    ['application/octet-stream', Buffer.of(0, 255), true, 'AP8='],
  ])('a body of type %s', async (type, body, isBase64Encoded, expected) => {
    const event = await eventOf('/open/x', { method: 'POST', body, headers: { 'content-type': type } });
    expect([event.isBase64Encoded, event.body]).toEqual([isBase64Encoded, expected]);
  });

  it('the fixed route before the variable one', async () => {
    expect((await eventOf('/open/fixed')).routeKey).toBe('GET /open/fixed');
  });

  it('the whole rest of the path in a greedy variable', async () => {
    const event = await eventOf('/guarded/a/b%2Fc', { method: 'PUT', headers: { authorization: 'friend' } });
    expect(event.pathParameters).toEqual({ proxy: 'a/b/c' });
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
