// What a table holds, to be put back as it was: whoever tampers with a table begins from the same one each time.
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { Item, Key } from '../../lib/aws/table.ts';
import type { Tables } from './open-tables.ts';

export type TableName = 'business' | 'attestations' | 'log';
/** By both halves of the key. */
export type Contents = ReadonlyMap<string, Item>;

export async function contentsOf({ client }: Tables, table: TableName): Promise<Contents> {
  const items: Item[] = [];
  let next: Record<string, unknown> | undefined;
  do {
    const from = next && { ExclusiveStartKey: next };
    const page = await client.send(new ScanCommand({ TableName: table, ConsistentRead: true, ...from }));
    items.push(...(page.Items ?? []));
    next = page.LastEvaluatedKey;
  } while (next !== undefined);
  return new Map(items.map((item) => [`${item['pk']} ${item['sk']}`, item]));
}

const keyOf = ({ pk, sk }: Item): Key => ({ pk: String(pk), sk: String(sk) });

/** Has a table hold again what it held, and nothing else. */
export async function restore(tables: Tables, table: TableName, held: Contents): Promise<void> {
  const found = await contentsOf(tables, table);
  for (const [name, item] of held)
    if (JSON.stringify(found.get(name)) !== JSON.stringify(item)) await tables[table].put({ ...item, ...keyOf(item) });
  for (const [name, item] of found) if (!held.has(name)) await tables[table].remove(keyOf(item));
}
