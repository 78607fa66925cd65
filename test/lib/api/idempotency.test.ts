// A POST that is sent twice does its work once, whatever happens to the worker, the store or the answer: for every POST of the table, at
// every call to the stores that a healthy request makes. The caller may die at any point and send it again.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { allRoutes } from '../../../lib/api/all-routes.ts';
import { isDoneOnce } from '../../../lib/api/route.ts';
import { keys } from '../../../lib/aws/keys.ts';
import type { Item, Table } from '../../../lib/aws/table.ts';
import { makeFaults } from '../../stores/faults.ts';
import { type Manner, makeCrashes } from '../connection/crashes.ts';
import { type Answer, type ApiWorld, type Asking, CANAL, openApiWorld } from './api-world.ts';
import { bodyFor, fill } from './requests.ts';

const KEY = 'idempotency-key';
const DAY = 86_400_000;

/** Four requests for every call of every route: this takes its time. */
const CRASHES_MS = 180_000;

let world: ApiWorld;
let ids: Readonly<Record<string, string>> = {};

/** A world for each part: snapshots stay small. */
const inItsOwnWorld = (): void => {
  beforeAll(async () => {
    world = await openApiWorld();
    ids = await world.things();
  });
  afterAll(() => world.close());
};

let sent = 0;
/** A request of its own for the route, and a key for it. */
function request(name: string): { readonly path: string; readonly key: string; readonly body: unknown } {
  const route = allRoutes.find((each) => each.name === name);
  if (route === undefined) throw new Error(`no route is called ${name}`);
  sent += 1;
  return { path: fill(route.path, ids), key: `key-${name}-${sent}`, body: bodyFor(route, `I-${sent}`) };
}

const post = ({ path, key, body }: ReturnType<typeof request>, asking: Asking = {}) =>
  world.ask('POST', path, { body, headers: { [KEY]: key }, ...asking });

/** Every thing there is, each once: by kind and id, whatever else its key is made of. */
const things = (items: readonly Item[]): readonly string[] => {
  const named = items
    .filter(({ sk }) => !['IDEMPOTENCY', 'REQUESTS'].includes(String(sk)))
    .map(({ pk, sk, shareId, sessionId = shareId }) => (sessionId === undefined ? `${pk} ${sk}` : String(sessionId)));
  return [...new Set(named)];
};

/** @returns how many things there are more than before */
async function madeBy(work: () => Promise<unknown>): Promise<number> {
  const before = things(await world.snapshot()).length;
  await work();
  return things(await world.snapshot()).length - before;
}

/** There are limits to endpoints, and to tests that wait, which these tests are not about; what is erased is over, and stays erased. */
async function makeRoom(name: string): Promise<void> {
  const { body } = await world.ask('GET', '/v1/webhook-endpoints');
  for (const { id } of body['items'] as readonly { readonly id: string }[])
    await world.ask('DELETE', `/v1/webhook-endpoints/${id}`);
  ids = { ...ids, ...(await world.endpointThings()) };
  if (name === 'eraseContract') ids = { ...ids, contractId: await world.over() };
}

const POSTS = allRoutes.filter(isDoneOnce).map(({ name }) => name);

/** The field of a route's answer that is shown once, and what in it opens a door. Every POST stands here, also those that make no secret. */
const SECRETS: Readonly<Record<string, { readonly field: string; readonly form: RegExp } | undefined>> = {
  createContract: undefined,
  createContracts: undefined,
  endContract: undefined,
  eraseContract: undefined,
  askForReading: undefined,
  replaceAttestation: undefined,
  declareOdometerEvent: undefined,
  createConnectSession: { field: 'url', form: /\/connect\/([\w-]{43})$/ },
  createWebhookEndpoint: { field: 'secret', form: /^whsec_([A-Za-z0-9+/]{32,}=*)$/ },
  rotateWebhookSecret: { field: 'secret', form: /^whsec_([A-Za-z0-9+/]{32,}=*)$/ },
  testWebhookEndpoint: undefined,
  redeliverWebhook: undefined,
  createReport: undefined,
  createShare: { field: 'url', form: /\/s\/([\w-]{43})$/ },
  createApiKey: { field: 'secret', form: /^ods_[0-9a-f]{32}_([\w-]{43})$/ },
};

it('I12 of every POST it is said here whether its answer holds a secret', () => {
  expect(Object.keys(SECRETS).toSorted()).toEqual(POSTS.toSorted());
});

