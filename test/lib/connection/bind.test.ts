// Binding: exactly one car, the one of the contract, with what is needed; else nothing stays, at us or at the platform.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keys } from '../../../lib/aws/keys.ts';
import { REASONS, TASKS } from '../../../lib/connection/advice.ts';
import { getConnection } from '../../../lib/connection/connection.ts';
import { withdrawConsent } from '../../../lib/connection/withdraw.ts';
import { takeAll, takeRequests } from '../../../lib/reading/budget.ts';
import type { Car } from '../../../lib/simulator/car.ts';
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

let bench: Bench;

beforeAll(async () => {
  bench = await openBench();
});

afterAll(() => bench.close());

interface Back {
  readonly world: World;
  readonly car: Car;
  readonly browser: Browser;
  readonly query: string;
}

/** The driver is back, the pair is sealed, the car is not known yet. */
async function back(options: WorldOptions = {}, world?: World): Promise<Back> {
  const known = world ?? (await bench.world(options));
  const car = known.simulator.fleet.all()[0]?.car ?? known.addCar();
  const browser = new Browser();
  const query = await known.authorized(browser);
  await known.callback(query, browser);
  return { world: known, car, browser, query };
}

const outcome = async (world: World) => ({
  connections: (await world.connections()).map(({ state, reason }) => [state, reason]),
  pairs: (await world.pairs()).length,
  atPlatform: await world.connectedVehicles(),
});

/** Failed with this reason, which has advice of its own; nothing stays anywhere. */
async function expectNothingStays({ world, query, browser }: Back, reason: string, title: string): Promise<void> {
  expect(await outcome(world)).toEqual({ connections: [['failed', reason]], pairs: 0, atPlatform: [] });
  expect(heading(await world.done(query, browser))).toBe(title);
  expect([...REASONS, ...Object.keys(TASKS)]).toContain(reason);
  expect((await world.current())?.connectionId).toBeUndefined();
  expect(world.deadLetters).toEqual([]);
}

