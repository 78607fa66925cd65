// The link that a connection has whose login is dead: from the refused token to the car that is read again, and what it never opens.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiDeps } from '../../../lib/api/call.ts';
import { handleRequest } from '../../../lib/api/handle.ts';
import { routesAt } from '../../../lib/api/routes.ts';
import { keys } from '../../../lib/aws/keys.ts';
import type { PageAnswer } from '../../../lib/connection/connect-pages.ts';
import { type Connection, STATES } from '../../../lib/connection/connection.ts';
import { consentVersion } from '../../../lib/connection/consent.ts';
import { reconnectToken } from '../../../lib/connection/reconnect-link.ts';
import { sweep } from '../../../lib/event/sweep.ts';
import { SCOPES } from '../../../lib/tenant/scopes.ts';
import { hashSecret } from '../../../lib/tenant/secret-token.ts';
import {
  type Bench,
  Browser,
  DAY,
  HOUR,
  heading,
  linkForm,
  MINUTE,
  ORIGIN,
  openBench,
  RECONNECT_KEY,
  type World,
} from './bench.ts';
import { everything, expectGuarded } from './expect-guarded.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

const show = (world: World, token: string, acceptLanguage?: string): Promise<PageAnswer> =>
  world.request('GET /connect/{token}', new Browser(), { token, acceptLanguage });

const post = (world: World, token: string, browser = new Browser()): Promise<PageAnswer> =>
  world.request('POST /connect/{token}', browser, { token, form: linkForm() });

const tokenOf = (world: World, connection: Pick<Connection, 'tenantId' | 'contractId' | 'connectionId'>): string =>
  reconnectToken(RECONNECT_KEY, connection, world.now).token;

const become = async (
  { tables }: World,
  { tenantId, contractId, connectionId }: Connection,
  state: Connection['state'],
) => {
  await tables.business.update(keys.connection(tenantId, contractId, connectionId), { set: { state } });
};

/** A car that is connected, and the token of the link that its connection would have. */
async function connected() {
  const world = await bench.world();
  const connection = await world.connected(world.addCar());
  return { world, connection, token: tokenOf(world, connection) };
}

async function dead() {
  const made = await connected();
  await become(made.world, made.connection, 'reauth_required');
  return made;
}

async function expectUnknown(world: World, token: string): Promise<void> {
  const before = await everything(world);
  for (const answer of [await show(world, token), await post(world, token)]) {
    expect([answer.status, heading(answer), answer.cookie]).toEqual([
      404,
      'This link does not work any more',
      undefined,
    ]);
    expectGuarded(answer, world);
  }
  expect(await everything(world)).toBe(before);
}

/** Asks the API as a key of the world's tenant with every scope would. */
async function ask(world: World, path: string): Promise<{ readonly text: string; readonly body: unknown }> {
  const { business } = world.tables;
  const deps: ApiDeps = {
    ...{ business, attestations: world.tables.attestations, publicOrigin: ORIGIN, now: world.now, random: randomBytes },
    countRequest: () => Promise.resolve(undefined),
    cursorKey: () => Promise.resolve('another key'),
    reconnectKey: () => Promise.resolve(RECONNECT_KEY),
  };
  const request = { id: 'req-1', method: 'GET', path, query: [], headers: {}, body: undefined };
  const caller = { tenantId: world.tenantId, keyId: 'key_1', scopes: SCOPES };
  const { body: text } = await handleRequest(routesAt, deps, request, caller);
  return { text, body: JSON.parse(text) };
}

const connectionOf = async (world: World) =>
  (await ask(world, `/v1/contracts/${world.contract?.contractId}/connection`)).body;

describe('a refresh that is refused', () => {
  it('I12 leads by its event to a link, by it to a login, and then the link is over', async () => {
    const world = await bench.world();
    world.addCar();
    expect(heading(await world.connect())).toBe('Your car is connected');
    const [first] = await world.connections();
    if (first === undefined) throw new Error('no connection');
    expect(await connectionOf(world)).toMatchObject({ state: 'active', reconnect: null });

    // The answer to a refresh is lost, and the grace window with it.
    world.now += 3 * HOUR;
    world.simulator.interrupt({ path: '/oauth/token', when: 'after' });
    await expect(world.refresh(first)).rejects.toMatchObject({ meaning: 'transient' });
    world.now += 10 * MINUTE;
    expect(await world.refresh(first)).toEqual({ kind: 'reauth_required' });

    const offered: unknown[] = [];
    const offer = async (tenantId: string, events: readonly unknown[]) => {
      if (tenantId === world.tenantId) offered.push(...events);
    };
    await sweep({ business: world.tables.business, offer }, () => world.now);
    world.now += MINUTE;
    const { body: events, text } = await ask(world, '/v1/events');
    const data = { contractId: first.contractId, connectionId: first.connectionId, reason: 'token_refused' };
    expect(events).toMatchObject({
      items: expect.arrayContaining([expect.objectContaining({ type: 'connection.reauth_required', data })]),
    });

    const stored = await everything(world);
    const { reconnect } = (await connectionOf(world)) as { readonly reconnect: { readonly url: string } };
    expect(await everything(world)).toBe(stored);
    const token = reconnect.url.slice(`${ORIGIN}/connect/`.length);
    expect(token).toBe(tokenOf(world, first));
    for (const said of [text, JSON.stringify(offered), stored]) expect(said).not.toContain(token.slice(0, 40));

    // As often as one likes, the driver's reload and a mail scanner among them.
    for (let n = 0; n < 3; n += 1) expect((await show(world, token)).status).toBe(200);
    expect(await everything(world)).toBe(stored);
    const browser = new Browser();
    const begun = await post(world, token, browser);
    const query = await world.atPlatform(begun.headers['location'] ?? '');
    await world.callback(query, browser);
    // The car is not known yet, and the contract still reads from the dead one.
    expect((await show(world, token)).status).toBe(200);
    await world.drain();
    expect(heading(await world.done(query, browser))).toBe('Your car is connected');

    expect((await world.connections()).map(({ state }) => state)).toEqual(['replaced', 'active']);
    expect(await connectionOf(world)).toMatchObject({ state: 'active', readable: true, reconnect: null });
    const [, second] = await world.connections();
    if (second === undefined) throw new Error('no second connection');
    expect(await world.refresh(second)).toMatchObject({ kind: 'fresh' });
    await expectUnknown(world, token);
    expect(JSON.stringify(world.sent)).not.toContain(token.slice(0, 40));
    expect(await everything(world)).not.toContain(token.slice(0, 40));
  });
});

