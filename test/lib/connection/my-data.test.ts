// The driver's personal link: shown once connected, shows what is shared, withdraws it, whatever fails on the way.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keys } from '../../../lib/aws/keys.ts';
import type { PageAnswer } from '../../../lib/connection/connect-pages.ts';
import { isReadable, moveConnection } from '../../../lib/connection/connection.ts';
import { LANGUAGES } from '../../../lib/connection/language.ts';
import type { PageRequest } from '../../../lib/connection/page-answer.ts';
import { withdrawConsent } from '../../../lib/connection/withdraw.ts';
import type { Fault } from '../../stores/faults.ts';
import {
  type Bench,
  Browser,
  DAY,
  HOUR,
  heading,
  MINUTE,
  openBench,
  START,
  VIN,
  type World,
  type WorldOptions,
} from './bench.ts';
import { everything, expectGuarded } from './expect-guarded.ts';

let bench: Bench;

beforeAll(async () => {
  bench = await openBench();
});

afterAll(() => bench.close());

const hasButton = ({ body }: PageAnswer): boolean =>
  body.includes('<form method="post"><button type="submit" id="my-data">');

interface Driver {
  readonly world: World;
  readonly token: string;
  readonly browser: Browser;
  readonly query: string;
}

/** A driver whose car is connected, and who has kept the link. */
async function connected(options: WorldOptions = { vin: VIN }): Promise<Driver> {
  const world = await bench.world(options);
  world.addCar();
  return again(world);
}

async function again(world: World): Promise<Driver> {
  const browser = new Browser();
  const query = await world.authorized(browser);
  await world.callback(query, browser);
  await world.drain();
  const token = (await world.personalLink(query, browser)).replace(/^\/my-data\//, '');
  expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
  return { world, token, browser, query };
}

const show = ({ world, token }: Driver, more: Partial<PageRequest> = {}): Promise<PageAnswer> =>
  world.request('GET /my-data/{token}', new Browser(), { token, ...more });

const withdraw = ({ world, token }: Driver, more: Partial<PageRequest> = {}): Promise<PageAnswer> =>
  world.request('POST /my-data/{token}', new Browser(), { token, ...more });

const connectionOf = async ({ world }: Driver) => {
  const [connection] = await world.connections();
  if (connection === undefined) throw new Error('no connection');
  return connection;
};

/** Readings as reading stores them, as far as they matter here. */
async function read(world: World, connectionId: string, ...fetched: readonly string[]): Promise<void> {
  for (const fetchedAt of fetched) {
    const key = keys.reading(world.tenantId, world.contract?.contractId ?? '', fetchedAt, `rdg_${fetchedAt}`);
    await world.tables.business.put({ ...key, connectionId, fetchedAt, metres: 987_654_321 });
  }
}

/** Labels and what stands beside them, without markup. */
const rowsOf = ({ body }: PageAnswer): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...body.matchAll(/<dt>(.*?)<\/dt><dd>(.*?)<\/dd>/g)].map(([, label = '', value = '']) => [
      label,
      value.replaceAll('</li><li>', ', ').replace(/<[^>]*>/g, ''),
    ]),
  );

