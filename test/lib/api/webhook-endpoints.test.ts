// Webhook endpoints over HTTP: bodies nobody thought of, changes that meet, limits, secrets that are shown once, and what was delivered.
// Every route is also attacked by the generated tests (every-route.test.ts, idempotency.test.ts).
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newWebhookEndpoint, webhookEndpointChange } from '../../../lib/api/webhook-endpoints.ts';
import { EVENT_TYPES } from '../../../lib/event/event.ts';
import { attemptDelivery, type Delivering, resendDue } from '../../../lib/webhook/deliver.ts';
import { MOST_ENDPOINTS } from '../../../lib/webhook/endpoint.ts';
import type { Posted } from '../../../lib/webhook/post.ts';
import { makeFaults } from '../../stores/faults.ts';
import { type ApiWorld, type Asking, CANAL, openApiWorld } from './api-world.ts';

const COLLECTION = '/v1/webhook-endpoints';
const HOOKS = 'https://rivage.example/hooks';
const URL_RULE = 'An https URL of the public internet, without credentials and fragment, of at most 2,048 characters';

let world: ApiWorld;
beforeAll(async () => {
  world = await openApiWorld();
});
afterAll(() => world.close());

const post = (body: unknown, asking: Asking = {}) => world.ask('POST', COLLECTION, { body, ...asking });
const pathOf = ({ id }: Readonly<Record<string, unknown>>): string => `${COLLECTION}/${id}`;

/** An endpoint as it was made, without what is said of its secret. */
async function made(body: Readonly<Record<string, unknown>> = {}) {
  const { secret, secretShown, secretBeforeUntil, ...endpoint } = await world.endpoint(body);
  return { endpoint, path: pathOf(endpoint), secret: String(secret) };
}

const gone = (path: string) => world.ask('DELETE', path);

const TYPES = EVENT_TYPES.filter((type) => type !== 'webhook.test');
const someTypes = fc.shuffledSubarray(TYPES, { minLength: 1 });
const goodUrl = fc.webUrl({ validSchemes: ['https'], withQueryParameters: true });

