// What the driver's browser sends and gets: links, cookies, states, callbacks, error redirects, reloads.
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REASONS } from '../../../lib/connection/advice.ts';
import { BRANDS } from '../../../lib/connection/brands.ts';
import type { PageAnswer } from '../../../lib/connection/connect-pages.ts';
import { createConnectSession } from '../../../lib/connection/connect-session.ts';
import type { OwnerAnswers } from '../../../lib/simulator/owner.ts';
import { type Bench, Browser, CLIENT, DAY, heading, MINUTE, ORIGIN, openBench, VIN, type World } from './bench.ts';

let bench: Bench;

beforeAll(async () => {
  bench = await openBench();
});

afterAll(() => bench.close());

async function everything(): Promise<string> {
  const tables = await Promise.all(
    ['business', 'vault'].map((TableName) => bench.tables.client.send(new ScanCommand({ TableName }))),
  );
  return JSON.stringify(tables.map(({ Items = [] }) => Items.map((item) => JSON.stringify(item)).sort()));
}

const show = (world: World, token: string, browser = new Browser()): Promise<PageAnswer> =>
  world.request('GET /connect/{token}', browser, { token });

const post = (world: World, token: string, browser = new Browser(), form = new URLSearchParams()) =>
  world.request('POST /connect/{token}', browser, { token, form });

/** Security headers as every answer has them, whatever it is. */
function expectGuarded({ headers }: PageAnswer, world: World): void {
  expect(headers).toMatchObject({
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  });
  expect(headers['content-security-policy']).toMatch(
    new RegExp(
      `^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}='; form-action 'self' ${world.platformOrigin}; base-uri 'none'; frame-ancestors 'none'$`,
    ),
  );
}

describe('the link', () => {
  it('tells who asks for what, and changes nothing however often it is opened', async () => {
    const world = await bench.world({ tenantName: 'Rivage Assurances', reference: 'POLICY-7' });
    const token = await world.link();
    const before = await everything();
    for (let n = 0; n < 3; n += 1) {
      const answer = await show(world, token);
      expect(answer.status).toBe(200);
      expect(answer.cookie).toBeUndefined();
      expect(answer.body).toContain('<strong>Rivage Assurances</strong> asks to read your car’s mileage');
      expect(answer.body).toContain('insurance policy <strong>POLICY-7</strong>');
      expectGuarded(answer, world);
    }
    expect(await everything()).toBe(before);
    expect(world.sent).toEqual([]);
  });

  it('lives until its time and not a moment longer', async () => {
    const world = await bench.world();
    const token = await world.link();
    world.now += 14 * DAY - 1;
    expect((await show(world, token)).status).toBe(200);
    world.now += 1;
    expect((await show(world, token)).status).toBe(404);
    expect((await post(world, token)).status).toBe(404);
  });

  it.each([
    ['empty', ''],
    ['cut off', 'x'.repeat(42)],
    ['unknown', 'x'.repeat(43)],
    ['of another alphabet', 'é'.repeat(43)],
    ['a path', '../callback'],
  ])('that is %s gets one answer', async (_, token) => {
    const world = await bench.world();
    const answers = [await show(world, token), await post(world, token)];
    for (const answer of answers) {
      expect(answer.status).toBe(404);
      expect(heading(answer)).toBe('This link does not work any more');
      expectGuarded(answer, world);
    }
  });

  it('of a contract that is not there gets the same answer', async () => {
    const world = await bench.world();
    const gone = { tenantId: world.tenantId, contractId: 'con_gone' };
    const { token } = await createConnectSession(world.tables.business, gone, world.now, (n) => new Uint8Array(n));
    expect((await show(world, token)).status).toBe(404);
  });

  it('shows names that would be markup as text', async () => {
    const world = await bench.world({ tenantName: '<script>alert(1)</script>', reference: `"><script>'&` });
    const { body } = await show(world, await world.link());
    expect(body).not.toContain('<script');
    expect(body).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(body).toContain('&quot;&gt;&lt;script&gt;&#39;&amp;');
  });

  it('offers Citroën first, every brand once, in order, and another one', async () => {
    const world = await bench.world();
    const { body } = await show(world, await world.link());
    const offered = [...body.matchAll(/<option value="([^"]*)">([^<]*)</g)].map(([, make, name]) => [make, name]);
    expect(offered).toEqual([...BRANDS, ['', 'Another brand']]);
    const [first, ...others] = BRANDS.map(([, name]) => name);
    expect(first).toBe('Citroën');
    expect(others).toEqual(others.toSorted((a, b) => a.localeCompare(b, 'en')));
    expect(new Set(BRANDS.map(([make]) => make)).size).toBe(BRANDS.length);
  });
});

