// What the platform refuses while a car is bound or its grant ended: when it is asked again, who else is kept from asking, what the
// operator hears, and what the driver's connection becomes. However many messages there are about one connection, it is asked once.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { keys } from '../../../lib/aws/keys.ts';
import { bindMessage } from '../../../lib/connection/bind-message.ts';
import { withdrawConsent } from '../../../lib/connection/withdraw.ts';
import { type Bench, Browser, DAY, HOUR, heading, MINUTE, openBench, START, VIN, type World } from './bench.ts';

/** Days of waiting are many messages; a busy machine takes its time over them. */
vi.setConfig({ testTimeout: 120_000 });

let bench: Bench;

beforeAll(async () => {
  bench = await openBench();
});

afterAll(() => bench.close());

interface Refusal {
  readonly status: number;
  readonly type: string;
  readonly code: string | null;
  readonly retryAfter?: number;
}

interface Refusing {
  /** Minutes since it began at which something was refused. */
  readonly asked: readonly number[];
  readonly with: (refusal: Refusal | undefined) => void;
}

/** The platform refuses whatever is asked at these paths, until it is told otherwise. */
function refuse(world: World, path: RegExp, first: Refusal): Refusing {
  const asked: number[] = [];
  const from = world.now;
  const handle = world.simulator.handle;
  let refusal: Refusal | undefined = first;
  world.gateway = (request) => {
    if (refusal === undefined || !path.test(new URL(request.url).pathname)) return handle(request);
    asked.push((world.now - from) / MINUTE);
    const { status, type, code, retryAfter } = refusal;
    const headers = retryAfter === undefined ? undefined : { 'retry-after': String(retryAfter) };
    return Promise.resolve(Response.json({ type, code }, { status, ...(headers && { headers }) }));
  };
  return {
    asked,
    with: (next) => {
      refusal = next;
    },
  };
}

const vehicle429 = { status: 429, type: 'RATE_LIMIT', code: 'VEHICLE', retryAfter: 7_200 };
const application429 = { status: 429, type: 'RATE_LIMIT', code: 'SMARTCAR_API', retryAfter: 7_200 };
const noPlan = { status: 430, type: 'BILLING', code: 'INVALID_PLAN' };
const suspended = { status: 430, type: 'BILLING', code: 'ACCOUNT_SUSPENDED' };
const malformed = { status: 400, type: 'VALIDATION', code: null };
const unauthenticated = { status: 401, type: 'AUTHENTICATION', code: null };
const away = { status: 504, type: 'UPSTREAM', code: 'NO_RESPONSE' };

const TWICE_A_DAY = [0, 720, 1440];

/** Refusal; minutes at which it is met in 26 hours, or 5; until when the budget is closed then, in minutes; what the operator is told. */
const refusals = [
  ['the vehicle for two hours', vehicle429, 5, [0, 120, 240], undefined, undefined],
  ['the application for two hours', application429, 5, [0, 120, 240], 360, undefined],
  ['the plan', noPlan, 26, TWICE_A_DAY, undefined, 'vehicle_billing'],
  ['a suspended account', suspended, 26, TWICE_A_DAY, 2160, 'vehicle_billing'],
  ['our request', malformed, 26, TWICE_A_DAY, undefined, 'vehicle_operator'],
] as const;

const both = (['v2', 'v3'] as const).flatMap((platform) => refusals.map((row) => [platform, ...row] as const));

const closedUntil = async ({ tables, applicationId }: World, from: number): Promise<number | undefined> => {
  const until = (await tables.business.get(keys.budget(applicationId)))?.['closedUntil'];
  return until === undefined ? undefined : (Number(until) - from) / MINUTE;
};

const told = ({ warnings }: World, from: number) => warnings.map(({ code, at }) => [code, (at - from) / MINUTE]);

const states = async (world: World) => (await world.connections()).map(({ state, reason }) => [state, reason]);

interface Back {
  readonly world: World;
  readonly query: string;
  readonly browser: Browser;
}

/** The driver is back; two messages are under way. */
async function back(platform: 'v2' | 'v3'): Promise<Back> {
  const world = await bench.world({ platform, vin: VIN, ...(platform === 'v3' ? { webhookId: 'wh-1' } : {}) });
  world.addCar();
  const browser = new Browser();
  const query = await world.authorized(browser);
  await world.callback(query, browser);
  expect(world.waiting).toHaveLength(2);
  return { world, query, browser };
}

const OF_A_VEHICLE = /\/vehicles\/[^/]+/;

