// The page of the control API as a developer uses it: its lines in order, again, and after a reload; what it says about the
// values that bodies take; and that no request ends the simulator.

import { afterEach, describe, expect, it } from 'vitest';
import { controlActions } from '../../../lib/simulator/control.ts';
import { permissionTexts } from '../../../lib/simulator/permissions.ts';
import { signals } from '../../../lib/simulator/signals.ts';
import { type Alone, startAlone } from '../../../lib/simulator/start-alone.ts';
import { vendorErrors } from '../../../lib/simulator/vendor-error.ts';
import { START } from './bench.ts';
import { curlLines, requestOf } from './curl-lines.ts';

let alone: Alone | null = null;

afterEach(async () => {
  await alone?.close();
  alone = null;
});

async function start(strict = false): Promise<string> {
  const send = async (): Promise<Response> => new Response(null, { status: 200 });
  alone = await startAlone({ port: 0, seed: 1, strict, clock: () => START, send });
  return alone.origin;
}

interface Shown {
  readonly now?: string;
  readonly error?: string;
  readonly code?: string;
  readonly id?: string;
  readonly simulation?: string | null;
  readonly cars?: readonly { readonly id: string; readonly make: string }[];
}

async function ask(origin: string, path: string, body?: unknown): Promise<{ status: number; body: Shown }> {
  const sending = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  const response = await fetch(`${origin}/control${path}`, sending);
  // What the control API answers with; the assertions are about its values.
  return { status: response.status, body: (await response.json()) as Shown };
}

const pageOf = async (origin: string): Promise<string> => (await fetch(`${origin}/`)).text();

/** The vehicle that the lines of the page are about. */
const carOf = async (origin: string): Promise<string> =>
  /cars\/([0-9a-f-]{36})\/simulation/.exec(await pageOf(origin))?.[1] ?? '';

/** A line without the ids, codes and tokens that are fresh on every page. */
const constant = (line: string): string =>
  line.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID').replace(/127\.0\.0\.1:\d{4,}/, 'HOST');

async function run(lines: readonly string[]): Promise<readonly [string, number][]> {
  const statuses: [string, number][] = [];
  for (const line of lines) statuses.push([constant(line), (await fetch(requestOf(line))).status]);
  return statuses;
}

const ofControl = (line: string): boolean => line.includes('/control');

describe('the lines of the page', () => {
  it.each([
    ['usual', false],
    ['strict', true],
  ])('work in order, those of the control API again, and all on a page loaded afresh: %s', async (_mode, strict) => {
    const origin = await start(strict);
    const lines = curlLines(await pageOf(origin));
    const first = await run(lines);
    expect(first.filter(([, status]) => status >= 300)).toEqual([]);
    expect(first.length).toBeGreaterThan(50);
    expect(await run(lines.filter(ofControl))).toEqual(first.filter(([line]) => ofControl(line)));
    expect(await run(curlLines(await pageOf(origin)))).toEqual(first);
  });

  it('leave the car as it was, but for its odometer and its VIN', async () => {
    const origin = await start();
    const car = await carOf(origin);
    const before = (await ask(origin, `/cars/${car}`)).body;
    const passing = /\/control\/time|\/(vin|drive|roll-back|replace-odometer) /;
    await run(curlLines(await pageOf(origin)).filter((line) => !passing.test(line)));
    expect((await ask(origin, `/cars/${car}`)).body).toEqual(before);
    expect(await carOf(origin)).toBe(car);
  });
});

describe('an outage', () => {
  it('of any length is forgotten by a count of 0', async () => {
    const origin = await start();
    const status = async (): Promise<number> => (await fetch(`${origin}/v2.0/user`)).status;
    await ask(origin, '/outage', { path: '/user', count: 1e12, status: 503 });
    await ask(origin, '/outage', { count: 1e12 });
    expect([await status(), await status()]).toEqual([503, 503]);
    await ask(origin, '/outage', { count: 0 });
    expect(await status()).toBe(401);
  });
});