describe('continuing', () => {
  it('goes to the platform with exactly what it may ask for', async () => {
    const world = await bench.world();
    const answer = await post(world, await world.link(), new Browser(), new URLSearchParams({ make: 'CITROEN' }));
    expect(answer.status).toBe(303);
    expect(answer.body).toBe('');
    expectGuarded(answer, world);
    const url = new URL(answer.headers['location'] ?? '');
    expect(url.origin + url.pathname).toBe(`${world.platformOrigin}/oauth/authorize`);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      response_type: 'code',
      client_id: CLIENT,
      redirect_uri: `${ORIGIN}/connect/callback`,
      scope: 'required:read_odometer required:read_vin required:read_vehicle_info',
      state: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
      mode: 'live',
      make: 'CITROEN',
      single_select: 'true',
    });
  });

  it.each(['', 'citroen', 'CITROEN&scope=read_location', '__proto__'])(
    'with the make %j leaves it out',
    async (make) => {
      const world = await bench.world();
      const answer = await post(world, await world.link(), new Browser(), new URLSearchParams({ make }));
      const url = new URL(answer.headers['location'] ?? '');
      expect(url.searchParams.has('make')).toBe(false);
      expect(url.searchParams.getAll('scope')).toHaveLength(1);
    },
  );

  it.each([
    ['https://odoseal.test', '__Host-odoseal'],
    ['http://127.0.0.1:4000', 'odoseal'],
  ])('from %s binds the state to this browser by the cookie %s', async (publicOrigin, name) => {
    const world = await bench.world({ publicOrigin });
    const { cookie } = await post(world, await world.link());
    const value = new RegExp(`^${name}=[A-Za-z0-9_-]{43}; Path=/; Max-Age=3600; Secure; HttpOnly; SameSite=Lax$`);
    expect(cookie).toMatch(value);
  });

  it('stores neither link, state nor cookie, only their hashes', async () => {
    const world = await bench.world();
    const token = await world.link();
    const browser = new Browser();
    const state = new URL(await world.begun(token, browser)).searchParams.get('state') ?? '';
    const stored = await everything();
    for (const secret of [token, state, browser.cookies[0]?.split('=')[1] ?? '']) {
      expect(secret).toHaveLength(43);
      expect(stored).not.toContain(secret);
    }
  });

  it('in two tabs leaves both usable', async () => {
    const world = await bench.world();
    world.addCar();
    const browser = new Browser();
    const first = await world.begun(await world.link(), browser);
    const second = await world.begun(await world.link(), browser);
    for (const url of [first, second]) {
      expect((await world.callback(await world.atPlatform(url), browser)).status).toBe(303);
    }
  });

  it('replaces a cookie that is not one of ours', async () => {
    const world = await bench.world();
    const browser = new Browser();
    browser.cookies = ['__Host-odoseal=chosen-by-somebody'];
    await world.begun(await world.link(), browser);
    expect(browser.cookies[0]).toMatch(/^__Host-odoseal=[A-Za-z0-9_-]{43}$/);
  });

  it.each(['cross-site', 'same-site', 'none'])('from a form that is %s begins nothing', async (secFetchSite) => {
    const world = await bench.world();
    const token = await world.link();
    const before = await everything();
    const answer = await world.request('POST /connect/{token}', new Browser(), { token, secFetchSite });
    expect([answer.status, heading(answer)]).toEqual([403, 'That did not come from our page']);
    expect(await everything()).toBe(before);
    const own = await world.request('POST /connect/{token}', new Browser(), { token, secFetchSite: 'same-origin' });
    expect(own.status).toBe(303);
  });
});

