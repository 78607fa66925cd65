import { describe, expect, it } from 'vitest';
import { brands } from '../../../lib/simulator/brands.ts';
import type { OwnerAnswers } from '../../../lib/simulator/owner.ts';
import {
  application,
  authorizeUrl,
  type Bench,
  bench,
  connected,
  ORIGIN,
  otherApplication,
  plugIn,
  returnOf,
} from './bench.ts';

const anna = { email: plugIn.account };

async function page(
  platform: Bench,
  request: Request,
): Promise<{ status: number; text: string; location: string | null }> {
  const response = await platform.simulator.handle(request);
  return { status: response.status, text: await response.text(), location: response.headers.get('location') };
}

async function submit(platform: Bench, fields: Readonly<Record<string, string>>): ReturnType<typeof page> {
  const body = new URLSearchParams(fields);
  return page(platform, new Request(`${ORIGIN}/oauth/authorize`, { method: 'POST', body }));
}

async function sessionOf(platform: Bench, parameters: Readonly<Record<string, string>> = {}): Promise<string> {
  const { text } = await page(platform, new Request(authorizeUrl(parameters)));
  return /name="session" value="([^"]+)"/.exec(text)?.[1] ?? '';
}

function parametersOf(url: URL): Record<string, string> {
  return Object.fromEntries(url.searchParams);
}

