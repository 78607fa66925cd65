// Pages of what a tenant has: an answer of the store ends at 1 MB, however many items were asked for.
import { expect, it } from 'vitest';
import { pageByTenant } from '../../../lib/tenant/by-tenant.ts';
import { openTables } from '../../stores/open-tables.ts';

it('is not the last one when the store had no room for more', async () => {
  const { business, close } = await openTables();
  const notes = 'x'.repeat(300_000);
  for (const n of [1, 2, 3, 4, 5])
    await business.put({ pk: `P#${n}`, sk: 'S', tenantKey: 'T#acme', tenantSort: `con_${n}`, notes });
  const seen: unknown[] = [];
  let after: string | undefined;
  for (let more = true; more; ) {
    const page = await pageByTenant(business, 'T#acme', { limit: 100, after });
    seen.push(...page.items.map(({ tenantSort }) => tenantSort));
    after = String(page.items.at(-1)?.['tenantSort']);
    more = page.more;
  }
  expect(seen).toEqual(['con_5', 'con_4', 'con_3', 'con_2', 'con_1']);
  await close();
});
