// The API on tables in this process: two tenants whose keys have every scope, a clock that stands, statements signed by a test key.
// The vehicle platform is a simulator without sockets. Asks as functions/api would; keeps every answer's text so that a file can be searched at its end.
import { hash, randomBytes } from 'node:crypto';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { allRoutes } from '../../../lib/api/all-routes.ts';
import type { ApiRequest } from '../../../lib/api/call.ts';
import { handleRequest } from '../../../lib/api/handle.ts';
import { attestationId } from '../../../lib/attestation/derived-ids.ts';
import { statePeriods } from '../../../lib/attestation/issue.ts';
import { newestStatement } from '../../../lib/attestation/statement.ts';
import { keys } from '../../../lib/aws/keys.ts';
import { presignedUrl } from '../../../lib/aws/presign.ts';
import type { Send } from '../../../lib/aws/queue.ts';
import type { Seal } from '../../../lib/aws/sealing.ts';
import type { PublicJwk, Signer } from '../../../lib/aws/signer.ts';
import type { Item, Table } from '../../../lib/aws/table.ts';
import { makeCheckCompatibility } from '../../../lib/connection/compatibility.ts';
import { type Connection, putConnection } from '../../../lib/connection/connection.ts';
import { getContract } from '../../../lib/contract/contract.ts';
import { readDossier } from '../../../lib/reading/dossier.ts';
import { beginAttempt, makeReady } from '../../../lib/report/report.ts';
import { makeSimulator, type Simulator } from '../../../lib/simulator/simulator.ts';
import { createApiKey } from '../../../lib/tenant/api-key.ts';
import { createApplication } from '../../../lib/tenant/application.ts';
import type { RandomBytes } from '../../../lib/tenant/id.ts';
import type { CountRequest } from '../../../lib/tenant/request-limit.ts';
import { type Caller, SCOPES } from '../../../lib/tenant/scopes.ts';
import { createTenant } from '../../../lib/tenant/tenant.ts';
import type { Transport } from '../../../lib/vehicle/transport.ts';
import { openTables, type Tables } from '../../stores/open-tables.ts';
import { signDeterministically } from '../../vectors/deterministic-es256.ts';
import { jwk, privateJwk } from '../proof/statement-fixture.ts';
import { expectDeclared } from './declared.ts';

export const NOW = Date.parse('2026-01-05T09:00:00.000Z');
export const CURSOR_KEY = 'a key of this deployment';
export const RECONNECT_KEY = 'another key of this deployment';
export const ORIGIN = 'https://api.odoseal.example';

export const RIVAGE: Caller = { tenantId: 'rivage', keyId: 'key_019b8d6268e87c3a9f5b1e2d3c4b5a69', scopes: SCOPES };
export const CANAL: Caller = { tenantId: 'canal', keyId: 'key_019b8d6268e97c3a9f5b1e2d3c4b5a69', scopes: SCOPES };

export const TERMS = {
  kind: 'insurance',
  reference: 'POL-1001',
  vin: 'VF72R1HNP4T000101',
  start: '2026-01-01',
  end: '2027-01-01',
  zone: 'Europe/Paris',
  dayOffset: 15,
  policy: 'around',
  deadlineDays: 7,
} as const;

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** The parsed body, `undefined` when it is not JSON. Loose on purpose: tests compare it with literals. */
  readonly body: Record<string, unknown>;
}

export interface Asking {
  readonly body?: unknown;
  /** Sent instead of `body`, as it is. */
  readonly raw?: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly caller?: Caller | undefined;
  readonly business?: Table;
  readonly attestations?: Table;
  readonly seal?: Seal;
  readonly sendReports?: Send;
  readonly id?: string;
  readonly random?: RandomBytes;
  /** Absent: nobody counts. */
  readonly countRequest?: CountRequest;
}

export type Ask = (method: string, path: string, asking?: Asking) => Promise<Answer>;

