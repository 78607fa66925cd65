// Keeping token pairs alive against a platform that rotates them: races, lost answers, workers that end, inside and outside the
// ten minutes in which the platform accepts a used refresh token once more.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keys } from '../../../lib/aws/keys.ts';
import { type Connection, getConnection } from '../../../lib/connection/connection.ts';
import { makeRefresh, type Refresh } from '../../../lib/connection/platform-login.ts';
import { refreshPair } from '../../../lib/connection/refresh.ts';
import { makeFindApplication } from '../../../lib/tenant/application.ts';
import type { Transport } from '../../../lib/vehicle/transport.ts';
import type { Fault } from '../../stores/faults.ts';
import { type Bench, HOUR, heading, MINUTE, openBench, type World, type WorldOptions } from './bench.ts';
import type { Manner } from './crashes.ts';

let bench: Bench;

beforeAll(async () => {
  bench = await openBench();
});

afterAll(() => bench.close());

/** A connection whose access token died an hour ago. */
async function stale(options: WorldOptions = {}): Promise<{ world: World; connection: Connection }> {
  const world = await bench.world(options);
  const connection = await world.connected(world.addCar());
  world.now += 3 * HOUR;
  world.wireCalls = [];
  return { world, connection };
}

const stateOf = async (world: World, id: Connection) => (await getConnection(world.tables.business, id))?.state;

async function accepted(world: World, connection: Connection): Promise<boolean> {
  const pair = await world.vault().read(connection);
  return pair !== undefined && world.accepts(pair.accessToken);
}

/** The pair in the vault works, and so does what it is refreshed with later: the platform has not superseded it. */
async function expectLiving(world: World, connection: Connection, told = ''): Promise<void> {
  expect(await accepted(world, connection), told).toBe(true);
  world.now += 3 * HOUR;
  expect((await world.refresh(connection)).kind, told).toBe('fresh');
  expect(await accepted(world, connection), told).toBe(true);
}

