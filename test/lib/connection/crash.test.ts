// Ends the worker at every call of callback and binding, before and after the call took effect, and lets single answers get lost. The
// calls are those of a recorded healthy run: a new call is covered by itself. Afterwards the queue delivers what it has.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Fault } from '../../stores/faults.ts';
import { type Bench, Browser, DAY, openBench, VIN, type World } from './bench.ts';
import type { Manner } from './crashes.ts';

const faults: readonly Fault[] = ['not_applied', 'applied'];

let bench: Bench;

beforeAll(async () => {
  bench = await openBench();
});

afterAll(() => bench.close());

/** From the platform's redirect on. */
async function comeBack(world: World, query: string, browser: Browser): Promise<void> {
  await world.callback(query, browser);
  await world.drain();
}

interface Settled {
  readonly states: readonly string[];
  readonly pairs: number;
  /** The one live connection is the one that the contract reads from, and its pair works. */
  readonly usable: boolean;
  readonly connectedVehicles: readonly string[];
  readonly deadLetters: number;
}

async function settled(world: World): Promise<Settled> {
  const connections = await world.connections();
  const live = connections.find(({ state }) => state === 'active');
  const pair = live && (await world.vault().read(live));
  const pairs = await world.pairs();
  return {
    states: connections.map(({ state }) => state),
    pairs: pairs.length,
    usable:
      live !== undefined &&
      pair !== undefined &&
      (await world.current())?.connectionId === live.connectionId &&
      pairs.includes(live.connectionId) &&
      (await world.accepts(pair.accessToken)),
    connectedVehicles: await world.connectedVehicles(),
    deadLetters: world.deadLetters.length,
  };
}

async function begun(vin: string | undefined): Promise<{ world: World; query: string; browser: Browser }> {
  const world = await bench.world(vin === undefined ? {} : { vin });
  world.addCar();
  const browser = new Browser();
  return { world, query: await world.authorized(browser), browser };
}

/** The calls that the rest of a scenario makes. */
async function callsOf(world: World, scenario: () => Promise<void>): Promise<readonly string[]> {
  const before = world.crashes.calls.length;
  await scenario();
  return world.crashes.calls.slice(before);
}

type Run = (nth: number, fault: Fault, manner: Manner) => Promise<void>;

/** @param goesOn whether a worker that lost only this call's answer would go on: in all else that is the same as its end */
async function eachFault(
  calls: readonly string[],
  goesOn: (call: string, index: number) => boolean,
  run: Run,
): Promise<void> {
  for (const [index, call] of calls.entries()) {
    const manners: readonly Manner[] = goesOn(call, index) ? ['dies', 'goes on'] : ['dies'];
    for (const fault of faults) for (const manner of manners) await run(index + 1, fault, manner);
  }
}

const isWire = (call: string): boolean => call === 'wire.call';

describe('a worker that ends anywhere between callback and bound car', () => {
  it('leaves one active connection, or a clean failure after which the link works', async () => {
    const healthy = await begun(VIN);
    const calls = await callsOf(healthy.world, () => comeBack(healthy.world, healthy.query, healthy.browser));
    expect(await settled(healthy.world)).toMatchObject({ states: ['active'], pairs: 1, usable: true });
    expect(calls.length).toBeGreaterThan(20);

    const callbackEnds = calls.lastIndexOf('queue.send');
    await eachFault(
      calls,
      (call, index) => isWire(call) || index <= callbackEnds,
      async (nth, fault, manner) => {
        const { world, query, browser } = await begun(VIN);
        world.crashes.plan(nth, fault, manner);
        await comeBack(world, query, browser);
        const end = await settled(world);
        const told = `${nth} ${fault} ${manner} ${JSON.stringify(end)}`;
        const active = end.usable && end.pairs === 1;
        const clean = ['', 'failed'].includes(end.states.join()) && end.pairs === 0;
        expect(active || clean, told).toBe(true);
        expect(end.deadLetters, told).toBe(0);
        if (active) return;
        await world.connect();
        const after = await settled(world);
        expect({ usable: after.usable, pairs: after.pairs }, told).toEqual({ usable: true, pairs: 1 });
      },
    );
  }, 120_000);
});

