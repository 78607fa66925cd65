// Ending what a driver granted: what counts as ended at the platform, and what has to be asked again.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Connection, getConnection } from '../../../lib/connection/connection.ts';
import { endWithContract, withdrawConsent } from '../../../lib/connection/withdraw.ts';
import { emptyBudget } from '../../../lib/reading/budget.ts';
import { getApplication } from '../../../lib/tenant/application.ts';
import type { Fault } from '../../stores/faults.ts';
import { connection, page, refusal } from '../vehicle/v3-bench.ts';
import { ACCOUNT, type Bench, Browser, DAY, HOUR, MINUTE, openBench, START, VIN, type World } from './bench.ts';
import type { Manner } from './crashes.ts';

/** Days of waiting are many calls; a busy machine takes its time over them. */
vi.setConfig({ testTimeout: 60_000 });

let bench: Bench;

beforeAll(async () => {
  bench = await openBench();
});

afterAll(() => bench.close());

/** A driver who connected a car, and now withdraws. */
async function withdrawn(platform: 'v2' | 'v3'): Promise<World> {
  const world = await bench.world({ platform });
  world.addCar();
  await world.connect();
  const [connection] = await world.connections();
  if (connection?.state !== 'active') throw new Error('nothing was bound');
  await withdrawConsent(world.tables.business, connection, world.now);
  return world;
}

/** What ends a grant is answered like this, until the world's own gateway is back. */
function answerEndings(world: World, answer: () => Response): { readonly stop: () => void } {
  const own = world.gateway;
  world.gateway = async (request) => (request.method === 'DELETE' ? answer() : own(request));
  return {
    stop: () => {
      world.gateway = own;
    },
  };
}

/** The application's own token stays. */
const driversPairs = async (world: World): Promise<readonly string[]> =>
  (await world.pairs()).filter((id) => id !== 'token');

const html = (status: number) => (): Response =>
  new Response('<html>nothing here</html>', { status, headers: { 'content-type': 'text/html' } });

const v2Refusal = (status: number, type: string, code: string | null) => (): Response =>
  Response.json({ type, code, statusCode: status, description: 'd', requestId: 'r' }, { status });

const v3Refusal = (status: number, type: string, code: string) => (): Response =>
  Response.json(refusal(status, type, code), { status });

describe('a grant', () => {
  it.each([
    ['v2', 'a page of 401', html(401)],
    ['v2', 'a page of 403', html(403)],
    ['v2', 'a page of 404', html(404)],
    ['v2', 'a page of 410', html(410)],
    [
      'v2',
      'RESOURCE_NOT_FOUND:PATH, which says that our address is wrong',
      v2Refusal(404, 'RESOURCE_NOT_FOUND', 'PATH'),
    ],
    [
      'v2',
      'a trouble of the account at the maker',
      v2Refusal(400, 'CONNECTED_SERVICES_ACCOUNT', 'AUTHENTICATION_FAILED'),
    ],
    ['v3', 'a page of 403', html(403)],
    ['v3', 'a page of 404', html(404)],
    ['v3', 'a page of 410', html(410)],
    [
      'v3',
      'VEHICLE_NOT_FOUND, which was seen on living ones',
      v3Refusal(404, 'RESOURCE_NOT_FOUND', 'VEHICLE_NOT_FOUND'),
    ],
    ['v3', 'INVALID_PATH', v3Refusal(404, 'RESOURCE_NOT_FOUND', 'INVALID_PATH')],
  ] as const)('on %s is not gone because of %s: its ending waits, and is repeated', async (platform, _, answer) => {
    const world = await withdrawn(platform);
    const { stop } = answerEndings(world, answer);
    await world.drain(world.now + HOUR);
    expect(await world.connectedVehicles()).toHaveLength(1);
    stop();
    await world.drain(world.now + DAY);
    expect(await world.connectedVehicles()).toEqual([]);
    expect(await driversPairs(world)).toEqual([]);
    expect([world.waiting, world.deadLetters]).toEqual([[], []]);
  });

  it.each([
    ['v2', 'AUTHENTICATION', v2Refusal(401, 'AUTHENTICATION', null)],
    ['v2', 'PERMISSION', v2Refusal(403, 'PERMISSION', null)],
    ['v3', 'RESOURCE_NOT_FOUND:PATH', v3Refusal(404, 'RESOURCE_NOT_FOUND', 'PATH')],
  ] as const)('on %s is gone when the platform says %s itself: nothing waits', async (platform, _, answer) => {
    const world = await withdrawn(platform);
    answerEndings(world, answer);
    world.wireCalls = [];
    await world.drain();
    expect(world.wireCalls.filter((call) => call === 'disconnect' || call === 'delete_connection')).toHaveLength(1);
    expect([world.tended.at(-1), world.warnings, await driversPairs(world)]).toEqual(['done', [], []]);
  });
});

