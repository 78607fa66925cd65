// The public function: the keys that statements, status lists and PDF files are signed with, for anybody, from a KMS that holds three; what became of
// a contract's statements, from a table that holds one; and the description of the API, for which nobody is asked.
import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { createServer } from 'node:http';
import { calculateJwkThumbprint, createLocalJWKSet, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { statusAnswer } from '../../functions/public/status-answers.ts';
import { listen, stopListening } from '../../infra/local/listen.ts';
import { DOCS_CSP, docsPage } from '../../lib/api/docs-page.ts';
import openApi from '../../lib/api/openapi.json' with { type: 'json' };
import { inflate } from '../../lib/cli/node-primitives.ts';
import { statusOf, verifyStatusList } from '../../lib/proof/status-list.ts';
import { crypto, kid, publicJwk, signEs256 } from '../lib/proof/statement-fixture.ts';
import { strangerKey, strangerKid } from '../lib/proof/tampering.ts';
import { captureLog, type Handler, loadHandler } from './load-handler.ts';

interface Answer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const statementKey = createPublicKey({ key: publicJwk, format: 'jwk' });
const listKeys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const sealKeys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const LIST_ID = 'wP_uAMD_7gDA_-4AwP_uAA';
const chain = { tenantId: 'acme', contractId: `con_${'1'.repeat(32)}` };
const statement = (seq: number, more: object) => ({
  ...{ ...chain, seq, attestationId: `att_${seq}`, issuedAt: '', through: '', signature: '', leaf: '' },
  period: { id: '2026-01', from: '', to: '', zone: '' },
  signingInput: `e30.${Buffer.from(JSON.stringify({ seq, jti: `att_${seq}`, ...more })).toString('base64url')}`,
});
const stored = [statement(2, { replaces: 'att_1', outcome: 'measured' }), statement(1, { outcome: 'measured' })];

/** Of a key that the settings do not name any more. */
const former = {
  issuer: 'https://odoseal.example',
  purpose: 'statement',
  kid: strangerKid,
  keyId: 'alias/former',
  leaf: '',
};
const [x, y] = [strangerKey.x, strangerKey.y];
const keyEvents = [
  { ...former, key: { x, y }, event: 'added', at: 1_767_225_600, leafIndex: 0 },
  { ...former, key: { x, y }, event: 'retired', at: 1_772_440_200 },
];

/** As DynamoDB writes it. */
const wire = (value: object): object =>
  Object.fromEntries(
    Object.entries(value).map(([name, part]) => {
      if (typeof part === 'object') return [name, { M: wire(part) }];
      return [name, typeof part === 'number' ? { N: String(part) } : { S: part }];
    }),
  );

const asked: string[] = [];
let works = false;
const kmsAnswer = (operation: string, { KeyId, Message }: Readonly<Record<string, string>>): object => {
  if (operation === 'Sign')
    return {
      Signature: sign('sha256', Buffer.from(String(Message), 'base64'), listKeys.privateKey).toString('base64'),
    };
  const others = KeyId === 'alias/pdf-seals' ? sealKeys : listKeys;
  const key = KeyId === 'alias/statements' ? statementKey : others.publicKey;
  return { PublicKey: key.export({ format: 'der', type: 'spki' }).toString('base64') };
};
const tableAnswer = (operation: string, wanted: object): object => {
  if (operation === 'Query')
    return { Items: (JSON.stringify(wanted).includes('"KEYS"') ? keyEvents : stored).map(wire) };
  const isList = JSON.stringify(wanted).includes(`STATUS#${LIST_ID}`);
  return isList ? { Item: wire(chain) } : {};
};
const aws = createServer(async (request, response) => {
  let text = '';
  for await (const chunk of request) text += chunk;
  const [service, operation = ''] = String(request.headers['x-amz-target']).split('.');
  const isTable = service?.startsWith('DynamoDB') === true;
  asked.push(isTable ? `DynamoDB.${operation}` : `KMS.${operation} ${JSON.parse(text).KeyId}`);
  const good = isTable ? tableAnswer(operation, JSON.parse(text)) : kmsAnswer(operation, JSON.parse(text));
  response.writeHead(works || isTable ? 200 : 400, { 'content-type': 'application/x-amz-json-1.1' });
  response.end(JSON.stringify(works || isTable ? good : { __type: 'DisabledException' }));
});
let handler: Handler;
const lines = captureLog();

beforeAll(async () => {
  const variables = {
    STATEMENT_KEY_IDS: 'alias/statements',
    STATUS_LIST_KEY_IDS: 'alias/status-lists',
    PDF_SEAL_KEY_IDS: 'alias/pdf-seals',
    CHECKPOINT_KEY_ID: 'alias/checkpoints',
    STATUS_LIST_KEY_ID: 'alias/status-lists',
    ATTESTATIONS_TABLE: 'attestations',
    LOG_TABLE: 'log',
    BUSINESS_TABLE: 'business',
    REPORT_BUCKET: 'reports',
    ISSUER: 'https://odoseal.example',
  };
  handler = await loadHandler('public', await listen(aws, 0), variables);
});
afterAll(() => stopListening(aws));

// The boundary of the function: what it returns is what the gateway gets.
const ask = async (routeKey = 'GET /.well-known/jwks.json', pathParameters = {}): Promise<Answer> =>
  (await handler({ version: '2.0', routeKey, pathParameters })) as Answer;

describe('the public keys', () => {
  it('are a fault while KMS does not answer, and are asked for again', async () => {
    await expect(ask()).rejects.toThrow('the signing key did not answer');
    expect(lines.join('')).toContain('"code":"SIGNER_UNAVAILABLE"');
    works = true;
    expect((await ask()).statusCode).toBe(200);
  });

  it('are one JWK Set (RFC 7517) with the issuer beside it and what happened to each, for any origin and five minutes', async () => {
    const { statusCode, headers, body } = await ask();
    expect(statusCode).toBe(200);
    expect(headers).toEqual({
      'content-type': 'application/jwk-set+json',
      'cache-control': 'public, max-age=300',
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
        {
          kty: 'EC',
          crv: 'P-256',
          ...listKeys.publicKey.export({ format: 'jwk' }),
          kid: await calculateJwkThumbprint(listKeys.publicKey.export({ format: 'jwk' })),
          alg: 'ES256',
          use: 'sig',
          purpose: 'status-list',
        },
        {
          kty: 'EC',
          crv: 'P-256',
          ...sealKeys.publicKey.export({ format: 'jwk' }),
          kid: await calculateJwkThumbprint(sealKeys.publicKey.export({ format: 'jwk' })),
          alg: 'ES256',
          use: 'sig',
          purpose: 'pdf-seal',
        },
        {
          ...strangerKey,
          kid: strangerKid,
          alg: 'ES256',
          use: 'sig',
          purpose: 'statement',
          events: [
            { event: 'added', at: 1_767_225_600, index: 0 },
            { event: 'retired', at: 1_772_440_200 },
          ],
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

  it('cost one call to KMS each for as long as the container lives, and one to the table in a minute', async () => {
    await ask();
    const calls = asked.length;
    await ask();
    expect(asked).toHaveLength(calls);
    expect(new Set(asked)).toEqual(
      new Set([
        'DynamoDB.Query',
        'KMS.GetPublicKey alias/statements',
        'KMS.GetPublicKey alias/status-lists',
        'KMS.GetPublicKey alias/pdf-seals',
      ]),
    );
  });
});

describe('a status list', () => {
  const list = (listId: string): Promise<Answer> => ask('GET /status/{listId}', { listId });

  it('is a JWT under the key for lists, which says what took the place of what, for any origin and five minutes', async () => {
    const { statusCode, headers, body } = await list(LIST_ID);
    expect(statusCode).toBe(200);
    expect(headers).toEqual({
      'content-type': 'application/statuslist+jwt',
      'cache-control': 'public, max-age=300',
      'access-control-allow-origin': '*',
      'x-content-type-options': 'nosniff',
    });
    const { keys } = JSON.parse((await ask()).body);
    const read = verifyStatusList(body, { keys, crypto: { ...crypto, inflate } });
    if (!read.ok) throw new Error(read.reason);
    const uri = `https://odoseal.example/status/${LIST_ID}`;
    const status = (idx: number) => statusOf({ iat: 0, status: { status_list: { idx, uri } } }, read.list);
    expect([status(1), status(2)]).toMatchObject([{ status: 'superseded' }, { status: 'valid' }]);
  });

  it('is signed once while it is fresh', async () => {
    const calls = asked.length;
    await list(LIST_ID);
    expect(asked).toHaveLength(calls);
    expect(asked.filter((call) => call.startsWith('KMS.Sign'))).toEqual(['KMS.Sign alias/status-lists']);
  });

  it('may be kept elsewhere for what is left of its five minutes, in full seconds', async () => {
    const kept = () => Promise.resolve({ jwt: 'a.b.c', until: 61_001 });
    expect((await statusAnswer(kept, LIST_ID, 1_000)).headers['cache-control']).toBe('public, max-age=61');
  });

  it.each(['', 'AAAAAAAAAAAAAAAAAAAAAA'])('is not there under %j, and nothing is signed', async (listId) => {
    expect(await list(listId)).toEqual({
      statusCode: 404,
      headers: {
        'content-type': 'text/plain; charset=utf-8',
        'cache-control': 'no-store',
        'access-control-allow-origin': '*',
        'x-content-type-options': 'nosniff',
      },
      body: 'not found\n',
    });
    expect(asked.filter((call) => call.startsWith('KMS.Sign'))).toHaveLength(1);
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