describe('the personal link', () => {
  it('is shown once, to the browser that connected, by a button; never by looking', async () => {
    const world = await bench.world({ vin: VIN });
    world.addCar();
    const browser = new Browser();
    const query = await world.authorized(browser);
    await world.callback(query, browser);
    await world.drain();
    const before = await everything(world);
    for (const page of [await world.done(query, browser), await world.done(query, browser)]) {
      expect([heading(page), hasButton(page)]).toEqual(['Your car is connected', true]);
      expect(page.body).not.toContain('/my-data/');
    }
    expect(await everything(world)).toBe(before);
    const link = await world.personalLink(query, browser);
    expect(link).toMatch(/^\/my-data\/[A-Za-z0-9_-]{43}$/);
    // Its answer may have got lost: the same browser gets it again for ten minutes, and not one second longer.
    const shownAt = world.now;
    world.now = shownAt + 10 * MINUTE;
    expect(hasButton(await world.done(query, browser))).toBe(true);
    expect(await world.personalLink(query, browser)).toBe(link);
    world.now += 1;
    const late = await world.done(query, browser);
    expect([heading(late), hasButton(late)]).toEqual(['Your car is connected', false]);
    expect(late.body).toContain('It was opened in this browser');
    const token = new URLSearchParams(query).get('state') ?? '';
    const refused = await world.request('POST /connect/done/{token}', browser, { token });
    expect([refused.status, heading(refused)]).toEqual([410, 'Your personal link was shown already']);
    expect(await world.personalLink(query, browser)).toBe('');
    // The link itself goes on.
    expect((await show({ world, browser, query, token: link.split('/').at(-1) ?? '' })).status).toBe(200);
  });

  it('that nobody asked for is not shown any more after an hour', async () => {
    const world = await bench.world({ vin: VIN });
    world.addCar();
    const browser = new Browser();
    const query = await world.authorized(browser);
    await world.callback(query, browser);
    await world.drain();
    world.now = START + HOUR;
    expect(hasButton(await world.done(query, browser))).toBe(true);
    world.now += 1;
    expect(hasButton(await world.done(query, browser))).toBe(false);
    expect(await world.personalLink(query, browser)).toBe('');
  });

  it('is not offered before there is a car, nor to another browser, nor to a form of another site', async () => {
    const world = await bench.world();
    world.addCar();
    const browser = new Browser();
    const query = await world.authorized(browser);
    await world.callback(query, browser);
    expect(hasButton(await world.done(query, browser))).toBe(false);
    await world.drain();
    const foreign = new Browser();
    await world.begun(await world.link(), foreign);
    expect(hasButton(await world.done(query, foreign))).toBe(false);
    expect(await world.personalLink(query, foreign)).toBe('');
    const token = new URLSearchParams(query).get('state') ?? '';
    const answer = await world.request('POST /connect/done/{token}', browser, { token, secFetchSite: 'cross-site' });
    expect(answer.status).toBe(403);
    expect(hasButton(await world.done(query, browser))).toBe(true);
  });

  it.each(['x=1', undefined])('is not shown for a form of %j, which is not ours', async (sent) => {
    const { world, browser, query } = await connected();
    const before = await everything(world);
    const form = sent === undefined ? undefined : new URLSearchParams(sent);
    const token = new URLSearchParams(query).get('state') ?? '';
    const answer = await world.request('POST /connect/done/{token}', browser, { token, form });
    expect([answer.status, heading(answer)]).toEqual([400, 'That did not come from our page']);
    expect(await everything(world)).toBe(before);
  });

  it('I12 is stored as its hash, and is in no message', async () => {
    const { world, token } = await connected();
    const stored = await everything(world);
    expect(stored).toContain('MYDATA#');
    expect(stored).not.toContain(token);
    expect(JSON.stringify(world.sent)).not.toContain(token);
  });

  it.each([
    ['empty', ''],
    ['cut off', 'x'.repeat(42)],
    ['unknown', 'x'.repeat(43)],
    ['of another alphabet', 'é'.repeat(43)],
  ])('that is %s gets one answer, and changes nothing', async (_, token) => {
    const driver = { ...(await connected()), token };
    const before = await everything(driver.world);
    for (const answer of [await show(driver), await withdraw(driver)]) {
      expect([answer.status, heading(answer)]).toEqual([404, 'This personal link does not work']);
      expectGuarded(answer, driver.world);
    }
    expect(await everything(driver.world)).toBe(before);
  });

  it('is no connect link, no state and no cookie, nor the other way round', async () => {
    const driver = await connected();
    const { world, browser, query, token } = driver;
    const state = new URLSearchParams(query).get('state') ?? '';
    const cookie = browser.cookies[0]?.split('=')[1] ?? '';
    for (const other of [state, cookie, await world.link()]) {
      expect((await show({ ...driver, token: other })).status).toBe(404);
    }
    expect((await world.request('GET /connect/{token}', browser, { token })).status).toBe(404);
    expect((await world.request('GET /connect/done/{token}', browser, { token })).status).toBe(404);
  });

  it('of a connection that was replaced shows and ends nothing; the fresh login shows another', async () => {
    const first = await connected();
    first.world.now += DAY;
    const second = await again(first.world);
    expect(second.token).not.toBe(first.token);
    const answer = await show(first);
    expect([answer.status, heading(answer)]).toEqual([200, 'This personal link has been replaced']);
    expect(answer.body).not.toContain(VIN.slice(-4));
    const before = await everything(first.world);
    const sent = first.world.sent.length;
    await withdraw(first);
    expect(await everything(first.world)).toBe(before);
    expect(first.world.sent).toHaveLength(sent);
    expect(heading(await show(second))).toBe('My data');
  });
});

