// Connecting on V3: the connection is the one that the platform returns for this authorization's external id, whatever a browser says;
// the token is the application's, asked for once however many need it.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { keys } from '../../../lib/aws/keys.ts';
import { applicationOwner, makeFreshen } from '../../../lib/connection/application-token.ts';
import { type Connection, changeConnection, getConnection } from '../../../lib/connection/connection.ts';
import { makeRefresh } from '../../../lib/connection/platform-login.ts';
import { withdrawConsent } from '../../../lib/connection/withdraw.ts';
import { learnCar } from '../../../lib/contract/same-car.ts';
import { createApplication, getApplication, makeFindApplication } from '../../../lib/tenant/application.ts';
import { failedSignal } from '../vehicle/v3-bench.ts';
import {
  ACCOUNT,
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
} from './bench.ts';

/** Hours of waiting are many calls; a busy machine takes its time over them. */
vi.setConfig({ testTimeout: 120_000 });

let bench: Bench;

beforeAll(async () => {
  bench = await openBench();
});

afterAll(() => bench.close());

const VICTIM = 'victim@example.com';
const OTHER_VIN = 'VF7SXHNPTPT000009';

/** The query of a redirect with members put in the place of its own. */
const altered = (query: string, members: Readonly<Record<string, string>>): string => {
  const fields = new URLSearchParams(query);
  for (const [name, value] of Object.entries(members)) fields.set(name, value);
  return fields.toString();
};

const only = async (world: World) => {
  const connections = await world.connections();
  expect(connections).toHaveLength(1);
  return connections[0];
};

