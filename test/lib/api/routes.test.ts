// Where routes are looked for is told twice, by the table and by their files: both say the same, so that none is out of reach.
import { describe, expect, it } from 'vitest';
import { allOfThem, routesAt } from '../../../lib/api/routes.ts';

/** A path as somebody asks for it. */
const asked = (path: string): string => path.replaceAll(/\{\w+\}/g, '2026-01');

describe('the table of routes', () => {
  it('leads from every path to each route that its files declare for it', async () => {
    for (const { path, method } of await allOfThem()) {
      const found = await routesAt(asked(path));
      expect(found.map((route) => route.path).filter((each) => each !== path)).toEqual([]);
      expect(found.filter((route) => route.method === method).map((route) => route.path)).toEqual([path]);
    }
  });

  it('leads to the same routes again', async () => {
    const first = await routesAt('/v1/contracts/con_1');
    expect(first.map(({ name }) => name)).toEqual(['getContract', 'changeContract']);
    expect(await routesAt('/v1/contracts/con_2')).toBe(first);
  });

  it.each([
    '',
    '/',
    '/v1',
    '/v1/contract',
    '/v1/contracts/con_1/nothing',
    '/v1/contracts/con_1/readings/more',
    '/V1/me',
    '/v1/me/',
  ])('leads from %j nowhere', async (path) => {
    expect(await routesAt(path)).toEqual([]);
  });
});
