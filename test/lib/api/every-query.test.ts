// Generated from the route table and its schemas: whatever fits a route's query is answered as the route declares, whatever does not is
// refused by the parameter that is wrong, and no table is asked for it.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { allRoutes } from '../../../lib/api/all-routes.ts';
import type { Described } from '../../../lib/api/route.ts';
import { makeFaults } from '../../stores/faults.ts';
import { type ApiWorld, type Asking, openApiWorld } from './api-world.ts';
import { fitting, wrongFor } from './arbitrary-body.ts';
import { fill, queryFor } from './requests.ts';

const routes = allRoutes.flatMap((route) =>
  route.query === undefined ? [] : [[`${route.method} ${route.path}`, route, route.query] as const],
);

let world: ApiWorld;
/** By route. */
const paths = new Map<Described, string>();

beforeAll(async () => {
  world = await openApiWorld();
  const contractId = await world.contract({ start: '2025-11-01' });
  const ids = { ...(await world.things()), contractId, ...(await world.endpointThings()), period: '2025-11' };
  for (const [, route] of routes) paths.set(route, fill(route.path, ids));
});
afterAll(() => world.close());

/** As a query carries it: texts, in any order, and nothing of what is left out. */
const asTexts = (fields: unknown): Readonly<Record<string, string>> => {
  const given = Object.entries(fields ?? {}).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    given.map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
};

// What has no text in UTF-8 arrives as something else.
const isSent = (texts: Readonly<Record<string, string>>): boolean =>
  Object.entries(texts).every((pair) => pair.every((text) => text.isWellFormed()));

describe.each(routes)('%s', (_, route, query) => {
  const ask = (given: Readonly<Record<string, string>>, asking: Asking = {}) =>
    world.ask(route.method, paths.get(route) ?? '', { query: new URLSearchParams(given).toString(), ...asking });

  it('answers every query that fits, and does its work for some', async () => {
    const statuses = new Set<number>();
    const property = fc.asyncProperty(fitting(query), async (given) => {
      world.later(1);
      // Throws on a fault, and expects every answer to be one that the route declares.
      const texts = asTexts(given);
      const { status, body } = await ask(texts);
      // What a schema cannot see: a cursor of no list, a day outside the contract.
      if (!(status in route.answers)) {
        const errors = body['errors'] as readonly { readonly field: string }[];
        expect([status, body['code']]).toEqual([400, 'invalid_request']);
        expect(errors.filter(({ field }) => !(field in texts))).toEqual([]);
      }
      statuses.add(status);
    });
    const examples: [unknown][] = [[Object.fromEntries(new URLSearchParams(queryFor(route)))]];
    await fc.assert(property, { numRuns: 20, examples });
    expect([...statuses].filter((status) => status in route.answers)).not.toEqual([]);
  });

  it('refuses every other by the parameter that is wrong, and asks no table', async () => {
    const before = await world.snapshot();
    const wrong = wrongFor(query)
      .map(({ field, body }) => ({ field, given: asTexts(body) }))
      .filter(({ field, given }) => field !== 'body' && isSent(given) && !z.safeParse(query, given).success);
    const property = fc.asyncProperty(wrong, async ({ field, given }) => {
      const faults = makeFaults();
      const { status, body } = await ask(given, {
        business: faults.wrap('business', world.tables.business),
        attestations: faults.wrap('attestations', world.tables.attestations),
      });
      expect([status, body['code'], faults.calls]).toEqual([400, 'invalid_request', []]);
      const named = (body['errors'] as readonly { readonly field: string }[]).map((error) => error.field);
      expect(named.filter((name) => name !== field)).toEqual([]);
    });
    await fc.assert(property, { numRuns: 30 });
    expect(await world.snapshot()).toEqual(before);
  });
});