describe('a worker that ends anywhere while it binds', () => {
  it('leaves nothing of a wrong car: failed, no pair, disconnected at the vendor', async () => {
    const back = async () => {
      const { world, query, browser } = await begun('VF7SXHNPTPT000002');
      await world.callback(query, browser);
      return world;
    };
    const wanted = { states: ['failed'], pairs: 0, connectedVehicles: [], usable: false, deadLetters: 0 };
    const healthy = await back();
    const calls = await callsOf(healthy, () => healthy.drain());
    expect(await settled(healthy)).toEqual(wanted);
    // What comes before the car is asked is the same as with the right one.
    const asked = calls.indexOf('wire.call');

    await eachFault(calls.slice(asked), isWire, async (nth, fault, manner) => {
      const world = await back();
      world.crashes.plan(asked + nth, fault, manner);
      await world.drain();
      expect(await settled(world), `${nth} ${fault} ${manner}`).toEqual(wanted);
    });
  }, 120_000);

  it.each([
    ['a live car is bound', 'live', { states: ['active'], pairs: 1, usable: true, deadLetters: 0 }],
    ['a simulated one is not', 'simulated', { states: ['failed'], pairs: 0, connectedVehicles: [], deadLetters: 0 }],
  ])('with a management token to ask for its mode: %s', async (_, mode, wanted) => {
    const back = async () => {
      const world = await bench.world({ vin: VIN });
      world.secret = { ...world.secret, managementToken: 'management-token' };
      world.addCar(mode === 'live' ? {} : { simulation: 'parked' });
      const browser = new Browser();
      const url = new URL(await world.begun(await world.link(), browser));
      url.searchParams.set('mode', mode);
      await world.callback(await world.atPlatform(url.href), browser);
      return world;
    };
    const healthy = await back();
    const calls = await callsOf(healthy, () => healthy.drain());
    expect(await settled(healthy)).toMatchObject(wanted);
    // All but the question itself is the same as without the token, or as with a wrong car.
    const nth = healthy.wireCalls.indexOf('modes') - healthy.wireCalls.indexOf('vehicles');
    const asked = calls.flatMap((call, index) => (isWire(call) ? [index] : []))[nth] ?? 0;
    expect(asked).toBeGreaterThan(0);

    await eachFault(calls.slice(asked, asked + 1), isWire, async (_, fault, manner) => {
      const world = await back();
      world.crashes.plan(asked + 1, fault, manner);
      await world.drain();
      expect(await settled(world), `${fault} ${manner}`).toMatchObject(wanted);
      expect(world.wireCalls.filter((call) => call === 'modes')).toHaveLength(2);
      expect(world.warnings).toEqual([]);
    });
  });

  it('binds a car that had to wait for the platform, twice, by whichever message is left', async () => {
    const back = async () => {
      const { world, query, browser } = await begun(VIN);
      await world.callback(query, browser);
      world.simulator.interrupt({ path: '/vehicles', when: 'before', count: 2 });
      return world;
    };
    const wanted = { states: ['active'], pairs: 1, usable: true, deadLetters: 0 };
    const healthy = await back();
    const calls = await callsOf(healthy, () => healthy.drain());
    expect(await settled(healthy)).toMatchObject(wanted);
    // What comes after the third time that the car is asked is the same as without a wait.
    const waited = calls.slice(
      0,
      calls.indexOf('wire.call', calls.indexOf('wire.call', calls.indexOf('wire.call') + 1) + 1),
    );
    expect(waited.length).toBeGreaterThan(15);

    await eachFault(waited, isWire, async (nth, fault, manner) => {
      const world = await back();
      world.crashes.plan(nth, fault, manner);
      await world.drain();
      expect(await settled(world), `${nth} ${fault} ${manner}`).toMatchObject(wanted);
      const [connection] = await world.connections();
      expect(connection, `${nth} ${fault} ${manner}`).not.toHaveProperty('waits');
    });
  }, 120_000);

  it('ends the connection that the same car, as another vehicle of the platform, takes the place of', async () => {
    const back = async () => {
      const world = await bench.world();
      const former = world.addCar();
      await world.connected(former);
      // Long after the access token of the former connection has died.
      world.now += 20 * DAY;
      const next = world.addCar();
      const browser = new Browser();
      await world.callback(await world.authorized(browser, { vehicleIds: [next.id] }), browser);
      return { world, wanted: { ...replaced, connectedVehicles: [next.id] } };
    };
    const replaced = { states: ['replaced', 'active'], pairs: 1, usable: true, deadLetters: 0 };
    const healthy = await back();
    const calls = await callsOf(healthy.world, () => healthy.world.drain());
    expect(await settled(healthy.world)).toEqual(healthy.wanted);
    // What comes before the pair is kept is the same as without a former connection.
    const kept = calls.indexOf('vault.update');

    await eachFault(calls.slice(kept), isWire, async (nth, fault, manner) => {
      const { world, wanted } = await back();
      world.crashes.plan(kept + nth, fault, manner);
      await world.drain();
      expect(await settled(world), `${nth} ${fault} ${manner}`).toEqual(wanted);
    });
  }, 120_000);
});
