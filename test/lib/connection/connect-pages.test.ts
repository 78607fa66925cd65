// What the driver's browser sends and gets: links, cookies, states, progress, faults.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keys } from '../../../lib/aws/keys.ts';
import { BRANDS } from '../../../lib/connection/brands.ts';
import type { PageAnswer } from '../../../lib/connection/connect-pages.ts';
import { createConnectSession } from '../../../lib/connection/connect-session.ts';
import { STATES } from '../../../lib/connection/connection.ts';
import { consentVersion } from '../../../lib/connection/consent.ts';
import type { Language } from '../../../lib/connection/language.ts';
import { changeTenant } from '../../../lib/tenant/tenant.ts';
import {
  type Bench,
  Browser,
  CLIENT,
  DAY,
  heading,
  linkForm,
  MINUTE,
  ORIGIN,
  openBench,
  VIN,
  type World,
} from './bench.ts';
import { everything, expectGuarded } from './expect-guarded.ts';

let bench: Bench;

beforeAll(async () => {
  bench = await openBench();
});

afterAll(() => bench.close());

const show = (world: World, token: string, browser = new Browser()): Promise<PageAnswer> =>
  world.request('GET /connect/{token}', browser, { token });

const post = (world: World, token: string, browser = new Browser(), form = linkForm()) =>
  world.request('POST /connect/{token}', browser, { token, form });