describe('refreshing', () => {
  it('leaves a pair alone that lives more than ten minutes longer', async () => {
    const world = await bench.world();
    const connection = await world.connected(world.addCar());
    world.wireCalls = [];
    world.now += 2 * HOUR - 10 * MINUTE - 1;
    expect(await world.refresh(connection)).toEqual({ kind: 'fresh', version: 1 });
    expect(world.wireCalls).toEqual([]);
    world.now += 1;
    expect(await world.refresh(connection)).toEqual({ kind: 'fresh', version: 2 });
    expect(world.wireCalls).toEqual(['refresh']);
  });

  it('puts a pair in the place of the version that it was traded for, and of no other', async () => {
    const { world, connection } = await stale();
    const held = await world.vault().lease(connection, 'holder', world.now);
    if (held === undefined) throw new Error('there is no pair');
    const other = { ...held, accessToken: 'other' };
    expect(await world.vault().replace(connection, other, held.version - 1, 'holder')).toBe(false);
    expect((await world.vault().read(connection))?.accessToken).toBe(held.accessToken);
    expect(await world.vault().replace(connection, other, held.version, 'holder')).toBe(true);
    expect((await world.vault().read(connection))?.accessToken).toBe('other');
  });

  it('trades a fresh pair whose version was refused, and no other', async () => {
    const world = await bench.world();
    const connection = await world.connected(world.addCar());
    expect(await world.refresh(connection, 1)).toEqual({ kind: 'fresh', version: 2 });
    expect(await world.refresh(connection, 1)).toEqual({ kind: 'fresh', version: 2 });
    expect(await world.refresh(connection, 2)).toEqual({ kind: 'fresh', version: 3 });
    await expectLiving(world, connection);
  });

  it('of fifty at the same time makes one token call; all end fresh', async () => {
    const { world, connection } = await stale();
    const containers = Array.from({ length: 5 }, () => world.container());
    const race = () =>
      Promise.all(
        Array.from({ length: 50 }, (_, n) => world.refresh(connection, undefined, containers[n % containers.length])),
      );
    const first = await race();
    expect(first.filter(({ kind }) => kind === 'reauth_required')).toEqual([]);
    expect(first.some(({ kind }) => kind === 'fresh')).toBe(true);
    // Redelivered after the queue's visibility.
    world.now += MINUTE;
    expect(new Set((await race()).map((one) => JSON.stringify(one)))).toEqual(
      new Set(['{"kind":"fresh","version":2}']),
    );
    expect(world.wireCalls).toEqual(['refresh']);
    await expectLiving(world, connection);
  });

  it('whose answer is lost ends with exactly one usable pair inside the grace window', async () => {
    const { world, connection } = await stale();
    world.simulator.interrupt({ path: '/oauth/token', when: 'after' });
    await expect(world.refresh(connection)).rejects.toMatchObject({ meaning: 'transient' });
    world.now += 10 * MINUTE - 1;
    expect(await world.refresh(connection)).toEqual({ kind: 'fresh', version: 2 });
    await expectLiving(world, connection);
  });

  it('whose answer is lost asks for a fresh link outside the grace window, and that works', async () => {
    const { world, connection } = await stale();
    world.simulator.interrupt({ path: '/oauth/token', when: 'after' });
    await expect(world.refresh(connection)).rejects.toMatchObject({ meaning: 'transient' });
    world.now += 10 * MINUTE;
    expect(await world.refresh(connection)).toEqual({ kind: 'reauth_required' });
    expect(await getConnection(world.tables.business, connection)).toMatchObject({
      state: 'reauth_required',
      reason: 'token_refused',
    });
    expect(heading(await world.connect())).toBe('Your car is connected');
    expect((await world.connections()).map(({ state }) => state)).toEqual(['replaced', 'active']);
  });

  it('whose request is lost is repeated whenever', async () => {
    const { world, connection } = await stale();
    world.simulator.interrupt({ path: '/oauth/token', when: 'before' });
    await expect(world.refresh(connection)).rejects.toMatchObject({ meaning: 'transient' });
    world.now += HOUR;
    expect(await world.refresh(connection)).toEqual({ kind: 'fresh', version: 2 });
  });

  it('with a worker whose lease ran out leaves the pair that the platform traded last', async () => {
    const { world, connection } = await stale();
    const { business, vault, token } = world.container();
    const application = makeFindApplication(business, () => world.now);
    const platform = makeRefresh(token);
    const run = (holder: string, refresh: Refresh) =>
      refreshPair({ business, vault, application, holder, refresh }, connection, undefined, world.now);
    const firstTraded = Promise.withResolvers<void>();
    const secondTraded = Promise.withResolvers<void>();
    const first = run('first', async (...args) => {
      const pair = await platform(...args);
      firstTraded.resolve();
      await secondTraded.promise;
      return pair;
    });
    await firstTraded.promise;
    world.now += 20_001;
    const second = run('second', async (...args) => {
      const pair = await platform(...args);
      secondTraded.resolve();
      await first;
      return pair;
    });
    expect(await first).toEqual({ kind: 'later' });
    expect(await second).toEqual({ kind: 'fresh', version: 2 });
    await expectLiving(world, connection);
  });

  /** A refresher between whose lease and whose token call something happens. */
  const stalled = ({ world, connection }: Awaited<ReturnType<typeof stale>>, meanwhile: () => Promise<void>) => {
    const { business, vault, token } = world.container();
    const find = makeFindApplication(business, () => world.now);
    const application: typeof find = async (id) => {
      await meanwhile();
      return find(id);
    };
    const refreshing = { business, vault, application, holder: 'stalled', refresh: makeRefresh(token) };
    return refreshPair(refreshing, connection, undefined, world.now);
  };

  it.each([
    [10_000, { kind: 'fresh', version: 2 }],
    [10_001, { kind: 'later' }],
  ])('that stalls %i ms of its 20 s lease trades only when the call ends within the lease', async (ms, ends) => {
    const { world, connection } = await stale();
    const stall = async () => {
      world.now += ms;
    };
    expect(await stalled({ world, connection }, stall)).toEqual(ends);
    expect(world.wireCalls).toEqual(ends.kind === 'fresh' ? ['refresh'] : []);
    // Whoever gave up has given its lease back.
    expect(await world.refresh(connection)).toEqual({ kind: 'fresh', version: 2 });
    await expectLiving(world, connection);
  });

  it('that wakes up after another one has traded leaves the pair that is stored', async () => {
    const { world, connection } = await stale();
    const another = async () => {
      world.now += 20_001;
      expect(await world.refresh(connection)).toEqual({ kind: 'fresh', version: 2 });
    };
    expect(await stalled({ world, connection }, another)).toEqual({ kind: 'later' });
    expect(world.wireCalls).toEqual(['refresh']);
    await expectLiving(world, connection);
  });

  it('keeps others away for 20 s', async () => {
    const { world, connection } = await stale();
    const others = async () => {
      for (const ms of [1, 18_999, 1_000]) {
        world.now += ms;
        expect(await world.refresh(connection)).toEqual({ kind: 'later' });
      }
      expect(world.wireCalls).toEqual([]);
      world.now += 1;
      expect(await world.refresh(connection)).toEqual({ kind: 'fresh', version: 2 });
    };
    expect(await stalled({ world, connection }, others)).toEqual({ kind: 'later' });
  });

  it.each([
    [10_000, ['refresh', 'refresh'], { kind: 'fresh', version: 2 }],
    [10_001, ['refresh'], { kind: 'later' }],
  ])('whose credentials are refused after %i ms repeats the call only within its lease', async (ms, calls, ends) => {
    const { world, connection } = await stale();
    const right = world.secret;
    world.secret = { ...right, clientSecret: 'before the rotation' };
    const container = world.container();
    world.secret = right;
    const direct = world.gateway;
    world.gateway = async (request) => {
      const answer = await direct(request);
      if (answer.status === 401) world.now += ms;
      return answer;
    };
    expect(await world.refresh(connection, undefined, container)).toEqual(ends);
    expect(world.wireCalls).toEqual(calls);
    world.gateway = direct;
    expect(await world.refresh(connection)).toEqual({ kind: 'fresh', version: 2 });
    await expectLiving(world, connection);
  });

  it('believes a refusal only after a look whether another one has won', async () => {
    const { world, connection } = await stale();
    const { business, vault, transport, token } = world.container();
    const application = makeFindApplication(business, () => world.now);
    const hanging: Transport = async (request) => {
      // While ours hangs, the lease runs out, another one trades, and the grace window closes over our refresh token.
      world.now += 20_001;
      expect(await world.refresh(connection)).toEqual({ kind: 'fresh', version: 2 });
      world.now += 10 * MINUTE;
      return transport(request);
    };
    const late = {
      business,
      vault,
      application,
      holder: 'late',
      refresh: makeRefresh({ ...token, transport: hanging }),
    };
    expect(await refreshPair(late, connection, undefined, world.now)).toEqual({ kind: 'fresh', version: 2 });
    expect(await stateOf(world, connection)).toBe('active');
  });

  it('with a rotated client secret reads it again, once', async () => {
    const { world, connection } = await stale();
    const right = world.secret;
    world.secret = { ...right, clientSecret: 'before the rotation' };
    const container = world.container();
    world.secret = right;
    world.secretReads.length = 0;
    expect(await world.refresh(connection, undefined, container)).toEqual({ kind: 'fresh', version: 2 });
    expect(world.secretReads).toEqual([false, true]);
    expect(world.wireCalls).toEqual(['refresh', 'refresh']);
  });

  it('with a client secret that stays wrong is the operator’s fault, never the driver’s', async () => {
    const { world, connection } = await stale();
    world.secret = { ...world.secret, clientSecret: 'wrong' };
    world.secretReads.length = 0;
    await expect(world.refresh(connection)).rejects.toMatchObject({ name: 'VehicleError', meaning: 'operator' });
    expect(world.secretReads).toEqual([false, true]);
    expect(await stateOf(world, connection)).toBe('active');
    world.secret = { ...world.secret, clientSecret: 'client-secret' };
    // The lease was given back: nobody has to wait for it.
    expect(await world.refresh(connection)).toEqual({ kind: 'fresh', version: 2 });
  });

  it('of a shredded tenant asks for a fresh link, also when the tenant has a new key', async () => {
    const { world, connection } = await stale();
    const other = await world.connected(world.addCar({ vin: 'VF7SXHNPTPT000002' }));
    await world.tables.vault.remove(keys.dataKey(world.tenantId));
    expect(await world.refresh(connection)).toEqual({ kind: 'reauth_required' });
    expect(await stateOf(world, connection)).toBe('reauth_required');
    const newcomer = await world.connected(world.addCar({ vin: 'VF7SXHNPTPT000003' }));
    expect(await world.refresh(other)).toEqual({ kind: 'reauth_required' });
    expect(await world.refresh(newcomer)).toMatchObject({ kind: 'fresh' });
  });

  it('of a store that gets every write twice ends fresh', async () => {
    const { world, connection } = await stale({ resend: true });
    await world.refresh(connection);
    world.now += MINUTE;
    expect(await world.refresh(connection)).toEqual({ kind: 'fresh', version: 2 });
    expect(world.wireCalls).toEqual(['refresh']);
  });
});

