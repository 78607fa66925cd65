// functions/connect and functions/tend-connection as Lambda loads them: gateway events in, answers out, a queue between them; the store
// in process, the vehicle platform over loopback. Then a search through everything that was written or sent.
import { KMSClient } from '@aws-sdk/client-kms';
import {
  GetSecretValueCommand,
  type GetSecretValueCommandInput,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keys } from '../../lib/aws/keys.ts';
import { createConnectSession } from '../../lib/connection/connect-session.ts';
import { parseConnection } from '../../lib/connection/connection.ts';
import { isEnding, sendEndings } from '../../lib/connection/endings.ts';
import { reconnectToken } from '../../lib/connection/reconnect-link.ts';
import { queryContractPartition } from '../../lib/contract/contract.ts';
import { createContract } from '../../lib/contract/create.ts';
import { dueContracts } from '../../lib/contract/turn.ts';
import { connectAsOwner } from '../../lib/simulator/owner.ts';
import { type ServedSimulator, serveSimulator } from '../../lib/simulator/serve-simulator.ts';
import { makeSimulator, type Simulator } from '../../lib/simulator/simulator.ts';
import { createApplication, vehicleApplication } from '../../lib/tenant/application.ts';
import { createTenant } from '../../lib/tenant/tenant.ts';
import { answerWithAes } from '../lib/connection/aes-kms.ts';
import { openTables, type Tables } from '../stores/open-tables.ts';
import { endpointOf } from './endpoint-of.ts';
import { captureLog } from './load-handler.ts';

const ORIGIN = 'https://odoseal.test';
const VIN = 'VF7SXHNPTPT000777';
const OTHER_VIN = 'VF7SXHNPTPT000778';
const ACCOUNT = 'canary.driver@example.com';
const REFERENCE = 'CANARY-REFERENCE';
const TENANT_NAME = 'Canary Assurances';
const RECONNECT_KEY = 'canary-reconnect-key';
const CREDENTIALS = { clientId: '11111111-2222-4333-8444-555555555555', clientSecret: 'canary-client-secret' };

interface Answer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly cookies?: readonly string[];
}

let tables: Tables;
let served: ServedSimulator;
let simulator: Simulator;
let connect: (event: unknown) => Promise<Answer>;
let tend: (event: unknown) => Promise<{ readonly batchItemFailures: readonly unknown[] }>;
let links = 0;
let sendsToFail = 0;
const written = captureLog();
const bodies: string[] = [];
/** Whatever the platform's token endpoint said. */
const tokenAnswers: string[] = [];
const secrets: string[] = [];
const kms = mockClient(KMSClient);
const secretsManager = mockClient(SecretsManagerClient);
const sqs = mockClient(SQSClient);

beforeAll(async () => {
  tables = await openTables();
  const redirectUris = [`${ORIGIN}/connect/callback`];
  const application = { ...CREDENTIALS, redirectUris, managementToken: 'canary-management-token' };
  simulator = makeSimulator({ clock: () => Date.now(), seed: 3, applications: [application] });
  const handle = async (request: Request): Promise<Response> => {
    const answer = await simulator.handle(request);
    if (request.url.endsWith('/oauth/token')) tokenAnswers.push(await answer.clone().text());
    return answer;
  };
  served = await serveSimulator({ handle }, { port: 0 });
  answerWithAes(kms);
  secretsManager.on(GetSecretValueCommand).callsFake(async ({ SecretId }: GetSecretValueCommandInput) => ({
    SecretString: SecretId === 'reconnect-key' ? RECONNECT_KEY : JSON.stringify(CREDENTIALS),
  }));
  sqs.on(SendMessageBatchCommand).callsFake(async ({ Entries = [] }) => {
    sendsToFail -= 1;
    if (sendsToFail >= 0) throw new Error(`no answer about ${VIN}`);
    for (const { MessageBody } of Entries) bodies.push(MessageBody);
    return {};
  });
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_DYNAMODB: await endpointOf(tables),
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    BUSINESS_TABLE: 'business',
    VAULT_TABLE: 'vault',
    VAULT_KEY_ID: 'vault-key',
    RECONNECT_KEY_ID: 'reconnect-key',
    TEND_QUEUE_URL: 'https://sqs.test/tend',
    READ_QUEUE_URL: 'https://sqs.test/read',
    REPORT_QUEUE_URL: 'report-queue',
    PUBLIC_ORIGIN: ORIGIN,
    VEHICLE_CONNECT_ORIGIN: served.origin,
    VEHICLE_AUTH_ORIGIN: served.origin,
    VEHICLE_API_ORIGIN: served.origin,
    VEHICLE_IAM_ORIGIN: served.origin,
    VEHICLE_V3_ORIGIN: served.origin,
    VEHICLE_V2_MANAGEMENT_ORIGIN: served.origin,
    VEHICLE_MANAGEMENT_ORIGIN: served.origin,
  });
  const functions = {
    connect: (await import('../../functions/connect/handler.ts')).handler,
    tend: (await import('../../functions/tend-connection/handler.ts')).handler,
  };
  connect = (input) => functions.connect(input, {} as never);
  tend = (input) => functions.tend(input as never, {} as never);
  await createApplication(
    tables.business,
    vehicleApplication.parse({ applicationId: 'default', platform: 'v2', secretId: 'secret' }),
  );
  await createTenant(tables.business, { tenantId: 'canary', name: TENANT_NAME, applicationId: 'default' }, Date.now());
  simulator.fleet.addCar({ account: ACCOUNT, model: 'C3', year: 2024, vin: VIN, odometerMetres: 5_000_000 });
});

