// One DynamoDB table as the product sees it: single-item conditional writes, consistent reads, no transactions.
// A failed condition is a value, never an exception. Everything else that goes wrong is a StoreError, and says nothing about
// whether the write landed: the caller reads again before it decides.
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  type QueryCommandInput,
  ScanCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';

export interface Key {
  readonly pk: string;
  readonly sk: string;
}

export type Item = Readonly<Record<string, unknown>>;

/** `expression` in DynamoDB's language with `#attribute` and `:value` names; the names are derived from the text. */
export interface Condition {
  readonly expression: string;
  readonly values?: Item;
}

export interface Change {
  readonly set?: Item;
  /** Numbers added to what is there, 0 when nothing is. */
  readonly add?: Readonly<Record<string, number>>;
  /** Elements put behind those of a list; the list is made when there is none. */
  readonly append?: Readonly<Record<string, readonly unknown[]>>;
  readonly remove?: readonly string[];
  readonly condition?: Condition;
}

export interface Page {
  readonly items: readonly Item[];
  readonly next?: Item;
}

interface Range {
  readonly index?: string;
  /** Key condition, e.g. `#pk = :pk AND #sk < :sk`. */
  readonly where: Condition;
  readonly consistent?: boolean;
  readonly newestFirst?: boolean;
  readonly limit?: number;
  readonly startAfter?: Item;
}

/** One page of one part of a table. */
interface Part {
  /** 0 to `segments` − 1. */
  readonly segment: number;
  readonly segments: number;
  readonly limit: number;
  readonly startAfter?: Key | undefined;
}

/** The outcome of a call to DynamoDB is unknown or the call was refused; `cause` has the SDK's error. */
export class StoreError extends Error {
  readonly code = 'STORE_UNAVAILABLE';
}

/** Condition for "nobody wrote this item before". */
export const isNew: Condition = { expression: 'attribute_not_exists(#pk)' };

/** Condition for "this item is still there". */
export const exists: Condition = { expression: 'attribute_exists(#pk)' };

export interface Table {
  /** Consistent unless told otherwise. */
  readonly get: (key: Key, options?: { readonly eventually?: boolean }) => Promise<Item | undefined>;
  /** Consistent. In no order, and without those that are not there. At most 100 keys. */
  readonly getMany: (keys: readonly Key[]) => Promise<readonly Item[]>;
  /** False when the condition did not hold; then nothing was written by this attempt. */
  readonly put: (item: Key & Item, condition?: Condition) => Promise<boolean>;
  /** The whole item after the change, undefined when the condition did not hold. */
  readonly update: (key: Key, change: Change) => Promise<Item | undefined>;
  readonly query: (range: Range) => Promise<Page>;
  readonly remove: (key: Key, condition?: Condition) => Promise<boolean>;
  /** Walks the whole table, consistently. For checking what nobody points to; never for serving anybody. */
  readonly scan: (part: Part) => Promise<Page>;
}

const conditional = (condition: Condition | undefined) =>
  condition === undefined ? {} : { ConditionExpression: condition.expression, ...namesAndValues([condition]) };