describe('a pair in the vault', () => {
  it.each([
    ['another connection', (world: World) => keys.tokens(world.tenantId, 'cxn_other'), {}],
    ['another version', (world: World, id: Connection) => keys.tokens(world.tenantId, id.connectionId), { version: 2 }],
  ])('does not open for %s', async (_, place, change) => {
    const { world, connection } = await stale();
    const item = await world.tables.vault.get(keys.tokens(world.tenantId, connection.connectionId));
    const key = place(world, connection);
    await world.tables.vault.put({ ...item, ...change, ...key });
    const owner = { tenantId: world.tenantId, connectionId: key.pk.split('#')[2] ?? '' };
    await expect(world.vault().read(owner)).rejects.toMatchObject({ code: 'SEAL_BROKEN' });
  });

  it('does not open for another tenant', async () => {
    const { world, connection } = await stale();
    const { world: thief } = await stale();
    const item = await world.tables.vault.get(keys.tokens(world.tenantId, connection.connectionId));
    await world.tables.vault.put({ ...item, ...keys.tokens(thief.tenantId, connection.connectionId) });
    const { connectionId } = connection;
    expect(await thief.vault().read({ tenantId: thief.tenantId, connectionId })).toBeUndefined();
  });

  it('holds no token in clear', async () => {
    const { world, connection } = await stale();
    const pair = await world.vault().read(connection);
    const item = JSON.stringify(await world.tables.vault.get(keys.tokens(world.tenantId, connection.connectionId)));
    expect(item).toContain('"sealed"');
    expect(item).not.toContain(pair?.accessToken);
    expect(item).not.toContain(pair?.refreshToken);
  });
});