describe.each(POSTS)('%s', (name) => {
  inItsOwnWorld();
  beforeEach(() => makeRoom(name));
  it('I7 is done once and answered the same for a day, without its secrets', async () => {
    const asked = request(name);
    const first = await post(asked);
    expect(String(first.status)).toMatch(/^2/);
    expect(first.headers['idempotency-replayed']).toBeUndefined();
    world.later(DAY);
    const repeated: Answer[] = [];
    expect(await madeBy(async () => repeated.push(await post(asked, { id: 'req-2' })))).toBe(0);
    const again = repeated[0] ?? first;
    expect([again.status, again.headers['idempotency-replayed'], again.headers['x-request-id']]).toEqual([
      first.status,
      'true',
      'req-2',
    ]);
    for (const header of ['content-type', 'location', 'etag'])
      expect(again.headers[header]).toBe(first.headers[header]);
    const secret = SECRETS[name];
    if (secret === undefined) {
      expect(again.body).toEqual(first.body);
      expect(Object.keys(first.body)).not.toContain('secretShown');
      return;
    }
    const [, opening = ''] = secret.form.exec(String(first.body[secret.field])) ?? [];
    expect(opening.length).toBeGreaterThan(30);
    expect(first.body['secretShown']).toBe(false);
    expect(again.body).toEqual({ ...first.body, [secret.field]: null, secretShown: true });
    expect(JSON.stringify(await world.snapshot())).not.toContain(opening);
  });

  it('I12 keeps nothing of a contract that an erasure takes where it can be read', async () => {
    await post(request(name));
    const records = (await world.snapshot()).filter(({ sk }) => sk === 'IDEMPOTENCY');
    const bodies = records.map(({ answer }) => String((answer as { readonly body: unknown } | undefined)?.body));
    expect(bodies.length).toBeGreaterThan(0);
    for (const field of ['vin', 'reference', 'metadata', 'evidence', 'group'])
      for (const body of bodies) expect(body).not.toContain(`"${field}":`);
  });

  it('I7 goes to exactly one of 10 that are sent at once', async () => {
    const asked = request(name);
    const made = await madeBy(async () => {
      const answers = await Promise.all(Array.from({ length: 10 }, () => post(asked)));
      const done = answers.filter(
        ({ status, headers }) => status < 300 && headers['idempotency-replayed'] === undefined,
      );
      const rest = answers.filter((answer) => !done.includes(answer));
      expect(done).toHaveLength(1);
      for (const { status, body, headers } of rest) {
        if (status < 300) expect(headers['idempotency-replayed']).toBe('true');
        else
          expect([status, body['code'], Number(headers['retry-after']) > 0]).toEqual([
            409,
            'request_in_progress',
            true,
          ]);
      }
    });
    await makeRoom(name);
    expect(made).toBe(await madeBy(() => post(request(name))));
  });

  const run = async (
    asked: ReturnType<typeof request>,
    crashes: ReturnType<typeof makeCrashes>,
  ): Promise<Awaited<ReturnType<typeof post>> | undefined> => {
    const business = crashes.wrap('business', world.tables.business);
    const attestations = crashes.wrap('attestations', world.tables.attestations);
    const { seal } = crashes.wrap('kms', { seal: world.seal });
    return post(asked, { business, attestations, seal }).catch(() => undefined);
  };

  it(
    'I7 ends in one of each thing when its worker dies, or a store fails, at any call, and it is sent again',
    async () => {
      const healthy = makeCrashes();
      const asked = request(name);
      let answer: Awaited<ReturnType<typeof post>> | undefined;
      const expected = await madeBy(async () => {
        answer = await run(asked, healthy);
      });
      expect(String(answer?.status)).toMatch(/^2/);
      const calls = healthy.calls.length;
      expect(calls).toBeGreaterThan(1);
      for (let nth = 1; nth <= calls; nth += 1) {
        for (const fault of ['not_applied', 'applied'] as const) {
          for (const manner of ['dies', 'goes on'] satisfies Manner[]) {
            const where = `${name}: call ${nth} of ${calls} ${fault}, ${manner}`;
            const crashes = makeCrashes();
            crashes.plan(nth, fault, manner);
            await makeRoom(name);
            const again = request(name);
            const made = await madeBy(async () => {
              const first = await run(again, crashes);
              world.later(60_000);
              const second = await post(again);
              expect([where, String(second.status)[0]]).toEqual([where, '2']);
              // What was answered once is what is answered again.
              if (first !== undefined && first.status < 300) expect(second.body['id']).toBe(first.body['id']);
              const third = await post(again);
              expect([where, third.headers['idempotency-replayed'], third.body['id']]).toEqual([
                where,
                'true',
                second.body['id'],
              ]);
            });
            expect([where, made]).toEqual([where, expected]);
          }
        }
      }
    },
    CRASHES_MS,
  );

  it('is refused with the key of another request, of whatever difference, and another tenant has its own', async () => {
    const asked = request(name);
    await post(asked);
    const body = bodyFor(routeNamed(name), 'ANOTHER', true);
    // A request without a body differs by what it is about.
    const path = body === undefined ? fill(routeNamed(name).path, await world.things()) : asked.path;
    const other = { ...asked, path, body };
    expect(
      await madeBy(async () => {
        const answer = await post(other);
        const errors = [{ field: 'idempotency-key', message: 'Another one for each request' }];
        expect([answer.status, answer.body['code'], answer.body['errors']]).toEqual([
          422,
          'idempotency_key_reused',
          errors,
        ]);
      }),
    ).toBe(0);
    const theirs = await post(asked, { caller: CANAL });
    expect([201, 404, 200, 202]).toContain(theirs.status);
    expect(theirs.headers['idempotency-replayed']).toBeUndefined();
  });

  it('under way gets 409 until its lease is over', async () => {
    const asked = request(name);
    const dying = makeCrashes();
    dying.plan(2, 'not_applied', 'dies');
    await run(asked, dying);
    const early = await post(asked);
    expect([early.status, early.body['code'], early.headers['retry-after']]).toEqual([
      409,
      'request_in_progress',
      '60',
    ]);
    world.later(59_999);
    expect((await post(asked)).headers['retry-after']).toBe('1');
    world.later(1);
    expect(String((await post(asked)).status)).toMatch(/^2/);
  });

  it('I7 goes to exactly one of 10 that are sent at once when its lease is over', async () => {
    const asked = request(name);
    const dying = makeCrashes();
    dying.plan(2, 'not_applied', 'dies');
    await run(asked, dying);
    world.later(60_000);
    const asking = Array.from({ length: 10 }, async () => {
      const { calls, wrap } = makeFaults();
      return { ...(await post(asked, { business: wrap('business', world.tables.business) })), calls };
    });
    const answers = await Promise.all(asking);
    // The others looked, and at most tried to take it.
    const [worker, ...more] = answers.filter(({ calls }) => calls.length > 3);
    expect([String(worker?.status)[0], more]).toEqual(['2', []]);
    for (const { status, headers } of answers.filter((each) => each !== worker))
      expect(status === 409 || headers['idempotency-replayed'] === 'true').toBe(true);
    expect((await post(asked)).body['id']).toBe(worker?.body['id']);
  });

  it('I7 gets 409 where its worker answers after it was overtaken, and the other one’s answer stands', async () => {
    const asked = request(name);
    const { late, finishes, goOn } = heldBack();
    const overtaken = post(asked, { business: late, id: 'req-slow' });
    await finishes;
    world.later(60_000);
    const stands = await post(asked);
    expect([String(stands.status)[0], stands.headers['idempotency-replayed']]).toEqual(['2', undefined]);
    const record = async () => (await world.snapshot()).filter(({ sk }) => sk === 'IDEMPOTENCY');
    const before = await record();
    goOn();
    const { status, body, headers } = await overtaken;
    expect([status, body['code'], headers['retry-after']]).toEqual([409, 'request_in_progress', '1']);
    expect(await record()).toEqual(before);
    expect((await post(asked)).body['id']).toBe(stands.body['id']);
  });
});