describe('a callback', () => {
  /** Comes back, is refused, and nothing was exchanged or changed. */
  async function expectRefused(world: World, query: string, browser: Browser, title = 'This page cannot go on') {
    const before = await everything();
    world.wireCalls = [];
    const answer = await world.callback(query, browser);
    expect([answer.status, heading(answer)]).toEqual([400, title]);
    expectGuarded(answer, world);
    expect(world.wireCalls).toEqual([]);
    expect(await everything()).toBe(before);
    return answer;
  }

  async function returned(): Promise<{ world: World; query: string; browser: Browser }> {
    const world = await bench.world();
    world.addCar();
    const browser = new Browser();
    return { world, query: await world.authorized(browser), browser };
  }

  it('leads to the page that tells how it goes, and the car is bound', async () => {
    const { world, query, browser } = await returned();
    const answer = await world.callback(query, browser);
    const state = new URLSearchParams(query).get('state');
    expect([answer.status, answer.headers['location']]).toEqual([303, `/connect/done/${state}`]);
    expectGuarded(answer, world);
    expect(heading(await world.done(query, browser))).toBe('Connecting your car');
    await world.drain();
    const done = await world.done(query, browser);
    expect([done.status, heading(done)]).toEqual([200, 'Your car is connected']);
    expect(done.body).toContain('Citroën C3 2024');
    expectGuarded(done, world);
  });

  it('without a cookie is refused before any exchange; its own browser may still use it', async () => {
    const { world, query, browser } = await returned();
    await expectRefused(world, query, new Browser());
    expect((await world.callback(query, browser)).status).toBe(303);
  });

  it('in another browser is refused before any exchange; its own browser may still use it', async () => {
    const { world, query, browser } = await returned();
    const foreign = new Browser();
    await world.begun(await world.link(), foreign);
    await expectRefused(world, query, foreign);
    expect((await world.callback(query, browser)).status).toBe(303);
    await world.drain();
    expect(heading(await world.done(query, browser))).toBe('Your car is connected');
  });

  it('with an unknown, malformed or missing state is refused before any exchange', async () => {
    const { world, query, browser } = await returned();
    const code = new URLSearchParams(query).get('code') ?? '';
    for (const state of [`&state=${'x'.repeat(43)}`, '&state=short', '&state=', '']) {
      await expectRefused(world, `code=${code}${state}`, browser);
    }
  });

  it('is good for ten minutes less a moment, and refused at ten', async () => {
    const last = await returned();
    last.world.now += 10 * MINUTE - 1;
    expect((await last.world.callback(last.query, last.browser)).status).toBe(303);
    const late = await returned();
    late.world.now += 10 * MINUTE;
    await expectRefused(late.world, late.query, late.browser);
  });

  it('a second time is refused, does nothing, and shows the way to how it went', async () => {
    const { world, query, browser } = await returned();
    await world.callback(query, browser);
    await world.drain();
    const again = await expectRefused(world, query, browser, 'This step was already done');
    const state = new URLSearchParams(query).get('state');
    expect(again.body).toContain(`<a href="/connect/done/${state}">See how it went</a>`);
    expect(heading(await world.done(query, browser))).toBe('Your car is connected');
  });

  it('many times at once is exchanged once', async () => {
    const { world, query, browser } = await returned();
    world.wireCalls = [];
    const statuses = await Promise.all(
      Array.from({ length: 10 }, async () => (await world.callback(query, browser)).status),
    );
    expect(statuses.toSorted()).toEqual([303, ...Array.from({ length: 9 }, () => 400)]);
    expect(world.wireCalls).toEqual(['exchange']);
  });

  it('with a replayed code under a fresh state fails, and leaves the connection it belongs to alone', async () => {
    const { world, query, browser } = await returned();
    await world.callback(query, browser);
    await world.drain();
    const attacker = new Browser();
    const state = new URL(await world.begun(await world.link(), attacker)).searchParams.get('state') ?? '';
    const replay = `code=${new URLSearchParams(query).get('code')}&state=${state}`;
    expect((await world.callback(replay, attacker)).status).toBe(303);
    await world.drain();
    expect(heading(await world.done(replay, attacker))).toBe('The connection was not made');
    expect((await world.connections()).map(({ state, reason }) => [state, reason])).toEqual([
      ['active', undefined],
      ['failed', 'exchange_failed'],
    ]);
    expect(await world.pairs()).toHaveLength(1);
  });

  it.each(['state', 'code', 'error'])('with the parameter %s twice is refused before any exchange', async (name) => {
    const { world, query, browser } = await returned();
    await expectRefused(world, `${query}&${name}=x&${name}=y`, browser);
    expect((await world.callback(query, browser)).status).toBe(303);
  });

  it('that the token endpoint does not answer ends as failed, for driver and insurer', async () => {
    const { world, query, browser } = await returned();
    world.simulator.interrupt({ path: '/oauth/token', when: 'after' });
    await world.callback(query, browser);
    expect(heading(await world.done(query, browser))).toBe('The connection was not made');
    expect(await world.connections()).toMatchObject([{ state: 'failed', reason: 'exchange_failed' }]);
    expect(world.reports).toEqual([]);
  });

  it('that our own credentials are refused for is told to the operator', async () => {
    const { world, query, browser } = await returned();
    world.secret = { ...world.secret, clientSecret: 'wrong' };
    await world.callback(query, browser);
    expect(world.reports).toMatchObject([{ name: 'VehicleError', meaning: 'operator' }]);
    expect(heading(await world.done(query, browser))).toBe('The connection was not made');
  });
});