/** Derives the placeholder maps that DynamoDB wants beside the expressions. */
function namesAndValues(conditions: readonly Condition[]) {
  const names: Record<string, string> = {};
  const values: Record<string, unknown> = {};
  for (const { expression, values: own = {} } of conditions) {
    for (const [placeholder, name] of expression.matchAll(/#([A-Za-z]\w*)/g)) names[placeholder] = name ?? '';
    for (const [name, value] of Object.entries(own)) values[`:${name}`] = value;
  }
  return {
    ExpressionAttributeNames: names,
    ...(Object.keys(values).length === 0 ? {} : { ExpressionAttributeValues: values }),
  };
}

function updateInput({ set = {}, add = {}, append = {}, remove = [], condition }: Change) {
  const sets = Object.keys(set).filter((name) => set[name] !== undefined);
  const appends = Object.keys(append);
  const assignments = [
    ...sets.map((name) => `#${name} = :set_${name}`),
    ...appends.map((name) => `#${name} = list_append(if_not_exists(#${name}, :no_elements), :append_${name})`),
  ];
  const clauses = [
    ...(assignments.length > 0 ? [`SET ${assignments.join(', ')}`] : []),
    ...(Object.keys(add).length > 0
      ? [
          `ADD ${Object.keys(add)
            .map((name) => `#${name} :add_${name}`)
            .join(', ')}`,
        ]
      : []),
    ...(remove.length > 0 ? [`REMOVE ${remove.map((name) => `#${name}`).join(', ')}`] : []),
  ];
  const update: Condition = {
    expression: clauses.join(' '),
    values: Object.fromEntries([
      ...sets.map((name) => [`set_${name}`, set[name]]),
      ...(appends.length > 0 ? [['no_elements', []]] : []),
      ...appends.map((name) => [`append_${name}`, append[name]]),
      ...Object.entries(add).map(([name, amount]) => [`add_${name}`, amount]),
    ]),
  };
  return {
    UpdateExpression: update.expression,
    ...(condition === undefined ? {} : { ConditionExpression: condition.expression }),
    ...namesAndValues(condition === undefined ? [update] : [update, condition]),
  };
}

async function orConditionFailed<T>(work: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    if (cause instanceof ConditionalCheckFailedException) return otherwise;
    throw new StoreError('the store did not answer', { cause });
  }
}

const fault = (cause: unknown): never => {
  throw new StoreError('the store did not answer', { cause });
};

/** DynamoDB may answer for some keys only and name the others; they are asked for again, and always fewer. */
async function getMany(client: DynamoDBDocumentClient, name: string, wanted: readonly Key[]): Promise<readonly Item[]> {
  if (wanted.length === 0) return [];
  const request = { Keys: [...wanted], ConsistentRead: true };
  const { Responses = {}, UnprocessedKeys = {} } = await client
    .send(new BatchGetCommand({ RequestItems: { [name]: request } }))
    .catch(fault);
  const items: readonly Item[] = Responses[name] ?? [];
  const left = (UnprocessedKeys[name]?.Keys ?? []).map(({ pk, sk }) => ({ pk: String(pk), sk: String(sk) }));
  if (left.length >= wanted.length) return fault(new Error('no key was answered for'));
  return [...items, ...(await getMany(client, name, left))];
}

export function makeTable(client: DynamoDBDocumentClient, name: string): Table {
  const table = { TableName: name };
  return {
    get: async (key, options) => {
      const command = new GetCommand({ ...table, Key: key, ConsistentRead: options?.eventually !== true });
      return (await client.send(command).catch(fault)).Item;
    },
    getMany: (keys) => getMany(client, name, keys),
    put: (item, condition) =>
      orConditionFailed(
        client.send(new PutCommand({ ...table, Item: item, ...conditional(condition) })).then(() => true),
        false,
      ),
    update: (key, change) =>
      orConditionFailed<Item | undefined>(
        client
          .send(new UpdateCommand({ ...table, Key: key, ReturnValues: 'ALL_NEW', ...updateInput(change) }))
          .then(({ Attributes }) => Attributes),
        undefined,
      ),
    query: async (range) => {
      const { Items = [], LastEvaluatedKey } = await client
        .send(new QueryCommand(queryInput(name, range)))
        .catch(fault);
      return { items: Items, ...(LastEvaluatedKey === undefined ? {} : { next: LastEvaluatedKey }) };
    },
    remove: (key, condition) =>
      orConditionFailed(
        client.send(new DeleteCommand({ ...table, Key: key, ...conditional(condition) })).then(() => true),
        false,
      ),
    scan: async ({ segment, segments, limit, startAfter }) => {
      const part = { Segment: segment, TotalSegments: segments, Limit: limit, ConsistentRead: true };
      const start = startAfter === undefined ? {} : { ExclusiveStartKey: { ...startAfter } };
      const { Items = [], LastEvaluatedKey } = await client
        .send(new ScanCommand({ ...table, ...part, ...start }))
        .catch(fault);
      return { items: Items, ...(LastEvaluatedKey === undefined ? {} : { next: LastEvaluatedKey }) };
    },
  };
}

function queryInput(name: string, range: Range): QueryCommandInput {
  return {
    TableName: name,
    KeyConditionExpression: range.where.expression,
    ...namesAndValues([range.where]),
    ScanIndexForward: range.newestFirst !== true,
    ...(range.index === undefined ? { ConsistentRead: range.consistent ?? true } : { IndexName: range.index }),
    ...(range.limit === undefined ? {} : { Limit: range.limit }),
    ...(range.startAfter === undefined ? {} : { ExclusiveStartKey: { ...range.startAfter } }),
  };
}
