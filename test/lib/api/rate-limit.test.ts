// The request limit as tenants meet it: every request counts, also one that is refused, and only one's own.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { countRequests, REQUESTS_PER_WINDOW } from '../../../lib/tenant/request-limit.ts';
import { makeFaults } from '../../stores/faults.ts';
import { type ApiWorld, CANAL, openApiWorld } from './api-world.ts';

let world: ApiWorld;
beforeAll(async () => {
  world = await openApiWorld();
});
afterAll(() => world.close());

it('a tenant beyond its limit is refused before anything is looked up; another one is answered as before', async () => {
  const countRequest = countRequests(world.tables.business);
  const paths = ['/v1/contracts', '/v1/nowhere', '/v1/contracts/con_1'];
  for (let n = 0; n < REQUESTS_PER_WINDOW; n += 1) {
    const { status } = await world.ask('GET', paths[n % 3] ?? '', { countRequest });
    expect(status).toBe(n % 3 === 0 ? 200 : 404);
  }
  const faults = makeFaults();
  const business = faults.wrap('business', world.tables.business);
  const refused = await world.ask('GET', '/v1/contracts', { countRequest, business });
  expect([refused.status, refused.body['code'], refused.headers['retry-after']]).toEqual([429, 'rate_limited', '10']);
  expect(faults.calls).toEqual([]);
  expect((await world.ask('GET', '/v1/contracts', { countRequest, caller: CANAL })).status).toBe(200);
  world.later(10_000);
  expect((await world.ask('GET', '/v1/contracts', { countRequest })).status).toBe(200);
});

it('nobody is not counted', async () => {
  const countRequest = () => Promise.reject(new Error('was counted'));
  expect((await world.ask('GET', '/v1/contracts', { countRequest, caller: undefined })).status).toBe(401);
});

it('a page of 100 contracts is one query beside caller and limit', async () => {
  await Promise.all(Array.from({ length: 101 }, () => world.contract()));
  const faults = makeFaults();
  const business = faults.wrap('business', world.tables.business);
  const countRequest = countRequests(business);
  const { body } = await world.ask('GET', '/v1/contracts', { query: 'limit=100', business, countRequest });
  expect((body['items'] as unknown[]).length).toBe(100);
  expect(faults.calls).toEqual(['business.update', 'business.query']);
});
