// The way back from the vehicle platform: what is refused before any exchange, and what each error redirect leaves.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REASONS } from '../../../lib/connection/advice.ts';
import type { OwnerAnswers } from '../../../lib/simulator/owner.ts';
import { type Bench, Browser, heading, MINUTE, openBench, type World } from './bench.ts';
import { everything, expectGuarded } from './expect-guarded.ts';

let bench: Bench;

beforeAll(async () => {
  bench = await openBench();
});

afterAll(() => bench.close());

describe('a callback', () => {
  /** Comes back, is refused, and nothing was exchanged or changed. */
  async function expectRefused(world: World, query: string, browser: Browser, title = 'This page cannot go on') {
    const before = await everything(world);
    world.wireCalls = [];
    const answer = await world.callback(query, browser);
    expect([answer.status, heading(answer)]).toEqual([400, title]);
    expectGuarded(answer, world);
    expect(world.wireCalls).toEqual([]);
    expect(await everything(world)).toBe(before);
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

  it('a second time in another browser is refused like an unknown one: not even that it was used is told', async () => {
    const { world, query, browser } = await returned();
    await world.callback(query, browser);
    await world.drain();
    const foreign = new Browser();
    await world.begun(await world.link(), foreign);
    const answer = await expectRefused(world, query, foreign);
    expect(answer.body).not.toContain('/connect/done/');
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
