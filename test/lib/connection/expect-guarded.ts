// What every answer to a browser has, whatever it is, and a look at everything that is stored.
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { expect } from 'vitest';
import type { PageAnswer } from '../../../lib/connection/connect-pages.ts';
import type { World } from './bench.ts';

/** Both tables as one text: for comparing before and after. */
export async function everything({ tables }: Pick<World, 'tables'>): Promise<string> {
  const scanned = await Promise.all(
    ['business', 'vault'].map((TableName) => tables.client.send(new ScanCommand({ TableName }))),
  );
  return JSON.stringify(scanned.map(({ Items = [] }) => Items.map((item) => JSON.stringify(item)).sort()));
}

/** Security headers as every answer has them, whatever it is. */
export function expectGuarded({ headers }: PageAnswer, world: World): void {
  expect(headers).toMatchObject({
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  });
  expect(headers['content-security-policy']).toMatch(
    new RegExp(
      `^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}='; form-action 'self' ${world.platformOrigin}; base-uri 'none'; frame-ancestors 'none'$`,
    ),
  );
}