describe('while a car is bound', () => {
  it.each(both)('%s refuses for %s', async (platform, _, refusal, hours, minutes, closed, code) => {
    const { world, query, browser } = await back(platform);
    const refusing = refuse(world, OF_A_VEHICLE, refusal);
    await world.drain(START + hours * HOUR);
    expect(refusing.asked).toEqual(minutes);
    expect(await closedUntil(world, START)).toBe(closed);
    expect(told(world, START)).toEqual(code === undefined ? [] : minutes.map((minute) => [code, minute]));
    expect(await states(world)).toEqual([['pending', undefined]]);
    expect(heading(await world.done(query, browser))).toBe('Connecting your car');
    refusing.with(undefined);
    await world.drain();
    expect(await states(world)).toEqual([['active', undefined]]);
    expect([world.waiting, world.deadLetters]).toEqual([[], []]);
    const [connection] = await world.connections();
    expect(connection).not.toHaveProperty('waits');
  });

  it("v3 refuses the application's token, and a fresh one as well", async () => {
    const { world } = await back('v3');
    const refusing = refuse(world, OF_A_VEHICLE, unauthenticated);
    await world.drain(START + 13 * HOUR);
    expect(refusing.asked).toEqual([0, 0, 720, 720]);
    expect(told(world, START)).toEqual([
      ['vehicle_operator', 0],
      ['vehicle_operator', 720],
    ]);
    refusing.with(undefined);
    await world.drain();
    expect(await states(world)).toEqual([['active', undefined]]);
  });

  it("v3 refuses the application's token once: it is asked for anew, and the car is bound at once", async () => {
    const { world } = await back('v3');
    const refusing = refuse(world, OF_A_VEHICLE, unauthenticated);
    const gateway = world.gateway;
    world.gateway = (request) => {
      if (refusing.asked.length > 0) refusing.with(undefined);
      return gateway(request);
    };
    await world.drain(START + 1);
    expect(refusing.asked).toEqual([0]);
    expect(await states(world)).toEqual([['active', undefined]]);
    expect(world.warnings).toEqual([]);
  });

  it('v3 refuses the VIN alone: what it asks for is honoured', async () => {
    const { world } = await back('v3');
    const refusing = refuse(world, /vehicleidentification-vin$/, application429);
    await world.drain(START + 3 * HOUR);
    expect(refusing.asked).toEqual([0, 120]);
    expect(await closedUntil(world, START)).toBe(240);
  });

  it('the token endpoint asks for two hours', async () => {
    const { world } = await back('v3');
    const refusing = refuse(world, /\/oauth2\/token$/, { status: 429, type: '', code: null, retryAfter: 7_200 });
    await world.drain(START + 3 * HOUR);
    expect(refusing.asked).toEqual([0, 120]);
  });

  it('what we do not mend for a fortnight ends as our fault, and keeps its pair until its grant is ended', async () => {
    const { world, query, browser } = await back('v2');
    const refusing = refuse(world, OF_A_VEHICLE, noPlan);
    for (const day of [3, 10, 14]) {
      const [id = ''] = await world.pairs();
      const item = await world.tables.vault.get({ pk: `V#${world.tenantId}#${id}`, sk: 'TOKENS' });
      expect(item?.['expiresAt']).toBeGreaterThanOrEqual((world.now + (world.now === START ? DAY : 1.4 * DAY)) / 1000);
      world.now = START + day * DAY - 1;
      await world.drain(world.now + 1);
      expect(await states(world)).toEqual([['pending', undefined]]);
      world.now += 1;
      await world.drain(world.now + 13 * HOUR);
    }
    expect(await states(world)).toEqual([['failed', 'configuration_error']]);
    expect(heading(await world.done(query, browser))).toBe('Something is set up wrongly');
    expect(await world.pairs()).toHaveLength(1);
    refusing.with(undefined);
    await world.drain();
    expect([await world.pairs(), await world.connectedVehicles(), world.deadLetters]).toEqual([[], [], []]);
  });

  it('what we have mended has a day more, whatever it waits for then', async () => {
    const { world } = await back('v2');
    const refusing = refuse(world, OF_A_VEHICLE, noPlan);
    await world.drain(START + 1);
    world.now = START + 3 * DAY;
    await world.drain(world.now + 1);
    refusing.with(away);
    world.now += 13 * HOUR;
    await world.drain(START + 4 * DAY);
    expect(await states(world)).toEqual([['pending', undefined]]);
    await world.drain(START + 4 * DAY + HOUR);
    expect(await states(world)).toEqual([['failed', 'exchange_failed']]);
  });
});