describe('a new endpoint', () => {
  const notTypes = fc.oneof(
    fc.constantFrom<unknown>(null, 'reading.recorded', [], {}, [1], ['webhook.test'], ['contract.erased'], ['']),
    someTypes.map((types) => [...types, types[0]]),
    someTypes.map((types) => [...types, null]),
  );
  const notUrl = fc.oneof(
    fc.constantFrom<unknown>(null, 1, true, [], {}, ''),
    fc.string().filter((text) => !text.includes('//')),
    goodUrl.map((url) => url.replace('https', 'http')),
    goodUrl.map((url) => `${url}#x`),
    goodUrl.map((url) => url.replace('//', '//user:pass@')),
    goodUrl.map((url) => `${url}?${'x'.repeat(2_048)}`),
    fc
      .ipV4()
      .filter((ip) => /^(?:0|10|127|2[4-9]\d)\.|^192\.168\./.test(ip))
      .map((ip) => `https://${ip}/`),
  );

  it('has no field that these tests do not know', () => {
    expect(Object.keys(newWebhookEndpoint.shape)).toEqual(['url', 'types']);
    expect(Object.keys(webhookEndpointChange.shape)).toEqual(['state', 'types']);
  });

  it('of any valid body is made as it was given', async () => {
    const body = fc.record({ url: goodUrl, types: someTypes }, { requiredKeys: ['url'] });
    const property = fc.asyncProperty(body, async ({ url, types }) => {
      const { endpoint, path } = await made(types === undefined ? { url } : { url, types });
      expect(endpoint).toMatchObject({ url, types: types ?? null, state: 'enabled', reason: null, failingSince: null });
      expect((await world.ask('GET', path)).body).toEqual(endpoint);
      expect((await world.ask('GET', COLLECTION)).body['items']).toContainEqual(endpoint);
      expect((await gone(path)).status).toBe(204);
    });
    await fc.assert(property, { numRuns: 50 });
  });

  it('with one wrong field is refused by that field, and neither table nor key is asked', async () => {
    const wrong = fc.oneof(
      notUrl.map((url) => ({ field: 'url', body: { url } })),
      notTypes.map((types) => ({ field: 'types', body: { url: HOOKS, types } })),
      fc.constantFrom('secret', 'state', 'id').map((field) => ({ field, body: { url: HOOKS, [field]: 'x' } })),
    );
    const property = fc.asyncProperty(wrong, async ({ field, body }) => {
      const faults = makeFaults();
      const { status, body: answer } = await post(body, {
        business: faults.wrap('business', world.tables.business),
        seal: faults.wrap('kms', { seal: world.seal }).seal,
      });
      expect([status, answer['code'], faults.calls]).toEqual([400, 'invalid_request', []]);
      const errors = answer['errors'] as readonly { readonly field: string }[];
      expect(new Set(errors.map((error) => error.field.split('.')[0]))).toEqual(new Set([field]));
    });
    await fc.assert(property, { numRuns: 200 });
  });

  it.each([
    'http://rivage.example/hooks',
    'https://user:pass@rivage.example/hooks',
    'https://rivage.example/hooks#x',
    `https://rivage.example/${'x'.repeat(2_048)}`,
    'https://10.0.0.1/',
    'https://169.254.169.254/latest/meta-data',
    'https://[::1]/',
    'http://localhost/',
    'rivage.example',
  ])('at %s is refused by that field', async (url) => {
    const { status, body } = await post({ url });
    expect([status, body['errors']]).toEqual([400, [{ field: 'url', message: URL_RULE }]]);
  });

  it('is one too many after sixteen, of which disabled ones are some', async () => {
    const { body: before } = await world.ask('GET', COLLECTION);
    expect(before['items']).toEqual([]);
    const all = await Promise.all(Array.from({ length: MOST_ENDPOINTS }, () => made()));
    await world.ask('PATCH', all[0]?.path ?? '', { body: { state: 'disabled' }, headers: { 'if-match': '*' } });
    const { status, body } = await post({ url: HOOKS });
    const detail = 'A tenant may have 16, disabled ones among them.';
    expect([status, body['code'], body['detail']]).toEqual([409, 'too_many_webhook_endpoints', detail]);
    expect((await post({ url: HOOKS }, { caller: CANAL })).status).toBe(201);
    for (const { path } of all) await gone(path);
    expect((await world.ask('GET', COLLECTION, { caller: CANAL })).body['items']).toHaveLength(1);
  });
});

it('endpoints are listed newest first', async () => {
  const ids: unknown[] = [];
  for (let n = 0; n < 3; n += 1) {
    world.later(1);
    ids.unshift((await made()).endpoint['id']);
  }
  const items = (await world.ask('GET', COLLECTION)).body['items'] as readonly { readonly id: string }[];
  expect(items.map(({ id }) => id)).toEqual(ids);
  for (const id of ids) await gone(`${COLLECTION}/${id}`);
});

describe('any body at all', () => {
  it('that is JSON is answered with 4xx, and changes nothing', async () => {
    const { path } = await made();
    const before = await world.snapshot();
    const asked = fc.constantFrom(['POST', COLLECTION], ['PATCH', path], ['POST', `${path}/test`]);
    const property = fc.asyncProperty(fc.jsonValue(), asked, async (body, [method = '', where = '']) => {
      // The one body that says nothing.
      fc.pre(JSON.stringify(body) !== '{}');
      const { status } = await world.ask(method, where, { body, headers: { 'if-match': '*' } });
      expect(status).toBe(400);
    });
    await fc.assert(property, { numRuns: 200 });
    expect(await world.snapshot()).toEqual(before);
    await gone(path);
  });
});