afterAll(async () => {
  await served.close();
  await tables.close();
});

async function newLink(vin: string): Promise<{ readonly contractId: string; readonly token: string }> {
  links += 1;
  const made = await createContract(
    tables.business,
    'canary',
    {
      kind: 'lease',
      reference: `${REFERENCE}-${links}`,
      vin,
      startsAt: '2026-01-01T00:00:00.000Z',
      zone: 'Europe/Paris',
      dayOffset: 1,
      policy: 'after',
      deadlineDays: 10,
    },
    { applicationId: 'default', platform: 'v2', spreadMinutes: 60 },
    Date.now(),
    (length) => crypto.getRandomValues(new Uint8Array(length)),
  );
  if (!made.created) throw new Error('the reference is taken');
  const { contractId } = made.contract;
  const link = { tenantId: 'canary', contractId };
  const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));
  const { token } = await createConnectSession(tables.business, link, Date.now(), random);
  secrets.push(token);
  return { contractId, token };
}

const gatewayEvent = (routeKey: string, more: object = {}) => ({
  version: '2.0',
  routeKey,
  rawQueryString: '',
  headers: { 'sec-fetch-site': 'same-origin' },
  isBase64Encoded: false,
  ...more,
});

/** The gateway hands over form bodies in base64. */
const formBody = (form: string) => ({ body: Buffer.from(form).toString('base64'), isBase64Encoded: true });

/** From the link to the platform's redirect. */
async function authorize(token: string): Promise<{ readonly query: string; readonly cookies: readonly string[] }> {
  const pathParameters = { token };
  const shown = await connect(gatewayEvent('GET /connect/{token}', { pathParameters }));
  expect([shown.statusCode, shown.cookies]).toEqual([200, undefined]);
  const [, text = ''] = /name="text" value="([^"]*)"/.exec(shown.body) ?? [];
  const posted = { pathParameters, ...formBody(`text=${text}&make=CITROEN`) };
  const begun = await connect(gatewayEvent('POST /connect/{token}', posted));
  expect(begun.statusCode).toBe(303);
  const cookies = (begun.cookies ?? []).map((cookie) => cookie.split(';')[0] ?? '');
  const url = begun.headers['location'] ?? '';
  expect(new URL(url).searchParams.get('make')).toBe('CITROEN');
  const target = await connectAsOwner(url, { email: ACCOUNT }, (request) => fetch(request, { redirect: 'manual' }));
  const query = new URL(target).search.slice(1);
  const fields = new URLSearchParams(query);
  secrets.push(fields.get('code') ?? '', fields.get('state') ?? '', cookies[0]?.split('=')[1] ?? '');
  return { query, cookies };
}

const callback = ({ query, cookies }: { readonly query: string; readonly cookies: readonly string[] }) =>
  connect(gatewayEvent('GET /connect/callback', { rawQueryString: query, cookies }));

const headingOf = ({ body }: Answer): string | undefined => /<h1>([^<]*)</.exec(body)?.[1];