describe('a car on V3', () => {
  it('is found by a fresh external id, bound with the driver whom the platform names, and nothing is exchanged', async () => {
    const world = await bench.world({ platform: 'v3', webhookId: 'wh-1', vin: VIN });
    const car = world.addCar();
    const browser = new Browser();
    const query = await world.authorized(browser);
    await world.callback(query, browser);
    expect(world.wireCalls).toEqual([]);
    await world.drain();
    const connection = await only(world);
    expect(connection).toMatchObject({
      state: 'active',
      platform: 'v3',
      vendorVehicleId: car.id,
      vendorUserId: new URLSearchParams(query).get('user_id'),
      externalId: new URLSearchParams(query).get('external_id'),
      vin: VIN,
      make: 'CITROEN',
      year: 2024,
      permissions: ['read_odometer', 'read_vin', 'read_vehicle_info'],
    });
    expect(connection?.externalId).toMatch(/^[\w-]{40,}$/);
    expect(world.wireCalls).toEqual(['application_token', 'connections', 'subscribe', 'vehicle', 'vin']);
    expect((await world.current())?.connectionId).toBe(connection?.connectionId);
    expect(heading(await world.done(query, browser))).toBe('Your car is connected');
  });

  it('has another external id with every authorization', async () => {
    const world = await bench.world({ platform: 'v3' });
    const begun = async () => new URL(await world.begun(await world.link(), new Browser())).searchParams;
    const [one, other] = [await begun(), await begun()];
    expect(one.get('client_id')).toBe('11111111-2222-4333-8444-555555555555');
    expect(one.get('external_id')).not.toBeNull();
    expect(one.get('external_id')).not.toBe(other.get('external_id'));
    expect(one.get('external_id')).not.toBe(one.get('state'));
  });

  it('is never the one of another driver whose ids stand in the redirect', async () => {
    const world = await bench.world({ platform: 'v3' });
    const victims = world.addCar({ account: VICTIM, vin: OTHER_VIN });
    const victim = new Browser();
    const victimsQuery = await world.authorized(victim, { email: VICTIM });
    await world.callback(victimsQuery, victim);
    await world.drain();
    const bound = await only(world);
    expect(bound?.vendorVehicleId).toBe(victims.id);

    await world.sign({ reference: 'POLICY-2' });
    const own = world.addCar();
    const browser = new Browser();
    const query = await world.authorized(browser);
    const theirs = new URLSearchParams(victimsQuery);
    const swapped = altered(query, {
      user_id: theirs.get('user_id') ?? '',
      external_id: theirs.get('external_id') ?? '',
      code: theirs.get('code') ?? '',
    });
    await world.callback(swapped, browser);
    await world.drain();
    const connection = await only(world);
    expect(connection).toMatchObject({ state: 'active', vendorVehicleId: own.id });
    expect(connection?.vendorUserId).toBe(new URLSearchParams(query).get('user_id'));
    expect(connection?.vendorUserId).not.toBe(theirs.get('user_id'));
  });

  it('is the one of this login, not what the same driver connected before', async () => {
    const world = await bench.world({ platform: 'v3' });
    const first = world.addCar();
    await world.connect({ vehicleIds: [first.id] });
    world.now += DAY;
    const second = world.addCar({ vin: OTHER_VIN });
    await world.sign({ reference: 'POLICY-2' });
    await world.connect({ vehicleIds: [second.id] });
    expect(await only(world)).toMatchObject({ state: 'active', vendorVehicleId: second.id });
    expect(await world.connectedVehicles()).toEqual(expect.arrayContaining([first.id, second.id]));
  });

  it.each([
    [60, { state: 'active' }, 1],
    [61, { state: 'failed', reason: 'no_vehicles' }, 0],
  ])(
    'that was connected %d s before this login began: a clock may be a minute behind',
    async (seconds, found, cars) => {
      const world = await bench.world({ platform: 'v3' });
      world.addCar();
      const browser = new Browser();
      const query = await world.authorized(browser);
      await world.callback(query, browser);
      const pending = await only(world);
      if (pending?.consent === undefined) throw new Error('nothing came back');
      world.now += seconds * 1000;
      const { business } = world.tables;
      const consent = { ...pending.consent, agreedAt: new Date(world.now).toISOString() };
      await changeConnection(business, pending, ['pending'], { consent });
      await world.drain();
      expect(await only(world)).toMatchObject(found);
      expect(await world.connectedVehicles()).toHaveLength(cars);
    },
  );

  it('of which the platform does not say when it was connected is refused as our fault, and the operator is told', async () => {
    const world = await bench.world({ platform: 'v3' });
    world.addCar();
    const own = world.gateway;
    world.gateway = async (request) => {
      const answer = await own(request);
      if (request.method !== 'GET' || !new URL(request.url).pathname.endsWith('/v3/connections')) return answer;
      const undated = (await answer.text()).replaceAll(/"(createdAt|updatedAt)":"[^"]*"/g, '"$1":null');
      return new Response(undated, { headers: { 'content-type': 'application/json' } });
    };
    const page = await world.connect();
    expect(await only(world)).toMatchObject({ state: 'failed', reason: 'configuration_error' });
    expect(heading(page)).toBe('Something is set up wrongly');
    expect(world.warnings).toEqual([{ code: 'login_undated', at: START }]);
    expect(await world.connectedVehicles()).toEqual([]);
  });

  it('of another VIN is refused, and its grant is ended', async () => {
    const world = await bench.world({ platform: 'v3', webhookId: 'wh-1', vin: OTHER_VIN });
    world.addCar();
    const page = await world.connect();
    expect(await only(world)).toMatchObject({ state: 'failed', reason: 'wrong_vin' });
    expect(heading(page)).toBe('This is another car');
    expect(await world.connectedVehicles()).toEqual([]);
  });

  it('that tells its VIN hours later is waited for, when the contract is about a car', async () => {
    const world = await bench.world({ platform: 'v3', webhookId: 'wh-1', vin: VIN });
    const car = world.addCar();
    world.simulator.fleet.setMissingSignals(car.id, ['vehicleidentification-vin']);
    const browser = new Browser();
    const query = await world.authorized(browser);
    await world.callback(query, browser);
    await world.drain(START + 5 * HOUR);
    expect(await only(world)).toMatchObject({ state: 'pending' });
    expect((await world.current())?.connectionId).toBeUndefined();
    world.simulator.fleet.setMissingSignals(car.id, []);
    await world.drain();
    expect(await only(world)).toMatchObject({ state: 'active', vin: VIN });
  });

  it('that never tells its VIN is not taken for the car of a contract, and the page says what to do', async () => {
    const world = await bench.world({ platform: 'v3', webhookId: 'wh-1', vin: VIN });
    const car = world.addCar();
    world.simulator.fleet.setMissingSignals(car.id, ['vehicleidentification-vin']);
    const browser = new Browser();
    const query = await world.authorized(browser);
    await world.callback(query, browser);
    await world.drain();
    expect(await only(world)).toMatchObject({ state: 'failed', reason: 'vin_unknown' });
    expect(world.now - START).toBeLessThan(8 * HOUR);
    // Often at first, then once an hour.
    expect(world.wireCalls.filter((call) => call === 'vin').length).toBeLessThan(20);
    expect((await world.current())?.connectionId).toBeUndefined();
    expect(await world.connectedVehicles()).toEqual([]);
    const page = await world.done(query, browser);
    expect(heading(page)).toBe('We could not tell which car it is');
  });

  const noVin = 'vehicleidentification-vin';
  const empty = { id: noVin, type: 'signal', attributes: { code: noVin, body: { value: null } }, meta: {} };

  it.each([
    ['COMPATIBILITY', failedSignal(noVin, 'COMPATIBILITY', 'VEHICLE_NOT_CAPABLE')],
    ['VEHICLE_STATE', failedSignal(noVin, 'VEHICLE_STATE', 'ASLEEP')],
    ['UPSTREAM', failedSignal(noVin, 'UPSTREAM', 'INVALID_DATA')],
    ['CONNECTED_SERVICES_ACCOUNT', failedSignal(noVin, 'CONNECTED_SERVICES_ACCOUNT', 'SUBSCRIPTION')],
    ['an empty value', empty],
  ])(
    'whose VIN alone fails, with %s, is bound without it, or waited for where the contract is about a car',
    async (_, data) => {
      for (const [vin, state, reason] of [
        [undefined, 'active', undefined],
        [VIN, 'failed', 'vin_unknown'],
      ] as const) {
        const world = await bench.world({ platform: 'v3', ...(vin === undefined ? {} : { vin }) });
        world.addCar();
        const own = world.gateway;
        world.gateway = async (request) =>
          request.url.endsWith(`/signals/${noVin}`) ? Response.json({ data }) : own(request);
        const browser = new Browser();
        await world.callback(await world.authorized(browser), browser);
        await world.drain();
        expect([(await only(world))?.state, (await only(world))?.reason], String(vin)).toEqual([state, reason]);
        expect((await world.connectedVehicles()).length).toBe(state === 'active' ? 1 : 0);
      }
    },
  );

  it('whose VIN may not be read is refused', async () => {
    const world = await bench.world({ platform: 'v3' });
    world.addCar();
    const own = world.gateway;
    const data = failedSignal(noVin, 'PERMISSION', 'UNKNOWN');
    world.gateway = async (request) =>
      request.url.endsWith(`/signals/${noVin}`) ? Response.json({ data }) : own(request);
    await world.connect();
    expect(await only(world)).toMatchObject({ state: 'failed', reason: 'missing_permission' });
  });

  it('that was bound before is not replaced by one that tells no VIN, also where the contract names none', async () => {
    const world = await bench.world({ platform: 'v3', webhookId: 'wh-1' });
    const car = world.addCar();
    await world.connect();
    expect((await world.current())?.boundVin).toBe(VIN);
    world.now += DAY;
    world.simulator.fleet.setMissingSignals(car.id, ['vehicleidentification-vin']);
    const browser = new Browser();
    await world.callback(await world.authorized(browser), browser);
    await world.drain();
    const states = (await world.connections()).map(({ state, reason }) => [state, reason]);
    expect(states).toEqual([
      ['active', undefined],
      ['failed', 'vin_unknown'],
    ]);
    // The same grant: it lives on for the connection that uses it.
    expect(await world.connectedVehicles()).toEqual([car.id]);
  });

  it('of one of two logins within a minute is its own, not both', async () => {
    const world = await bench.world({ platform: 'v3' });
    const [first, second] = [world.addCar(), world.addCar({ vin: OTHER_VIN })] as const;
    const browser = new Browser();
    await world.callback(await world.authorized(browser, { vehicleIds: [first.id] }), browser);
    // What is sent at once, and not what comes a minute later.
    await world.drain(START + 1);
    const before = await only(world);
    world.now = START + 20_000;
    await world.sign({ reference: 'POLICY-2' });
    await world.connect({ vehicleIds: [second.id] });
    expect(before).toMatchObject({ state: 'active', vendorVehicleId: first.id });
    expect(await only(world)).toMatchObject({ state: 'active', vendorVehicleId: second.id });
    expect(await world.connectedVehicles()).toEqual(expect.arrayContaining([first.id, second.id]));
  });

  it.each([
    ['sleeps', { data: failedSignal(noVin, 'VEHICLE_STATE', 'ASLEEP') }, 200],
    ['is throttled', { data: failedSignal(noVin, 'UPSTREAM', 'RATE_LIMIT') }, 200],
    ['never told it', { errors: [{ type: 'RESOURCE_NOT_FOUND', code: 'SIGNAL_NOT_FOUND' }] }, 404],
  ])('whose VIN was not told at the first login, because it %s, is followed by no other', async (_, answer, status) => {
    const world = await bench.world({ platform: 'v3', webhookId: 'wh-1' });
    const [first, other] = [world.addCar(), world.addCar({ vin: OTHER_VIN })];
    const own = world.gateway;
    world.gateway = async (request) =>
      request.url.endsWith(`/${first.id}/signals/${noVin}`) ? Response.json(answer, { status }) : own(request);
    expect(heading(await world.connect({ vehicleIds: [first.id] }))).toBe('Your car is connected');
    const bound = await world.current();
    expect(bound?.boundVin).toBeUndefined();
    world.now += 20 * DAY;

    expect(heading(await world.connect({ vehicleIds: [other.id] }))).toBe('This is another car');
    expect(await world.current()).toEqual(bound);
    expect(await world.connectedVehicles()).toEqual([first.id]);
    // The same one is known by then, whether it tells its VIN or not.
    expect(heading(await world.connect({ vehicleIds: [first.id] }))).toBe('Your car is connected');
    world.gateway = own;
    expect(heading(await world.connect({ vehicleIds: [first.id] }))).toBe('Your car is connected');
    expect((await world.current())?.boundVin).toBe(VIN);
  });

  /** As if it had been bound over an application that the tenant had before. @returns the id of that one */
  async function bindOverFormer({ tables: { business }, applicationId }: World, bound: Connection): Promise<string> {
    const former = `former-${applicationId}`;
    await createApplication(business, {
      ...(await getApplication(business, applicationId)),
      applicationId: former,
    });
    await changeConnection(business, bound, ['active'], { applicationId: former });
    return former;
  }

  it.each([
    ['its twin', true, 'This is another car'],
    ['another one, whose ids tell nothing', false, 'Your car is connected'],
  ])('is compared with the vehicle that was bound without a VIN, under %s', async (_, isTwin, said) => {
    const world = await bench.world({ platform: 'v3', webhookId: 'wh-1' });
    const [first, other] = [world.addCar(), world.addCar({ vin: OTHER_VIN })];
    world.simulator.fleet.setMissingSignals(first.id, [noVin]);
    await world.connect({ vehicleIds: [first.id] });
    const { business } = world.tables;
    const bound = await only(world);
    if (bound === undefined) throw new Error('nothing was bound');
    const former = await bindOverFormer(world, bound);
    if (isTwin) await business.update(keys.application(world.applicationId), { set: { twin: former } });
    expect(heading(await world.connect({ vehicleIds: [other.id] }))).toBe(said);
  });

  it('is one of two vehicles without a VIN that are bound to one contract at the same moment', async () => {
    const world = await bench.world({ platform: 'v3', webhookId: 'wh-1' });
    const cars = [world.addCar(), world.addCar({ account: VICTIM, vin: OTHER_VIN })];
    for (const [n, car] of cars.entries()) {
      world.simulator.fleet.setMissingSignals(car.id, [noVin]);
      const browser = new Browser();
      await world.callback(await world.authorized(browser, n === 0 ? {} : { email: VICTIM }), browser);
      world.now += MINUTE;
    }
    const bodies = new Map(world.waiting.map(({ body }) => [body['connectionId'], body]));
    expect(bodies.size).toBe(2);
    await Promise.allSettled([...bodies.values()].map((body) => world.bind(body)));
    await world.drain();
    const connections = await world.connections();
    expect(connections.map(({ state, reason }) => `${state} ${reason}`).toSorted()).toEqual([
      'active undefined',
      'failed wrong_vin',
    ]);
    const live = connections.find(({ state }) => state === 'active');
    expect(await world.connectedVehicles()).toEqual([live?.vendorVehicleId]);
    expect((await world.current())?.connectionId).toBe(live?.connectionId);
  });

  /** A container in which something happens just before the contract is pointed to a connection, once. */
  function interposing(world: World, meanwhile: () => Promise<unknown>) {
    const container = world.container();
    let done = false;
    const update: typeof container.business.update = async (key, change) => {
      if (key.sk === 'Z#CONTRACT' && !done) {
        done = true;
        await meanwhile();
      }
      return container.business.update(key, change);
    };
    return { ...container, business: { ...container.business, update } };
  }

  /** The first reading of the car that the contract reads from tells its VIN. */
  async function learn(world: World): Promise<void> {
    const contract = await world.current();
    const { connectionId } = contract ?? {};
    if (contract === undefined || connectionId === undefined) throw new Error('nothing is bound');
    await learnCar(world.tables.business, contract, { vin: VIN, connectionId });
  }

  /** States of all connections, and which of them the contract reads, for which car. */
  async function outcome(world: World) {
    const connections = await world.connections();
    const { connectionId, boundVin } = (await world.current()) ?? {};
    const states = connections.map(({ state, reason }) => (reason === undefined ? state : `${state} ${reason}`));
    return { states, reads: connections.findIndex((one) => one.connectionId === connectionId), boundVin };
  }

  it('is refused when it was overtaken by another one without a VIN, which was learnt since', async () => {
    const world = await bench.world({ platform: 'v3', webhookId: 'wh-1' });
    const missingSignals = [noVin] as const;
    const cars = [world.addCar({ missingSignals }), world.addCar({ account: VICTIM, vin: OTHER_VIN, missingSignals })];
    for (const email of [ACCOUNT, VICTIM]) {
      const browser = new Browser();
      await world.callback(await world.authorized(browser, { email }), browser);
      world.now += MINUTE;
    }
    const [older = {}, newer = {}] = new Map(world.waiting.map(({ body }) => [body['connectionId'], body])).values();
    const overtaken = interposing(world, () => world.bind(older));
    await expect(world.bind(newer, overtaken)).rejects.toThrow('TRY_AGAIN');
    expect(await outcome(world)).toEqual({ states: ['active', 'active'], reads: 0, boundVin: undefined });
    await learn(world);
    // The one that is read has no VIN of its own, and stays.
    await world.bind(older);
    expect(await outcome(world)).toEqual({ states: ['active', 'active'], reads: 0, boundVin: VIN });
    await world.drain();
    expect(await outcome(world)).toEqual({ states: ['active', 'failed wrong_vin'], reads: 0, boundVin: VIN });
    expect(await world.connectedVehicles()).toEqual([cars[0]?.id]);
    expect(world.deadLetters).toEqual([]);
  });

  it.each([
    ['before it is bound', false],
    ['before the contract reads from it', true],
  ])('without a VIN is replaced by a newer one that was bound %s, and nobody waits for its VIN', async (_, isLate) => {
    const world = await bench.world({ platform: 'v3', webhookId: 'wh-1' });
    const cars = [world.addCar({ missingSignals: [noVin] }), world.addCar({ account: VICTIM })];
    for (const email of [ACCOUNT, VICTIM]) {
      const browser = new Browser();
      await world.callback(await world.authorized(browser, { email }), browser);
      world.now += MINUTE;
    }
    const [older = {}, newer = {}] = new Map(world.waiting.map(({ body }) => [body['connectionId'], body])).values();
    // Bound over another application: its ids tell nothing of the older one's car.
    const meanwhile = async () => {
      await world.bind(newer);
      const [, bound] = await world.connections();
      if (bound !== undefined) await bindOverFormer(world, bound);
    };
    if (isLate) await expect(world.bind(older, interposing(world, meanwhile))).rejects.toThrow('TRY_AGAIN');
    else await meanwhile();
    await world.bind(older);
    expect(await outcome(world)).toEqual({ states: ['replaced', 'active'], reads: 1, boundVin: VIN });
    expect(await world.connectedVehicles()).toEqual([cars[1]?.id]);
    await world.drain();
    expect(world.deadLetters).toEqual([]);
  });

  it.each([
    ['the same car takes its place', false, 1, ['replaced', 'active']],
    ['another car with a VIN is refused', true, 0, ['active', 'failed wrong_vin']],
    ['a car of another application, without a VIN, is refused', true, 0, ['active', 'failed vin_unknown']],
  ] as const)('whose VIN is learnt while another login is adopted keeps it: %s', async (_, isOther, reads, states) => {
    const world = await bench.world({ platform: 'v3', webhookId: 'wh-1' });
    const [first, other] = [world.addCar(), world.addCar({ vin: OTHER_VIN })];
    world.simulator.fleet.setMissingSignals(first.id, [noVin]);
    await world.connect({ vehicleIds: [first.id] });
    const bound = await only(world);
    if (bound === undefined) throw new Error('nothing was bound');
    if (isOther) await bindOverFormer(world, bound);
    if (states[1] === 'failed vin_unknown') world.simulator.fleet.setMissingSignals(other.id, [noVin]);
    world.now += DAY;
    const browser = new Browser();
    await world.callback(await world.authorized(browser, { vehicleIds: [isOther ? other.id : first.id] }), browser);
    const body = world.waiting.at(-1)?.body ?? {};
    const learning = interposing(world, () => learn(world));
    await expect(world.bind(body, learning)).rejects.toThrow('TRY_AGAIN');
    await world.drain();
    expect(await outcome(world)).toEqual({ states, reads, boundVin: VIN });
    expect(world.deadLetters).toEqual([]);
  });

  it('that tells no VIN is bound without one, where the contract names none', async () => {
    const world = await bench.world({ platform: 'v3' });
    world.addCar();
    await world.connect();
    const connection = await only(world);
    expect(connection).toMatchObject({ state: 'active', make: 'CITROEN' });
    expect(connection?.vin).toBeUndefined();
    expect(world.wireCalls).not.toContain('subscribe');
    expect((await world.current())?.boundVin).toBeUndefined();
  });

  it('is subscribed as often as its message comes, and bound once', async () => {
    const world = await bench.world({ platform: 'v3', webhookId: 'wh-1' });
    world.addCar();
    const browser = new Browser();
    await world.callback(await world.authorized(browser), browser);
    const [message] = world.waiting;
    // The first delivery subscribes, then its worker hears nothing more.
    world.simulator.interrupt({ path: '/signals/vehicleidentification-vin' });
    await expect(world.bind(message?.body ?? {})).rejects.toThrow('TRY_AGAIN');
    world.now += MINUTE;
    await world.bind(message?.body ?? {});
    expect(world.wireCalls.filter((call) => call === 'subscribe')).toHaveLength(2);
    expect(await only(world)).toMatchObject({ state: 'active', vin: VIN });
    const settled = await world.current();
    await world.bind(message?.body ?? {});
    expect(await world.current()).toEqual(settled);
  });

  it('that two drivers-to-be chose at once is refused when it is two cars', async () => {
    const world = await bench.world({ platform: 'v3' });
    const cars = [world.addCar(), world.addCar({ vin: OTHER_VIN })];
    const browser = new Browser();
    // The browser's address is the driver's own: `single_select` can be taken out of it.
    const url = new URL(await world.begun(await world.link(), browser));
    url.searchParams.delete('single_select');
    await world.callback(await world.atPlatform(url.href, { vehicleIds: cars.map(({ id }) => id) }), browser);
    await world.drain();
    expect(await only(world)).toMatchObject({ state: 'failed', reason: 'several_vehicles' });
    expect(await world.connectedVehicles()).toEqual([]);
  });

  it('is let go when the driver withdraws, also after a week', async () => {
    const world = await bench.world({ platform: 'v3' });
    const car = world.addCar();
    await world.connect();
    expect(await world.connectedVehicles()).toEqual([car.id]);
    world.now += 7 * DAY;
    const connection = await only(world);
    if (connection === undefined) throw new Error('nothing was bound');
    await withdrawConsent(world.tables.business, connection, world.now);
    await world.bind({ ...connection });
    expect(await world.connectedVehicles()).toEqual([]);
    // The token is the application's: it stays.
    expect(await world.vault().read(applicationOwner(world.applicationId))).toMatchObject({ version: 2 });
  });
});