describe('opened, the link', () => {
  it('tells who asks for what, in the browser’s language, and changes nothing', async () => {
    const { world, token } = await dead();
    const before = await everything(world);
    const answer = await show(world, token, 'nl');
    expect([answer.status, heading(answer), answer.headers['content-language']]).toEqual([
      200,
      'Uw auto verbinden',
      'nl',
    ]);
    expect(answer.body).toContain('<strong>POLICY-1</strong>');
    expect(answer.cookie).toBeUndefined();
    expectGuarded(answer, world);
    expect(await everything(world)).toBe(before);
  });

  it('begins an authorization as any other does, without a way back', async () => {
    const { world, connection, token } = await dead();
    const { status, headers, cookie } = await post(world, token);
    expect([status, new URL(headers['location'] ?? '').origin]).toEqual([303, world.platformOrigin]);
    expect(cookie).toMatch(/^__Host-odoseal=[A-Za-z0-9_-]{43}; /);
    const state = new URL(headers['location'] ?? '').searchParams.get('state') ?? '';
    const begun = await world.tables.business.get(keys.authorization(hashSecret(state)));
    const { tenantId, contractId } = connection;
    expect(begun).toMatchObject({ tenantId, contractId, textVersion: consentVersion('en') });
    expect([begun?.['language'], begun?.['returnUrl'], begun?.['connectionId'] === connection.connectionId]).toEqual([
      undefined,
      undefined,
      false,
    ]);
    expect(await everything(world)).not.toContain(token.slice(0, 40));
  });

  it('leads back to itself where the words have changed since', async () => {
    const { world, token } = await dead();
    const form = linkForm('CITROEN', '2020-01-en');
    const answer = await world.request('POST /connect/{token}', new Browser(), { token, form });
    expect([answer.status, answer.headers['location']]).toEqual([303, `/connect/${token}`]);
  });

  it.each(STATES)('works, of a connection that is %s, as it should', async (state) => {
    const { world, connection, token } = await connected();
    await become(world, connection, state);
    if (state === 'reauth_required') expect((await show(world, token)).status).toBe(200);
    else await expectUnknown(world, token);
  });

  it('lives for 14 days, and an hour at most', async () => {
    const { world, token } = await dead();
    world.now += 14 * DAY - 1;
    expect((await show(world, token)).status).toBe(200);
    world.now += HOUR + 1;
    await expectUnknown(world, token);
  });

  it('is over where the contract reads from another connection, whatever state this one is in', async () => {
    const { world, connection, token } = await dead();
    const { tenantId, contractId } = connection;
    const connectionId = `cxn_${'f'.repeat(32)}`;
    await world.tables.business.update(keys.contract(tenantId, contractId), { set: { connectionId } });
    await expectUnknown(world, token);
  });

  it('is over with its contract, and with its erasure', async () => {
    const { world, connection, token } = await dead();
    const { tenantId, contractId, connectionId } = connection;
    await world.tables.business.update(keys.contract(tenantId, contractId), { remove: ['dueAt'] });
    await expectUnknown(world, token);
    await world.tables.business.remove(keys.connection(tenantId, contractId, connectionId));
    await world.tables.business.update(keys.contract(tenantId, contractId), { remove: ['connectionId'] });
    await expectUnknown(world, token);
  });

  it('opens nothing of another tenant’s, were it signed', async () => {
    const { world, connection } = await dead();
    const other = await dead();
    const theirs = other.connection;
    for (const mixed of [
      { ...connection, contractId: theirs.contractId },
      { ...connection, contractId: theirs.contractId, connectionId: theirs.connectionId },
      { ...connection, connectionId: theirs.connectionId },
      { ...connection, tenantId: theirs.tenantId },
      { ...connection, tenantId: 'nobody' },
    ])
      await expectUnknown(world, tokenOf(world, mixed));
  });

  it.each([
    ['of another key', (token: string) => token.replace(/\.[\s\S]+/, `.${'A'.repeat(43)}`)],
    ['without its MAC', (token: string) => token.replace(/\.[\s\S]+/, '.')],
    ['without its dot', (token: string) => token.replace('.', '')],
    ['its MAC alone', (token: string) => token.replace(/[^.]+\./, '')],
    ['with more at its end', (token: string) => `${token}A`],
    ['a dot', () => '.'],
    ['of dots', () => '.'.repeat(99)],
    ['a path', () => '../callback'],
    ['long', (token: string) => token.repeat(100)],
  ])('that is %s gets the answer of any unknown one', async (_, make) => {
    const { world, token } = await dead();
    await expectUnknown(world, make(token));
  });
});