describe('the link', () => {
  it('tells who asks for what, and changes nothing however often it is opened', async () => {
    const world = await bench.world({ tenantName: 'Rivage Assurances', reference: 'POLICY-7' });
    const token = await world.link();
    const before = await everything(world);
    for (let n = 0; n < 3; n += 1) {
      const answer = await show(world, token);
      expect(answer.status).toBe(200);
      expect(answer.cookie).toBeUndefined();
      expect(answer.body).toContain('<strong>Rivage Assurances</strong> asks to read your car’s mileage');
      expect(answer.body).toContain('insurance policy <strong>POLICY-7</strong>');
      expectGuarded(answer, world);
    }
    expect(await everything(world)).toBe(before);
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

  it('of a contract that is over gets it too', async () => {
    const world = await bench.world();
    const token = await world.link();
    const { tenantId, contractId } = world.contract ?? { tenantId: '', contractId: '' };
    await world.tables.business.update(keys.contract(tenantId, contractId), { remove: ['dueAt'] });
    expect([(await show(world, token)).status, (await post(world, token)).status]).toEqual([404, 404]);
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

describe('in the driver’s language', () => {
  const inLanguage = (world: World, acceptLanguage: string | undefined, token: string) =>
    world.request('GET /connect/{token}', new Browser(), { token, acceptLanguage });

  it.each([
    ['nl-BE, nl;q=0.9, en;q=0.5', 'nl', 'Uw auto verbinden', 'voor uw verzekeringspolis <strong>POLICY-1</strong>'],
    ['fr-CH, *;q=0.5', 'fr', 'Connecter votre voiture', 'pour votre contrat d’assurance <strong>POLICY-1</strong>'],
    ['de', 'de', 'Ihr Auto verbinden', 'für Ihren Versicherungsvertrag <strong>POLICY-1</strong>'],
    ['pl', 'en', 'Connect your car', 'for your insurance policy <strong>POLICY-1</strong>'],
    [undefined, 'en', 'Connect your car', 'for your insurance policy <strong>POLICY-1</strong>'],
  ])('%j is shown the link in %s', async (acceptLanguage, language, title, ask) => {
    const world = await bench.world();
    const answer = await inLanguage(world, acceptLanguage, await world.link());
    expect([heading(answer), answer.headers['content-language']]).toEqual([title, language]);
    expect(answer.body).toContain(`<html lang="${language}">`);
    expect(answer.body).toContain(ask);
    expectGuarded(answer, world);
  });

  it.each([
    ['nl', 'Deze link werkt niet meer'],
    ['fr', 'Ce lien ne fonctionne plus'],
    ['de', 'Dieser Link funktioniert nicht mehr'],
  ])('%s reads of trouble in it as well', async (acceptLanguage, title) => {
    const world = await bench.world();
    const answer = await inLanguage(world, acceptLanguage, 'x'.repeat(43));
    expect([answer.status, heading(answer)]).toEqual([404, title]);
    expect(answer.body).toContain(`<html lang="${acceptLanguage}">`);
  });

  it('that the insurer named is read in it, from the link to the end, whatever the browser asks for', async () => {
    const world = await bench.world();
    world.addCar();
    const token = await world.link('fr');
    const browser = new Browser();
    const shown = await inLanguage(world, 'nl', token);
    expect([heading(shown), shown.headers['content-language']]).toEqual(['Connecter votre voiture', 'fr']);
    const form = linkForm('', '2026-11-fr');
    const begun = await world.request('POST /connect/{token}', browser, { token, form, acceptLanguage: 'nl' });
    const query = await world.atPlatform(begun.headers['location'] ?? '');
    await world.callback(query, browser);
    await world.drain();
    const state = new URLSearchParams(query).get('state') ?? '';
    const done = await world.request('GET /connect/done/{token}', browser, { token: state, acceptLanguage: 'nl' });
    expect([heading(done), done.headers['content-language']]).toEqual(['Votre voiture est connectée', 'fr']);
  });

  /** The page is read in one language, its form sent by a browser that says another. */
  it.each([
    ['nl', 'en', '2026-11-nl'],
    ['fr', undefined, '2026-11-fr'],
    ['de', 'nl', '2026-11-de'],
    ['pl', 'de', '2026-11-en'],
  ])('%s agrees to the text that was shown, not to the one of %s', async (shown, sent, textVersion) => {
    const world = await bench.world();
    world.addCar();
    const token = await world.link();
    const { body } = await inLanguage(world, shown, token);
    const text = /<input type="hidden" name="text" value="([^"]*)">/.exec(body)?.[1] ?? '';
    const browser = new Browser();
    const form = linkForm('', text);
    const begun = await world.request('POST /connect/{token}', browser, { token, form, acceptLanguage: sent });
    await world.callback(await world.atPlatform(begun.headers['location'] ?? ''), browser);
    await world.drain();
    expect(await world.connections()).toMatchObject([{ state: 'active', consent: { textVersion } }]);
  });

  it.each([
    ...['2020-01-en', '', '__proto__', '2026-11-nl%20', '2026-11-en%ff'].map((text) => `text=${text}&make=CITROEN`),
    ...['', 'make=CITROEN', 'make=', 'text=2026-11-en'],
  ])('a form of %j begins nothing: the words of now have to be read, and a brand chosen', async (sent) => {
    const world = await bench.world();
    const token = await world.link();
    const before = await everything(world);
    const answer = await post(world, token, new Browser(), new URLSearchParams(sent));
    expect([answer.status, answer.headers['location']]).toEqual([303, `/connect/${token}`]);
    expect(answer.cookie).toBeUndefined();
    expect(await everything(world)).toBe(before);
  });

  it('tells how it goes in it', async () => {
    const world = await bench.world();
    world.addCar();
    const browser = new Browser();
    const query = await world.authorized(browser);
    const back = await world.callback(query, browser);
    const token = back.headers['location']?.split('/').at(-1) ?? '';
    const told = async (acceptLanguage: string) =>
      heading(await world.request('GET /connect/done/{token}', browser, { token, acceptLanguage }));
    expect(await told('de')).toBe('Ihr Auto wird verbunden');
    await world.drain();
    expect(await told('nl')).toBe('Uw auto is verbonden');
    expect(await told('fr')).toBe('Votre voiture est connectée');
  });
});

describe('continuing', () => {
  it('goes to the platform with exactly what it may ask for', async () => {
    const world = await bench.world();
    const answer = await post(world, await world.link(), new Browser());
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

  it('with another brand names none', async () => {
    const world = await bench.world();
    const url = new URL(await world.begun(await world.link(), new Browser(), ''));
    expect(url.pathname).toBe('/oauth/authorize');
    expect(url.searchParams.has('make')).toBe(false);
  });

  it.each([
    ...['LADA', 'FORD', 'citroen', '%00', '%20', 'CITROEN%26scope=read_location', '__proto__'].map(
      (make) => `text=2026-11-en&make=${make}`,
    ),
    ...['make=LADA', 'text=2026-11-en&make=CITROEN&make=CITROEN', 'text=2026-11-en&text=2026-11-en&make=CITROEN'],
    ...['x=1', 'text=2026-11-en&make=CITROEN&x=1', 'text=2026-11-en&make=CITROEN&__proto__=1', '{"make":"CITROEN"}'],
    undefined,
  ])('with a form of %j, which is not ours, begins nothing and says what to do', async (sent) => {
    const world = await bench.world();
    const token = await world.link();
    const before = await everything(world);
    const form = sent === undefined ? undefined : new URLSearchParams(sent);
    const asked = { token, form, acceptLanguage: 'nl' };
    const answer = await world.request('POST /connect/{token}', new Browser(), asked);
    expect([answer.status, heading(answer)]).toEqual([400, 'Dat kwam niet van onze pagina']);
    expect(answer.body).toContain('Er is niets begonnen. Open de link');
    expect(answer.cookie).toBeUndefined();
    expectGuarded(answer, world);
    expect(await everything(world)).toBe(before);
  });

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
    const stored = await everything(world);
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
    const before = await everything(world);
    const form = linkForm();
    const answer = await world.request('POST /connect/{token}', new Browser(), { token, form, secFetchSite });
    expect([answer.status, heading(answer)]).toEqual([403, 'That did not come from our page']);
    expect(await everything(world)).toBe(before);
    const ours = { token, form, secFetchSite: 'same-origin' };
    const own = await world.request('POST /connect/{token}', new Browser(), ours);
    expect([own.status, own.headers['location']?.startsWith(world.platformOrigin)]).toEqual([303, true]);
  });
});

describe('the way back to the insurer', () => {
  const RETURN_URL = 'https://rivage.example/done?from=odoseal&x=1';
  const LINK = '<p><a id="back" href="https://rivage.example/done?from=odoseal&amp;x=1">';

  /** A driver whose car is connected, with a link that has this language and a way back. @returns the last page as it is now */
  async function cameFrom(returnUrls: string[], language?: Language) {
    const world = await bench.world({ tenantName: 'Rivage' });
    await changeTenant(world.tables.business, world.tenantId, { returnUrls }, world.now);
    world.addCar();
    const browser = new Browser();
    const form = linkForm('', consentVersion(language ?? 'en'));
    const begun = await post(world, await world.link(language, RETURN_URL), browser, form);
    const query = await world.atPlatform(begun.headers['location'] ?? '');
    const returned = await world.callback(query, browser);
    const token = returned.headers['location']?.split('/').at(-1) ?? '';
    return { world, returned, progress: () => world.request('GET /connect/done/{token}', browser, { token }) };
  }

  it.each([
    ['en', 'Back to Rivage'],
    ['nl', 'Terug naar Rivage'],
    ['fr', 'Retour vers Rivage'],
    ['de', 'Zurück zu Rivage'],
  ] as const)('is a link at the end in %s, and nobody is sent there', async (language, words) => {
    const { world, returned, progress } = await cameFrom(['https://other.example/', RETURN_URL], language);
    expect([returned.status, returned.headers['location']]).toEqual([303, expect.stringMatching(/^\/connect\/done\//)]);
    const waiting = await progress();
    expect([waiting.status, waiting.body.includes('rivage.example')]).toEqual([200, false]);
    await world.drain();
    const done = await progress();
    expect(done.status).toBe(200);
    expect(done.headers['location']).toBeUndefined();
    expect(done.body).toContain(`${LINK}${words}</a></p>`);
    expect(done.body).not.toContain('http-equiv="refresh"');
    expectGuarded(done, world);
  });

  it('is there however it ended', async () => {
    const { world, progress } = await cameFrom([RETURN_URL]);
    await world.drain();
    const [connection] = await world.connections();
    if (connection === undefined) throw new Error('no connection');
    for (const state of STATES) {
      const { tenantId, contractId, connectionId } = connection;
      await world.tables.business.update(keys.connection(tenantId, contractId, connectionId), { set: { state } });
      expect([state, (await progress()).body.includes(LINK)]).toEqual([state, state !== 'pending']);
    }
  });

  it('is not offered any more once it is off the list of its tenant, and is compared letter by letter', async () => {
    const { world, progress } = await cameFrom([RETURN_URL]);
    await world.drain();
    expect((await progress()).body).toContain(LINK);
    for (const returnUrls of [[], ['https://rivage.example/'], [`${RETURN_URL}2`], [RETURN_URL.slice(0, -1)]]) {
      await changeTenant(world.tables.business, world.tenantId, { returnUrls }, world.now);
      expect((await progress()).body).not.toContain('rivage.example');
    }
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
    const before = await everything(world);
    const sent = world.sent.length;
    expect((await world.done(query, browser)).body).toContain('<meta http-equiv="refresh" content="3">');
    world.now += 2 * MINUTE + 1;
    const late = await world.done(query, browser);
    expect(late.body).toContain('<meta http-equiv="refresh" content="20">');
    expect(late.body).toContain('longer than usual');
    expect(await everything(world)).toBe(before);
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