describe('a change', () => {
  it('needs the tag of what is changed, and answers with the new one', async () => {
    const { endpoint, path } = await made();
    const change = (tag: string | undefined, body: unknown) =>
      world.ask('PATCH', path, { body, headers: tag === undefined ? {} : { 'if-match': tag } });
    const { headers } = await world.ask('GET', path);
    const tag = headers['etag'] ?? '';
    expect((await change(undefined, { state: 'disabled' })).body['code']).toBe('precondition_required');
    const disabled = await change(tag, { state: 'disabled', types: ['reading.recorded'] });
    const disabledAt = new Date(world.later(0)).toISOString();
    const said = { state: 'disabled', reason: 'tenant', disabledAt, types: ['reading.recorded'] };
    expect([disabled.status, disabled.body]).toEqual([200, { ...endpoint, ...said }]);
    expect((await world.ask('GET', path)).headers['etag']).toBe(disabled.headers['etag']);
    expect((await change(tag, { state: 'enabled' })).body['code']).toBe('precondition_failed');
    const enabled = await change(disabled.headers['etag'], { state: 'enabled', types: null });
    expect([enabled.status, enabled.body]).toEqual([200, endpoint]);
    await gone(path);
  });

  it('of the state that meets another is made by one of them', async () => {
    const { path } = await made();
    const { headers } = await world.ask('GET', path);
    const changes = TYPES.map((type) =>
      world.ask('PATCH', path, { body: { types: [type] }, headers: { 'if-match': headers['etag'] ?? '' } }),
    );
    const answers = await Promise.all(changes);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...TYPES.slice(1).map(() => 412)]);
    const winner = answers.find(({ status }) => status === 200);
    expect((await world.ask('GET', path)).body).toEqual(winner?.body);
    await gone(path);
  });
});

describe('a secret', () => {
  it('is in the answer that made it and in no other', async () => {
    const { endpoint, path, secret } = await made();
    const rotated = await world.ask('POST', `${path}/rotate-secret`);
    expect(rotated.body).toEqual({
      ...endpoint,
      secret: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=$/),
      secretShown: false,
      secretBeforeUntil: new Date(world.later(86_400_000)).toISOString(),
    });
    const patched = await world.ask('PATCH', path, { body: { types: null }, headers: { 'if-match': '*' } });
    const others = [await world.ask('GET', path), await world.ask('GET', COLLECTION), patched];
    const told = JSON.stringify([others, await world.snapshot()]);
    for (const each of [secret, String(rotated.body['secret'])]) expect(told).not.toContain(each);
    await gone(path);
  });
});