/** The car tells no VIN yet, so that its login is not bound before the same driver's next. */
describe('a login that the same driver makes another beside', () => {
  const vinSignal = 'vehicleidentification-vin';
  const waiting = async (more: { readonly vin?: string } = {}) => {
    const world = await bench.world({ platform: 'v3', webhookId: 'wh-1', vin: VIN });
    const car = world.addCar(more);
    world.simulator.fleet.setMissingSignals(car.id, [vinSignal]);
    const browser = new Browser();
    await world.callback(await world.authorized(browser), browser);
    await world.drain(START + 2 * MINUTE);
    const connection = await only(world);
    if (connection?.state !== 'pending') throw new Error('it was not to be bound yet');
    const state = async () => (await getConnection(world.tables.business, connection)) ?? connection;
    return { world, car, connection, state, tellVin: () => world.simulator.fleet.setMissingSignals(car.id, []) };
  };
  const beside = async ({ world }: { readonly world: World }) => {
    const other = world.addCar({ vin: OTHER_VIN });
    await world.sign({ reference: 'POLICY-2' });
    const browser = new Browser();
    await world.callback(await world.authorized(browser, { vehicleIds: [other.id] }), browser);
    return other;
  };

  it('is bound all the same: its car and its driver were noted when they were found', async () => {
    const first = await waiting();
    const { world, car } = first;
    const other = await beside(first);
    await world.drain(world.now + HOUR);
    expect(await only(world)).toMatchObject({ state: 'active', vendorVehicleId: other.id });
    first.tellVin();
    await world.drain();
    expect(await first.state()).toMatchObject({ state: 'active', vendorVehicleId: car.id, vin: VIN });
    expect(await world.connectedVehicles()).toEqual(expect.arrayContaining([car.id, other.id]));
  });

  it('takes its own grant along when it fails, and no other', async () => {
    const first = await waiting({ vin: 'VF7SXHNPTPT000007' });
    const { world } = first;
    const other = await beside(first);
    await world.drain(world.now + HOUR);
    first.tellVin();
    await world.drain();
    expect(await first.state()).toMatchObject({ state: 'failed', reason: 'wrong_vin' });
    expect(await world.connectedVehicles()).toEqual([other.id]);
  });

  it('takes its own grant along when its driver withdraws before it is bound', async () => {
    const first = await waiting();
    const { world } = first;
    const other = await beside(first);
    await world.drain(world.now + HOUR);
    await withdrawConsent(world.tables.business, first.connection, world.now);
    await world.drain();
    expect(await first.state()).toMatchObject({ state: 'withdrawn' });
    expect(await world.connectedVehicles()).toEqual([other.id]);
  });

  it('keeps its grant while it waits, when the other chose the same car and ends', async () => {
    const first = await waiting();
    const { world, car } = first;
    await world.sign({ reference: 'POLICY-2', vin: OTHER_VIN });
    const browser = new Browser();
    await world.callback(await world.authorized(browser), browser);
    await world.drain(world.now + HOUR);
    const second = await only(world);
    if (second === undefined) throw new Error('nothing came back');
    await withdrawConsent(world.tables.business, second, world.now);
    await world.drain(world.now + HOUR);
    expect(await world.connectedVehicles()).toEqual([car.id]);
    first.tellVin();
    await world.drain();
    expect(await first.state()).toMatchObject({ state: 'active', vin: VIN });
  });
});