describe('what is shared', () => {
  it('is the car, with whom, what for, since when, and when it was read', async () => {
    const driver = await connected({ vin: VIN, tenantName: 'Rivage Assurances', reference: 'POLICY-7' });
    const { connectionId } = await connectionOf(driver);
    expect(rowsOf(await show(driver))['First read']).toBe('not read yet');
    await read(driver.world, 'cxn_other', '2026-01-04T00:00:00.000Z', '2026-03-01T00:00:00.000Z');
    const own = Array.from({ length: 120 }, (_, n) => new Date(Date.UTC(2026, 0, 6 + n / 4, 10)).toISOString());
    await read(driver.world, connectionId, ...own);
    const answer = await show(driver);
    expect([answer.status, heading(answer)]).toEqual([200, 'My data']);
    expect(rowsOf(answer)).toEqual({
      Car: 'Citroën C3 2024',
      'Vehicle identification number': 'ends in 0001',
      'What we asked for': 'the odometer, the vehicle identification number, make, model and year',
      'What may be read': 'the odometer, the vehicle identification number, make, model and year',
      'Shared with': 'Rivage Assurances',
      'Insurance policy': 'POLICY-7',
      'Consent given': '5 January 2026 at 10:00',
      'Text you agreed to': '2026-11-en',
      'First read': '6 January 2026 at 11:00',
      'Last read': '4 February 2026 at 11:00',
    });
    expectGuarded(answer, driver.world);
  });

  it('finds the first reading behind many of a connection before', async () => {
    const driver = await connected();
    const { connectionId } = await connectionOf(driver);
    const former = Array.from({ length: 130 }, (_, n) => new Date(Date.UTC(2025, 0, 1, n)).toISOString());
    await read(driver.world, 'cxn_former', ...former);
    await read(driver.world, connectionId, '2026-01-06T10:00:00.000Z');
    expect(rowsOf(await show(driver))).toMatchObject({
      'First read': '6 January 2026 at 11:00',
      'Last read': '6 January 2026 at 11:00',
    });
  });

  /** Readings of connections before and after, every five minutes, of a car that tells by itself. */
  const told = (world: World, connectionId: string, from: string, many: number): Promise<void> => {
    const at = (n: number) => new Date(Date.parse(from) + n * 5 * MINUTE).toISOString();
    return read(world, connectionId, ...Array.from({ length: many }, (_, n) => at(n)));
  };
  const queriesOf = async (driver: Driver) => {
    const before = driver.world.crashes.calls.length;
    const { 'First read': first, 'Last read': last } = rowsOf(await show(driver));
    const asked = driver.world.crashes.calls.slice(before);
    return { first, last, queries: asked.filter((call) => call === 'business.query').length };
  };

  it('asks for as many pages, however often connections before and after were read', async () => {
    const driver = await connected();
    const { world } = driver;
    const { connectionId } = await connectionOf(driver);
    await told(world, 'cxn_former', '2026-01-02T00:00:00.000Z', 600);
    expect(await queriesOf(driver)).toEqual({ first: 'not read yet', last: 'not read yet', queries: 3 });
    await told(world, connectionId, '2026-01-06T10:00:00.000Z', 300);
    const own = { first: '6 January 2026 at 11:00', last: '7 January 2026 at 11:55', queries: 3 };
    expect(await queriesOf(driver)).toEqual(own);
    world.now = Date.parse('2026-01-08T00:00:00.000Z');
    await withdraw(driver);
    await told(world, 'cxn_later', '2026-01-08T06:00:00.000Z', 300);
    expect(await queriesOf(driver)).toEqual(own);
  });

  it('counts from when we asked, also where the car had measured before it was connected', async () => {
    const driver = await connected();
    const { world } = driver;
    const { connectionId } = await connectionOf(driver);
    await told(world, 'cxn_former', '2026-01-02T00:00:00.000Z', 200);
    await told(world, connectionId, '2026-01-07T10:00:00.000Z', 60);
    const key = keys.reading(world.tenantId, world.contract?.contractId ?? '', '2026-01-04T20:00:00.000Z', 'rdg_stale');
    await world.tables.business.put({
      ...key,
      connectionId,
      fetchedAt: '2026-01-06T10:00:00.000Z',
      metres: 987_654_321,
    });
    expect(await queriesOf(driver)).toMatchObject({
      first: '6 January 2026 at 11:00',
      last: '7 January 2026 at 15:55',
    });
  });

  it('I12 holds neither the VIN nor the account, and nothing that was measured', async () => {
    const driver = await connected();
    await read(driver.world, (await connectionOf(driver)).connectionId, '2026-01-06T10:00:00.000Z');
    const { body } = await show(driver);
    expect(body).toContain(VIN.slice(-4));
    for (const hidden of [VIN.slice(-5), VIN.slice(0, 12), 'anna@example.com', '987', driver.world.tenantId, 'cxn_']) {
      expect(body).not.toContain(hidden);
    }
  });

  it('is shown without a cookie, and showing changes nothing and sends nothing', async () => {
    const driver = await connected();
    const before = await everything(driver.world);
    const sent = driver.world.sent.length;
    for (const secFetchSite of [undefined, 'none', 'cross-site']) {
      const answer = await show(driver, { secFetchSite });
      expect([answer.status, answer.cookie]).toEqual([200, undefined]);
    }
    expect(await everything(driver.world)).toBe(before);
    expect(driver.world.sent).toHaveLength(sent);
  });

  it('is text where names would be markup', async () => {
    const evil = `<script>alert("1")</script>'&`;
    const driver = await connected({ tenantName: evil, reference: evil });
    const connection = await connectionOf(driver);
    const named = { state: 'active' as const, make: evil, model: evil, permissions: [evil, 'constructor'], vin: '<i>' };
    await moveConnection(driver.world.tables.business, connection, ['active'], named, driver.world.now);
    for (const acceptLanguage of LANGUAGES) {
      const { body } = await show(driver, { acceptLanguage });
      expect(body).not.toMatch(/<script|<i>|https?:|src=/);
      expect(body.split('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&#39;&amp;').length).toBeGreaterThan(5);
      expect(body).toContain('<li>constructor</li>');
    }
  });

  it.each([
    ['nl', 'Mijn gegevens', 'Toestemming gegeven', '5 januari 2026 om 10:00'],
    ['fr', 'Mes données', 'Accord donné', '5 janvier 2026 à 10:00'],
    ['de', 'Meine Daten', 'Eingewilligt', '5. Januar 2026 um 10:00'],
  ])('is told in %s', async (acceptLanguage, title, label, since) => {
    const answer = await show(await connected(), { acceptLanguage });
    expect(heading(answer)).toBe(title);
    expect(answer.body).toContain(`<html lang="${acceptLanguage}">`);
    expect(rowsOf(answer)[label]).toBe(since);
  });

  it.each([
    ['action_required', 'the car cannot be read now'],
    ['reauth_required', 'Your consent stands until you withdraw it'],
    ['pending', 'We are checking that it is the right car'],
  ] as const)('in the state %s is told as it is, and can be ended', async (state, words) => {
    const driver = await connected();
    await moveConnection(
      driver.world.tables.business,
      await connectionOf(driver),
      ['active'],
      { state },
      driver.world.now,
    );
    expect((await show(driver)).body).toContain(words);
    expect(heading(await show(driver))).toBe('My data');
    await withdraw(driver);
    expect((await connectionOf(driver)).state).toBe('withdrawn');
  });

  it('of a connection that failed is the reason alone', async () => {
    const driver = await connected();
    const failed = { state: 'failed', reason: 'wrong_vin' } as const;
    await moveConnection(
      driver.world.tables.business,
      await connectionOf(driver),
      ['active'],
      failed,
      driver.world.now,
    );
    expect(heading(await show(driver))).toBe('This is another car');
    const sent = driver.world.sent.length;
    await withdraw(driver);
    expect((await connectionOf(driver)).state).toBe('failed');
    expect(driver.world.sent).toHaveLength(sent);
  });
});