describe('Connect', () => {
  it('returns with a code, the state and the user id', async () => {
    const platform = bench();
    platform.simulator.fleet.addCar(plugIn);
    const back = await returnOf(platform, anna, { external_id: 'ours-1' });
    expect(back.origin + back.pathname).toBe('https://app.test/callback');
    expect(parametersOf(back)).toEqual({
      code: expect.stringMatching(/^[0-9a-f-]{36}$/),
      state: 'the-state',
      user_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      external_id: 'ours-1',
    });
  });

  it('says where to add the virtual key of a car that lacks it', async () => {
    const platform = bench();
    platform.simulator.fleet.addCar({
      ...plugIn,
      make: 'TESLA',
      trouble: 'CONNECTED_SERVICES_ACCOUNT:VIRTUAL_KEY_REQUIRED',
    });
    const back = await returnOf(platform, anna, { make: 'TESLA' });
    expect(back.searchParams.get('virtual_key_url')).toBe('https://www.tesla.com/_ak/smartcar.com');
  });

  it('returns without a code for response_type none, and to the first redirect URI when none is given', async () => {
    const platform = bench();
    platform.simulator.fleet.addCar(plugIn);
    const url = new URL(authorizeUrl({ response_type: 'none', application_id: application.clientId }));
    for (const name of ['redirect_uri', 'client_id', 'state']) url.searchParams.delete(name);
    const session = /name="session" value="([^"]+)"/.exec((await page(platform, new Request(url))).text)?.[1] ?? '';
    await submit(platform, { session, step: 'welcome', action: 'continue' });
    await submit(platform, { session, step: 'brand', make: 'CITROEN' });
    const chosen = await submit(platform, { session, step: 'login', username: anna.email, password: 'x' });
    const vehicle = /name="vehicle" value="([^"]+)" checked/.exec(chosen.text)?.[1] ?? '';
    await submit(platform, { session, step: 'vehicles', vehicle });
    const back = new URL((await submit(platform, { session, step: 'approval' })).location ?? '');
    expect(back.href.split('?')[0]).toBe('https://app.test/callback');
    expect([...back.searchParams.keys()]).toEqual(['user_id']);
  });

  it('shows forms with the ids that browsers are driven by, and no script', async () => {
    const platform = bench();
    platform.simulator.fleet.addCar(plugIn);
    const session = await sessionOf(platform);
    const welcome = await page(platform, new Request(authorizeUrl()));
    const brand = await submit(platform, { session, step: 'welcome' });
    const login = await submit(platform, { session, step: 'brand', make: 'CITROEN' });
    const vehicles = await submit(platform, { session, step: 'login', username: 'ANNA@example.com', password: 'x' });
    const vehicle = /name="vehicle" value="([^"]+)"/.exec(vehicles.text)?.[1] ?? '';
    const approval = await submit(platform, { session, step: 'vehicles', vehicle });
    expect(welcome.text).toContain('<button id="continue-button"');
    expect(brand.text).toContain('id="brand-search"');
    expect(brand.text).toContain('<button id="CHEVROLET" class="brand-list-item"');
    expect(login.text).toContain('<h1>My Citroën</h1>');
    for (const id of ['username', 'password', 'sign-in-button']) expect(login.text).toContain(`id="${id}"`);
    expect(vehicles.text).toContain('type="checkbox"');
    expect(approval.text).toContain('id="approval-button"');
    expect(approval.text).toContain('<li data-permission="read_odometer">Total distance driven</li>');
    for (const { text } of [welcome, brand, login, vehicles, approval]) expect(text).not.toMatch(/<script|onclick/i);
  });

  it('skips the brands when a make is given, and offers radio buttons for a single vehicle', async () => {
    const platform = bench();
    platform.simulator.fleet.addCar(plugIn);
    platform.simulator.fleet.addCar({ ...plugIn, model: 'C3' });
    const session = await sessionOf(platform, { make: 'CITROEN', single_select: 'true' });
    expect((await submit(platform, { session, step: 'welcome' })).text).toContain('id="sign-in-button"');
    const vehicles = await submit(platform, { session, step: 'login', username: anna.email, password: 'x' });
    expect(vehicles.text.match(/type="radio"/g)).toHaveLength(2);
  });

  it('refuses two vehicles where one was asked for', async () => {
    const platform = bench();
    const vehicleIds = [platform.simulator.fleet.addCar(plugIn).id, platform.simulator.fleet.addCar(plugIn).id];
    const answers = { ...anna, vehicleIds };
    await expect(returnOf(platform, answers, { single_select: 'true' })).rejects.toThrow('Connect went another way');
    expect((await returnOf(platform, answers)).searchParams.has('code')).toBe(true);
  });

  it('chooses by VIN when asked to, whatever the make', async () => {
    const platform = bench();
    const wanted = platform.simulator.fleet.addCar({ ...plugIn, make: 'OPEL', vin: 'W0L00000000000001' });
    platform.simulator.fleet.addCar(plugIn);
    const parameters = { single_select: 'true', single_select_vin: 'W0L00000000000001', make: 'CITROEN' };
    const session = await sessionOf(platform, parameters);
    const welcome = await submit(platform, { session, step: 'welcome' });
    const { text } = await submit(platform, { session, step: 'login', username: anna.email, password: 'x' });
    expect([...text.matchAll(/name="vehicle" value="([^"]+)"/g)].map(([, id]) => id)).toEqual([wanted.id]);
    expect(welcome.text).toContain('<h1>Log in at OPEL</h1>');
  });

  it('asks for consent again only when forced or when more is asked for', async () => {
    const platform = bench();
    await connected(platform, 'read_odometer read_vin');
    const declining: OwnerAnswers = { ...anna, leaveAt: 'approval' };
    const denied = { error: 'access_denied' };
    await expect(returnOf(platform, declining, { scope: 'read_odometer' })).rejects.toThrow('Connect went another way');
    const forced = await returnOf(platform, declining, { scope: 'read_odometer', approval_prompt: 'force' });
    expect(parametersOf(forced)).toMatchObject(denied);
    expect(parametersOf(await returnOf(platform, declining, { scope: 'read_location' }))).toMatchObject(denied);
  });

  it('keeps an unknown account and an empty password at the login', async () => {
    const platform = bench();
    const session = await sessionOf(platform, { make: 'CITROEN' });
    const login = { session, step: 'login', username: 'nobody@example.com' };
    expect((await submit(platform, { ...login, password: 'x' })).text).toContain('E-mail or password is wrong.');
    expect((await submit(platform, { ...login, password: '' })).text).toContain('Enter your e-mail and password.');
  });

  it('asks for consent for each application', async () => {
    const platform = bench();
    await connected(platform, 'read_odometer');
    const { clientId, redirectUris } = otherApplication;
    const other = { client_id: clientId, redirect_uri: redirectUris[0] ?? '', scope: 'read_odometer' };
    const back = await returnOf(platform, { ...anna, leaveAt: 'approval' }, other);
    expect(back.searchParams.get('error')).toBe('access_denied');
  });

  it('is over once it has returned', async () => {
    const platform = bench();
    platform.simulator.fleet.addCar({ ...plugIn, account: 'Anna@Example.com' });
    const left = await sessionOf(platform);
    expect((await submit(platform, { session: left, step: 'welcome', action: 'cancel' })).status).toBe(302);
    expect((await submit(platform, { session: left, step: 'welcome' })).status).toBe(400);
    const session = await sessionOf(platform, { make: 'CITROEN' });
    const { text } = await submit(platform, { session, step: 'login', username: anna.email, password: 'x' });
    const vehicle = /name="vehicle" value="([^"]+)"/.exec(text)?.[1] ?? '';
    await submit(platform, { session, step: 'vehicles', vehicle });
    expect((await submit(platform, { session, step: 'approval' })).status).toBe(302);
    expect((await submit(platform, { session, step: 'approval' })).status).toBe(400);
  });

  it('accepts anybody in test mode', async () => {
    const platform = bench();
    const back = await returnOf(platform, { email: 'anybody@example.com' }, { mode: 'test' });
    expect(back.searchParams.has('code')).toBe(true);
  });

  it('writes what it was given as text, never as markup', async () => {
    const platform = bench();
    const session = await sessionOf(platform);
    const { text } = await submit(platform, { session, step: 'brand', 'brand-search': '"><script>' });
    expect(text).toContain('value="&#34;&#62;&#60;script&#62;"');
    expect(text).toContain('No such brand.');
  });

  it('offers the 45 brands, or those of a country', async () => {
    const platform = bench();
    expect(brands).toHaveLength(45);
    const session = await sessionOf(platform, { flags: 'country:US' });
    const { text } = await submit(platform, { session, step: 'welcome' });
    expect(text).toContain('id="TESLA"');
    expect(text).not.toContain('id="CITROEN"');
    const everywhere = await submit(platform, { session: await sessionOf(platform), step: 'welcome' });
    expect(everywhere.text.match(/brand-list-item/g)).toHaveLength(45);
  });
});

