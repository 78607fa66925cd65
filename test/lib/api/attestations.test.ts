// One attestation over the API: as JSON, as the SD-JWT that others verify, in the form that was asked for.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { preferredType } from '../../../lib/api/accept.ts';
import { keys } from '../../../lib/aws/keys.ts';
import { verifyStatement } from '../../../lib/proof/verify.ts';
import { crypto, jwk } from '../proof/statement-fixture.ts';
import { type ApiWorld, ORIGIN, openApiWorld } from './api-world.ts';

let world: ApiWorld;
let contract = '';
let id = '';
beforeAll(async () => {
  world = await openApiWorld();
  contract = await world.contract({ reference: 'POL-7', start: '2025-11-01', dayOffset: 1 });
  await world.stated(contract, '2026-01-09T00:00:00.000Z');
  id = await world.statementId(contract, 2);
});
afterAll(() => world.close());

const get = (accept?: string) =>
  world.ask('GET', `/v1/attestations/${id}`, accept === undefined ? {} : { headers: { accept } });

describe('an attestation', () => {
  it('as JSON has the claims as they were signed', async () => {
    const { status, headers, body } = await get();
    expect(status).toBe(200);
    expect(headers).toEqual({
      'content-type': 'application/json',
      'cache-control': 'private, max-age=31536000, immutable',
      vary: 'accept, authorization',
      etag: expect.stringMatching(/^"[A-Za-z0-9_-]{27}"$/),
      'x-request-id': 'req-1',
    });
    expect(body).toEqual({
      id,
      contract,
      issuedAt: '2026-01-09T00:00:00.000Z',
      replacedFor: null,
      claims: {
        iss: ORIGIN,
        iat: Date.parse('2026-01-09T00:00:00.000Z') / 1000,
        jti: id,
        vct: expect.any(String),
        aud: 'rivage',
        sub: contract,
        seq: 2,
        prev: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
        status: { status_list: { idx: 2, uri: expect.stringMatching(/^https:\/\/[^/]+\/status\/[\w-]{22}$/) } },
        period: {
          id: '2025-12',
          from: '2025-11-30T23:00:00.000Z',
          to: '2025-12-31T23:00:00.000Z',
          zone: 'Europe/Paris',
        },
        attempts: { counts: {} },
        platform: 'v2',
        rulesVersion: expect.any(String),
        outcome: 'no_reading',
        reason: 'not_connected',
        verdict: 'no_judgement',
      },
    });
  });

  it('is in the list as it is alone', async () => {
    const { body } = await world.ask('GET', `/v1/contracts/${contract}/attestations`);
    expect((body['items'] as unknown[])[0]).toEqual((await get()).body);
  });

  it('as SD-JWT verifies with the published key and discloses what is known', async () => {
    const { status, headers, text } = await get('application/sd-jwt');
    expect([status, headers['content-type']]).toEqual([200, 'application/sd-jwt']);
    expect(headers['cache-control']).toBe('private, no-cache');
    expect(headers['vary']).toBe('accept, authorization');
    const verified = verifyStatement(text, { keys: [jwk], issuer: ORIGIN, crypto });
    expect(verified).toMatchObject({ ok: true, disclosed: { reference: 'POL-7', vin: 'VF72R1HNP4T000101' } });
  });

  it('as SD-JWT is asked for again, and is another one once what it discloses is gone', async () => {
    const erased = await world.contract({ reference: 'POL-8', start: '2025-11-01', dayOffset: 1 });
    await world.stated(erased, '2026-01-09T00:00:00.000Z');
    const path = `/v1/attestations/${await world.statementId(erased, 1)}`;
    const again = (accept: string, tag = '"none"') =>
      world.ask('GET', path, { headers: { accept, 'if-none-match': tag } });
    const first = await again('application/sd-jwt');
    const json = await again('application/json');
    expect((await again('application/sd-jwt', first.headers['etag'])).status).toBe(304);
    await world.tables.business.update(keys.contract('rivage', erased), { remove: ['vin'] });
    const then = await again('application/sd-jwt', first.headers['etag']);
    expect(then.status).toBe(200);
    expect(then.text.split('~')[0]).toBe(first.text.split('~')[0]);
    const disclosed = [first, then].map(({ text }) => verifyStatement(text, { keys: [jwk], issuer: ORIGIN, crypto }));
    expect(disclosed).toMatchObject([
      { disclosed: { vin: 'VF72R1HNP4T000101' } },
      { disclosed: { reference: 'POL-8' } },
    ]);
    expect(disclosed[1]).not.toHaveProperty('disclosed.vin');
    expect((await again('application/json', json.headers['etag'])).status).toBe(304);
  });

  it('is a problem document when it is not there, whatever form was asked for', async () => {
    const path = `/v1/attestations/${await world.statementId(contract, 3)}`;
    const { status, headers } = await world.ask('GET', path, { headers: { accept: 'application/sd-jwt' } });
    expect([status, headers['content-type'], headers['cache-control']]).toEqual([
      404,
      'application/problem+json',
      'no-store',
    ]);
  });

  it('is refused in a form that it does not have', async () => {
    const { status, body } = await get('text/html, application/json;q=0');
    expect(status).toBe(406);
    expect(body).toMatchObject({
      code: 'not_acceptable',
      detail: 'There is application/json and application/sd-jwt.',
      errors: [{ field: 'accept', message: 'One of the forms that there are' }],
    });
  });

  it.each([`${'0'.repeat(32)}_1`, 'x', 'att_', 'att_1', `att_${'a'.repeat(32)}_1_${'a'.repeat(22)}`])(
    'is not there under the id %s',
    async (text) => {
      const { status, body } = await world.ask('GET', `/v1/attestations/${text}`);
      expect([status, body['code']]).toEqual([404, 'not_found']);
    },
  );

  it.each(['_02_', '_0_', '_2a_', '_1e0_', '_-1_', '_999999999_', '_1_', '_3_'])(
    'has no other number: %s',
    async (seq) => {
      const { status } = await world.ask('GET', `/v1/attestations/${id.replace('_2_', seq)}`);
      expect(status).toBe(404);
    },
  );

  it.each([
    ['another end', (text: string) => text.replace(/.$/, (last) => (last === '0' ? '1' : '0'))],
    ['no end', (text: string) => text.slice(0, -23)],
    ['a longer one', (text: string) => `${text}0`],
    ['capital letters', (text: string) => text.toUpperCase()],
  ])('is not there under an id with %s', async (_, alter) => {
    const { status } = await world.ask('GET', `/v1/attestations/${alter(id)}`);
    expect(status).toBe(404);
  });
});