describe('withdrawing', () => {
  const ended = async ({ world }: Driver) => ({
    states: (await world.connections()).map(({ state }) => state),
    pairs: (await world.pairs()).length,
    connectedVehicles: await world.connectedVehicles(),
    deadLetters: world.deadLetters.length,
  });
  const allEnded = { states: ['withdrawn'], pairs: 0, connectedVehicles: [], deadLetters: 0 };

  it('I10 ends the consent at once; grant and pair follow from the queue', async () => {
    const driver = await connected();
    const { world } = driver;
    world.now += DAY;
    world.wireCalls = [];
    const answer = await withdraw(driver, { secFetchSite: 'same-origin' });
    expect([answer.status, answer.headers['location']]).toEqual([303, `/my-data/${driver.token}`]);
    expectGuarded(answer, world);
    expect(world.wireCalls).toEqual([]);
    const connection = await connectionOf(driver);
    expect([connection.state, connection.withdrawnAt, isReadable(connection)]).toEqual([
      'withdrawn',
      new Date(world.now).toISOString(),
      false,
    ]);
    await world.drain();
    expect(await ended(driver)).toEqual(allEnded);
    const shown = await show(driver);
    expect(heading(shown)).toBe('You have withdrawn your consent');
    expect(rowsOf(shown)['Shared until']).toBe('6 January 2026 at 10:01');
    expect(rowsOf(shown)['What could be read']).toContain('the odometer');
    expect(shown.body).toContain('Your car is not read any more.');
    expect(shown.body).not.toContain('<form');
  });

  it.each([
    ['en', 'Your car is not shared any more'],
    ['nl', 'Uw auto wordt niet meer gedeeld'],
    ['fr', 'Votre voiture n’est plus partagée'],
    ['de', 'Ihr Auto wird nicht mehr geteilt'],
  ])('by the insurer is not called the driver’s own, in %s', async (acceptLanguage, title) => {
    const driver = await connected();
    const { world } = driver;
    await withdrawConsent(world.tables.business, await connectionOf(driver), world.now, 'ended_by_insurer');
    await world.drain();
    expect(await ended(driver)).toEqual(allEnded);
    expect(heading(await show(driver, { acceptLanguage }))).toBe(title);
    expect((await show(driver, { acceptLanguage })).body).not.toContain('<form');
    const { query, browser } = driver;
    const token = new URLSearchParams(query).get('state') ?? '';
    const progress = await world.request('GET /connect/done/{token}', browser, { token, acceptLanguage });
    expect(heading(progress)).toBe(title);
  });

  it('is asked once more in the page, by a form without script', async () => {
    const { body } = await show(await connected());
    expect(body).toMatch(
      /<details><summary>Withdraw my consent<\/summary>.*<form method="post"><button type="submit"/s,
    );
    expect(body.match(/<form/g)).toHaveLength(1);
  });

  it('I10 again and again does nothing more: the first instant stands', async () => {
    const driver = await connected();
    await withdraw(driver);
    const { withdrawnAt } = await connectionOf(driver);
    driver.world.now += DAY;
    for (let n = 0; n < 3; n += 1) expect((await withdraw(driver)).status).toBe(303);
    await driver.world.drain();
    expect((await connectionOf(driver)).withdrawnAt).toBe(withdrawnAt);
    expect(await ended(driver)).toEqual(allEnded);
  });

  it('ten times at once ends it once', async () => {
    const driver = await connected();
    const statuses = await Promise.all(Array.from({ length: 10 }, async () => (await withdraw(driver)).status));
    expect(new Set(statuses)).toEqual(new Set([303]));
    await driver.world.drain();
    expect(await ended(driver)).toEqual(allEnded);
  });

  it.each(['do=withdraw', 'do=', 'do=reconnect&do=reconnect', 'x=1', 'do=reconnect&x=1', '__proto__=1', undefined])(
    'with a form of %j, which is not ours, does nothing and says what to do',
    async (sent) => {
      const driver = await connected();
      const before = await everything(driver.world);
      const messages = driver.world.sent.length;
      const form = sent === undefined ? undefined : new URLSearchParams(sent);
      const answer = await withdraw(driver, { form, acceptLanguage: 'fr' });
      expect([answer.status, heading(answer)]).toEqual([400, 'Cela ne venait pas de notre page']);
      expect(answer.body).toContain('Rien n’a été modifié. Ouvrez à nouveau votre lien personnel');
      expectGuarded(answer, driver.world);
      expect(await everything(driver.world)).toBe(before);
      expect(driver.world.sent.length).toBe(messages);
    },
  );

  it.each(['cross-site', 'same-site', 'none'])('from a form that is %s does nothing', async (secFetchSite) => {
    const driver = await connected();
    const before = await everything(driver.world);
    const sent = driver.world.sent.length;
    const answer = await withdraw(driver, { secFetchSite });
    expect([answer.status, heading(answer)]).toEqual([403, 'That did not come from our page']);
    expect(answer.body).toContain('Open your personal link once more');
    expect(await everything(driver.world)).toBe(before);
    expect(driver.world.sent).toHaveLength(sent);
  });

  it('works while the vehicle platform is down, and is done there when it is back', async () => {
    const driver = await connected();
    const { world } = driver;
    // The access token is old, so that the pair has to be refreshed first, and then nothing answers.
    world.now += DAY;
    for (let n = 0; n < 4; n += 1) world.simulator.interrupt({ path: '/oauth/token', when: 'before' });
    expect((await withdraw(driver)).status).toBe(303);
    expect((await connectionOf(driver)).state).toBe('withdrawn');
    world.wireCalls = [];
    await world.drain();
    expect(world.wireCalls).toEqual(['refresh', 'refresh', 'refresh', 'refresh', 'refresh', 'disconnect']);
    expect(await ended(driver)).toEqual(allEnded);
  });

  it('leaves another contract on the same car connected', async () => {
    const driver = await connected();
    const { world } = driver;
    const own = world.contract;
    await world.sign({ vin: VIN, reference: 'POLICY-2' });
    const other = await again(world);
    world.contract = own;
    await withdraw(driver);
    await world.drain();
    expect((await world.connections()).map(({ state }) => state)).toEqual(['withdrawn']);
    expect(await world.connectedVehicles()).toHaveLength(1);
    expect(heading(await show(other))).toBe('My data');
  });

  /** Every call of a healthy request, ended there or only its answer lost: then the driver reloads, or does not. */
  it('I10 that ends anywhere is either not done and said so, or done to its end by the queue; a reload does all of it', async () => {
    const healthy = await connected();
    const before = healthy.world.crashes.calls.length;
    await withdraw(healthy);
    const calls = healthy.world.crashes.calls.slice(before);
    expect(calls).toEqual(['business.get', 'business.get', 'business.update']);
    for (const [index, call] of calls.entries()) {
      for (const fault of ['not_applied', 'applied'] satisfies readonly Fault[]) {
        for (const manner of ['dies', 'goes on'] as const) {
          const driver = await connected();
          const { world } = driver;
          world.crashes.plan(index + 1, fault, manner);
          const answer = await withdraw(driver);
          const told = `${index + 1} ${call} ${fault} ${manner}: ${answer.status}`;
          if (answer.status !== 303) expect(heading(answer), told).toBe('Something went wrong on our side');
          await world.drain();
          const { state } = await connectionOf(driver);
          // What has begun is finished without the driver; what has not begun was said to have gone wrong.
          if (state === 'withdrawn') expect(await ended(driver), told).toEqual(allEnded);
          else expect([state, answer.status, world.deadLetters.length], told).toEqual(['active', 500, 0]);
          expect((await withdraw(driver)).status, told).toBe(303);
          await world.drain();
          expect(await ended(driver), told).toEqual(allEnded);
          expect(heading(await show(driver)), told).toBe('You have withdrawn your consent');
        }
      }
    }
  }, 60_000);

  it('when the store is away says so with every header, and tells the operator', async () => {
    const driver = await connected();
    driver.world.crashes.plan(1, 'not_applied', 'goes on');
    const answer = await show(driver);
    expect([answer.status, heading(answer)]).toEqual([500, 'Something went wrong on our side']);
    expect(answer.body).toContain('Open your personal link again in some minutes');
    expectGuarded(answer, driver.world);
    expect(driver.world.reports).toMatchObject([{ code: 'INJECTED' }]);
  });
});