describe('an ending that V3 cannot be understood about', () => {
  it('is asked on, and the operator is told when that has lasted, and again twice a day', async () => {
    const world = await withdrawn('v3');
    const own = world.gateway;
    const odd = connection('con-odd', { relationships: { user: { data: { id: 'somebody' } } } });
    world.gateway = async (request) =>
      new URL(request.url).pathname === '/v3/connections' ? Response.json(page([odd], 1)) : own(request);
    const from = world.now;
    await world.drain(from + 14 * HOUR);
    const told = world.warnings.map(({ code, at }) => [code, Math.floor((at - from) / HOUR)]);
    expect(told).toEqual([
      ['answer_unusable', 1],
      ['answer_unusable', 13],
    ]);
    world.gateway = own;
    await world.drain();
    expect([await world.connectedVehicles(), await driversPairs(world), world.deadLetters]).toEqual([[], [], []]);
  });

  it('says nothing of an outage, which is over by itself', async () => {
    const world = await withdrawn('v3');
    answerEndings(world, html(503));
    await world.drain(world.now + 3 * HOUR);
    expect(world.warnings).toEqual([]);
  });
});

const SECOND = 'second-driver@example.com';

/** Two drivers of one car, each with an account that has it, and with a contract. */
async function twoDrivers(platform: 'v2' | 'v3') {
  const world = await bench.world({ platform });
  const car = world.addCar();
  world.simulator.fleet.share(car.id, [SECOND]);
  const connected: Connection[] = [];
  for (const email of [ACCOUNT, SECOND]) {
    if (email === SECOND) await world.sign({ reference: 'POLICY-2' });
    await world.connect({ email });
    const [own] = await world.connections();
    if (own?.state !== 'active') throw new Error('nothing was bound');
    connected.push(own);
  }
  const [first, second] = connected;
  if (first === undefined || second === undefined) throw new Error('there are not two of them');
  return { world, car, first, second };
}

describe.each(['v2', 'v3'] as const)('a car that two drivers share on %s', (platform) => {
  it.each([
    ['the first', 'first', 'second'],
    ['the second', 'second', 'first'],
  ] as const)('keeps every grant until the last of them withdraws, and then none: %s before', async (_, one, other) => {
    const { world, car, ...of } = await twoDrivers(platform);
    expect([of.first.vendorVehicleId, of.second.vendorVehicleId]).toEqual([car.id, car.id]);
    // V2 does not ask who the driver is.
    expect(new Set([of.first.vendorUserId, of.second.vendorUserId]).size).toBe(platform === 'v3' ? 2 : 1);
    const { business } = world.tables;
    await withdrawConsent(business, of[one], world.now);
    await world.bind(bindOf(of[one]));
    expect(await world.connectedVehicles()).toEqual([car.id, car.id]);
    const left = await getConnection(business, of[one]);
    expect(left).toMatchObject({ state: 'withdrawn', grantEndedAt: new Date(world.now).toISOString() });
    await withdrawConsent(business, of[other], world.now);
    await world.bind(bindOf(of[other]));
    expect(await world.connectedVehicles()).toEqual([]);
    expect(await getConnection(business, of[other])).toHaveProperty('grantEndedAt');
  });
});

/** How a grant comes to its end: its driver withdraws, or its contract is over. */
const ways = { withdrawn: withdrawConsent, ended: endWithContract };
const bothWays = ['withdrawn', 'ended'] as const;

/** A driver whose pair has died, on V2, and who withdraws; with the management token beside the application's credentials, or without. */
async function withoutPair(
  managementToken?: string,
  way: keyof typeof ways = 'withdrawn',
): Promise<{ world: World; connection: Connection }> {
  const world = await bench.world({ vin: VIN });
  world.addCar();
  await world.connect();
  const [connection] = await world.connections();
  if (connection?.state !== 'active') throw new Error('nothing was bound');
  if (managementToken !== undefined) world.secret = { ...world.secret, managementToken };
  await world.vault().remove(connection);
  world.now += DAY;
  await ways[way](world.tables.business, connection, world.now);
  world.wireCalls = [];
  return { world, connection };
}