describe('an error redirect', () => {
  const endings: readonly (readonly [reason: string, title: string, answers: Partial<OwnerAnswers>])[] = [
    ['cancelled', 'You went back', { leaveAt: 'welcome' }],
    ['cancelled', 'You went back', { leaveAt: 'login' }],
    ['cancelled', 'You went back', { leaveAt: 'vehicles' }],
    ['access_denied', 'You did not agree', { leaveAt: 'approval' }],
    ['invalid_subscription', 'The car’s online service is not active', { email: 'smartcar@invalid-subscription.com' }],
    ['vehicle_incompatible', 'This car cannot be connected', { email: 'smartcar@vehicle-incompatible.com' }],
    ['no_vehicles', 'No car in this account', { email: 'smartcar@no-vehicles.com' }],
    ['server_error', 'The maker’s service did not answer', { email: 'smartcar@server-error.com' }],
  ];

  /** Page, reload of the page, and what the insurer sees. */
  async function expectTold(world: World, query: string, browser: Browser, reason: string, title: string) {
    world.wireCalls = [];
    const back = await world.callback(query, browser);
    expect([back.status, back.headers['location']]).toEqual([
      303,
      `/connect/done/${new URLSearchParams(query).get('state')}`,
    ]);
    for (let n = 0; n < 2; n += 1) {
      const page = await world.done(query, browser);
      expect([page.status, heading(page)]).toEqual([200, title]);
      expectGuarded(page, world);
    }
    expect(await world.connections()).toMatchObject([{ state: 'failed', reason }]);
    expect(world.wireCalls).toEqual([]);
    expect(await world.pairs()).toEqual([]);
    expect(REASONS).toContain(reason);
  }

  it.each(endings)('%s tells the driver “%s”, and the insurer', async (reason, title, answers) => {
    const world = await bench.world();
    world.addCar();
    const browser = new Browser();
    await expectTold(world, await world.authorized(browser, answers), browser, reason, title);
  });

  it.each([
    ['user_cancelled', 'cancelled', 'You went back'],
    ['configuration_error&status_code=400&error_message=x', 'configuration_error', 'Something is set up wrongly'],
    ['invented_tomorrow', 'unknown', 'The connection was not made'],
    ['constructor', 'unknown', 'The connection was not made'],
  ])('%s tells the driver, and the insurer', async (error, reason, title) => {
    const world = await bench.world();
    const browser = new Browser();
    const state = new URL(await world.begun(await world.link(), browser)).searchParams.get('state');
    await expectTold(world, `error=${error}&error_description=Words&state=${state}`, browser, reason, title);
    expect(world.reports.length).toBe(reason === 'configuration_error' ? 1 : 0);
  });

  it('in another browser neither ends nor records anything', async () => {
    const world = await bench.world();
    const state = new URL(await world.begun(await world.link(), new Browser())).searchParams.get('state');
    const foreign = new Browser();
    await world.begun(await world.link(), foreign);
    expect((await world.callback(`error=access_denied&state=${state}`, foreign)).status).toBe(400);
    expect(await world.connections()).toEqual([]);
  });
});

describe('the page that tells how it goes', () => {
  it('shows nothing to another browser', async () => {
    const world = await bench.world();
    world.addCar();
    const browser = new Browser();
    const query = await world.authorized(browser);
    await world.callback(query, browser);
    const foreign = new Browser();
    await world.begun(await world.link(), foreign);
    for (const other of [new Browser(), foreign]) {
      const answer = await world.done(query, other);
      expect([answer.status, heading(answer)]).toEqual([404, 'This page cannot go on']);
      expectGuarded(answer, world);
    }
  });

  it('reloads itself, less often when it takes long, and changes nothing', async () => {
    const world = await bench.world();
    world.addCar();
    const browser = new Browser();
    const query = await world.authorized(browser);
    await world.callback(query, browser);
    const before = await everything();
    const sent = world.sent.length;
    expect((await world.done(query, browser)).body).toContain('<meta http-equiv="refresh" content="3">');
    world.now += 2 * MINUTE + 1;
    const late = await world.done(query, browser);
    expect(late.body).toContain('<meta http-equiv="refresh" content="20">');
    expect(late.body).toContain('longer than usual');
    expect(await everything()).toBe(before);
    expect(world.sent.length).toBe(sent);
  });
});

describe('a fault', () => {
  it('still is a page with every header, and is told to the operator', async () => {
    const world = await bench.world();
    const token = await world.link();
    world.crashes.plan(1, 'not_applied', 'goes on');
    const answer = await show(world, token);
    expect([answer.status, heading(answer)]).toEqual([500, 'Something went wrong on our side']);
    expectGuarded(answer, world);
    expect(world.reports).toMatchObject([{ code: 'INJECTED' }]);
  });

  it('of a route that is not ours is a page as well', async () => {
    const world = await bench.world();
    const answer = await world.request('GET /connect/constructor', new Browser());
    expect(answer.status).toBe(404);
    expectGuarded(answer, world);
  });
});

it('no page has script, or anything from elsewhere', async () => {
  const world = await bench.world({ vin: VIN });
  world.addCar();
  const pages = [await show(world, await world.link()), await world.connect()];
  for (const { body } of pages) {
    expect(body).not.toMatch(/<script|javascript:|\son[a-z]+=|src=|<link|url\(|https?:/i);
  }
});