it('a pair that was kept expires for no wait', async () => {
  const { world } = await back('v2');
  await world.drain();
  const [connection] = await world.connections();
  if (connection === undefined) throw new Error('nothing was bound');
  await world.vault().extend(connection, world.now);
  const item = await world.tables.vault.get(keys.tokens(world.tenantId, connection.connectionId));
  expect(item).toMatchObject({ version: 1 });
  expect(item).not.toHaveProperty('expiresAt');
});

describe('two messages about one car', () => {
  it.each(['v2', 'v3'] as const)(
    'wait together: %s is asked once at a time, as seldom as for one',
    async (platform) => {
      const { world } = await back(platform);
      const refusing = refuse(world, OF_A_VEHICLE, away);
      await world.drain(START + HOUR);
      expect(refusing.asked).toEqual([0, 1, 3, 7, 15, 30, 45]);
      expect(world.waiting).toHaveLength(2);
    },
  );

  it('that come at the same moment after a wait ask once, and a worker that ended does not keep the other waiting', async () => {
    const { world } = await back('v2');
    const refusing = refuse(world, OF_A_VEHICLE, away);
    const body = world.waiting[0]?.body ?? {};
    await world.tend(body);
    world.now += MINUTE;
    await Promise.all([world.tend(body), world.tend(body), world.tend(body)]);
    expect(refusing.asked).toEqual([0, 1]);
    world.now += 2 * MINUTE;
    // Asked, and ended before it noted anything.
    const container = world.container();
    const get: typeof container.business.get = (key, options) => {
      if (refusing.asked.length === 3) throw new Error('the worker has ended');
      return container.business.get(key, options);
    };
    const dying = { ...container, business: { ...container.business, get } };
    await expect(world.tend(body, dying)).rejects.toThrow('the worker has ended');
    await world.tend(body);
    expect(refusing.asked).toEqual([0, 1, 3]);
    world.now += MINUTE;
    await world.tend(body);
    expect(refusing.asked).toEqual([0, 1, 3, 4]);
  });
});

describe('while a grant is ended', () => {
  it.each(both)('%s refuses for %s', async (platform, _, refusal, hours, minutes, closed, code) => {
    const { world } = await back(platform);
    await world.drain();
    const [connection] = await world.connections();
    if (connection === undefined) throw new Error('nothing was bound');
    world.now += DAY;
    const from = world.now;
    const refusing = refuse(world, /\/vehicles\/|\/connections/, refusal);
    await withdrawConsent(world.tables.business, connection, world.now);
    const { body } = bindMessage(connection);
    world.waiting = [0, MINUTE].map((later) => ({ body, visibleAt: from + later, receives: 0 }));
    await world.drain(from + hours * HOUR);
    expect(refusing.asked).toEqual(minutes);
    expect(await closedUntil(world, from)).toBe(closed);
    expect(told(world, from)).toEqual(code === undefined ? [] : minutes.map((minute) => [code, minute]));
    expect(await states(world)).toEqual([['withdrawn', undefined]]);
    refusing.with(undefined);
    await world.drain();
    // The application's own token stays.
    expect([await world.connectedVehicles(), await world.pairs()]).toEqual([[], platform === 'v3' ? ['token'] : []]);
    expect([world.waiting, world.deadLetters]).toEqual([[], []]);
  });

  it('of a car that did not fit waits from its own refusal on, for both messages', async () => {
    const { world } = await back('v2');
    await world.tables.business.update(keys.contract(world.tenantId, world.contract?.contractId ?? ''), {
      set: { vin: 'VF7SXHNPTPT000009' },
    });
    const refusing = refuse(world, /\/application$/, noPlan);
    await world.drain(START + 13 * HOUR);
    expect(refusing.asked).toEqual([0, 720]);
    expect(await states(world)).toEqual([['failed', 'wrong_vin']]);
    refusing.with(undefined);
    await world.drain();
    expect([await world.connectedVehicles(), await world.pairs()]).toEqual([[], []]);
  });

  it.each(['v2', 'v3'] as const)('%s is not asked beyond the budget', async (platform) => {
    const { world } = await back(platform);
    await world.drain();
    const [connection] = await world.connections();
    if (connection === undefined) throw new Error('nothing was bound');
    world.now += HOUR;
    const closed = { closedUntil: world.now + HOUR, arrival: world.now + HOUR };
    await world.tables.business.update(keys.budget(world.applicationId), { set: closed });
    await withdrawConsent(world.tables.business, connection, world.now);
    world.wireCalls = [];
    world.waiting = [{ body: bindMessage(connection).body, visibleAt: world.now, receives: 0 }];
    await world.drain(world.now + HOUR);
    expect(world.wireCalls.filter((call) => !call.includes('token'))).toEqual([]);
    await world.drain();
    expect(await world.connectedVehicles()).toEqual([]);
  });
});
