// The request limit: 200 in a window of ten seconds, for each tenant by itself, exact also when they come at once.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { keys } from '../../../lib/aws/keys.ts';
import { countRequests, REQUESTS_PER_WINDOW } from '../../../lib/tenant/request-limit.ts';
import { makeFaults } from '../../stores/faults.ts';
import { openTables, type Tables } from '../../stores/open-tables.ts';

const NOW = Date.parse('2026-01-05T10:00:03.500Z');

let tables: Tables;
beforeAll(async () => {
  tables = await openTables();
});
afterAll(() => tables.close());

it('lets 200 of 250 through that come at once, tells the others when to come back, and leaves everybody else alone', async () => {
  const count = countRequests(tables.business);
  const answers = await Promise.all(Array.from({ length: 250 }, () => count('noisy', NOW)));
  expect(REQUESTS_PER_WINDOW).toBe(200);
  expect(answers.filter((seconds) => seconds === undefined)).toHaveLength(200);
  // The window ends at 10:00:10.
  expect(answers.filter((seconds) => seconds === 7)).toHaveLength(50);
  expect(await count('quiet', NOW)).toBeUndefined();
  expect(await count('noisy', Date.parse('2026-01-05T10:00:09.999Z'))).toBe(1);
  expect(await count('noisy', Date.parse('2026-01-05T10:00:10.000Z'))).toBeUndefined();
});

it('is one update, and leaves an item that goes by itself', async () => {
  const faults = makeFaults();
  const count = countRequests(faults.wrap('business', tables.business));
  await count('one', NOW);
  expect(faults.calls).toEqual(['business.update']);
  const window = String(Math.floor(NOW / 10_000));
  expect(await tables.business.get(keys.requestLimit('one', window))).toEqual({
    ...keys.requestLimit('one', window),
    requests: 1,
    expiresAt: Date.parse('2026-01-05T11:00:10.000Z') / 1000,
  });
});
