// Generated from the route table and its schemas: whatever fits a route's body is answered as the route declares, whatever does not is
// refused by the field that is wrong, and no table is asked for it.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allRoutes } from '../../../lib/api/all-routes.ts';
import { nothing } from '../../../lib/api/fields.ts';
import { type Described, takesBody } from '../../../lib/api/route.ts';
import { makeFaults } from '../../stores/faults.ts';
import { type ApiWorld, type Asking, openApiWorld } from './api-world.ts';
import { fitting, wrongFor } from './arbitrary-body.ts';
import { bodyFor, fill, headersFor } from './requests.ts';

const routes = allRoutes.filter(takesBody).map((route) => [`${route.method} ${route.path}`, route] as const);

let world: ApiWorld;
/** By route. */
const paths = new Map<Described, string>();

/** What one route ends is whole for the others. */
async function ownFor({ name, path }: Described) {
  const contractId = name === 'eraseContract' ? await world.over() : await world.contract({ start: '2025-11-01' });
  if (name === 'askForReading') await world.connect(contractId, {});
  return { contractId, ...(path.includes('{endpointId}') ? await world.endpointThings() : {}) };
}

beforeAll(async () => {
  world = await openApiWorld();
  const shared = await world.things();
  for (const [, route] of routes) paths.set(route, fill(route.path, { ...shared, ...(await ownFor(route)) }));
});
afterAll(() => world.close());

describe.each(routes)('%s', (_, route) => {
  const body = route.body ?? nothing;
  const ask = (asking: Asking) =>
    world.ask(route.method, paths.get(route) ?? '', { headers: headersFor(route), ...asking });

  it('answers every body that fits, and does its work for some', async () => {
    const statuses = new Set<number>();
    const property = fc.asyncProperty(fitting(body), async (given) => {
      world.later(1);
      // Throws on a fault, and expects every answer to be one that the route declares.
      const { status } = await ask({ body: given });
      expect(status).toBeLessThan(500);
      statuses.add(status);
    });
    const examples: [unknown][] = [[bodyFor(route, 'R-1')]];
    await fc.assert(property, { numRuns: route.body === undefined ? 1 : 10, examples });
    expect([...statuses].filter((status) => status in route.answers)).not.toEqual([]);
  });

  it('refuses every other by the field that is wrong, and asks no table', async () => {
    const before = await world.snapshot();
    const property = fc.asyncProperty(wrongFor(body), async ({ field, body: given }) => {
      const faults = makeFaults();
      const { status, body: answer } = await ask({
        body: given,
        business: faults.wrap('business', world.tables.business),
        attestations: faults.wrap('attestations', world.tables.attestations),
        seal: faults.wrap('kms', { seal: world.seal }).seal,
      });
      expect([status, answer['code'], faults.calls]).toEqual([400, 'invalid_request', []]);
      const named = (answer['errors'] as readonly { readonly field: string }[]).map((error) => error.field);
      expect(named.filter((name) => name !== field && !name.startsWith(`${field}.`))).toEqual([]);
    });
    await fc.assert(property, { numRuns: 30 });
    expect(await world.snapshot()).toEqual(before);
  });
});
