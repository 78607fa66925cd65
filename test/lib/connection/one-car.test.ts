// A contract is about one car: the one of its VIN, else the one that was bound first. Whoever logs in later, and with whatever car.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withdrawConsent } from '../../../lib/connection/withdraw.ts';
import type { Car } from '../../../lib/simulator/car.ts';
import { type Bench, Browser, DAY, heading, MINUTE, openBench, VIN, type World } from './bench.ts';

const OTHER_VIN = 'VF7SXHNPTPT000002';

let bench: Bench;

beforeAll(async () => {
  bench = await openBench();
});

afterAll(() => bench.close());

const outcome = async (world: World) => ({
  connections: (await world.connections()).map(({ state, reason }) => [state, reason]),
  pairs: await world.pairs(),
  atPlatform: await world.connectedVehicles(),
});

/** What the contract is about, and which connection it reads from. */
async function contractOf(world: World): Promise<{ boundVin: string | undefined; reads: number }> {
  const contract = await world.current();
  const ids = (await world.connections()).map(({ connectionId }) => connectionId);
  return { boundVin: contract?.boundVin, reads: ids.indexOf(contract?.connectionId ?? '') };
}

describe('a contract without VIN', () => {
  it('is about the car that was bound first: another one is refused and nothing of it stays', async () => {
    const world = await bench.world();
    const [first, other] = [world.addCar(), world.addCar({ vin: OTHER_VIN })];
    expect(heading(await world.connect({ vehicleIds: [first.id] }))).toBe('Your car is connected');
    const bound = await world.current();
    expect(bound?.boundVin).toBe(VIN);
    const pairs = await world.pairs();
    world.now += 20 * DAY;

    expect(heading(await world.connect({ vehicleIds: [other.id] }))).toBe('This is another car');
    const connections = [
      ['active', undefined],
      ['failed', 'wrong_vin'],
    ];
    expect(await outcome(world)).toEqual({ connections, pairs, atPlatform: [first.id] });
    expect(await world.current()).toEqual(bound);
    expect(world.deadLetters).toEqual([]);
  });

  it('never calls another car connected, not for a moment', async () => {
    const world = await bench.world();
    const [first, other] = [world.addCar(), world.addCar({ vin: OTHER_VIN })];
    await world.connect({ vehicleIds: [first.id] });
    world.now += DAY;
    const browser = new Browser();
    await world.callback(await world.authorized(browser, { vehicleIds: [other.id] }), browser);
    const container = world.container();
    const states: unknown[] = [];
    const update: typeof container.business.update = async (key, change) => {
      const updated = await container.business.update(key, change);
      const [, second] = await world.connections();
      states.push(second?.state);
      return updated;
    };
    await world.bind(world.waiting.at(-1)?.body ?? {}, { ...container, business: { ...container.business, update } });
    expect(new Set(states)).toEqual(new Set(['pending', 'failed']));
  });

  it('takes the same car again, and stays about it', async () => {
    const world = await bench.world();
    const car = world.addCar();
    await world.connect();
    for (const reads of [1, 2]) {
      world.now += 20 * DAY;
      expect(heading(await world.connect())).toBe('Your car is connected');
      expect(await contractOf(world)).toEqual({ boundVin: VIN, reads });
    }
    expect(await world.connectedVehicles()).toEqual([car.id]);
    expect(await world.pairs()).toHaveLength(1);
  });

  it('stays about its car after the driver has withdrawn', async () => {
    const world = await bench.world();
    const [first, other] = [world.addCar(), world.addCar({ vin: OTHER_VIN })];
    await world.connect({ vehicleIds: [first.id] });
    const [connection] = await world.connections();
    if (connection === undefined) throw new Error('no connection');
    await withdrawConsent(world.tables.business, connection, world.now);
    await world.bind({ ...connection });
    world.now += DAY;
    expect(heading(await world.connect({ vehicleIds: [other.id] }))).toBe('This is another car');
    expect(heading(await world.connect({ vehicleIds: [first.id] }))).toBe('Your car is connected');
    expect(await contractOf(world)).toEqual({ boundVin: VIN, reads: 2 });
  });
});

interface Two {
  readonly world: World;
  readonly cars: readonly Car[];
  /** Messages of the older and of the newer authorization. */
  readonly bodies: readonly Parameters<World['bind']>[0][];
}

/** Two drivers are back with a car each; neither is bound yet. */
async function twoBack(): Promise<Two> {
  const world = await bench.world();
  const cars = [world.addCar(), world.addCar({ vin: OTHER_VIN })];
  for (const { id } of cars) {
    const browser = new Browser();
    await world.callback(await world.authorized(browser, { vehicleIds: [id] }), browser);
    world.now += MINUTE;
  }
  const ids = new Map(world.waiting.map(({ body }) => [body['connectionId'], body]));
  return { world, cars, bodies: [...ids.values()] };
}

/** The winner's connection alone is active and read from; the loser's ended with its grant and its pair. */
async function expectOneCar({ world, cars, bodies }: Two, winner: 0 | 1): Promise<void> {
  const wrong = ['failed', 'wrong_vin'];
  const right = ['active', undefined];
  expect(await outcome(world)).toEqual({
    connections: winner === 0 ? [right, wrong] : [wrong, right],
    pairs: [bodies[winner]?.['connectionId']],
    atPlatform: [cars[winner]?.id],
  });
  expect(await contractOf(world)).toEqual({ boundVin: [VIN, OTHER_VIN][winner], reads: winner });
  expect(world.deadLetters).toEqual([]);
}

describe('two different cars for one contract', () => {
  it('at the same moment: exactly one is bound', async () => {
    const two = await twoBack();
    await Promise.allSettled(two.bodies.map((body) => two.world.bind(body)));
    await two.world.drain();
    await expectOneCar(two, (await two.world.current())?.boundVin === VIN ? 0 : 1);
  });

  it.each([
    ['older', 'newer', 1, 0],
    ['newer', 'older', 0, 1],
  ] as const)('of which the %s one is overtaken by the %s: it is refused', async (_, __, winner, loser) => {
    const two = await twoBack();
    const { world, bodies } = two;
    const container = world.container();
    let overtaken = false;
    const update: typeof container.business.update = async (key, change) => {
      if (key.sk === 'Z#CONTRACT' && !overtaken) {
        overtaken = true;
        await world.bind(bodies[winner] ?? {});
      }
      return container.business.update(key, change);
    };
    const business = { ...world.tables.business, update };
    await expect(world.bind(bodies[loser] ?? {}, { ...container, business })).rejects.toThrow('TRY_AGAIN');
    expect(overtaken).toBe(true);
    await world.drain();
    await expectOneCar(two, winner);
  });

  it('of which the refused one cannot be ended at once: it is ended when the platform answers', async () => {
    const two = await twoBack();
    const { world, bodies } = two;
    const container = world.container();
    const update: typeof container.business.update = async (key, change) => {
      if (key.sk === 'Z#CONTRACT') await world.bind(bodies[0] ?? {});
      return container.business.update(key, change);
    };
    const business = { ...world.tables.business, update };
    await expect(world.bind(bodies[1] ?? {}, { ...container, business })).rejects.toThrow('TRY_AGAIN');
    world.simulator.interrupt({ path: '/application', when: 'before', count: 1 });
    await expect(world.bind(bodies[1] ?? {})).rejects.toThrow('TRY_AGAIN');
    expect((await outcome(world)).connections[1]).toEqual(['failed', 'wrong_vin']);
    await world.drain();
    await expectOneCar(two, 0);
  });
});