describe('a problem before the redirect URI is known to be good', () => {
  it.each([
    ['an unknown application', { client_id: 'nobody' }, 'The client_id is missing or unknown.'],
    [
      'a foreign redirect URI',
      { redirect_uri: 'https://evil.test/' },
      'The redirect_uri is not registered for this application.',
    ],
  ])('is shown on screen: %s', async (_, parameters, text) => {
    const shown = await page(bench(), new Request(authorizeUrl(parameters)));
    expect([shown.status, shown.location]).toEqual([400, null]);
    expect(shown.text).toContain(text);
    expect(shown.text).not.toContain('<form');
  });

  it('is shown on screen: a session that has ended', async () => {
    const platform = bench();
    const session = await sessionOf(platform);
    platform.turn(60 * 60_000);
    expect(await submit(platform, { session, step: 'welcome' })).toMatchObject({ status: 400, location: null });
    expect(await submit(platform, { session: 'nobody', step: 'welcome' })).toMatchObject({
      status: 400,
      location: null,
    });
  });
});

describe('an error redirect', () => {
  it.each<[string, OwnerAnswers]>([
    ['user_exited', { ...anna, leaveAt: 'welcome' }],
    ['user_cancelled', { ...anna, leaveAt: 'brand' }],
    ['oem_cancelled_login', { ...anna, leaveAt: 'login' }],
    ['user_manually_returned_to_application', { ...anna, leaveAt: 'vehicles' }],
    ['access_denied', { ...anna, leaveAt: 'approval' }],
    ['invalid_subscription', { email: 'smartcar@invalid-subscription.com' }],
    ['no_vehicles', { email: 'smartcar@no-vehicles.com' }],
    ['server_error', { email: 'smartcar@server-error.com' }],
  ])('tells %s, with a description and the state', async (error, answers) => {
    const platform = bench();
    platform.simulator.fleet.addCar(plugIn);
    const parameters = parametersOf(await returnOf(platform, answers));
    expect(parameters).toEqual({ error, error_description: expect.stringMatching(/^[A-Z].{10,}/), state: 'the-state' });
  });

  it('tells vehicle_incompatible with or without the vehicle, as the owner likes', async () => {
    const email = 'smartcar@vehicle-incompatible.com';
    const error = {
      error: 'vehicle_incompatible',
      error_description: 'The vehicle is not compatible',
      state: 'the-state',
    };
    const vehicle = { vin: '0SCAUDI012FE3B132', make: 'AUDI', model: 'A4', year: '2015' };
    expect(parametersOf(await returnOf(bench(), { email }))).toEqual({ ...error, ...vehicle });
    expect(parametersOf(await returnOf(bench(), { email, share: false }))).toEqual(error);
  });

  it('tells vehicle_incompatible when the car lacks a required permission', async () => {
    const platform = bench();
    platform.simulator.fleet.addCar({ ...plugIn, powertrain: 'BEV' });
    const required = await returnOf(platform, anna, { scope: 'read_odometer required:read_fuel' });
    expect(parametersOf(required)).toMatchObject({
      error: 'vehicle_incompatible',
      vin: 'VR7C5XPHEV0000001',
      model: 'C5 X',
    });
    expect((await returnOf(platform, anna, { scope: 'read_odometer read_fuel' })).searchParams.has('code')).toBe(true);
  });

  it.each([
    ['a test VIN in live mode', { single_select: 'true', single_select_vin: '0SCLR0002E8896323' }, 'single_select_vin'],
    ['an unknown permission', { scope: 'read_mind' }, 'scope'],
    ['an unknown response type', { response_type: 'token' }, 'response_type'],
  ])('tells configuration_error with status and message: %s', async (_, parameters, name) => {
    expect(parametersOf(await returnOf(bench(), anna, parameters))).toEqual({
      error: 'configuration_error',
      error_description: 'There is a problem with how the application opened Connect',
      status_code: '400',
      error_message: `Invalid parameter: ${name}`,
      state: 'the-state',
    });
  });

  it('tells configuration_error when a step was skipped', async () => {
    const platform = bench();
    const session = await sessionOf(platform);
    await submit(platform, { session, step: 'approval' });
    const { location } = await submit(platform, { session, step: 'leave' });
    expect(new URL(location ?? '').searchParams.get('error_message')).toBe('A step was skipped');
  });

  it('ends in no_vehicles when the account has none of that make', async () => {
    const platform = bench();
    platform.simulator.fleet.addCar({ ...plugIn, make: 'OPEL' });
    expect(parametersOf(await returnOf(platform, anna))).toMatchObject({ error: 'no_vehicles' });
  });
});