export interface ApiWorld {
  readonly tables: Tables;
  readonly simulator: Simulator;
  /** URLs that the vehicle platform was asked for. */
  readonly platformCalls: string[];
  /** Credentials as the secret store gives them next; the last one stays. */
  readonly secrets: string[];
  /** Stands for KMS: what is sealed here can be read. */
  readonly seal: Seal;
  /** What was sent to whoever builds reports. */
  readonly reportMessages: unknown[];
  readonly ask: Ask;
  /** Moves the clock and returns it. Epoch ms. */
  readonly later: (ms: number) => number;
  /** Every item of both tables that the API is given, in a fixed order. */
  readonly snapshot: () => Promise<readonly Item[]>;
  /** Creates a contract for `RIVAGE`, or for another caller. @returns its id */
  readonly contract: (terms?: Readonly<Record<string, unknown>>, caller?: Caller) => Promise<string>;
  /** States every period of a contract that is past its deadline at `until`. @returns the number of statements */
  readonly stated: (contractId: string, until: string) => Promise<number>;
  /** Id of a statement of `RIVAGE`'s. */
  readonly statementId: (contractId: string, seq: number) => Promise<string>;
  /** A contract of `RIVAGE`'s that has ended, and of which everything is stated. @returns its id */
  readonly over: (random?: RandomBytes) => Promise<string>;
  /** Puts a connection and makes it the one that is read from. */
  readonly connect: (contractId: string, connection: Partial<Connection>) => Promise<void>;
  /** Creates a webhook endpoint for `RIVAGE`. @returns what the API answered */
  readonly endpoint: (body?: Readonly<Record<string, unknown>>) => Promise<Readonly<Record<string, unknown>>>;
  /** Creates an API key for `RIVAGE`. @returns what the API answered */
  readonly apiKey: (body?: Readonly<Record<string, unknown>>) => Promise<Readonly<Record<string, unknown>>>;
  /** Asks for a report for `RIVAGE` and makes it ready, without a file. @returns its id */
  readonly readyReport: (body: Readonly<Record<string, unknown>>, random?: RandomBytes) => Promise<string>;
  /** An endpoint, and a test that waits to be delivered to it. */
  readonly endpointThings: () => Promise<Readonly<Record<'endpointId' | 'deliveryId', string>>>;
  /** A bundle of a contract that is ready, and a link to it. */
  readonly sharedThings: (contractId: string) => Promise<Readonly<Record<'reportId' | 'shareId', string>>>;
  /** A thing of the tenant's for every `{id}` that a path can name. */
  readonly things: () => Promise<Readonly<Record<string, string>>>;
  readonly close: () => Promise<void>;
}

/** The same signature every time: the document shows a statement as it is handed on. */
const testSigner: Signer = {
  publicJwk: () => Promise.resolve(jwk as PublicJwk),
  sign: (text) => Promise.resolve(signDeterministically(Buffer.from(privateJwk.d, 'base64url'), text)),
};

/** As functions/reports does, with credentials of nobody. */
const addressOf = (name: string, saveAs: string, at: number): string => {
  const credentials = { accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 'secret', sessionToken: 'token' };
  const lent = { bucket: 'odoseal-reports', region: 'eu-central-1', credentials };
  return presignedUrl(lent, { name, saveAs, seconds: 60, now: at });
};

let sealings = 0;
/** As KMS does, another one each time. */
const sealedFor: Seal = (text, context) => {
  sealings += 1;
  return Promise.resolve(Buffer.from(JSON.stringify([sealings, hash('sha256', text), context])).toString('base64'));
};

const parsed = (text: string): Record<string, unknown> => {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
};

const requestOf = (method: string, path: string, asking: Asking): ApiRequest => {
  const body = asking.raw ?? (asking.body === undefined ? undefined : JSON.stringify(asking.body));
  const type = body === undefined ? {} : { 'content-type': 'application/json' };
  return {
    id: asking.id ?? 'req-1',
    method,
    path,
    query: [...new URLSearchParams(asking.query ?? '')],
    headers: { ...type, ...asking.headers },
    body,
  };
};

