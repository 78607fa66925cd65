import { expect, it } from 'vitest';
import { seededUuids } from '../../../lib/simulator/random.ts';

it('seeded ids are version 4 UUIDs, the same for the same seed, all different', () => {
  const next = seededUuids(1);
  const ids = Array.from({ length: 1000 }, next);
  const again = seededUuids(1);
  expect(ids).toEqual(Array.from({ length: 1000 }, again));
  expect(new Set(ids).size).toBe(1000);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