describe('a car that fits', () => {
  it('is what the contract reads from at once, with what the platform says of it', async () => {
    const { world, car } = await back({ vin: VIN.toLowerCase() });
    const before = await world.current();
    await world.drain();
    const [connection] = await world.connections();
    expect(connection).toMatchObject({
      state: 'active',
      vendorVehicleId: car.id,
      vin: VIN,
      make: 'CITROEN',
      model: 'C3',
      year: 2024,
      permissions: ['read_odometer', 'read_vin', 'read_vehicle_info'],
      connectedAt: '2026-01-05T09:00:00.000Z',
      consent: { textVersion: '2026-11-en', agreedAt: '2026-01-05T09:00:00.000Z' },
    });
    expect(await world.current()).toMatchObject({
      connectionId: connection?.connectionId,
      goal: 'open',
      failures: 0,
      dueAt: '2026-01-05T09:00:00.000Z',
      turn: (before?.turn ?? 0) + 1,
    });
  });

  it('is bound once, however often its message comes', async () => {
    const { world } = await back();
    const [message] = world.waiting;
    await world.drain();
    const settled = await world.current();
    for (let n = 0; n < 3; n += 1) await world.bind(message?.body ?? {});
    expect(await world.current()).toEqual(settled);
    expect(await outcome(world)).toMatchObject({ connections: [['active', undefined]], pairs: 1 });
  });

  it.each([
    ['the right car', VIN, 'active', 1],
    ['a wrong car', 'VF7SXHNPTPT000009', 'failed', 0],
  ])(
    'whose store gets every write twice: a message for %s is done only when all of it is',
    async (_, vin, state, pairs) => {
      const { world, query, browser } = await back({ resend: true, vin });
      const [message] = world.waiting;
      const done = await world.bind(message?.body ?? {}).then(
        () => true,
        () => false,
      );
      if (!done) await world.bind(message?.body ?? {});
      expect((await world.connections()).map((one) => one.state)).toEqual([state]);
      expect(await world.pairs()).toHaveLength(pairs);
      expect(await world.connectedVehicles()).toHaveLength(pairs);
      const [connection] = await world.connections();
      const read = (await world.current())?.connectionId;
      expect(read).toBe(state === 'active' ? connection?.connectionId : undefined);
      expect(heading(await world.done(query, browser))).toBe(
        state === 'active' ? 'Your car is connected' : 'This is another car',
      );
    },
  );

  it('keeps its pair: nothing of it expires by itself', async () => {
    const { world } = await back();
    const [id = ''] = await world.pairs();
    const key = { pk: `V#${world.tenantId}#${id}`, sk: 'TOKENS' };
    expect((await world.tables.vault.get(key))?.['expiresAt']).toBe(Date.UTC(2026, 0, 6, 9) / 1000);
    await world.drain();
    expect(await world.tables.vault.get(key)).not.toHaveProperty('expiresAt');
  });

  it('whose pair is gone by the time its message comes again asks for a login, and no empty pair is kept', async () => {
    const { world } = await back();
    const [message] = world.waiting;
    await world.drain();
    const [connectionId = ''] = await world.pairs();
    await world.vault().remove({ tenantId: world.tenantId, connectionId });
    await world.bind(message?.body ?? {});
    expect(await outcome(world)).toMatchObject({ connections: [['reauth_required', 'token_refused']], pairs: 0 });
  });

  it('waits for a platform that is away, and for a rate budget that is empty', async () => {
    const { world } = await back({ burst: 5 });
    world.simulator.interrupt({ path: '/vehicles', when: 'before' });
    world.wireCalls = [];
    const [first] = world.waiting.toSorted((a, b) => a.visibleAt - b.visibleAt);
    await expect(world.bind(first?.body ?? {})).rejects.toThrow('TRY_AGAIN');
    expect(world.wireCalls).toEqual(['vehicles']);
    world.wireCalls = [];
    await expect(world.bind(first?.body ?? {})).rejects.toThrow('TRY_AGAIN');
    expect(world.wireCalls).toEqual([]);
    world.now += 3 * MINUTE;
    await world.bind(first?.body ?? {});
    expect(await outcome(world)).toMatchObject({ connections: [['active', undefined]] });
  });

  it('takes nothing from a rate budget that has too little, and is bound as soon as there is enough', async () => {
    const { world } = await back({ burst: 6 });
    const [bind] = world.waiting;
    const bucket = { applicationId: world.applicationId, burst: 6, refillPerMinute: 2 };
    expect(await takeRequests(world.tables.business, bucket, 5, world.now)).toBe(5);
    world.wireCalls = [];
    for (const left of [1, 3]) {
      for (let n = 0; n < 3; n += 1) await expect(world.bind(bind?.body ?? {})).rejects.toThrow('TRY_AGAIN');
      expect(await takeAll(world.tables.business, bucket, left + 1, world.now)).toBe(false);
      world.now += MINUTE;
    }
    // It waits for the second time: two minutes from its last try on.
    world.now += MINUTE - 1;
    await expect(world.bind(bind?.body ?? {})).rejects.toThrow('TRY_AGAIN');
    expect(world.wireCalls).toEqual([]);
    world.now += 1;
    await world.bind(bind?.body ?? {});
    expect(await outcome(world)).toMatchObject({ connections: [['active', undefined]] });
    expect(await takeRequests(world.tables.business, bucket, 6, world.now)).toBe(1);
  });

  it('is bound with a bucket of four too, which an application may still have from before', async () => {
    const { world } = await back();
    await world.tables.business.update(keys.application(world.applicationId), { set: { burst: 4 } });
    await world.drain(world.now + 1);
    expect(await outcome(world)).toMatchObject({ connections: [['active', undefined]] });
  });

  it('is bound hours later too: a pair that went stale is refreshed first', async () => {
    const { world } = await back();
    world.now += 3 * HOUR;
    await world.drain();
    expect(await outcome(world)).toMatchObject({ connections: [['active', undefined]], pairs: 1 });
  });
});