/** A store that holds a worker back where it stores its answer. */
function heldBack() {
  const reached = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const update: Table['update'] = async (key, change) => {
    if (key.sk === 'IDEMPOTENCY') {
      reached.resolve();
      await released.promise;
    }
    return world.tables.business.update(key, change);
  };
  return { late: { ...world.tables.business, update }, finishes: reached.promise, goOn: released.resolve };
}

const routeNamed = (name: string) => {
  const route = allRoutes.find((each) => each.name === name);
  if (route === undefined) throw new Error(`no route is called ${name}`);
  return route;
};

describe('a key', () => {
  inItsOwnWorld();
  it.each(['', '"', '""', '"abc', 'abc"', 'a"b', 'a\\b', 'é', 'a\u0001', 'k'.repeat(256)])(
    'of the form %j is refused',
    async (key) => {
      const { status, body } = await post({ ...request('createContract'), key });
      const errors = [
        { field: 'idempotency-key', message: '1 to 255 printable ASCII characters, no quote or backslash among them' },
      ];
      expect([status, body['errors']]).toEqual([400, errors]);
    },
  );

  it('is the same with quotes and without, spaces and all', async () => {
    const made = request('createContract');
    const asked = { ...made, key: `a ${made.key} of mine` };
    const { body } = await post({ ...asked, key: `"${asked.key}"` });
    const again = await post(asked);
    expect([again.headers['idempotency-replayed'], again.body['id']]).toEqual(['true', body['id']]);
  });

  it('may be used anew after its time, also where its record was not yet deleted', async () => {
    const asked = request('createConnectSession');
    const { body } = await post(asked);
    world.later(25 * 3_600_000);
    const again = await post(asked);
    expect([again.status, again.headers['idempotency-replayed']]).toEqual([201, undefined]);
    expect(again.body['id']).not.toBe(body['id']);
  });

  it('is not stored, only its hash', async () => {
    const asked = { ...request('createContract'), key: 'CANARY-idempotency-key-1' };
    await post(asked);
    expect(JSON.stringify(await world.snapshot())).not.toContain('CANARY-idempotency');
  });

  it('keeps no refusal: what was in the way may be gone the next time', async () => {
    const taken = request('createContract');
    await post(taken);
    const asked = { ...taken, key: `${taken.key}-other` };
    expect((await post(asked)).status).toBe(409);
    const again = await post(asked);
    expect([again.status, again.body['code'], again.headers['idempotency-replayed']]).toEqual([
      409,
      'reference_taken',
      undefined,
    ]);
  });

  it('is free again after a refusal, for another request too', async () => {
    const taken = request('createContract');
    await post(taken);
    const asked = { ...taken, key: `${taken.key}-other` };
    expect((await post(asked)).body['code']).toBe('reference_taken');
    const corrected = { ...asked, body: request('createContract').body };
    const made = await post(corrected);
    expect([made.status, made.headers['idempotency-replayed']]).toEqual([201, undefined]);
    // It stands for that one from now on.
    expect((await post(asked)).body['code']).toBe('idempotency_key_reused');
    expect((await post(corrected)).body['id']).toBe(made.body['id']);
  });

  it('stays with its request where an attempt before the refusal may have done something', async () => {
    const taken = request('createContract');
    const asked = { ...taken, key: `${taken.key}-other` };
    const dying = makeCrashes();
    dying.plan(2, 'not_applied', 'dies');
    await post(asked, { business: dying.wrap('business', world.tables.business) }).catch(() => undefined);
    await post(taken);
    world.later(60_000);
    expect((await post(asked)).body['code']).toBe('reference_taken');
    const other = { ...asked, body: request('createContract').body };
    expect((await post(other)).body['code']).toBe('idempotency_key_reused');
  });

  /** What is answered at the very end of the time of a first attempt, and from then for a day, is one thing. */
  async function expectADay(asked: ReturnType<typeof request>): Promise<void> {
    world.later(24.5 * 3_600_000);
    const { status, body } = await post(asked);
    expect(status).toBe(201);
    world.later(DAY);
    const again = await post(asked);
    expect([again.headers['idempotency-replayed'], again.body['id']]).toEqual(['true', body['id']]);
  }

  it('I7 keeps an answer for a day, however long before it was refused', async () => {
    const taken = request('createContract');
    const { body } = await post(taken);
    const asked = { ...request('createConnectSession'), path: `/v1/contracts/${body['id']}/connect-sessions` };
    const key = keys.contract('rivage', String(body['id']));
    const { dueAt } = (await world.tables.business.update(key, { remove: ['dueAt'] })) ?? {};
    expect([dueAt, (await post(asked)).body['code']]).toEqual([undefined, 'contract_over']);
    await world.tables.business.update(key, { set: { dueAt: '2026-02-22T23:00:00.000Z' } });
    await expectADay(asked);
  });

  it('I7 keeps an answer for a day, however long before its first worker died', async () => {
    const asked = request('createConnectSession');
    const dying = makeCrashes();
    dying.plan(2, 'not_applied', 'dies');
    await post(asked, { business: dying.wrap('business', world.tables.business) }).catch(() => undefined);
    await expectADay(asked);
  });

  it('costs two calls, and a repetition two', async () => {
    const count = async (asking: Asking, asked = request('createConnectSession')) => {
      const faults = makeFaults();
      await post(asked, { ...asking, business: faults.wrap('business', world.tables.business) });
      return faults.calls;
    };
    const asked = request('createConnectSession');
    const plain = await count({ headers: {} });
    expect(await count({}, asked)).toEqual(['business.put', ...plain, 'business.update']);
    expect(await count({}, asked)).toEqual(['business.put', 'business.get']);
  });
});