describe('connecting again', () => {
  const dead = async (driver: Driver, reason = 'token_refused') => {
    const connection = await connectionOf(driver);
    await moveConnection(
      driver.world.tables.business,
      connection,
      ['active'],
      { state: 'reauth_required', reason },
      driver.world.now,
    );
    return connection;
  };
  const press = ({ world, token }: Driver, more: Partial<PageRequest> = {}): Promise<PageAnswer> => {
    const form = new URLSearchParams({ do: 'reconnect' });
    return world.request('POST /my-data/{token}', new Browser(), { token, form, ...more });
  };

  it('is a button where only a new login helps: it leads to a fresh link, and the same car is read again', async () => {
    const driver = await connected();
    const { world } = driver;
    expect((await show(driver)).body).not.toContain('id="reconnect"');
    const former = await dead(driver, 'CONNECTED_SERVICES_ACCOUNT:AUTHENTICATION_FAILED');
    const page = await show(driver);
    expect(page.body).toContain('<h2>Log in at the maker again</h2>');
    expect(page.body).toContain('name="do" value="reconnect"');
    const answer = await press(driver);
    const link = /^\/connect\/([A-Za-z0-9_-]{43})$/.exec(answer.headers['location'] ?? '')?.[1] ?? '';
    expect([answer.status, link.length]).toEqual([303, 43]);
    expect(await everything(world)).not.toContain(link);
    // The words are agreed to again; then the login, and the contract is read over the new connection.
    const browser = new Browser();
    expect(heading(await world.request('GET /connect/{token}', browser, { token: link }))).toBe('Connect your car');
    const query = await world.atPlatform(await world.begun(link, browser));
    await world.callback(query, browser);
    await world.drain();
    const [before, after] = await world.connections();
    expect([before?.connectionId, before?.state]).toEqual([former.connectionId, 'replaced']);
    expect([after?.state, after?.vin]).toEqual(['active', VIN]);
    expect((await world.current())?.connectionId).toBe(after?.connectionId);
    world.now += DAY;
    expect((await world.request('GET /connect/{token}', browser, { token: link })).status).toBe(404);
  });

  it('is only for the car of the contract', async () => {
    const driver = await connected();
    const { world } = driver;
    await dead(driver);
    const link = (await press(driver)).headers['location']?.split('/').at(-1) ?? '';
    const other = world.addCar({ vin: 'VF7SXHNPTPT000009' });
    const browser = new Browser();
    await world.callback(await world.atPlatform(await world.begun(link, browser), { vehicleIds: [other.id] }), browser);
    await world.drain();
    expect((await world.connections()).map(({ state, reason }) => [state, reason])).toEqual([
      ['reauth_required', 'token_refused'],
      ['failed', 'wrong_vin'],
    ]);
  });

  it('makes nothing where it would mend nothing, and withdraws nothing', async () => {
    const driver = await connected();
    for (const state of ['active', 'withdrawn'] as const) {
      await moveConnection(
        driver.world.tables.business,
        await connectionOf(driver),
        ['active'],
        { state },
        driver.world.now,
      );
      const before = await everything(driver.world);
      const answer = await press(driver);
      expect([answer.status, answer.headers['location']]).toEqual([303, `/my-data/${driver.token}`]);
      expect(await everything(driver.world)).toBe(before);
    }
    expect((await press(driver, { secFetchSite: 'cross-site' })).status).toBe(403);
  });
});

