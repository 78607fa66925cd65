// Changing a contract: nothing that somebody else changed is overwritten.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiWorld, openApiWorld, TERMS } from './api-world.ts';

let world: ApiWorld;
beforeAll(async () => {
  world = await openApiWorld();
});
afterAll(() => world.close());

const ALLOWANCE = { per: 'year', metres: 15_000_000, group: 'FLEET-1' } as const;

/** A contract as it was read: where it is, what it says, its tag. */
async function read(terms: Readonly<Record<string, unknown>> = {}) {
  const path = `/v1/contracts/${await world.contract(terms)}`;
  const { body, headers } = await world.ask('GET', path);
  return { path, body, tag: headers['etag'] ?? '' };
}

const change = (path: string, tag: string | undefined, body: unknown) =>
  world.ask('PATCH', path, { body, headers: tag === undefined ? {} : { 'if-match': tag } });

describe('a contract', () => {
  it('has an allowance and notes from the start', async () => {
    const { body } = await read({ allowance: ALLOWANCE, metadata: { branch: 'Lille' } });
    expect([body['allowance'], body['metadata']]).toEqual([ALLOWANCE, { branch: 'Lille' }]);
  });

  it('that ends by no day has no allowance per term', async () => {
    const body = { ...TERMS, reference: 'ENDLESS', end: undefined, allowance: { per: 'term', metres: 1 } };
    const refused = await world.ask('POST', '/v1/contracts', { body });
    expect([refused.status, refused.body['errors']]).toEqual([
      400,
      [{ field: 'end', message: 'Missing: An allowance per term needs it' }],
    ]);
    const { path, tag } = await read({ end: undefined });
    const later = await change(path, tag, { allowance: { per: 'term', metres: 1 } });
    expect([later.status, (later.body['errors'] as { field: string }[])[0]?.field]).toEqual([400, 'allowance.per']);
  });

  it('is changed in what is given and in nothing else, and answers with its new tag', async () => {
    const { path, body, tag } = await read({ metadata: { branch: 'Lille' } });
    const changed = await change(path, tag, { allowance: ALLOWANCE });
    expect([changed.status, changed.body]).toEqual([200, { ...body, allowance: ALLOWANCE }]);
    const now = await world.ask('GET', path);
    expect([now.body, now.headers['etag']]).toEqual([changed.body, changed.headers['etag']]);
    expect(changed.headers['etag']).not.toBe(tag);
    const again = await change(path, changed.headers['etag'], { allowance: null, metadata: {}, policy: 'after' });
    expect(again.body).toEqual({ ...body, metadata: {}, policy: 'after' });
  });

  it('keeps the turn, the deadline and every secret that it had', async () => {
    const { path, tag } = await read();
    const stored = async () => {
      const found = (await world.snapshot()).find(
        ({ pk, sk }) => sk === 'Z#CONTRACT' && path.endsWith(String(pk).slice(-32)),
      );
      const { revision, metadata, ...rest } = found ?? {};
      return { revision, metadata, rest };
    };
    const before = await stored();
    await change(path, tag, { metadata: { a: 'b' } });
    expect(before).toEqual({ revision: undefined, metadata: undefined, rest: before.rest });
    expect(await stored()).toEqual({ revision: 1, metadata: { a: 'b' }, rest: before.rest });
  });

  it('is not changed without a condition, nor by one that does not hold', async () => {
    const { path, tag } = await read();
    const before = await world.snapshot();
    for (const [condition, status, code, message] of [
      [undefined, 428, 'precondition_required', 'Missing: The etag of what you mean to change'],
      ['"other"', 412, 'precondition_failed', 'The etag that this has now'],
      [`W/${tag}`, 412, 'precondition_failed', 'The etag that this has now'],
      ['', 412, 'precondition_failed', 'The etag that this has now'],
    ] as const) {
      const answer = await change(path, condition, { metadata: { a: 'b' } });
      const { code: said, errors } = answer.body;
      expect([answer.status, said, errors]).toEqual([status, code, [{ field: 'if-match', message }]]);
    }
    expect(await world.snapshot()).toEqual(before);
    expect((await change(path, '*', { metadata: { a: 'b' } })).status).toBe(200);
    expect((await change(path, tag, { metadata: { a: 'c' } })).status).toBe(412);
  });

  it('changed by 10 at once is changed by exactly one', async () => {
    const { path, tag } = await read();
    const tries = Array.from({ length: 10 }, (_, n) => change(path, tag, { metadata: { by: String(n) } }));
    const statuses = (await Promise.all(tries)).map(({ status }) => status).toSorted();
    expect(statuses).toEqual([200, ...Array(9).fill(412)]);
    // Once it has a revision, too.
    const { headers } = await world.ask('GET', path);
    const more = Array.from({ length: 10 }, (_, n) =>
      change(path, headers['etag'], { metadata: { again: String(n) } }),
    );
    expect((await Promise.all(more)).filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it('whose condition held when it was read, and no more when it is written, stays', async () => {
    const { path, tag } = await read();
    const { business } = world.tables;
    let overtaken = false;
    const slow = {
      ...business,
      update: async (...update: Parameters<typeof business.update>) => {
        if (!overtaken) {
          overtaken = true;
          await change(path, tag, { metadata: { by: 'the faster one' } });
        }
        return business.update(...update);
      },
    };
    const asking = { body: { metadata: { by: 'the slower one' } }, headers: { 'if-match': tag }, business: slow };
    expect((await world.ask('PATCH', path, asking)).status).toBe(412);
    expect((await world.ask('GET', path)).body['metadata']).toEqual({ by: 'the faster one' });
  });

  it.each(['reference', 'kind', 'vin', 'id', 'state', 'startsAt'])('does not let its %s be changed', async (field) => {
    const { path, body, tag } = await read();
    const answer = await change(path, tag, { [field]: body[field] });
    expect([answer.status, answer.body['errors']]).toEqual([400, [{ field, message: 'Unknown field' }]]);
  });
});