describe('a car that does not fit', () => {
  it('with another VIN', async () => {
    const failed = await back({ vin: 'VF7SXHNPTPT000009' });
    await failed.world.drain();
    await expectNothingStays(failed, 'wrong_vin', 'This is another car');
  });

  it('among two of them', async () => {
    const world = await bench.world();
    const [car, other] = [world.addCar(), world.addCar({ vin: 'VF7SXHNPTPT000002' })];
    const browser = new Browser();
    const url = new URL(await world.begun(await world.link(), browser));
    // The browser is the driver's: what we asked for can be changed in its address bar.
    url.searchParams.delete('single_select');
    const query = await world.atPlatform(url.href, { vehicleIds: [car.id, other.id] });
    await world.callback(query, browser);
    expect(await world.connectedVehicles()).toHaveLength(2);
    await world.drain();
    await expectNothingStays({ world, car, browser, query }, 'several_vehicles', 'More than one car was chosen');
  });

  it('because there is none any more', async () => {
    const failed = await back();
    failed.world.simulator.revoke(failed.car.id);
    await failed.world.drain();
    await expectNothingStays(failed, 'no_vehicles', 'No car in this account');
  });

  /** The driver changes the mode in the address of the login, to that of cars that are none. */
  async function backIn(platform: 'v2' | 'v3', mode: string, email: string, managementToken?: string): Promise<Back> {
    const world = await bench.world({ platform, vin: VIN });
    if (managementToken !== undefined) world.secret = { ...world.secret, managementToken };
    const car = world.addCar({ account: 'sim@example.com', simulation: 'parked' });
    const browser = new Browser();
    const url = new URL(await world.begun(await world.link(), browser));
    expect(url.searchParams.get('mode')).toBe('live');
    for (const [name, value] of Object.entries({ mode, single_select: 'true', single_select_vin: VIN }))
      url.searchParams.set(name, value);
    const query = await world.atPlatform(url.href, { email });
    await world.callback(query, browser);
    return { world, car, browser, query };
  }

  const otherModes = [
    ['test', `${VIN}@smartcar`],
    ['simulated', 'sim@example.com'],
  ] as const;

  it.each(
    otherModes.flatMap(([mode, email]) => [
      ['v2', mode, email, 'management-token'] as const,
      ['v3', mode, email] as const,
    ]),
  )('on %s and of mode %s, where the application is live', async (...row) => {
    const logged = await backIn(row[0], row[1], row[2], row[3]);
    await logged.world.drain();
    expect((await outcome(logged.world)).connections).toEqual([['failed', 'no_vehicles']]);
    // What V3 does not list is not there to be ended.
    if (row[0] === 'v2') await expectNothingStays(logged, 'no_vehicles', 'No car in this account');
  });

  it('is not told apart on V2 without a management token', async () => {
    const { world } = await backIn('v2', 'test', `${VIN}@smartcar`);
    await world.drain();
    expect((await world.connections()).map(({ state }) => state)).toEqual(['active']);
  });

  /** A driver is back, and the management list answers so. */
  async function backWhileList(answer: (vehicleId: string) => Response) {
    const world = await bench.world({ vin: VIN });
    world.secret = { ...world.secret, managementToken: 'management-token' };
    const { id } = world.addCar();
    const own = world.gateway;
    world.gateway = async (request) => (request.url.includes('/management/connections') ? answer(id) : own(request));
    const browser = new Browser();
    await world.callback(await world.authorized(browser), browser);
    const states = async () => (await world.connections()).map(({ state }) => state);
    const heal = () => {
      world.gateway = own;
    };
    return { world, states, heal };
  }

  it.each([
    [['live'], ['active', undefined]],
    [
      ['live', 'simulated'],
      ['failed', 'no_vehicles'],
    ],
    [
      ['simulated', 'live'],
      ['failed', 'no_vehicles'],
    ],
  ])('that is listed as %j', async (modes, found) => {
    const { world } = await backWhileList((vehicleId) =>
      Response.json({ connections: modes.map((mode) => ({ vehicleId, mode })), paging: { cursor: null } }),
    );
    await world.drain(START + MINUTE);
    expect((await outcome(world)).connections).toEqual([found]);
  });

  it.each([
    ['an answer that lists no such connection', () => Response.json({ connections: [], paging: { cursor: null } })],
    ['an empty bucket', () => Response.json({ type: 'RATE_LIMIT', code: 'SMARTCAR_API' }, { status: 429 })],
  ])('whose mode nobody tells is waited for: %s', async (_, answer) => {
    const { world, states, heal } = await backWhileList(answer);
    await world.drain(world.now + 3 * HOUR);
    expect(await states()).toEqual(['pending']);
    heal();
    await world.drain();
    expect(await states()).toEqual(['active']);
    expect(world.warnings).toEqual([]);
  });

  it.each([
    ['a refused management token', () => new Response('{}', { status: 401 })],
    ['one that may not ask', () => Response.json({ type: 'PERMISSION', code: null }, { status: 403 })],
    ['a list that is no more', () => Response.json({ type: 'RESOURCE_NOT_FOUND', code: 'VERSION' }, { status: 404 })],
  ])('whose mode is not told for our own fault is bound, and the operator is told once: %s', async (_, answer) => {
    const { world, states } = await backWhileList(answer);
    const { gateway } = world;
    let asleep = 2;
    world.gateway = async (request) => {
      if (!request.url.endsWith('/batch') || asleep === 0) return gateway(request);
      asleep -= 1;
      return Response.json({ type: 'VEHICLE_STATE', code: 'ASLEEP' }, { status: 409 });
    };
    await world.drain(START + 3 * MINUTE + 1);
    expect(await states()).toEqual(['active']);
    expect(world.warnings).toEqual([{ code: 'mode_not_told', at: START }]);
    expect(world.wireCalls.filter((call) => call === 'modes')).toHaveLength(1);
  });

  it.each([{}, { 'retry-after': '86400' }])('whose mode is not told for an hour is bound then: %j', async (headers) => {
    const { world, states } = await backWhileList(() => new Response(null, { status: 503, headers }));
    await world.drain(START + HOUR);
    expect(await states()).toEqual(['pending']);
    expect(world.warnings).toEqual([]);
    await world.drain(START + HOUR + 1);
    expect(await states()).toEqual(['active']);
    expect(world.warnings).toEqual([{ code: 'mode_not_told', at: START + HOUR }]);
  });

  it('whose mode is not told is waited for an hour from when the list was first away, whatever came before', async () => {
    let isFull = true;
    const full = () => Response.json({ type: 'RATE_LIMIT', code: 'SMARTCAR_API' }, { status: 429 });
    const { world, states } = await backWhileList(() => (isFull ? full() : new Response(null, { status: 503 })));
    await world.drain(START + 3 * HOUR);
    isFull = false;
    const asked = world.wireCalls.filter((call) => call === 'modes').length;
    await world.drain(START + 4 * HOUR);
    expect(world.wireCalls.filter((call) => call === 'modes').length).toBeGreaterThan(asked);
    expect([await states(), world.warnings]).toEqual([['pending'], []]);
    await world.drain(START + 4 * HOUR + 15 * MINUTE);
    expect(await states()).toEqual(['active']);
    const [{ code, at = 0 } = {}, ...more] = world.warnings;
    expect([code, more]).toEqual(['mode_not_told', []]);
    // The first question that met the outage came within the quarter of an hour after it began.
    expect(at - (START + 3 * HOUR)).toBeGreaterThanOrEqual(HOUR);
  });

  it.each(['read_odometer', 'read_vin', 'read_vehicle_info'])('without the permission %s', async (permission) => {
    const failed = await back();
    failed.world.simulator.withdrawPermission(failed.car.id, permission);
    await failed.world.drain();
    await expectNothingStays(failed, 'missing_permission', 'The mileage was not shared');
  });

  it.each([
    ['CONNECTED_SERVICES_ACCOUNT:AUTHENTICATION_FAILED', undefined, 'Log in at the maker again'],
    ['CONNECTED_SERVICES_ACCOUNT:SUBSCRIPTION', undefined, 'Activate your car’s online service'],
    ['CONNECTED_SERVICES_ACCOUNT:VEHICLE_MISSING', undefined, 'Your car is missing from the maker’s account'],
    ['CONNECTED_SERVICES_ACCOUNT:ACCOUNT_ISSUE', undefined, 'Confirm something in the maker’s app'],
    ['COMPATIBILITY:VEHICLE_NOT_CAPABLE', 'vehicle_incompatible', 'This car cannot be connected'],
    ['AUTHENTICATION', 'exchange_failed', 'The connection was not made'],
  ] as const)('because of %s', async (error, ours, title) => {
    const reason = ours ?? error;
    const failed = await back();
    failed.world.simulator.fleet.inject(failed.car.id, { error, path: '/vin', whole: false });
    await failed.world.drain();
    await expectNothingStays(failed, reason, title);
  });

  it('is disconnected as soon as the platform answers again', async () => {
    const failed = await back({ vin: 'VF7SXHNPTPT000009' });
    failed.world.simulator.interrupt({ path: '/application', when: 'before', count: 3 });
    await failed.world.drain();
    await expectNothingStays(failed, 'wrong_vin', 'This is another car');
  });

  it('whose pair is gone ends as failed', async () => {
    const failed = await back();
    const [connectionId = ''] = await failed.world.pairs();
    await failed.world.vault().remove({ tenantId: failed.world.tenantId, connectionId });
    await failed.world.drain();
    expect(await outcome(failed.world)).toMatchObject({ connections: [['failed', 'exchange_failed']], pairs: 0 });
  });
});