describe('a presentation', () => {
  const trust = { keys: [jwk], issuer: ORIGIN, crypto };
  const present = (body: unknown, more: { headers?: Record<string, string>; id?: string } = {}) =>
    world.ask('POST', `/v1/attestations/${more.id ?? id}/presentation`, { body, headers: more.headers ?? {} });
  const ALL = ['vin', 'make', 'model', 'year', 'reference', 'vendorVehicleId', 'consentId'];

  it('leaves out what is withheld and verifies as before', async () => {
    const { status, headers, text } = await present({ withhold: ['vin'] });
    expect([status, headers['content-type'], headers['cache-control']]).toEqual([
      200,
      'application/sd-jwt',
      'no-store',
    ]);
    const verified = verifyStatement(text, trust);
    expect(verified).toMatchObject({ ok: true, withheld: 1, claims: { jti: id } });
    expect(verified).toHaveProperty('disclosed', { reference: 'POL-7' });
    const { text: whole } = await get('application/sd-jwt');
    expect(whole.split('~')[0]).toBe(text.split('~')[0]);
  });

  it('of everything has nothing but what is signed; of nothing is the whole', async () => {
    const { text: whole } = await get('application/sd-jwt');
    expect((await present({ withhold: ALL })).text).toBe(`${whole.split('~')[0]}~`);
    expect((await present({ withhold: [] })).text).toBe(whole);
  });

  it.each([
    ['withhold.1', { withhold: ['vin', 'verdict'] }],
    ['withhold.0', { withhold: ['period'] }],
    ['withhold.0', { withhold: [1] }],
    ['withhold', { withhold: 'vin' }],
    ['withhold', { withhold: [...ALL, 'vin'] }],
    ['withhold', {}],
    ['show', { withhold: [], show: ['vin'] }],
  ])('is refused by the field %s of %j', async (field, body) => {
    const { status, body: answer } = await present(body);
    expect([status, answer['code']]).toEqual([400, 'invalid_request']);
    expect((answer['errors'] as { field: string }[]).map((error) => error.field)).toContain(field);
  });

  it('is not kept, also when it is asked for under an idempotency key', async () => {
    const before = JSON.stringify(await world.snapshot());
    const asked = { headers: { 'idempotency-key': 'presented' } };
    const first = await present({ withhold: ['vin'] }, asked);
    expect((await present({ withhold: ['vin'] }, asked)).text).toBe(first.text);
    const kept = (text: string): readonly string[] =>
      text.split('"pk":').filter((part) => !part.includes('"REQUESTS"'));
    expect(kept(JSON.stringify(await world.snapshot()))).toEqual(kept(before));
  });

  it('of what is not there is not found', async () => {
    const { status, body } = await present({ withhold: [] }, { id: await world.statementId(contract, 3) });
    expect([status, body['code']]).toEqual([404, 'not_found']);
  });
});

describe('the form', () => {
  const [json, sdJwt] = ['application/json', 'application/sd-jwt'] as const;
  it.each([
    [undefined, json],
    ['', json],
    ['*/*', json],
    ['application/*', json],
    ['application/json', json],
    ['application/json, text/plain, */*', json],
    ['application/sd-jwt', sdJwt],
    ['Application/SD-JWT ; Q=0.5', sdJwt],
    ['application/sd-jwt, */*;q=0.1', sdJwt],
    ['application/sd-jwt, */*', sdJwt],
    ['application/sd-jwt, application/json', sdJwt],
    ['application/json, application/sd-jwt', json],
    ['application/json;q=0.9, application/sd-jwt', sdJwt],
    ['application/json, application/sd-jwt;q=0.999', json],
    ['application/sd-jwt;q=0, */*', json],
    ['application/json;q=0, */*', sdJwt],
    ['application/sd-jwt;profile=x;q=0.2, application/json;q=0.1', sdJwt],
    ['application/sd-jwt;q=2, application/json;q=0.1', json],
    ['text/html', undefined],
    ['application/sd-jwt+json', undefined],
    ['application/json;q=0', undefined],
    ['*/*;q=0.000', undefined],
    [',,;q=1', undefined],
  ])('for Accept %j is %s', (accept, form) => {
    expect(preferredType(accept, [json, sdJwt])).toBe(form);
  });
});
