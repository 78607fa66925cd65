// The commands that reach DynamoDB, to the letter, and what each of its errors becomes. What they do there: test/contract.
import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { exists, isNew, makeTable, StoreError } from '../../../lib/aws/table.ts';
import { canariesIn, tellingError } from './canaries.ts';

const dynamo = mockClient(DynamoDBDocumentClient);
afterAll(() => dynamo.restore());
const table = makeTable(DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-central-1' })), 'things');
const key = { pk: 'P', sk: 'S' };

beforeEach(() => {
  dynamo.reset();
  dynamo.onAnyCommand().resolves({});
});

const sent = (): unknown[] => dynamo.calls().map((call) => call.args[0].input);

describe('the command', () => {
  it('of a read is consistent unless told otherwise', async () => {
    await table.get(key);
    await table.get(key, { eventually: true });
    expect(dynamo.commandCalls(GetCommand)).toHaveLength(2);
    expect(sent()).toEqual([
      { TableName: 'things', Key: key, ConsistentRead: true },
      { TableName: 'things', Key: key, ConsistentRead: false },
    ]);
  });

  it('of a put names exactly what its condition mentions', async () => {
    await table.put({ ...key, a: 1 });
    await table.put({ ...key, a: 1 }, isNew);
    await table.put({ ...key, a: 1 }, { expression: '#a < :a OR attribute_not_exists(#pk)', values: { a: 2 } });
    expect(dynamo.commandCalls(PutCommand)).toHaveLength(3);
    const put = { TableName: 'things', Item: { ...key, a: 1 } };
    expect(sent()).toEqual([
      put,
      {
        ...put,
        ConditionExpression: 'attribute_not_exists(#pk)',
        ExpressionAttributeNames: { '#pk': 'pk' },
      },
      {
        ...put,
        ConditionExpression: '#a < :a OR attribute_not_exists(#pk)',
        ExpressionAttributeNames: { '#a': 'a', '#pk': 'pk' },
        ExpressionAttributeValues: { ':a': 2 },
      },
    ]);
  });

  it('of an update has a clause for each kind of change that there is', async () => {
    const condition = { expression: '#version = :over', values: { over: 1 } };
    await table.update(key, { set: { a: 1, b: 'x', none: undefined }, add: { n: 2 }, remove: ['c', 'd'], condition });
    await table.update(key, { set: { a: 1 } });
    await table.update(key, { remove: ['c'], condition: exists });
    expect(dynamo.commandCalls(UpdateCommand)).toHaveLength(3);
    const update = { TableName: 'things', Key: key, ReturnValues: 'ALL_NEW' };
    expect(sent()).toEqual([
      {
        ...update,
        UpdateExpression: 'SET #a = :set_a, #b = :set_b ADD #n :add_n REMOVE #c, #d',
        ConditionExpression: '#version = :over',
        ExpressionAttributeNames: { '#a': 'a', '#b': 'b', '#n': 'n', '#c': 'c', '#d': 'd', '#version': 'version' },
        ExpressionAttributeValues: { ':set_a': 1, ':set_b': 'x', ':add_n': 2, ':over': 1 },
      },
      {
        ...update,
        UpdateExpression: 'SET #a = :set_a',
        ExpressionAttributeNames: { '#a': 'a' },
        ExpressionAttributeValues: { ':set_a': 1 },
      },
      {
        ...update,
        UpdateExpression: 'REMOVE #c',
        ConditionExpression: 'attribute_exists(#pk)',
        ExpressionAttributeNames: { '#c': 'c', '#pk': 'pk' },
      },
    ]);
  });

  it('of an update that appends makes the list when there is none', async () => {
    await table.update(key, { set: { a: 1 }, append: { list: ['x'], other: [2] }, remove: ['c'] });
    expect(sent()).toEqual([
      {
        TableName: 'things',
        Key: key,
        ReturnValues: 'ALL_NEW',
        UpdateExpression:
          'SET #a = :set_a, #list = list_append(if_not_exists(#list, :no_elements), :append_list), #other = list_append(if_not_exists(#other, :no_elements), :append_other) REMOVE #c',
        ExpressionAttributeNames: { '#a': 'a', '#list': 'list', '#other': 'other', '#c': 'c' },
        ExpressionAttributeValues: { ':set_a': 1, ':no_elements': [], ':append_list': ['x'], ':append_other': [2] },
      },
    ]);
  });

  it('of a query is consistent on the table, and cannot be on an index', async () => {
    const where = { expression: '#pk = :pk', values: { pk: 'P' } };
    await table.query({ where });
    await table.query({ where, index: 'due', newestFirst: true, limit: 7, startAfter: key, consistent: true });
    await table.query({ where, consistent: false });
    expect(dynamo.commandCalls(QueryCommand)).toHaveLength(3);
    const query = {
      TableName: 'things',
      KeyConditionExpression: '#pk = :pk',
      ExpressionAttributeNames: { '#pk': 'pk' },
      ExpressionAttributeValues: { ':pk': 'P' },
    };
    expect(sent()).toEqual([
      { ...query, ScanIndexForward: true, ConsistentRead: true },
      { ...query, ScanIndexForward: false, IndexName: 'due', Limit: 7, ExclusiveStartKey: key },
      { ...query, ScanIndexForward: true, ConsistentRead: false },
    ]);
  });

  it('of a removal takes a condition too', async () => {
    await table.remove(key);
    await table.remove(key, { expression: '#holder = :me', values: { me: 'x' } });
    expect(dynamo.commandCalls(DeleteCommand)).toHaveLength(2);
    expect(sent()).toEqual([
      { TableName: 'things', Key: key },
      {
        TableName: 'things',
        Key: key,
        ConditionExpression: '#holder = :me',
        ExpressionAttributeNames: { '#holder': 'holder' },
        ExpressionAttributeValues: { ':me': 'x' },
      },
    ]);
  });
});

describe('an answer', () => {
  it('of a query says where the next page begins, if there is one', async () => {
    const where = { expression: '#pk = :pk', values: { pk: 'P' } };
    dynamo
      .on(QueryCommand)
      .resolvesOnce({ Items: [key], LastEvaluatedKey: key })
      .resolvesOnce({ Items: [key] });
    expect(await table.query({ where })).toEqual({ items: [key], next: key });
    expect(await table.query({ where })).toEqual({ items: [key] });
  });

  it('that a condition did not hold is a value', async () => {
    dynamo.onAnyCommand().rejects(new ConditionalCheckFailedException({ message: 'no', $metadata: {} }));
    expect(await table.put({ ...key }, isNew)).toBe(false);
    expect(await table.update(key, { set: { a: 1 }, condition: exists })).toBeUndefined();
    expect(await table.remove(key, exists)).toBe(false);
  });
});

describe('a fault', () => {
  const operations = {
    get: () => table.get(key),
    put: () => table.put({ ...key }, isNew),
    update: () => table.update(key, { set: { a: 1 } }),
    query: () => table.query({ where: { expression: '#pk = :pk', values: { pk: 'P' } } }),
    remove: () => table.remove(key),
  };
  const names = [
    'ProvisionedThroughputExceededException',
    'ThrottlingException',
    'TransactionConflictException',
    'InternalServerError',
    'TimeoutError',
    'ResourceNotFoundException',
    'AccessDeniedException',
  ];

  it.each(Object.entries(operations))(
    'I12 in %s is a StoreError that quotes nothing and keeps its cause',
    async (_, run) => {
      for (const name of names) {
        const cause = Object.assign(tellingError(), { name });
        dynamo.onAnyCommand().rejects(cause);
        const fault = await run().catch((thrown: unknown) => thrown);
        expect(fault).toBeInstanceOf(StoreError);
        expect(fault).toMatchObject({ code: 'STORE_UNAVAILABLE', message: 'the store did not answer', cause });
        expect(canariesIn(fault instanceof Error ? `${fault.message}${fault.stack}` : '')).toEqual([]);
      }
    },
  );

  it('of a conditional kind where nothing was conditional is a fault as well', async () => {
    dynamo.onAnyCommand().rejects(new ConditionalCheckFailedException({ message: 'no', $metadata: {} }));
    await expect(operations.get()).rejects.toBeInstanceOf(StoreError);
    await expect(operations.query()).rejects.toBeInstanceOf(StoreError);
  });
});
