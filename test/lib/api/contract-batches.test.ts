// Creating many contracts at once: each line has its answer, and a wrong one keeps no other from being made.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newContract } from '../../../lib/api/new-contracts.ts';
import { type ApiWorld, CANAL, openApiWorld, TERMS } from './api-world.ts';
import { wrongFor } from './arbitrary-body.ts';

let world: ApiWorld;
beforeAll(async () => {
  world = await openApiWorld();
});
afterAll(() => world.close());

const METADATA = 'At most 20 texts of at most 500 characters, under names of 1 to 40 letters, digits, `_`, `.` and `-`';

describe('a batch', () => {
  const post = (contracts: readonly unknown[], asking = {}) =>
    world.ask('POST', '/v1/contract-batches', { body: { contracts }, ...asking });
  const line = (reference: string, more = {}) => ({ ...TERMS, reference, ...more });
  interface Line {
    readonly created: boolean;
    readonly contract: { readonly id: string; readonly reference: string } | null;
    readonly problem: { readonly errors: readonly { readonly field: string }[] } | null;
  }
  const lines = (body: Readonly<Record<string, unknown>>) => body['items'] as readonly Line[];

  it('of 100 makes 100, in their order', async () => {
    const references = Array.from({ length: 100 }, (_, n) => `BATCH-${n}`);
    const { status, body } = await post(references.map((reference) => line(reference)));
    expect([status, lines(body).map(({ contract }) => contract?.reference)]).toEqual([200, references]);
    expect(new Set(lines(body).map(({ contract }) => contract?.id)).size).toBe(100);
    const { connection: _, ...alone } = (await world.ask('GET', `/v1/contracts/${lines(body)[7]?.contract?.id}`)).body;
    expect(lines(body)[7]).toEqual({ created: true, contract: alone, problem: null });
  });

  it('with a key gives every line an id of its own', async () => {
    const contracts = Array.from({ length: 25 }, (_, n) => line(`KEYED-${n}`));
    const { body } = await post(contracts, { headers: { 'idempotency-key': 'batch-1' } });
    expect(new Set(lines(body).map(({ contract }) => contract?.id)).size).toBe(25);
    const one = await world.ask('GET', `/v1/contracts/${lines(body)[24]?.contract?.id}`);
    expect(one.body['reference']).toBe('KEYED-24');
  });

  it('answers each line: what is taken, and what is made beside it', async () => {
    await world.contract({ reference: 'TAKEN' });
    const { body } = await post([line('FREE-1'), line('TAKEN'), line('FREE-2')]);
    const errors = [{ field: 'reference', message: 'Taken by another contract' }];
    const problem = { code: 'reference_taken', status: 409, title: 'A contract with this reference exists.', errors };
    expect(lines(body).map(({ created }) => created)).toEqual([true, false, true]);
    expect(lines(body)[1]).toEqual({ created: false, contract: null, problem });
    expect((await post([line('TAKEN')], { caller: CANAL })).body).toMatchObject({ items: [{ created: true }] });
  });

  it.each([
    ['a wrong field', line('L-2', { dayOffset: 29 }), 'dayOffset', 'A whole number from 1 to 28'],
    ['a field missing', line('L-2', { zone: undefined }), 'zone', 'Missing: An IANA time zone, e.g. Europe/Amsterdam'],
    ['an unknown field', line('L-2', { colour: 1 }), 'colour', 'Unknown field'],
    ['a wrong field in a field', line('L-2', { metadata: { 'a b': 'x' } }), 'metadata.a b', METADATA],
    ['an end before its start', line('L-2', { end: '2025-01-01' }), 'end', 'Must come after start'],
    ['the reference of another', undefined, 'reference', 'Given more than once'],
    ['nothing of a contract', 7, 'body', 'A JSON object'],
  ])('with a line that has %s refuses that line, and makes the others', async (_, wrong, field, message) => {
    const first = line(`${field}-1`);
    const second = field === 'reference' ? first : wrong;
    const { status, body } = await post([first, second, line(`${field}-3`)]);
    expect([status, lines(body).map(({ created }) => created)]).toEqual([200, [true, false, true]]);
    const title = 'The request has fields that are missing, unknown or wrong.';
    const problem = { code: 'invalid_request', status: 400, title, errors: [{ field, message }] };
    expect(lines(body)[1]).toEqual({ created: false, contract: null, problem });
    const found = await world.ask('GET', '/v1/contracts', { query: `reference=${field}-3` });
    expect(found.body['items']).toMatchObject([{ id: lines(body)[2]?.contract?.id }]);
  });

  it('of which a line is any that is wrong in one place names the place, and makes the others', async () => {
    let n = 0;
    const property = fc.asyncProperty(wrongFor(newContract), async ({ field, body: wrong }) => {
      // A name that no JSON of ours may have anywhere.
      if (field.includes('__proto__')) return;
      n += 1;
      const { status, body } = await post([wrong, line(`BESIDE-${n}`)]);
      expect([status, lines(body).map(({ created }) => created)]).toEqual([200, [false, true]]);
      const errors = lines(body)[0]?.problem?.errors ?? [];
      expect(errors).not.toEqual([]);
      expect(errors.filter((one) => one.field !== field && !one.field.startsWith(`${field}.`))).toEqual([]);
    });
    await fc.assert(property, { numRuns: 100 });
  });

  it('that is repeated with its key gets the same answer, with the refused line; another wrong line is another request', async () => {
    const headers = { 'idempotency-key': 'partly' };
    const contracts = [line('PARTLY-1'), line('PARTLY-2', { dayOffset: 29 })];
    const first = await post(contracts, { headers });
    const before = await world.snapshot();
    const again = await post(contracts, { headers });
    expect([again.text, again.headers['idempotency-replayed']]).toEqual([first.text, 'true']);
    const other = await post([line('PARTLY-1'), line('PARTLY-2', { dayOffset: 30 })], { headers });
    expect([other.status, other.body['code']]).toEqual([422, 'idempotency_key_reused']);
    expect(await world.snapshot()).toEqual(before);
  });

  it('keeps an answer that fits what an answer may be, however wrong its lines are', async () => {
    const metadata = Object.fromEntries(Array.from({ length: 150 }, (_, n) => [` ${n}`, 1]));
    const { status, text, body } = await post(Array.from({ length: 100 }, () => ({ metadata })));
    expect([status, lines(body).length]).toEqual([200, 100]);
    expect(text.length).toBeLessThan(300_000);
  });

  it.each([
    ['no line', []],
    ['101 lines', Array.from({ length: 101 }, (_, n) => line(`L-${n}`))],
    ['no list', 7 as never],
  ])('with %s makes nothing', async (_, contracts) => {
    const before = await world.snapshot();
    const { status, body } = await post(contracts);
    const errors = [{ field: 'contracts', message: 'A list of 1 to 100 contracts' }];
    expect([status, body['errors']]).toEqual([400, errors]);
    expect(await world.snapshot()).toEqual(before);
  });
});
