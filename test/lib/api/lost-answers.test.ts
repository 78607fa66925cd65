// A store that fails in the middle of a request, before or after it did what it was told: at every call that a healthy request makes.
// The caller is told of a fault, asks again, and ends up with exactly one contract under the reference.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Fault, InjectedFault, makeFaults } from '../../stores/faults.ts';
import { type ApiWorld, openApiWorld, TERMS } from './api-world.ts';

let world: ApiWorld;
beforeAll(async () => {
  world = await openApiWorld();
});
afterAll(() => world.close());

const create = (reference: string, faults = makeFaults()) =>
  world.ask('POST', '/v1/contracts', {
    body: { ...TERMS, reference },
    business: faults.wrap('business', world.tables.business),
  });

const named = async (reference: string) => {
  const { body } = await world.ask('GET', '/v1/contracts', { query: 'limit=100' });
  const items = body['items'] as readonly { readonly id: string; readonly reference: string }[];
  return items.filter((item) => item.reference === reference);
};

/** What a healthy creation asks of the store. */
const CALLS = ['business.get', 'business.get', 'business.put', 'business.put'];
const cases = CALLS.flatMap((_, n) =>
  (['not_applied', 'applied'] as const).map((fault): [number, Fault] => [n + 1, fault]),
);

describe('creating a contract', () => {
  it('makes these calls', async () => {
    const faults = makeFaults();
    await create('HEALTHY', faults);
    expect(faults.calls).toEqual(CALLS);
  });

  it.each(cases)('that fails at call %i, %s, ends in one contract when it is repeated', async (nth, fault) => {
    const reference = `FAULT-${nth}-${fault}`;
    const faults = makeFaults();
    faults.failNext(fault, nth);
    await expect(create(reference, faults)).rejects.toThrow(InjectedFault);
    const there = (await named(reference)).length;
    expect(there).toBe(nth === CALLS.length && fault === 'applied' ? 1 : 0);
    world.later(60_000);
    expect((await create(reference)).status).toBe(there === 1 ? 409 : 201);
    const [only, ...more] = await named(reference);
    expect(more).toEqual([]);
    expect((await world.ask('GET', `/v1/contracts/${only?.id}`)).status).toBe(200);
    expect((await create(reference)).status).toBe(409);
  });
});