describe('a vehicle that another live connection uses', () => {
  it('is not disconnected with the connection that failed', async () => {
    const world = await bench.world({ vin: VIN });
    const car = world.addCar();
    expect(heading(await world.connect())).toBe('Your car is connected');
    await world.sign({ vin: 'VF7SXHNPTPT000009', reference: 'POLICY-2' });
    expect(heading(await world.connect())).toBe('This is another car');
    expect(await world.connectedVehicles()).toEqual([car.id]);
    expect(await world.pairs()).toHaveLength(1);
  });

  it('is not disconnected when the driver reconnects it', async () => {
    const world = await bench.world({ vin: VIN });
    const car = world.addCar();
    await world.connect();
    world.now += 20 * DAY;
    await world.connect();
    expect(await outcome(world)).toEqual({
      connections: [
        ['replaced', undefined],
        ['active', undefined],
      ],
      pairs: 1,
      atPlatform: [car.id],
    });
    const [, active] = await world.connections();
    expect((await world.current())?.connectionId).toBe(active?.connectionId);
  });

  it('is disconnected with the last of two that end together', async () => {
    const world = await bench.world();
    const car = world.addCar();
    const first = await world.connected(car);
    await world.sign({ reference: 'POLICY-2' });
    const second = await world.connected(car);
    for (const id of [first, second]) await withdrawConsent(world.tables.business, id, world.now);
    await Promise.all(
      [first, second].map(({ tenantId, contractId, connectionId }) =>
        world.bind({ tenantId, contractId, connectionId }),
      ),
    );
    expect(await world.connectedVehicles()).toEqual([]);
    expect(await world.pairs()).toEqual([]);
  });
});

