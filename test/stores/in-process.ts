// DynamoDB's stand-in asked without the SDK's client: its middleware, a socket and a signature are most of what a call costs.
// The SDK's own functions write and read the attributes, dynalite's own listener answers. For the commands about items alone; whatever
// else a client is told to send goes over the wire, as does everything of a client that was not changed here.
import { EventEmitter } from 'node:events';
import type { Server } from 'node:http';
import { ConditionalCheckFailedException, DynamoDBServiceException } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { marshall, type NativeAttributeValue, unmarshall } from '@aws-sdk/util-dynamodb';
import { marshalling } from '../../lib/aws/clients.ts';

type Plain = Record<string, NativeAttributeValue>;
type Wire = Parameters<typeof unmarshall>[0];
type Members = Readonly<Record<string, unknown>>;

const OPERATIONS: ReadonlyMap<unknown, string> = new Map<unknown, string>([
  [BatchGetCommand, 'BatchGetItem'],
  [DeleteCommand, 'DeleteItem'],
  [GetCommand, 'GetItem'],
  [PutCommand, 'PutItem'],
  [QueryCommand, 'Query'],
  [ScanCommand, 'Scan'],
  [UpdateCommand, 'UpdateItem'],
]);

/** What dynalite looks at of a signature: that there is one. */
const HEADERS = {
  'content-type': 'application/x-amz-json-1.0',
  authorization:
    'AWS4-HMAC-SHA256 Credential=test/20260101/eu-central-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
  'x-amz-date': '20260101T000000Z',
};

/** A client that has sent something over the wire has changed the options that it was given. */
const writeItem = (item: Plain): Wire =>
  marshall(item, { ...marshalling.marshallOptions, convertTopLevelContainer: false });

/** Members that hold one item or a part of one. */
const ONE = ['Key', 'Item', 'ExpressionAttributeValues', 'ExclusiveStartKey', 'Attributes', 'LastEvaluatedKey'];

/** A request or an answer with each item in it turned, wherever it may stand. */
const mapItems = (members: Members, turn: (item: never) => unknown): Members =>
  Object.fromEntries(
    Object.entries(members).map(([name, member]): [string, unknown] => {
      if (ONE.includes(name)) return [name, turn(member as never)];
      if (name === 'Items' || name === 'Keys') return [name, (member as never[]).map(turn)];
      if (name === 'Responses') return [name, mapValues(member as Members, (items) => (items as never[]).map(turn))];
      if (name === 'RequestItems' || name === 'UnprocessedKeys')
        return [name, mapValues(member as Members, (one) => mapItems(one as Members, turn))];
      return [name, member];
    }),
  );

const mapValues = (members: Members, turn: (member: unknown) => unknown): Members =>
  Object.fromEntries(Object.entries(members).map(([name, member]) => [name, turn(member)]));

/** Bytes are Base64 on the wire. */
function writeBytes(this: Members, name: string, value: unknown): unknown {
  const own = this[name];
  return own instanceof Uint8Array ? Buffer.from(own).toString('base64') : value;
}

const readBytes = (name: string, value: unknown): unknown =>
  name === 'B' && typeof value === 'string' ? new Uint8Array(Buffer.from(value, 'base64')) : value;

/** Few answers have bytes in them, and looking at every member is most of what parsing costs. */
const parse = (body: string): Members => (body.includes('"B":') ? JSON.parse(body, readBytes) : JSON.parse(body));

interface Answer {
  readonly status: number;
  readonly body: string;
}

const emitRequest = (server: Server, operation: string, body: string): Promise<Answer> =>
  new Promise((resolve) => {
    const headers = { ...HEADERS, 'x-amz-target': `DynamoDB_20120810.${operation}` };
    const incoming = Object.assign(new EventEmitter(), { method: 'POST', url: '/', headers });
    const outgoing = {
      statusCode: 200,
      setHeader: () => undefined,
      end: (text = '') => resolve({ status: outgoing.statusCode, body: text }),
    };
    server.emit('request', incoming, outgoing);
    incoming.emit('data', Buffer.from(body));
    incoming.emit('end');
  });

/** What the SDK makes of a refusal. */
function refusalOf(status: number, { __type, message, Message }: Members): DynamoDBServiceException {
  const about = { message: String(message ?? Message ?? ''), $metadata: { httpStatusCode: status } };
  const name = String(__type).replace(/^.*#/, '');
  if (name === 'ConditionalCheckFailedException') return new ConditionalCheckFailedException(about);
  return new DynamoDBServiceException({ ...about, name, $fault: status < 500 ? 'client' : 'server' });
}

/**
 * Asks for one operation.
 * @param input as it is on the wire, but for bytes @returns the answer, likewise
 * @throws what the SDK's client throws when the store refuses
 */
export async function ask(server: Server, operation: string, input: object): Promise<Members> {
  const { status, body } = await emitRequest(server, operation, JSON.stringify(input, writeBytes));
  const answer = parse(body);
  if (status !== 200) throw refusalOf(status, answer);
  return answer;
}

/** The client, asking a server of this process for whatever is about items. */
export function askInProcess(client: DynamoDBDocumentClient, server: Server): DynamoDBDocumentClient {
  const overTheWire = client.send.bind(client);
  const send = async (command: Parameters<typeof overTheWire>[0]): Promise<unknown> => {
    const operation = OPERATIONS.get(command.constructor);
    if (operation === undefined) return overTheWire(command);
    const input = mapItems({ ...command.input }, writeItem);
    return mapItems(await ask(server, operation, input), (item: Wire) => unmarshall(item));
  };
  return Object.assign(client, { send });
}