function progress(
  { query, cookies }: { readonly query: string; readonly cookies: readonly string[] },
  method: 'GET' | 'POST' = 'GET',
) {
  const pathParameters = { token: new URLSearchParams(query).get('state') ?? '' };
  return connect(gatewayEvent(`${method} /connect/done/{token}`, { pathParameters, cookies }));
}

const done = async (back: Parameters<typeof progress>[0]) => headingOf(await progress(back));

const deliver = (...messages: readonly string[]) =>
  tend({ Records: messages.map((body, n) => ({ messageId: `m${n}`, body })) });

/** The last message that was sent: where to, what, how many seconds late. */
function sent(): readonly unknown[] {
  const { QueueUrl, Entries = [] } = sqs.commandCalls(SendMessageBatchCommand).at(-1)?.args[0].input ?? {};
  const { MessageBody = '', DelaySeconds } = Entries.at(-1) ?? {};
  return [QueueUrl?.split('/').at(-1), JSON.parse(MessageBody), DelaySeconds];
}

const statesOf = async (contractId: string) =>
  (await queryContractPartition(tables.business, 'canary', contractId, 10))
    .filter(({ sk }) => String(sk).startsWith('Y#'))
    .map((item) => parseConnection(item).state);

describe('from link to bound car', () => {
  it('I12 goes through both functions', async () => {
    const { contractId, token } = await newLink(VIN);
    const back = await authorize(token);
    bodies.length = 0;
    const answer = await callback(back);
    expect([answer.statusCode, answer.headers['referrer-policy']]).toEqual([303, 'no-referrer']);
    expect(await done(back)).toBe('Connecting your car');
    expect(bodies.map((body) => JSON.parse(body))).toEqual(
      Array.from({ length: 2 }, () => ({
        kind: 'bind',
        tenantId: 'canary',
        contractId,
        connectionId: expect.stringMatching(/^cxn_/),
      })),
    );
    expect(await deliver(...bodies)).toEqual({ batchItemFailures: [] });
    expect(await done(back)).toBe('Your car is connected');
    expect(await statesOf(contractId)).toEqual(['active']);
  });

  it('I10 I12 ends by the personal link, in the driver’s language, through both functions', async () => {
    const { contractId, token } = await newLink(VIN);
    const back = await authorize(token);
    bodies.length = 0;
    await callback(back);
    await deliver(...bodies);
    const revealed = await progress(back, 'POST');
    expect(revealed.statusCode).toBe(303);
    const link = revealed.headers['location']?.split('/').at(-1) ?? '';
    secrets.push(link);
    const headers = { 'accept-language': 'nl-BE,nl;q=0.9,en;q=0.5' };
    const own = (method: string) =>
      connect(gatewayEvent(`${method} /my-data/{token}`, { pathParameters: { token: link }, headers }));
    const shown = await own('GET');
    expect([headingOf(shown), shown.headers['content-language']]).toEqual(['Mijn gegevens', 'nl']);
    bodies.length = 0;
    const ended = await own('POST');
    expect([ended.statusCode, ended.headers['location']]).toEqual([303, `/my-data/${link}`]);
    // Nothing is sent by the page: the planner finds the connection.
    expect(bodies).toEqual([]);
    const shards = [0, 1, 2, 3].map((shard) => dueContracts(tables.business, shard, '9999', 100));
    const endings = (await Promise.all(shards)).flat().filter(isEnding);
    await sendEndings(
      tables.business,
      async (messages) => void bodies.push(...messages.map(({ body }) => JSON.stringify(body))),
      endings.filter(({ key }) => key.pk.endsWith(contractId)),
    );
    expect(await deliver(...bodies)).toEqual({ batchItemFailures: [] });
    expect(bodies).toHaveLength(1);
    expect(headingOf(await own('GET'))).toBe('U hebt uw toestemming ingetrokken');
    expect(await statesOf(contractId)).toEqual(['withdrawn']);
  });

  it('I12 goes the same way by the link of a dead connection, which is over with it', async () => {
    const { contractId, token } = await newLink(VIN);
    const connectBy = async (link: string) => {
      const back = await authorize(link);
      bodies.length = 0;
      await callback(back);
      await deliver(...bodies);
      expect(await done(back)).toBe('Your car is connected');
    };
    await connectBy(token);
    const { connectionId } = JSON.parse(bodies[0] ?? '{}');
    const dead = { tenantId: 'canary', contractId, connectionId };
    const { token: link } = reconnectToken(RECONNECT_KEY, dead, Date.now());
    secrets.push(link, ...link.split('.'));
    const shown = () => connect(gatewayEvent('GET /connect/{token}', { pathParameters: { token: link } }));
    expect((await shown()).statusCode).toBe(404);
    await tables.business.update(keys.connection('canary', contractId, connectionId), {
      set: { state: 'reauth_required' },
    });
    await connectBy(link);
    expect(await statesOf(contractId)).toEqual(['active', 'replaced']);
    expect((await shown()).statusCode).toBe(404);
  });

  it('I12 ends with a wrong car as well', async () => {
    const { contractId, token } = await newLink(OTHER_VIN);
    const back = await authorize(token);
    bodies.length = 0;
    await callback(back);
    await deliver(...bodies);
    expect(await done(back)).toBe('This is another car');
    expect(await statesOf(contractId)).toEqual(['failed']);
  });

  it('I12 survives the queue and the platform being away', async () => {
    const { contractId, token } = await newLink(VIN);
    const back = await authorize(token);
    bodies.length = 0;
    sendsToFail = 1;
    expect((await callback(back)).statusCode).toBe(500);
    const again = await authorize(token);
    await callback(again);
    simulator.interrupt({ path: '/vehicles', when: 'before' });
    const [body = ''] = bodies;
    bodies.length = 0;
    expect(await deliver(body)).toEqual({ batchItemFailures: [] });
    const [waiting = ''] = bodies;
    expect(sent()).toEqual(['tend', { ...JSON.parse(body), attempt: 1 }, 60]);
    // Delivered early: the platform would answer, and is not asked.
    sendsToFail = 1;
    expect(await deliver(waiting)).toEqual({ batchItemFailures: [{ itemIdentifier: 'm0' }] });
    expect(await deliver(waiting)).toEqual({ batchItemFailures: [] });
    const [queue, next, delay] = sent();
    expect([queue, next]).toEqual(['tend', { ...JSON.parse(body), attempt: 2 }]);
    expect(delay).toBeGreaterThan(0);
    expect(delay).toBeLessThanOrEqual(60);
    expect(await statesOf(contractId)).toEqual(['pending']);
    const waits = { of: 'pending', tries: 1, until: new Date(Date.now()).toISOString() };
    const { connectionId } = JSON.parse(body);
    await tables.business.update(keys.connection('canary', contractId, connectionId), { set: { waits } });
    expect(await deliver(waiting)).toEqual({ batchItemFailures: [] });
    expect(await statesOf(contractId)).toEqual(['active']);
  });

  it('refuses forms above 4 KB, however they are encoded, and reads those of 4 KB', async () => {
    const { token } = await newLink(VIN);
    const post = async (form: string, encode: typeof formBody) =>
      connect(gatewayEvent('POST /connect/{token}', { pathParameters: { token }, ...encode(form) }));
    const plain = (body: string) => ({ body, isBase64Encoded: false });
    for (const encode of [formBody, plain]) {
      const large = await post(`make=CITROEN&text=${'x'.repeat(4_079)}`, encode);
      expect([large.statusCode, headingOf(large)]).toEqual([400, 'That did not come from our page']);
      const wide = await post(`make=CITROEN&text=${'é'.repeat(2_040)}`, encode);
      expect(wide.statusCode).toBe(400);
      const read = await post(`make=CITROEN&text=${'x'.repeat(4_078)}`, encode);
      expect([read.statusCode, read.headers['location']]).toEqual([303, `/connect/${token}`]);
    }
  });

  it('I12 refuses what is malformed, and gives malformed messages back', async () => {
    const forged = { rawQueryString: `code=${VIN}&state=${ACCOUNT}`, cookies: [`__Host-odoseal=${ACCOUNT}`] };
    expect((await connect(gatewayEvent('GET /connect/callback', forged))).statusCode).toBe(400);
    const shared = `error=vehicle_incompatible&vin=${VIN}&make=CITROEN&year=2024&state=${'x'.repeat(43)}`;
    expect((await connect(gatewayEvent('GET /connect/callback', { rawQueryString: shared }))).statusCode).toBe(400);
    await expect(connect({ routeKey: VIN })).rejects.toThrow();
    expect(await deliver('not json', JSON.stringify({ kind: 'bind', vin: VIN }))).toEqual({
      batchItemFailures: [{ itemIdentifier: 'm0' }, { itemIdentifier: 'm1' }],
    });
  });
});