describe('two authorizations of one contract', () => {
  it.each([
    ['in order', false],
    ['the other way round', true],
  ])('bound %s end with the newer one active and the older one replaced', async (_, reversed) => {
    const { world } = await back();
    world.now += MINUTE;
    const newer = await back({}, world);
    const bodies = world.waiting.filter(({ visibleAt }) => visibleAt <= world.now).map(({ body }) => body);
    const ids = [...new Set(bodies.map(({ connectionId }) => connectionId))];
    expect(ids).toHaveLength(2);
    const ordered = reversed ? ids.toReversed() : ids;
    for (const id of ordered) await world.bind(bodies.find(({ connectionId }) => connectionId === id) ?? {});
    await world.drain();
    expect(await outcome(world)).toMatchObject({
      connections: [
        ['replaced', undefined],
        ['active', undefined],
      ],
      pairs: 1,
      atPlatform: [newer.car.id],
    });
    const [older, active] = await world.connections();
    expect((await world.current())?.connectionId).toBe(active?.connectionId);
    expect(older && (await world.vault().read(older))).toBeUndefined();
  });

  it('bound at the same moment leave one active', async () => {
    const { world } = await back();
    world.now += MINUTE;
    await back({}, world);
    const bodies = world.waiting.map(({ body }) => body);
    await Promise.allSettled(bodies.map((body) => world.bind(body)));
    await world.drain();
    expect(await outcome(world)).toMatchObject({
      connections: [
        ['replaced', undefined],
        ['active', undefined],
      ],
      pairs: 1,
    });
  });

  it.each([
    ['a contract that read from nothing', false],
    ['a contract that read from a third', true],
  ])('of which one moves %s while the other is about to leave the newer one', async (_, former) => {
    const world = await bench.world();
    if (former) await world.connected(world.addCar());
    world.now += MINUTE;
    await back({}, world);
    const older = world.waiting[0]?.body ?? {};
    world.now += MINUTE;
    await back({}, world);
    const newer = world.waiting.find(({ body }) => body['connectionId'] !== older['connectionId'])?.body ?? {};
    const container = world.container();
    let overtaken = false;
    const update: typeof container.business.update = async (key, change) => {
      if (key.sk === 'Z#CONTRACT' && !overtaken) {
        overtaken = true;
        await world.bind(newer);
      }
      return container.business.update(key, change);
    };
    const business = { ...world.tables.business, update };
    await expect(world.bind(older, { ...container, business })).rejects.toThrow('TRY_AGAIN');
    expect((await world.current())?.connectionId).toBe(newer['connectionId']);
    await world.bind(older);
    const states = (await world.connections()).map(({ state }) => state);
    expect(states).toEqual([...(former ? ['replaced'] : []), 'replaced', 'active']);
    expect(await world.pairs()).toEqual([newer['connectionId']]);
  });

  it('of three end the first, though the second was replaced before it came to that', async () => {
    const world = await bench.world();
    const first = await world.connected(world.addCar());
    world.now += MINUTE;
    await back({}, world);
    const second = world.waiting[0]?.body ?? {};
    const container = world.container();
    const update: typeof container.business.update = (key, change) => {
      if (key.sk.endsWith(first.connectionId)) throw new Error('the worker has ended');
      return container.business.update(key, change);
    };
    const business = { ...world.tables.business, update };
    await expect(world.bind(second, { ...container, business })).rejects.toThrow('the worker has ended');
    world.now += MINUTE;
    await back({}, world);
    const third = world.waiting.find(({ body }) => body['connectionId'] !== second['connectionId'])?.body ?? {};
    await world.bind(third);
    await world.bind(second);
    expect((await world.connections()).map(({ state }) => state)).toEqual(['replaced', 'replaced', 'active']);
    expect(await world.pairs()).toEqual([third['connectionId']]);
  });

  it('show the older browser that the newer one counts', async () => {
    const older = await back();
    older.world.now += MINUTE;
    await back({}, older.world);
    await older.world.drain();
    const page = await older.world.done(older.query, older.browser);
    expect(heading(page)).toBe('A newer connection took this one’s place');
  });
});