describe('a car that cannot be read', () => {
  it('says what its driver has to do, here and where connecting ended', async () => {
    const driver = await connected();
    const reason = 'CONNECTED_SERVICES_ACCOUNT:SUBSCRIPTION';
    const to = { state: 'action_required', reason } as const;
    await moveConnection(driver.world.tables.business, await connectionOf(driver), ['active'], to, driver.world.now);
    const own = await show(driver, { acceptLanguage: 'nl' });
    expect(own.body).toContain('<h2>Activeer de onlinedienst van uw auto</h2>');
    expect(own.body).toContain('Daarna hoeft u niets meer te doen');
    expect(own.body).not.toContain('id="reconnect"');
    const done = await driver.world.done(driver.query, driver.browser);
    expect(heading(done)).toBe('Activate your car’s online service');
  });
});

describe('what was asked and granted', () => {
  it('is kept with the consent, and shown', async () => {
    const driver = await connected();
    const { consent, permissions } = await connectionOf(driver);
    const three = ['read_odometer', 'read_vin', 'read_vehicle_info'];
    expect([consent?.asked, permissions]).toEqual([three, three]);
    const words = 'the odometer, the vehicle identification number, make, model and year';
    const rows = rowsOf(await show(driver));
    expect([rows['What we asked for'], rows['What may be read']]).toEqual([words, words]);
  });
});
