// The tables of the stack: dynalite inside this process, reached through the AWS endpoint like everything else.
// Not as on AWS: items do not expire (nothing may depend on when they do), indexes never lag, nothing is throttled.
/// <reference path="./dynalite.d.ts" />
import type { Server } from 'node:http';
import dynalite from 'dynalite';
import { RUNNER } from './aws-endpoint.ts';
import type { TableSpec } from './deployed-stores.ts';
import { objectOf, type TemplateObject, type TemplateValue } from './template.ts';

/** An empty table store; its server is never given a port. */
export const makeTableStore = (): Server => dynalite({ createTableMs: 0 });

/** One DynamoDB operation, in and out as its JSON. */
export type TableClient = (operation: string, input: TemplateObject) => Promise<TemplateObject>;

/** Calls the tables behind `awsOrigin` on the runner's own account; such calls are not counted. */
export const makeTableClient =
  (awsOrigin: string): TableClient =>
  async (operation, input) => {
    const response = await fetch(awsOrigin, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `DynamoDB_20120810.${operation}`,
        'x-amz-date': '20260101T000000Z',
        authorization: `AWS4-HMAC-SHA256 Credential=${RUNNER}/20260101/local/dynamodb/aws4_request, SignedHeaders=host, Signature=0`,
      },
      body: JSON.stringify(input),
    });
    // The boundary to the stand-in: JSON is what it answers with.
    const body = (await response.json()) as TemplateValue;
    if (!response.ok) throw new Error(`the table stand-in refused ${operation}: ${JSON.stringify(body)}`);
    return objectOf(body);
  };

/** Creates the tables and waits until they can be used. */
export const createTables = async (call: TableClient, specs: readonly TableSpec[]): Promise<void> => {
  await Promise.all(specs.map(({ definition }) => call('CreateTable', definition)));
  for (const { name } of specs) {
    let table: TemplateObject = {};
    do table = objectOf((await call('DescribeTable', { TableName: name }))['Table']);
    while (table['TableStatus'] !== 'ACTIVE');
  }
};

const rangeKeyOf = (index: TemplateObject): string | undefined => {
  const keys = Array.isArray(index['KeySchema']) ? index['KeySchema'].map(objectOf) : [];
  const range = keys.find(({ KeyType }) => KeyType === 'RANGE');
  return range === undefined ? undefined : String(range['AttributeName']);
};

/** The indexes whose range key is the instant from which on an item wants attention. */
const WAITING: readonly string[] = ['due', 'untold', 'pending'];

interface WaitingIndex {
  readonly table: string;
  readonly index: string;
  readonly attribute: string;
}

const waitingIndexes = (specs: readonly TableSpec[]): readonly WaitingIndex[] =>
  specs.flatMap(({ name, definition }) => {
    const indexes = Array.isArray(definition['GlobalSecondaryIndexes'])
      ? definition['GlobalSecondaryIndexes'].map(objectOf)
      : [];
    return indexes.flatMap((one) => {
      const index = String(one['IndexName']);
      const attribute = rangeKeyOf(one);
      return attribute === undefined || !WAITING.includes(index) ? [] : [{ table: name, index, attribute }];
    });
  });

/**
 * Reads every instant (epoch ms) that stands in an index named `due`, `untold` or `pending`, with the item it belongs to; given names, in
 * those alone.
 */
export const makeDueReader = (call: TableClient, specs: readonly TableSpec[]) => {
  const indexes = waitingIndexes(specs);
  return async (names = WAITING): Promise<readonly { readonly item: string; readonly at: number }[]> => {
    const found: { item: string; at: number }[] = [];
    for (const { table, index, attribute } of indexes.filter((one) => names.includes(one.index))) {
      let start: TemplateValue | undefined;
      do {
        const page = await call('Scan', {
          TableName: table,
          IndexName: index,
          ...(start === undefined ? {} : { ExclusiveStartKey: start }),
        });
        for (const item of Array.isArray(page['Items']) ? page['Items'].map(objectOf) : []) {
          found.push({ item: JSON.stringify(item), at: Date.parse(String(objectOf(item[attribute])['S'])) });
        }
        start = page['LastEvaluatedKey'];
      } while (start !== undefined);
    }
    return found.filter(({ at }) => Number.isFinite(at));
  };
};
