// Messages of the tend queue while the platform is away, for minutes, hours or weeks: nothing that waits becomes a dead letter, nothing
// waits for ever, and what is malformed is not taken for something that waits.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bindMessage } from '../../../lib/connection/bind-message.ts';
import { getConnection } from '../../../lib/connection/connection.ts';
import { withdrawConsent } from '../../../lib/connection/withdraw.ts';
import { type Bench, Browser, DAY, HOUR, MINUTE, openBench, VIN, type World } from './bench.ts';

let bench: Bench;

beforeAll(async () => {
  bench = await openBench();
});

afterAll(() => bench.close());

/** The platform does not answer at these paths until it is called back. */
function takeAway(world: World, ...paths: readonly string[]): () => void {
  let away = true;
  const handle = world.simulator.handle;
  world.gateway = (request) => {
    const { pathname } = new URL(request.url);
    const down = away && paths.some((path) => pathname.endsWith(path));
    return down ? Promise.resolve(new Response('<html>', { status: 504 })) : handle(request);
  };
  return () => {
    away = false;
  };
}

async function back(vin = VIN): Promise<World> {
  const world = await bench.world({ vin });
  world.addCar();
  const browser = new Browser();
  await world.callback(await world.authorized(browser), browser);
  // The safety net is another message of the same kind.
  world.waiting = world.waiting.filter(({ visibleAt }) => visibleAt <= world.now);
  world.sent.length = 0;
  return world;
}

const delays = (world: World) => world.sent.map(({ delaySeconds }) => delaySeconds);
const states = async (world: World) => (await world.connections()).map(({ state, reason }) => [state, reason]);

describe('a withdrawal', () => {
  it('I10 while the platform is away takes effect at once; the grant is ended when it is back', async () => {
    const world = await bench.world();
    const car = world.addCar();
    await world.connect();
    const [connection] = await world.connections();
    if (connection === undefined) throw new Error('no connection');
    world.now += 20 * DAY;
    const comeBack = takeAway(world, '/vehicles', '/application', '/token');
    await withdrawConsent(world.tables.business, connection, world.now);
    await world.drain(world.now + 5 * HOUR);
    expect(await states(world)).toEqual([['withdrawn', undefined]]);
    expect([await world.connectedVehicles(), (await world.pairs()).length]).toEqual([[car.id], 1]);
    comeBack();
    await world.drain();
    expect([await world.connectedVehicles(), await world.pairs(), world.deadLetters]).toEqual([[], [], []]);
  });
});

describe('an ending with credentials that the platform refuses', () => {
  it('is told to the operator, waits twelve hours, and goes on once they are mended', async () => {
    const world = await bench.world();
    const connection = await world.connected(world.addCar());
    world.now += DAY;
    await withdrawConsent(world.tables.business, connection, world.now);
    const right = world.secret;
    world.secret = { ...right, clientSecret: 'wrong' };
    const { body } = bindMessage(connection);
    expect((await world.tend(body)).kind).toBe('wait');
    expect(world.warnings).toEqual([{ code: 'vehicle_operator', at: world.now }]);
    expect(await world.vault().read(connection)).toBeDefined();
    world.secret = right;
    world.now += 12 * HOUR - 1;
    expect((await world.tend(body)).kind).toBe('wait');
    world.now += 1;
    expect((await world.tend(body)).kind).toBe('done');
    expect([await world.vault().read(connection), await world.connectedVehicles()]).toEqual([undefined, []]);
  });
});