describe('a simulated car', () => {
  it('becomes a real one again', async () => {
    const origin = await start();
    const car = await carOf(origin);
    await ask(origin, `/cars/${car}/simulation`, { state: 'driving' });
    expect((await ask(origin, '/connect', {})).body).toMatchObject({ error: 'no_vehicles' });
    const real = await ask(origin, `/cars/${car}/simulation`, { state: null });
    expect(real.body).toMatchObject({ simulation: null, condition: { inMotion: false, charging: false } });
    expect((await ask(origin, '/connect', {})).body).toMatchObject({ code: expect.any(String) });
  });

  it('is passed over for a car that fits the mode, whichever stands first', async () => {
    const origin = await start();
    const first = await carOf(origin);
    const { id } = (await ask(origin, '/cars', { make: 'PEUGEOT' })).body;
    await ask(origin, `/cars/${first}/simulation`, { state: 'parked' });
    expect((await ask(origin, '/connect', {})).body).toMatchObject({ code: expect.any(String) });
    expect(await carOf(origin)).toBe(id);
    await ask(origin, `/cars/${first}/simulation`, { state: null });
    await ask(origin, `/cars/${id}/simulation`, { state: 'parked' });
    await ask(origin, '/connect', { mode: 'live' });
    expect(await carOf(origin)).toBe(first);
    await ask(origin, '/connect', { mode: 'simulated' });
    expect(await carOf(origin)).toBe(id);
  });
});

describe('the page says what can be chosen', () => {
  it('at every field, as its check has it', async () => {
    const page = (await pageOf(await start())).replaceAll('&#39;', "'");
    for (const { path } of controlActions) expect(page).toContain(path);
    for (const values of [
      ...[Object.keys(vendorErrors), Object.keys(permissionTexts), signals.map(({ code }) => code)],
      ['not_started', 'parked', 'driving', 'charging', 'paused', 'finished', 'removed'],
      ['page', 'hang', 'reset', 'cut'],
      ['welcome', 'brand', 'login', 'vehicles', 'approval'],
      ['ICE', 'BEV', 'PHEV', 'HEV'],
    ]) {
      expect(page).toContain(`one of ${values.join(', ')}`);
    }
    expect(page).toContain(
      '<tr><th>how</th><td>may be left out: one of page, hang, reset, cut (default page)</td></tr>',
    );
    expect(page).toContain('<tr><th>times</th><td>iso</td><td>one of iso, epoch_ms, epoch_s</td></tr>');
    expect(page).toContain('<tr><th>strict</th><td>false</td><td>true or false</td></tr>');
  });

  it.each([
    ['/behaviour', { resources: 'x' }, '"resources" does not fit: it takes one of wrapped, bare.'],
    ['/behaviour', { strict: 'yes' }, '"strict" does not fit: it takes true or false.'],
    ['/outage', { how: 'x' }, '"how" does not fit: it takes one of page, hang, reset, cut (default page).'],
    ['/outage', { status: 200 }, '"status" does not fit: it takes a whole number from 500 to 599 (default 504).'],
    [
      '/cars/:id/simulation',
      { state: 'gone' },
      '"state" does not fit: it takes one of not_started, parked, driving, charging, paused, finished, removed, or null.',
    ],
    ['/cars/:id/drive', {}, '"metresPerDay" does not fit: it takes a whole number from 0 to 10000000000.'],
    ['/cars/:id/sleep', { hours: 0 }, '"hours" does not fit: it takes a number above 0 to 87600000.'],
    ['/cars/:id/vin', { vin: 'SHORT' }, '"vin" does not fit: it takes 17 letters and digits.'],
    [
      '/cars/:id/throttle',
      { throttle: { calls: 1.5, seconds: 1 } },
      '"throttle.calls" does not fit: it takes a whole number from 0.',
    ],
    [
      '/cars/:id/throttle',
      { throttle: 5 },
      '"throttle" does not fit: it takes an object with calls: a whole number from 0; seconds: a number above 0 to 315360000000, or null.',
    ],
    ['/cars', [], 'The body does not fit: it takes an object with account: '],
    ['/cars/:id/lose-on-v3', { lost: true, gone: 1 }, '"gone" is not known here; there are lost.'],
    ['/cars/:id/wake', { now: 1 }, '"now" is not known here; the body is empty.'],
    [
      '/cars',
      { account: 'notmail' },
      '"account" does not fit: it takes an e-mail address, such as driver@example.com.',
    ],
    ['/accounts', { email: 'a b@c' }, '"email" does not fit: it takes an e-mail address, such as driver@example.com.'],
    ['/connect', { account: '@' }, '"account" does not fit: it takes an e-mail address, such as driver@example.com.'],
    [
      '/webhooks',
      { callbackUri: 'file:///etc/passwd' },
      '"callbackUri" does not fit: it takes an http or https address, such as https://receiver.example/events, or null.',
    ],
    [
      '/webhooks',
      { callbackUri: null, errorCallbackUri: 'javascript:1' },
      '"errorCallbackUri" does not fit: it takes an http or https address',
    ],
    ['/webhooks/test', { callbackUri: 'ftp://a/b' }, '"callbackUri" does not fit: it takes an http or https address'],
    [
      '/webhooks',
      { callbackUri: null, triggers: [] },
      '"triggers" does not fit: it takes a list of at least one, each one of odometer-traveleddistance, ',
    ],
    ['/webhooks', { callbackUri: null, triggers: ['vin'] }, '"triggers.0" does not fit: it takes one of odometer-'],
    ['/webhooks', { callbackUri: null, data: ['vin'] }, '"data.0" does not fit: it takes one of odometer-'],
    ['/cars', { missingSignals: ['vin'] }, '"missingSignals.0" does not fit: it takes one of odometer-'],
    [
      '/cars/:id/withdraw',
      { permission: 'x' },
      '"permission" does not fit: it takes one of read_alerts, read_battery, ',
    ],
  ])('and so does the refusal of %s %j', async (path, body, expected) => {
    const origin = await start();
    const told = await ask(origin, path.replace(':id', await carOf(origin)), body);
    expect(told.status).toBe(400);
    expect(told.body.error?.slice(0, expected.length)).toBe(expected);
  });

  it('and takes what it says', async () => {
    const origin = await start();
    const wanted = { callbackUri: null, triggers: ['closure-doors'], data: ['closure-doors'] };
    expect(await ask(origin, '/webhooks', wanted)).toMatchObject({ status: 200, body: wanted });
    expect((await ask(origin, '/webhooks', { callbackUri: 'https://receiver.test/' })).status).toBe(200);
    expect((await ask(origin, '/cars', { account: 'New@Example.com' })).body).toMatchObject({
      account: 'new@example.com',
    });
  });
});