describe('consent withdrawn', () => {
  it('I10 while the car is not known yet ends the grant, and no contract reads from it', async () => {
    const { world, query, browser } = await back();
    const [connection] = await world.connections();
    if (connection === undefined) throw new Error('no connection');
    await withdrawConsent(world.tables.business, connection, world.now);
    await world.drain();
    expect(await outcome(world)).toEqual({ connections: [['withdrawn', undefined]], pairs: 0, atPlatform: [] });
    expect((await world.current())?.connectionId).toBeUndefined();
    expect(heading(await world.done(query, browser))).toBe('You have withdrawn your consent');
  });

  it('I10 stays withdrawn: neither a refresh nor a binding nor a second withdrawal moves it', async () => {
    const world = await bench.world();
    const connection = await world.connected(world.addCar());
    const first = await withdrawConsent(world.tables.business, connection, world.now);
    world.now += DAY;
    await world.vault().remove(connection);
    await world.refresh(connection);
    await world.bind({ ...connection });
    // Nobody could end its grant (no pair, no management token): that alone is noted, and due again.
    const dueAt = new Date(world.now + 12 * HOUR).toISOString();
    const left = { ...first, dueAt, grantLeftAt: new Date(world.now).toISOString() };
    expect(await withdrawConsent(world.tables.business, connection, world.now)).toEqual(left);
    expect(await getConnection(world.tables.business, connection)).toEqual(left);
  });

  it('I10 of an active connection ends the grant at the platform, also with an access token long dead', async () => {
    const world = await bench.world();
    const connection = await world.connected(world.addCar());
    world.now += 20 * DAY;
    await withdrawConsent(world.tables.business, connection, world.now);
    await world.bind({ ...connection });
    expect(await outcome(world)).toMatchObject({ connections: [['withdrawn', undefined]], pairs: 0, atPlatform: [] });
  });
});