describe('what is delivered', () => {
  /** Sends what is due, as send-webhooks does; every attempt comes to `posted`. */
  async function send(posted: Posted): Promise<void> {
    const waiting: unknown[] = [];
    const delivering: Delivering = {
      business: world.tables.business,
      sendWebhooks: async (messages) => void waiting.push(...messages.map(({ body }) => body)),
      open: () => Promise.resolve('whsec_a2V5'),
      post: () => Promise.resolve(posted),
      clock: () => world.later(0),
    };
    await resendDue(delivering, world.later(0));
    for (const body of waiting.splice(0))
      await attemptDelivery(delivering, body as Parameters<typeof attemptDelivery>[1]);
  }

  const test = async (path: string) => (await world.ask('POST', `${path}/test`)).body;

  it('is listed newest first, with every attempt', async () => {
    const { endpoint, path } = await made();
    const hex = String(endpoint['id']).slice('whe_'.length);
    const asked = [await test(path), await test(path)];
    expect(asked.map(({ id, sequence, state, attempts }) => [id, sequence, state, attempts])).toEqual([
      [`dlv_${hex}_1`, 1, 'pending', []],
      [`dlv_${hex}_2`, 2, 'pending', []],
    ]);
    const at = new Date(world.later(1_000)).toISOString();
    await send({ kind: 'failed', reason: 'timeout' });
    const { body } = await world.ask('GET', `${path}/deliveries`);
    const failed = { attempts: [{ at, status: null, error: 'timeout' }] };
    expect(body).toEqual({
      items: [
        { ...asked[1], ...failed },
        { ...asked[0], ...failed },
      ],
      next: null,
    });
    await world.ask('POST', `${path}/deliveries/dlv_${hex}_1/redeliver`);
    await send({ kind: 'answered', status: 201 });
    const [, first] = (await world.ask('GET', `${path}/deliveries`)).body['items'] as readonly unknown[];
    expect(first).toEqual({
      ...asked[0],
      state: 'delivered',
      attempts: [
        { at, status: null, error: 'timeout' },
        { at, status: 201, error: null },
      ],
    });
    await gone(path);
  });

  it.each([1, 2, 3, 7])('is complete in pages of %i while more is delivered', async (limit) => {
    const { path } = await made();
    const ids: unknown[] = [];
    const more = async () => {
      const { id } = await test(path);
      await send({ kind: 'answered', status: 204 });
      return id;
    };
    for (let n = 0; n < 7; n += 1) ids.unshift(await more());
    const seen: unknown[] = [];
    for (let next: unknown = ''; next !== null; ) {
      const query = `limit=${limit}${next === '' ? '' : `&cursor=${next}`}`;
      const { body } = await world.ask('GET', `${path}/deliveries`, { query });
      seen.push(...(body['items'] as readonly { readonly id: string }[]).map(({ id }) => id));
      next = body['next'];
      await more();
    }
    expect(seen).toEqual(ids);
    await gone(path);
  });

  it('has cursors of its own', async () => {
    const [one, other] = [await made(), await made()];
    for (const { path } of [one, one, other, other]) await test(path);
    const { body } = await world.ask('GET', `${one.path}/deliveries`, { query: 'limit=1' });
    const query = `cursor=${body['next']}`;
    expect((await world.ask('GET', `${one.path}/deliveries`, { query })).status).toBe(200);
    const refused = await world.ask('GET', `${other.path}/deliveries`, { query });
    expect(refused.body['errors']).toEqual([{ field: 'cursor', message: 'Not a cursor of this list' }]);
    await gone(one.path);
    await gone(other.path);
  });

  it('is no more than five tests at once', async () => {
    const { path } = await made();
    for (let n = 0; n < 5; n += 1) await test(path);
    const { status, headers, body } = await world.ask('POST', `${path}/test`);
    const said = [status, headers['retry-after'], body['code'], body['detail']];
    expect(said).toEqual([429, '60', 'rate_limited', 'Five tests wait to be sent.']);
    await send({ kind: 'answered', status: 500 });
    expect((await world.ask('POST', `${path}/test`)).status).toBe(202);
    await gone(path);
  });

  it('to a disabled endpoint is nothing, and to a deleted one neither', async () => {
    const { path } = await made();
    const { id } = await test(path);
    await world.ask('PATCH', path, { body: { state: 'disabled' }, headers: { 'if-match': '*' } });
    const asked = [`${path}/test`, `${path}/deliveries/${id}/redeliver`];
    const before = await world.snapshot();
    for (const each of asked) expect((await world.ask('POST', each)).body['code']).toBe('webhook_endpoint_disabled');
    await gone(path);
    for (const each of asked) expect((await world.ask('POST', each)).body['code']).toBe('not_found');
    expect((await world.ask('GET', `${path}/deliveries`)).status).toBe(404);
    expect((await world.ask('DELETE', path)).status).toBe(404);
    expect((await world.snapshot()).length).toBe(before.length);
  });

  it('to another endpoint, or under no id of a delivery, is not there', async () => {
    const [one, other] = [await made(), await made()];
    const { id } = await test(one.path);
    await test(other.path);
    const number = String(id).split('_')[2];
    const own = String(one.endpoint['id']).slice('whe_'.length);
    const names = [`dlv_${own}_0`, `dlv_${own}_2`, `dlv_${own}_0${number}`, `dlv_${own}_`, own, number, '1'];
    for (const path of [`${other.path}/deliveries/${id}`, ...names.map((name) => `${one.path}/deliveries/${name}`)])
      expect([path, (await world.ask('POST', `${path}/redeliver`)).status]).toEqual([path, 404]);
    expect((await world.ask('POST', `${one.path}/deliveries/${id}/redeliver`)).status).toBe(202);
  });
});
