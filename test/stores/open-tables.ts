// The product's tables, keyed and indexed as the data stack declares them, for tests of anything that stores: in an in-process
// DynamoDB, or in the one that DYNAMODB_ENDPOINT names (Amazon's DynamoDB Local, without -sharedDb). Never against a real account.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Server } from 'node:http';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DynamoDBClient,
  type GlobalSecondaryIndex,
  type Projection,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import dynalite from 'dynalite';
import { marshalling } from '../../lib/aws/clients.ts';
import { makeTable, type Table } from '../../lib/aws/table.ts';
import { ask, askInProcess } from './in-process.ts';

export interface Tables {
  readonly business: Table;
  readonly attestations: Table;
  readonly log: Table;
  readonly vault: Table;
  readonly client: DynamoDBDocumentClient;
  readonly close: () => Promise<void>;
}

const hash = (name: string) => ({ AttributeName: name, KeyType: 'HASH' }) as const;
const range = (name: string) => ({ AttributeName: name, KeyType: 'RANGE' }) as const;
const text = (name: string) => ({ AttributeName: name, AttributeType: 'S' }) as const;

const index = (name: string, pk: string, sk: string, Projection: Projection): GlobalSecondaryIndex => ({
  IndexName: name,
  KeySchema: [hash(pk), range(sk)],
  Projection,
});

const ofBusiness = [
  index('byTenant', 'tenantKey', 'tenantSort', { ProjectionType: 'ALL' }),
  index('due', 'dueShard', 'dueAt', { ProjectionType: 'KEYS_ONLY' }),
  index('untold', 'untoldShard', 'untoldAt', { ProjectionType: 'INCLUDE', NonKeyAttributes: ['marks'] }),
];
const ofAttestations = [index('pending', 'pendingShard', 'pendingAt', { ProjectionType: 'KEYS_ONLY' })];

const definition = (TableName: string, indexes: readonly GlobalSecondaryIndex[] = []): CreateTableCommandInput => {
  const indexed = indexes.flatMap(({ KeySchema = [] }) => KeySchema.map(({ AttributeName = '' }) => AttributeName));
  return {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [hash('pk'), range('sk')],
    AttributeDefinitions: ['pk', 'sk', ...indexed].map(text),
    ...(indexes.length > 0 ? { GlobalSecondaryIndexes: [...indexes] } : {}),
  };
};

const DEFINITIONS = [
  definition('business', ofBusiness),
  definition('attestations', ofAttestations),
  definition('log'),
  definition('vault'),
];

interface Store {
  readonly endpoint: string;
  /** Absent: over the wire. */
  readonly server?: Server;
  readonly stop: () => Promise<void>;
}

async function startDynalite(): Promise<Store> {
  const server = dynalite({ createTableMs: 0 });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    server,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** dynalite makes a table in its own time, even when that is none. */
async function createIn(server: Server, inputs: readonly CreateTableCommandInput[]): Promise<void> {
  for (const input of inputs) await ask(server, 'CreateTable', input);
  const isActive = async ({ TableName }: CreateTableCommandInput): Promise<boolean> =>
    JSON.stringify(await ask(server, 'DescribeTable', { TableName })).includes('"TableStatus":"ACTIVE"');
  for (const input of inputs) while (!(await isActive(input)));
}

/** A fresh set of empty tables; close it when the test file ends. */
export async function openTables(): Promise<Tables> {
  const given = process.env['DYNAMODB_ENDPOINT'];
  const store: Store = given === undefined ? await startDynalite() : { endpoint: given, stop: () => Promise.resolve() };
  const { endpoint, server, stop } = store;
  // DynamoDB Local keeps a database per access key: every set of tables has its own.
  const accessKeyId = `test${randomBytes(8).toString('hex')}`;
  const raw = new DynamoDBClient({
    endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId, secretAccessKey: 'test' },
  });
  if (server === undefined) for (const input of DEFINITIONS) await raw.send(new CreateTableCommand(input));
  else await createIn(server, DEFINITIONS);
  const documents = DynamoDBDocumentClient.from(raw, marshalling);
  const client = server === undefined ? documents : askInProcess(documents, server);
  return {
    business: makeTable(client, 'business'),
    attestations: makeTable(client, 'attestations'),
    log: makeTable(client, 'log'),
    vault: makeTable(client, 'vault'),
    client,
    close: async () => {
      raw.destroy();
      await stop();
    },
  };
}