const CREDENTIALS = {
  clientId: '3c1b8a1e-6f2d-4a4b-8a0e-0d0a51ea1001',
  clientSecret: '3c1b8a1e-6f2d-4a4b-8a0e-0d0a51ea1002',
};

const platformOf = (clock: () => number): Simulator =>
  makeSimulator({
    clock,
    seed: 1,
    applications: [{ ...CREDENTIALS, managementToken: 'amt', redirectUris: [`${ORIGIN}/connect/callback`] }],
  });

/** Hands requests to a simulator as they are. */
const transportTo =
  (simulator: Simulator, calls: string[]): Transport =>
  async ({ url, method, headers }) => {
    calls.push(url);
    const response = await simulator.handle(new Request(url, { method, headers }));
    return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.text() };
  };

export async function openApiWorld(): Promise<ApiWorld> {
  const tables = await openTables();
  let now = NOW;
  const simulator = platformOf(() => now);
  const platformCalls: string[] = [];
  const reportMessages: unknown[] = [];
  const keepMessages: Send = async (messages) => void reportMessages.push(...messages.map(({ body }) => body));
  const secrets = [JSON.stringify(CREDENTIALS)];
  const checkCompatibility = makeCheckCompatibility({
    transport: transportTo(simulator, platformCalls),
    readSecret: () => Promise.resolve((secrets.length > 1 ? secrets.shift() : secrets[0]) ?? ''),
    apiOrigin: 'http://127.0.0.1:1',
  });
  await createApplication(tables.business, {
    applicationId: 'default',
    platform: 'v2',
    secretId: 'vehicle-application/default',
    burst: 120,
    refillPerMinute: 2,
    spreadMinutes: 0,
    vinPolicy: 'every_read',
    mode: 'simulated',
  });
  for (const { tenantId, keyId, scopes } of [RIVAGE, CANAL]) {
    await createTenant(tables.business, { tenantId, name: `${tenantId} SA`, applicationId: 'default' }, NOW);
    await createApiKey(tables.business, { tenantId, scopes, name: 'all of it' }, NOW, randomBytes, keyId);
  }
  const ask: Ask = async (method, path, asking = {}) => {
    const { business = tables.business, attestations = tables.attestations } = asking;
    const { seal = world.seal, sendReports = keepMessages } = asking;
    const { countRequest = () => Promise.resolve(undefined), random = randomBytes } = asking;
    const cursorKey = () => Promise.resolve(CURSOR_KEY);
    const reconnectKey = () => Promise.resolve(RECONNECT_KEY);
    const stores = { business, attestations, countRequest, cursorKey, reconnectKey };
    const sealing = { seal, webhookLoopback: false };
    const reporting = { sendReports, addressOf };
    const deps = { ...stores, ...sealing, ...reporting, publicOrigin: ORIGIN, checkCompatibility, now, random };
    const caller = 'caller' in asking ? asking.caller : RIVAGE;
    const request = requestOf(method, path, asking);
    const {
      status,
      headers,
      body: text,
    } = await handleRequest(() => Promise.resolve(allRoutes), deps, request, caller);
    const answer = { status, headers, text, body: parsed(text) };
    expectDeclared(request, answer);
    return answer;
  };
  let references = 0;
  const world: ApiWorld = {
    ...{ tables, simulator, platformCalls, secrets, reportMessages },
    ask,
    seal: sealedFor,
    later: (ms) => {
      now += ms;
      return now;
    },
    snapshot: async () => {
      const scans = ['business', 'attestations'].map(async (TableName) => {
        const { Items = [] } = await tables.client.send(new ScanCommand({ TableName }));
        return Items.toSorted((a, b) => (`${a['pk']} ${a['sk']}` < `${b['pk']} ${b['sk']}` ? -1 : 1));
      });
      return (await Promise.all(scans)).flat();
    },
    contract: async (terms = {}, caller = RIVAGE) => {
      references += 1;
      const body = { ...TERMS, reference: `REF-${references}`, ...terms };
      const { body: made } = await ask('POST', '/v1/contracts', { body, caller });
      return String(made['id']);
    },
    stated: async (contractId, until) => {
      const contract = await getContract(tables.business, 'rivage', contractId);
      if (contract === undefined) throw new Error('no such contract');
      const issuing = { attestations: tables.attestations, signer: testSigner, issuer: ORIGIN };
      const head = await newestStatement(tables.attestations, contract);
      const dossier = await readDossier(tables.business, 'rivage', contractId);
      const { connection, connections = [], odometerEvents = [], readings = [] } = dossier ?? {};
      const issueCase = { contract, connection, connections, odometerEvents, readings, head };
      return (await statePeriods(issuing, issueCase, Date.parse(until)))?.seq ?? 0;
    },
    statementId: async (contractId, seq) => {
      const contract = await getContract(tables.business, 'rivage', contractId);
      if (contract === undefined) throw new Error('no such contract');
      return attestationId(contract, seq);
    },
    over: async (random = randomBytes) => {
      references += 1;
      const body = { ...TERMS, reference: `REF-${references}`, start: '2025-11-01', end: '2025-12-15' };
      const contractId = String((await ask('POST', '/v1/contracts', { body, random })).body['id']);
      await tables.business.update(keys.contract('rivage', contractId), { remove: ['dueAt'] });
      return contractId;
    },
    connect: async (contractId, connection) => {
      const connectionId = connection.connectionId ?? 'cnn_1';
      const ids = { tenantId: 'rivage', contractId, connectionId, applicationId: 'default' };
      await putConnection(tables.business, {
        ...ids,
        state: 'active',
        createdAt: '2026-01-05T10:00:00.000Z',
        ...connection,
      });
      if (connection.state === 'failed') return;
      await tables.business.update(keys.contract('rivage', contractId), { set: { connectionId } });
    },
    endpoint: async (body = {}) => {
      const url = 'https://rivage.example/hooks';
      return (await ask('POST', '/v1/webhook-endpoints', { body: { url, ...body } })).body;
    },
    apiKey: async (body = {}) => {
      const wanted = { name: 'a key', scopes: ['contracts:read'], ...body };
      return (await ask('POST', '/v1/api-keys', { body: wanted })).body;
    },
    readyReport: async (body, random = randomBytes) => {
      const { body: asked } = await ask('POST', '/v1/reports', { body: { format: 'csv', ...body }, random });
      const report = await beginAttempt(tables.business, { tenantId: 'rivage', reportId: String(asked['id']) });
      if (report === undefined) throw new Error('no such report');
      await makeReady(tables.business, report, { lines: 1, bytes: 640, sha256: hash('sha256', 'a file') }, now);
      return report.reportId;
    },
    endpointThings: async () => {
      const { id } = await world.endpoint();
      const { body: test } = await ask('POST', `/v1/webhook-endpoints/${id}/test`);
      return { endpointId: String(id), deliveryId: String(test['id']) };
    },
    sharedThings: async (contractId) => {
      const reportId = await world.readyReport({ contractId, format: 'bundle' });
      const { body: share } = await ask('POST', `/v1/reports/${reportId}/shares`, { body: {} });
      return { reportId, shareId: String(share['id']) };
    },
    things: async () => {
      const contractId = await world.contract({ start: '2025-11-01', dayOffset: 1 });
      await world.stated(contractId, '2026-01-09T00:00:00.000Z');
      await world.connect(contractId, {});
      const { id: keyId } = await world.apiKey({ scopes: ['api-keys:manage'] });
      const statement = await world.statementId(contractId, 1);
      return {
        contractId,
        attestationId: statement,
        period: '2025-11',
        keyId: String(keyId),
        ...(await world.sharedThings(contractId)),
        ...(await world.endpointThings()),
      };
    },
    close: tables.close,
  };
  return world;
}