describe('a refresher that ends at any call', () => {
  const calls = async (): Promise<readonly string[]> => {
    const { world, connection } = await stale();
    const before = world.crashes.calls.length;
    expect((await world.refresh(connection)).kind).toBe('fresh');
    return world.crashes.calls.slice(before);
  };

  const runs = async (after: number, check: (world: World, connection: Connection, told: string) => Promise<void>) => {
    const recorded = await calls();
    expect(recorded).toContain('wire.call');
    for (const [index, call] of recorded.entries()) {
      for (const fault of ['not_applied', 'applied'] as readonly Fault[]) {
        for (const manner of (call === 'wire.call' ? ['dies', 'goes on'] : ['dies']) as readonly Manner[]) {
          const { world, connection } = await stale();
          world.crashes.plan(index + 1, fault, manner);
          await world.refresh(connection).catch(() => undefined);
          world.crashes.revive();
          world.now += after;
          await world.refresh(connection);
          await check(world, connection, `${call} ${fault} ${manner}`);
        }
      }
    }
  };

  it('leaves one living pair when it is repeated inside the grace window', async () => {
    await runs(MINUTE, async (world, connection, told) => {
      expect(await stateOf(world, connection), told).toBe('active');
      await expectLiving(world, connection, told);
    });
  }, 120_000);

  it('leaves a living pair or asks for a fresh link when it is repeated outside', async () => {
    const ends = new Set<string>();
    await runs(11 * MINUTE, async (world, connection, told) => {
      const state = await stateOf(world, connection);
      ends.add(`${state}`);
      if (state === 'active') return expectLiving(world, connection, told);
      expect(state, told).toBe('reauth_required');
      expect(heading(await world.connect()), told).toBe('Your car is connected');
    });
    expect(ends).toEqual(new Set(['active', 'reauth_required']));
  }, 120_000);
});