describe('a turn', () => {
  it('goes on to reading with a fresh pair; after a refused token it says so', async () => {
    const { contractId, token } = await newLink(VIN);
    const back = await authorize(token);
    bodies.length = 0;
    await callback(back);
    const { connectionId } = JSON.parse(bodies[0] ?? '{}');
    await deliver(...bodies);
    bodies.length = 0;
    const turn = { kind: 'turn', tenantId: 'canary', contractId, connectionId, applicationId: 'default', turn: 7 };
    expect(await deliver(JSON.stringify(turn))).toEqual({ batchItemFailures: [] });
    expect(await deliver(JSON.stringify({ ...turn, rejectedVersion: 1 }))).toEqual({ batchItemFailures: [] });
    expect(bodies.map((body) => JSON.parse(body))).toEqual([
      { ...turn, tended: true },
      { ...turn, tended: true, refreshed: true },
    ]);
    expect(sent()).toEqual(['read', { ...turn, tended: true, refreshed: true }, 0]);
    sendsToFail = 1;
    expect(await deliver(JSON.stringify(turn), 'not json')).toEqual({
      batchItemFailures: [{ itemIdentifier: 'm0' }, { itemIdentifier: 'm1' }],
    });
  });
});

describe('a turn while the platform gives out no tokens', () => {
  it('is given back twice, then sent again; after six of those it is left to the planner', async () => {
    const { contractId, token } = await newLink(VIN);
    const back = await authorize(token);
    bodies.length = 0;
    await callback(back);
    const { connectionId } = JSON.parse(bodies[0] ?? '{}');
    await deliver(...bodies);
    const turn = { kind: 'turn', tenantId: 'canary', contractId, connectionId, applicationId: 'default', turn: 7 };
    const tried = async (receives: number, more: object = {}) => {
      simulator.interrupt({ path: '/oauth/token', when: 'before' });
      bodies.length = 0;
      // A version that was refused has to be traded.
      const body = JSON.stringify({ ...turn, rejectedVersion: 1, ...more });
      const attributes = { ApproximateReceiveCount: String(receives) };
      const answer = await tend({ Records: [{ messageId: 'm', body, attributes }] });
      return [answer.batchItemFailures.length, bodies.length];
    };
    expect(await tried(1)).toEqual([1, 0]);
    expect(await tried(2)).toEqual([1, 0]);
    expect(await tried(3)).toEqual([0, 1]);
    expect(sent()).toEqual(['tend', { ...turn, rejectedVersion: 1, attempt: 1 }, 60]);
    expect(await tried(1, { attempt: 5 })).toEqual([0, 1]);
    expect(sent()).toEqual(['tend', { ...turn, rejectedVersion: 1, attempt: 6 }, 900]);
    expect(await tried(1, { attempt: 6 })).toEqual([0, 0]);
    expect(written.at(-2)).toContain('"code":"refresh_given_up"');
  });
});

describe('I12 log lines and queue bodies of all that', () => {
  const everything = (): string => [...written, ...bodies].join('\n');

  it('I12 were written at all, faults among them', () => {
    expect(everything()).toContain('"message":"calls"');
    expect(everything()).toContain('"message":"fault"');
    expect(tokenAnswers.length).toBeGreaterThan(2);
    expect(secrets.length).toBeGreaterThan(9);
  });

  it('I12 hold no VIN, account, reference, name, link, state, cookie, code, secret or token', () => {
    const tokens = tokenAnswers.flatMap((answer) => [...answer.matchAll(/"(?:access|refresh)_token":"([^"]+)"/g)]);
    const canaries = [
      ...[VIN, OTHER_VIN, ACCOUNT, REFERENCE, TENANT_NAME, CREDENTIALS.clientSecret, CREDENTIALS.clientId],
      RECONNECT_KEY,
      ...secrets,
      ...tokens.map(([, token = '']) => token),
    ];
    expect(canaries.filter((canary) => canary.length < 8)).toEqual([]);
    expect(canaries.filter((canary) => everything().includes(canary))).toEqual([]);
  });
});