describe("the application's token", () => {
  it('is asked for once for all turns of a container', async () => {
    const world = await bench.world({ platform: 'v3' });
    world.addCar();
    await world.connect();
    world.now += 2 * HOUR;
    world.wireCalls = [];
    const connection = await only(world);
    if (connection === undefined) throw new Error('nothing was bound');
    const { business, vault, token } = world.container();
    const application = makeFindApplication(business, () => world.now);
    let holders = 0;
    const freshen = makeFreshen(
      () => ({ business, vault, refresh: makeRefresh(token), application, holder: `holder-${holders++}` }),
      () => world.now,
    );
    const all = await Promise.all(Array.from({ length: 10 }, () => freshen(connection)));
    expect(all).toEqual(Array(10).fill({ kind: 'fresh', version: 2 }));
    expect(world.wireCalls).toEqual(['application_token']);
    expect(await freshen(connection)).toEqual({ kind: 'fresh', version: 2 });
    expect(world.wireCalls).toEqual(['application_token']);
  });

  it('is asked for once by all containers; who comes too early comes again', async () => {
    const world = await bench.world({ platform: 'v3' });
    world.addCar();
    await world.connect();
    world.now += 2 * HOUR;
    world.wireCalls = [];
    const { contractId = '', connectionId = '' } = (await only(world)) ?? {};
    const turn = {
      kind: 'turn',
      tenantId: world.tenantId,
      contractId,
      connectionId,
      applicationId: world.applicationId,
    };
    const tended = await Promise.all([1, 2, 3].map((n) => world.tend({ ...turn, turn: n })));
    expect(world.wireCalls).toEqual(['application_token']);
    expect(tended.map(({ kind }) => kind)).toContain('done');
    expect(tended.filter(({ kind }) => kind !== 'done' && kind !== 'give_back')).toEqual([]);
    expect((await world.tend({ ...turn, turn: 4 })).kind).toBe('done');
    expect(world.wireCalls).toEqual(['application_token']);
  });

  it('that is refused is asked for again, and nobody has to connect anew', async () => {
    const world = await bench.world({ platform: 'v3' });
    world.addCar();
    await world.connect();
    const { contractId = '', connectionId = '' } = (await only(world)) ?? {};
    const ids = { tenantId: world.tenantId, contractId, connectionId, applicationId: world.applicationId };
    const held = await world.vault().read(applicationOwner(world.applicationId));
    world.wireCalls = [];
    const tended = await world.tend({ kind: 'turn', ...ids, turn: 1, rejectedVersion: held?.version ?? 0 });
    expect(tended).toMatchObject({ kind: 'done', read: [{ body: { refreshed: true } }] });
    expect(world.wireCalls).toEqual(['application_token']);
    expect(await only(world)).toMatchObject({ state: 'active' });
  });

  it('lies sealed under the name of the application, and opens for no tenant', async () => {
    const world = await bench.world({ platform: 'v3' });
    world.addCar();
    await world.connect();
    const item = await world.tables.vault.get({ pk: `V#application:${world.applicationId}#token`, sk: 'TOKENS' });
    expect(item).toMatchObject({ version: 1 });
    expect(item).not.toHaveProperty('expiresAt');
    const held = await world.vault().read(applicationOwner(world.applicationId));
    expect(held?.accessToken).not.toBe('');
    expect(JSON.stringify(item)).not.toContain(held?.accessToken);
    const moved = { pk: `V#${world.tenantId}#cxn_1`, sk: 'TOKENS' };
    await world.tables.vault.put({ ...item, ...moved });
    expect(await world.vault().read({ tenantId: world.tenantId, connectionId: 'cxn_1' })).toBeUndefined();
  });
});