describe('time', () => {
  it.each([
    ['days', { days: 1e9 }],
    ['days', { days: 1e308 }],
    ['hours', { days: 1, hours: 1e10 }],
    ['minutes', { minutes: 1e300 }],
    ['seconds', { seconds: 1e15 }],
    ['to', { to: '+010000-01-01T00:00:00.000Z' }],
    ['to', { days: 1, to: '+275760-09-13T00:00:00.000Z' }],
  ])('does not go beyond the year 9999: %s of %j', async (field, body) => {
    const origin = await start();
    expect(await ask(origin, '/time', body)).toEqual({
      status: 400,
      body: { error: `"${field}" goes too far: the last instant is 9999-12-31T23:59:59.999Z.` },
    });
    expect((await ask(origin, '')).body.now).toBe('2026-01-01T00:00:00.000Z');
  });

  it('goes to its last instant, where everything is still told, and no further', async () => {
    const origin = await start();
    const car = await carOf(origin);
    await ask(origin, '/webhooks', { callbackUri: null, autoSubscribe: true, atMostEveryMs: 315_360_000_000_000 });
    await ask(origin, '/connect', {});
    const last = '9999-12-31T23:59:59.999Z';
    expect((await ask(origin, '/time', { to: last })).body.now).toBe(last);
    expect((await ask(origin, `/cars/${car}/sleep`, { hours: 87_600_000 })).status).toBe(200);
    expect(await ask(origin, '')).toMatchObject({ status: 200, body: { now: last } });
    await ask(origin, `/cars/${car}/wake`, {});
    const told = await run(curlLines(await pageOf(origin)).filter((line) => !ofControl(line)));
    expect(told.filter(([, status]) => status >= 300)).toEqual([]);
    expect((await ask(origin, '/time', { seconds: 1 })).status).toBe(400);
  });

  it.each([
    ['/webhooks', { callbackUri: null, atMostEveryMs: 1e300 }, '"atMostEveryMs"'],
    ['/limits/exhaust', { seconds: 1e300 }, '"seconds"'],
    ['/latency', { ms: 1e300 }, '"ms"'],
  ])('%s does not take a span that ends after every date', async (path, body, field) => {
    const told = await ask(await start(), path, body);
    expect([told.status, told.body.error]).toEqual([400, expect.stringContaining(`${field} does not fit`)]);
  });
});