describe('logging in again', () => {
  async function reauthenticate(platform: Bench, vehicleId: string, username: string): Promise<string | null> {
    const query = new URLSearchParams({
      response_type: 'vehicle_id',
      client_id: application.clientId,
      vehicle_id: vehicleId,
      redirect_uri: 'https://app.test/callback',
      state: 'again',
    });
    const { text } = await page(platform, new Request(`${ORIGIN}/oauth/reauthenticate?${query}`));
    const session = /name="session" value="([^"]+)"/.exec(text)?.[1] ?? '';
    const login = await submit(platform, { session, step: 'login', username, password: 'new' });
    return login.location ?? (await submit(platform, { session, step: 'leave' })).location;
  }

  it('returns with the vehicle id and mends a changed password', async () => {
    const platform = bench();
    const { car } = await connected(platform, 'read_odometer');
    platform.simulator.fleet.setTrouble(car.id, 'CONNECTED_SERVICES_ACCOUNT:AUTHENTICATION_FAILED');
    expect(await reauthenticate(platform, car.id, anna.email)).toBe(
      `https://app.test/callback?vehicle_id=${car.id}&state=again`,
    );
    expect(platform.simulator.fleet.find(car.id)?.trouble).toBe(null);
  });

  it('leads nowhere for the car of somebody else', async () => {
    const platform = bench();
    const { car } = await connected(platform, 'read_odometer');
    platform.simulator.fleet.addAccount('ben@example.com');
    expect(await reauthenticate(platform, car.id, 'ben@example.com')).toMatch(/error=no_vehicles/);
  });

  it('is every driver’s of a car that several share, and each of them is asked what to share', async () => {
    const platform = bench();
    const { car } = await connected(platform, 'read_odometer');
    const ben = { ...anna, email: 'ben@example.com' };
    platform.simulator.fleet.share(car.id, [ben.email]);
    const declined = await returnOf(platform, { ...ben, leaveAt: 'approval' }, { scope: 'read_odometer' });
    expect(parametersOf(declined)).toMatchObject({ error: 'access_denied' });
    expect(parametersOf(await returnOf(platform, ben, { scope: 'read_odometer' }))).toHaveProperty('code');
    expect(await reauthenticate(platform, car.id, ben.email)).toContain(`vehicle_id=${car.id}`);
    platform.simulator.fleet.share(car.id, []);
    expect(await reauthenticate(platform, car.id, ben.email)).toMatch(/error=no_vehicles/);
  });

  it('leads nowhere for a vehicle that is not connected', async () => {
    const platform = bench();
    const car = platform.simulator.fleet.addCar(plugIn);
    expect(await reauthenticate(platform, car.id, anna.email)).toMatch(/error=no_vehicles/);
  });

  it('is a login and nothing else', async () => {
    const platform = bench();
    const { car } = await connected(platform, 'read_odometer');
    const query = `response_type=vehicle_id&client_id=${application.clientId}&vehicle_id=${car.id}`;
    const { text } = await page(platform, new Request(`${ORIGIN}/oauth/reauthenticate?${query}`));
    const session = /name="session" value="([^"]+)"/.exec(text)?.[1] ?? '';
    expect((await submit(platform, { session, step: 'approval' })).text).toContain('There is no such step.');
  });
});
