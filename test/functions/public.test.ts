// The public function: the keys that statements are signed with, for anybody, from a KMS that hands out one known key; and the
// description of the API, for which nobody is asked.
import { createPublicKey } from 'node:crypto';
import { createServer } from 'node:http';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listen, stopListening } from '../../infra/local/listen.ts';
import { DOCS_CSP, docsPage } from '../../lib/api/docs-page.ts';
import openApi from '../../lib/api/openapi.json' with { type: 'json' };
import { kid, publicJwk, signEs256 } from '../lib/proof/statement-fixture.ts';
import { captureLog, type Handler, loadHandler } from './load-handler.ts';

interface Answer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const PublicKey = createPublicKey({ key: publicJwk, format: 'jwk' }).export({ format: 'der', type: 'spki' });
const asked: string[] = [];
let works = false;
const kms = createServer(async (request, response) => {
  let text = '';
  for await (const chunk of request) text += chunk;
  asked.push(`${request.headers['x-amz-target']} ${text}`);
  response.writeHead(works ? 200 : 400, { 'content-type': 'application/x-amz-json-1.1' });
  response.end(JSON.stringify(works ? { PublicKey: PublicKey.toString('base64') } : { __type: 'DisabledException' }));
});
let handler: Handler;
const lines = captureLog();

beforeAll(async () => {
  const variables = {
    STATEMENT_KEY_ID: 'alias/statements',
    CHECKPOINT_KEY_ID: 'alias/checkpoints',
    LOG_TABLE: 'log',
    ISSUER: 'https://odoseal.example',
  };
  handler = await loadHandler('public', await listen(kms, 0), variables);
});
afterAll(() => stopListening(kms));

// The boundary of the function: what it returns is what the gateway gets.
const ask = async (routeKey = 'GET /.well-known/jwks.json'): Promise<Answer> =>
  (await handler({ version: '2.0', routeKey })) as Answer;

describe('the public keys', () => {
  it('are a fault while KMS does not answer, and are asked for again', async () => {
    await expect(ask()).rejects.toThrow('the signing key did not answer');
    expect(lines.join('')).toContain('"code":"SIGNER_UNAVAILABLE"');
    works = true;
    expect((await ask()).statusCode).toBe(200);
  });

  it('are one JWK Set (RFC 7517) with the issuer beside it, for any origin and an hour', async () => {
    const { statusCode, headers, body } = await ask();
    expect(statusCode).toBe(200);
    expect(headers).toEqual({
      'content-type': 'application/jwk-set+json',
      'cache-control': 'public, max-age=3600',
      'access-control-allow-origin': '*',
    });
    expect(JSON.parse(body)).toEqual({
      issuer: 'https://odoseal.example',
      keys: [
        {
          kty: 'EC',
          crv: 'P-256',
          x: 'hg1nO_eIaD2lsI1PxlvcWE-u4yeD0gCrgUBOQRAG7C4',
          y: 'kF6D_hPV7AkJ2FNGt5o6UWoTwhqeQccVNsYolaFJF94',
          kid,
          alg: 'ES256',
          use: 'sig',
          purpose: 'statement',
        },
      ],
    });
  });

  it('verify what the private key signs, with jose alone', async () => {
    const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const input = `${part({ alg: 'ES256', kid })}.${part({ iss: 'https://odoseal.example' })}`;
    const jwt = `${input}.${Buffer.from(signEs256(input)).toString('base64url')}`;
    const { payload } = await jwtVerify(jwt, createLocalJWKSet(JSON.parse((await ask()).body)));
    expect(payload.iss).toBe('https://odoseal.example');
  });

  it('cost one call to KMS for as long as the container lives', async () => {
    await ask();
    expect(asked).toEqual(Array(2).fill('TrentService.GetPublicKey {"KeyId":"alias/statements"}'));
  });
});

describe('the description of the API', () => {
  it('is the committed document, for any origin and an hour', async () => {
    const calls = asked.length;
    const { statusCode, headers, body } = await ask('GET /openapi.json');
    expect([statusCode, JSON.parse(body)]).toEqual([200, openApi]);
    expect(headers).toEqual({
      'content-type': 'application/json',
      'cache-control': 'public, max-age=3600',
      'access-control-allow-origin': '*',
    });
    expect(asked).toHaveLength(calls);
  });

  it('is a page too, which may load nothing', async () => {
    const { statusCode, headers, body } = await ask('GET /docs');
    expect([statusCode, body]).toEqual([200, docsPage(openApi)]);
    expect(headers).toEqual({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'public, max-age=3600',
      'content-security-policy': DOCS_CSP,
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
  });
});