describe('a binding', () => {
  it('waits longer and longer while the platform is away, and is done once it is back', async () => {
    const world = await back();
    const comeBack = takeAway(world, '/vehicles');
    await world.drain(world.now + 3 * HOUR);
    expect(delays(world).slice(0, 6)).toEqual([60, 120, 240, 480, 900, 900]);
    expect(world.sent[0]?.body).toEqual({ ...world.sent[1]?.body, attempt: 1 });
    expect(world.sent[1]?.body['attempt']).toBe(2);
    expect([world.waiting.length, world.deadLetters]).toEqual([1, []]);
    comeBack();
    await world.drain();
    expect(await states(world)).toEqual([['active', undefined]]);
    expect(world.deadLetters).toEqual([]);
  });

  it('is given up after a day, and its grant is ended when the platform is back', async () => {
    const world = await back();
    const comeBack = takeAway(world, '/vehicles', '/application', '/token');
    const from = world.now;
    await world.drain(from + DAY);
    expect(await states(world)).toEqual([['pending', undefined]]);
    await world.drain(from + DAY + HOUR);
    expect(await states(world)).toEqual([['failed', 'exchange_failed']]);
    expect([await world.pairs(), world.waiting]).toMatchObject([{ length: 1 }, { length: 1 }]);
    comeBack();
    await world.drain();
    expect([await world.pairs(), await world.connectedVehicles(), world.deadLetters]).toEqual([[], [], []]);
  });

  it('that can never be ended at the platform ends with its pair, after sixty days', async () => {
    const world = await bench.world();
    const connection = await world.connected(world.addCar());
    const from = world.now;
    takeAway(world, '/vehicles', '/application', '/token');
    await withdrawConsent(world.tables.business, connection, world.now);
    const pair = () => world.vault().read(connection);
    for (const days of [0, 30, 59]) {
      world.now = from + days * DAY;
      await world.drain(world.now + HOUR);
      expect([await pair(), world.waiting]).toMatchObject([{ version: 1 }, { length: 1 }]);
    }
    world.now = from + 60 * DAY;
    await world.drain();
    expect([await pair(), world.waiting, world.deadLetters]).toEqual([undefined, [], []]);
    expect(world.now - from).toBeLessThan(60 * DAY + HOUR);
  });
});

async function staleTurn(rejectedVersion?: number): Promise<World> {
  const world = await bench.world();
  const connection = await world.connected(world.addCar());
  world.now += 3 * HOUR;
  const { tenantId, contractId, connectionId, applicationId } = connection;
  const rejected = rejectedVersion === undefined ? {} : { rejectedVersion };
  const body = { kind: 'turn', tenantId, contractId, connectionId, applicationId, turn: 7, ...rejected };
  world.waiting = [{ body, visibleAt: world.now, receives: 0 }];
  return world;
}

describe('a turn that needs a token', () => {
  it('is tried shortly after by the queue itself, then sent again with a delay, six times, within its lease', async () => {
    const world = await staleTurn();
    const from = world.now;
    takeAway(world, '/token');
    await world.drain();
    expect(world.tended).toEqual([
      ...['give_back', 'give_back'],
      ...['wait', 'wait', 'wait', 'wait', 'wait', 'wait'],
      'given_up',
    ]);
    expect(delays(world)).toEqual([60, 120, 240, 480, 900, 900]);
    expect([world.read, world.deadLetters]).toEqual([[], []]);
    expect(world.now - from).toBeLessThan(HOUR - 10 * MINUTE);
  });

  it.each([
    ['two minutes', 2, undefined, {}],
    ['forty minutes', 40, undefined, {}],
    ['forty minutes, after a refused token', 40, 1, { refreshed: true }],
  ])('goes on to reading once the platform is back after %s', async (_, minutes, rejected, refreshed) => {
    const world = await staleTurn(rejected);
    const comeBack = takeAway(world, '/token');
    const turn = { ...world.waiting[0]?.body };
    delete turn['rejectedVersion'];
    await world.drain(world.now + minutes * MINUTE);
    comeBack();
    await world.drain();
    expect(world.read).toEqual([{ ...turn, tended: true, ...refreshed }]);
    expect(world.deadLetters).toEqual([]);
  });

  it('whose answers get lost for six minutes keeps its pair: it is tried again inside the grace window', async () => {
    const world = await staleTurn();
    world.simulator.interrupt({ path: '/oauth/token', when: 'after' });
    world.simulator.interrupt({ path: '/oauth/token', when: 'before', count: 3 });
    await world.drain();
    expect(world.read).toHaveLength(1);
    const [connection] = await world.connections();
    expect(connection && (await getConnection(world.tables.business, connection))?.state).toBe('active');
  });
});

it.each([
  ['another kind', { kind: 'read' }],
  ['a bind without its connection', { kind: 'bind', tenantId: 'a', contractId: 'b' }],
  ['a number of attempts that nobody sends', { attempt: 0 }],
  ['a field more', { vin: VIN }],
])('%s is poison: it is a dead letter after five receives', async (_, change) => {
  const world = await back();
  const [waiting] = world.waiting;
  if (waiting === undefined) throw new Error('no message');
  const body = 'kind' in change ? change : { ...waiting.body, ...change };
  world.waiting = [{ ...waiting, body }];
  await world.drain();
  expect(world.deadLetters).toMatchObject([{ body, receives: 5 }]);
  expect(world.sent).toEqual([]);
});