const bindOf = ({ tenantId, contractId, connectionId }: Connection) => ({ tenantId, contractId, connectionId });

const codes = ({ warnings }: World): readonly string[] => warnings.map(({ code }) => code);

describe('a grant whose pair is dead', () => {
  it.each(bothWays)(
    'is ended by the application itself, once (%s): a message that comes again asks nobody',
    async (way) => {
      const { world, connection } = await withoutPair('management-token', way);
      await world.drain();
      expect(await world.connectedVehicles()).toEqual([]);
      await world.bind(bindOf(connection));
      expect([world.wireCalls, codes(world), world.waiting]).toEqual([['end_connections'], [], []]);
      const ended = await getConnection(world.tables.business, connection);
      expect(ended).toMatchObject({ state: way, grantEndedAt: new Date(world.now).toISOString() });
      expect(ended).not.toHaveProperty('grantLeftAt');
    },
  );

  it('is ended also when its refresh token alone is dead', async () => {
    const world = await bench.world({ vin: VIN });
    world.secret = { ...world.secret, managementToken: 'management-token' };
    world.addCar();
    await world.connect();
    const [connection] = await world.connections();
    world.now += 61 * DAY;
    if (connection !== undefined) await withdrawConsent(world.tables.business, connection, world.now);
    world.wireCalls = [];
    await world.drain();
    expect(world.wireCalls).toEqual(['end_connections']);
    expect([await world.connectedVehicles(), await world.pairs()]).toEqual([[], []]);
  });

  it('is left to another live connection that uses the car', async () => {
    const { world, connection } = await withoutPair('management-token');
    const own = world.contract;
    await world.sign({ vin: VIN, reference: 'POLICY-2' });
    await world.connect();
    expect(world.wireCalls).not.toContain('end_connections');
    expect(await world.connectedVehicles()).toEqual([connection.vendorVehicleId]);
    const [other] = await world.connections();
    world.contract = own;
    expect((await world.connections()).map(({ state }) => state)).toEqual(['withdrawn']);
    // The last one ends it.
    if (other !== undefined) await withdrawConsent(world.tables.business, other, world.now);
    await world.drain();
    expect(await world.connectedVehicles()).toEqual([]);
  });

  it.each(bothWays)(
    'that is ended is not ended again when the driver connects the car anew, however late its message comes: %s',
    async (way) => {
      const { world, connection } = await withoutPair('management-token', way);
      const own = world.contract;
      await world.drain();
      await world.sign({ vin: VIN, reference: 'POLICY-2' });
      const browser = new Browser();
      const query = await world.authorized(browser);
      await world.callback(query, browser);
      // Before the new one is looked at: nobody uses the car yet.
      await world.bind(bindOf(connection));
      expect(await world.connectedVehicles()).toEqual([connection.vendorVehicleId]);
      await world.drain();
      expect((await world.connections()).map(({ state }) => state)).toEqual(['active']);
      world.contract = own;
      expect((await world.connections()).map(({ state }) => state)).toEqual([way]);
    },
  );

  it('is told to the operator without a management token, every twelve hours for two weeks', async () => {
    const { world, connection } = await withoutPair();
    for (let hours = 0; hours <= 20 * 24; hours += 1) {
      await world.drain(world.now + 1);
      world.now += HOUR;
    }
    expect(new Set(codes(world))).toEqual(new Set(['grant_not_ended']));
    const days = world.warnings.map(({ at }) => (at - START) / DAY);
    expect(days[0]).toBeCloseTo(1, 1);
    expect(days.at(-1)).toBeCloseTo(15, 0);
    expect(world.warnings.length).toBeGreaterThanOrEqual(28);
    expect(world.warnings.length).toBeLessThanOrEqual(29);
    expect([world.wireCalls, world.waiting, world.deadLetters]).toEqual([[], [], []]);
    const left = await getConnection(world.tables.business, connection);
    expect(Date.parse(left?.grantLeftAt ?? '') - START).toBeLessThan(DAY + HOUR);
    expect(left).not.toHaveProperty('grantEndedAt');
    expect(await world.connectedVehicles()).toHaveLength(1);
  });

  it.each(bothWays)(
    'is ended within twelve hours once the operator has put a management token there: %s',
    async (way) => {
      const { world, connection } = await withoutPair(undefined, way);
      await world.drain();
      expect(codes(world)).toEqual(['grant_not_ended']);
      world.secret = { ...world.secret, managementToken: 'management-token' };
      world.now += 12 * HOUR - 5 * MINUTE;
      await world.drain();
      expect(await world.connectedVehicles()).toHaveLength(1);
      world.now += 5 * MINUTE;
      await world.drain();
      expect(await world.connectedVehicles()).toEqual([]);
      expect(await getConnection(world.tables.business, connection)).not.toHaveProperty('grantLeftAt');
      expect(codes(world)).toEqual(['grant_not_ended']);
    },
  );

  it('is ended by a token that was changed, read once more', async () => {
    const { world, connection } = await withoutPair('old-token');
    const container = world.container();
    world.secret = { ...world.secret, managementToken: 'management-token' };
    await world.bind(bindOf(connection), container);
    expect([world.wireCalls, codes(world)]).toEqual([['end_connections', 'end_connections'], []]);
    expect(await world.connectedVehicles()).toEqual([]);
  });

  it.each([
    ['a token that is refused', v2Refusal(401, 'AUTHENTICATION', null), ['vehicle_operator']],
    ['a page of 404', html(404), ['vehicle_operator']],
    ['a plan that does not have it', v2Refusal(430, 'BILLING', 'INVALID_PLAN'), ['vehicle_billing']],
    ['an empty bucket', v2Refusal(429, 'RATE_LIMIT', 'SMARTCAR_API'), []],
    ['a fault at the platform', v2Refusal(500, 'SERVER', 'INTERNAL'), []],
    ['a page in a success', html(200), []],
  ] as const)('waits for %s, and is repeated', async (_, answer, told) => {
    const { world } = await withoutPair('management-token');
    const { stop } = answerEndings(world, answer);
    await world.drain(world.now + HOUR);
    expect(await world.connectedVehicles()).toHaveLength(1);
    expect(new Set(codes(world))).toEqual(new Set(told));
    stop();
    await world.drain();
    expect([await world.connectedVehicles(), world.waiting, world.deadLetters]).toEqual([[], [], []]);
  });

  it('takes its request from the budget, and waits for one', async () => {
    const { world, connection } = await withoutPair('management-token');
    const { applicationId } = world;
    await emptyBudget(
      world.tables.business,
      await getApplication(world.tables.business, applicationId),
      { retryAfterSeconds: 3 * 3600, requests: 1 },
      world.now,
    );
    await world.drain(world.now + 2 * HOUR);
    expect([world.wireCalls, codes(world)]).toEqual([[], []]);
    await world.drain();
    expect(world.wireCalls).toEqual(['end_connections']);
    expect(await getConnection(world.tables.business, connection)).toHaveProperty('grantEndedAt');
  });

  it('ends whichever call of it is lost or is the last of its worker', async () => {
    const healthy = await withoutPair('management-token');
    await healthy.world.planEndings();
    const before = healthy.world.crashes.calls.length;
    await healthy.world.drain();
    const calls = healthy.world.crashes.calls.slice(before);
    expect(calls).toContain('wire.call');
    for (const [index, call] of calls.entries()) {
      for (const fault of ['not_applied', 'applied'] satisfies readonly Fault[]) {
        for (const manner of ['dies', 'goes on'] satisfies readonly Manner[]) {
          const { world, connection } = await withoutPair('management-token');
          await world.planEndings();
          world.crashes.plan(index + 1, fault, manner);
          await world.drain();
          const told = `${index + 1} ${call} ${fault} ${manner}`;
          expect([await world.connectedVehicles(), codes(world), world.deadLetters], told).toEqual([[], [], []]);
          const ended = await getConnection(world.tables.business, connection);
          expect(ended, told).toHaveProperty('grantEndedAt');
        }
      }
    }
  }, 120_000);

  it('whose car was never found is nobody’s to end, and nobody is told', async () => {
    const world = await bench.world({ vin: VIN });
    world.addCar();
    const browser = new Browser();
    await world.callback(await world.authorized(browser), browser);
    const [connection] = await world.connections();
    if (connection === undefined) throw new Error('nothing came back');
    await world.vault().remove(connection);
    await withdrawConsent(world.tables.business, connection, world.now);
    world.wireCalls = [];
    await world.drain();
    expect([world.wireCalls, codes(world), world.waiting]).toEqual([[], [], []]);
    // Its pair may still come: then there is something to end.
    expect(await getConnection(world.tables.business, connection)).not.toHaveProperty('grantEndedAt');
  });
});
