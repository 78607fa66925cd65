// What the vehicle platform does not document, walked like what it does: pairs nobody has heard of, pages of some proxy, nothing at
// all, answers that break off or never come. A stranger's page never ends a connection and never writes a car off.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { outageHeader } from '../../../lib/simulator/outages.ts';
import { START } from './month.ts';
import { type Trouble, type Walked, walk } from './refused.ts';
import {
  asleep,
  billing,
  limited,
  never,
  newToken,
  operator,
  reconnect,
  strangersToken,
  unavailable,
  type Way,
} from './ways.ts';
import { openWorld, type World } from './world.ts';

/** Seventy cars over ten days. */
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

type Answer = () => Response;

const json =
  (status: number, body: unknown): Answer =>
  () =>
    Response.json(body, { status });

const pair = (status: number, type: string): Answer =>
  json(status, { type, code: 'NEVER_HEARD_OF', description: 'd', docURL: 'u', statusCode: status, requestId: 'r' });

const html = (status: number, more: Readonly<Record<string, string>> = {}): Answer => {
  const page = '<html><body><h1>Something is wrong</h1></body></html>';
  return () => new Response(page, { status, headers: { 'content-type': 'text/html', ...more } });
};

const empty =
  (status: number): Answer =>
  () =>
    new Response(null, { status });

/** What goes wrong on the wire, played by the server with the socket. */
const broken = (how: 'hang' | 'reset' | 'cut', status = 200): Answer => html(status, { [outageHeader]: how });

type Row = readonly [string, Answer, Way];

interface Part {
  readonly path: string;
  readonly code: number;
  readonly body: unknown;
}

const batch = (...parts: readonly Part[]): Answer =>
  json(200, { responses: parts.map((part) => ({ headers: {}, ...part })) });

const vinPart = { path: '/vin', code: 200, body: { vin: 'VF7SXHNPTPT000001' } };

const odometerPart = (code: number, body: unknown): Part => ({ path: '/odometer', code, body });

/** By status: an unknown type, an unknown code of a known type, a page of HTML, an empty body. */
const byStatus: readonly (readonly [status: number, newType: Way, newCode: Way, page: Way, nothing: Way])[] = [
  [400, operator, operator, operator, operator],
  [401, newToken, newToken, strangersToken, strangersToken],
  [403, reconnect, reconnect, operator, operator],
  [404, operator, operator, operator, operator],
  [409, unavailable, unavailable, unavailable, unavailable],
  [430, billing, billing, billing, billing],
  [500, unavailable, unavailable, unavailable, unavailable],
  [501, never, never, unavailable, unavailable],
  [502, unavailable, unavailable, unavailable, unavailable],
  [504, unavailable, unavailable, unavailable, unavailable],
];

const otherwise: readonly Row[] = [
  ['a redirect', html(302), unavailable],
  ['a page that says 200', html(200), unavailable],
  ['an empty 200', empty(200), unavailable],
  ['a 204', empty(204), unavailable],
  ['JSON that is no batch', json(200, { hello: 'world' }), unavailable],
  ['JSON that ends in the middle', () => new Response('{"responses":[{"path":"/odom'), unavailable],
  ['more than a megabyte', () => new Response('x'.repeat(1_100_000)), unavailable],
  ['a batch without the odometer', batch(vinPart), unavailable],
  ['a batch whose odometer has no distance', batch(odometerPart(200, {}), vinPart), unavailable],
  ['a batch with an unknown pair', batch(odometerPart(409, { type: 'NEW', code: 'NEW' }), vinPart), unavailable],
  ['a batch with an unknown 501', batch(odometerPart(501, { type: 'NEW', code: 'NEW' }), vinPart), never],
  ['a batch with a page', batch(odometerPart(403, '<html>'), vinPart), operator],
  ['a connection that is closed without an answer', broken('reset'), unavailable],
  ['an answer cut in the middle', broken('cut'), unavailable],
  ['an error cut in the middle', broken('cut', 403), unavailable],
  ['a 504 cut in the middle', broken('cut', 504), unavailable],
];

const rows: readonly Row[] = [
  ...byStatus.flatMap(
    ([status, newType, newCode, page, nothing]) =>
      [
        [`an unknown type, ${status}`, pair(status, 'NEVER_HEARD_OF'), newType],
        [`an unknown code, ${status}`, pair(status, 'VEHICLE_STATE'), newCode],
        [`a page of HTML, ${status}`, html(status), page],
        [`an empty body, ${status}`, empty(status), nothing],
      ] as const,
  ),
  ...otherwise,
];

/** A gateway that answers for some cars instead of the platform. */
function makeGateway() {
  const answers = new Map<string, Answer>();
  const troubleWith = (name: string, answer: Answer): Trouble => ({
    name,
    begin: (_world, carId) => void answers.set(carId, answer),
    end: (_world, carId) => void answers.delete(carId),
  });
  const gateway = ({ url }: Request) => {
    const [, version, , carId = '', ...what] = new URL(url).pathname.split('/');
    const read = version === 'v3' ? 'signals/odometer-traveleddistance' : 'batch';
    return what.join('/') === read ? answers.get(carId)?.() : undefined;
  };
  return { gateway, troubleWith, isBroken: () => answers.size > 0 };
}

async function walkBehindGateway(list: readonly Row[], deadlineMs = 5_000, platform: 'v2' | 'v3' = 'v2') {
  const { gateway, troubleWith, isBroken } = makeGateway();
  const { world, close } = await openWorld({ startAt: START, gateway, application: { platform } });
  Object.assign(world.turning, { callDeadlineMs: () => (isBroken() ? deadlineMs : 5_000) });
  const walked = await walk(
    world,
    list.map(([name, answer]) => troubleWith(name, answer)),
  );
  return { world, close, walked };
}

describe('a read that is answered with', () => {
  let world: World;
  let close: () => Promise<void>;
  let walked: ReadonlyMap<string, Walked>;

  beforeAll(async () => {
    ({ world, close, walked } = await walkBehindGateway(rows));
  });
  afterAll(() => close());

  it.each(rows)('%s ends as expected, and the month does', (name, _answer, way) => {
    expect(walked.get(name)).toEqual(way);
  });

  it('I1 and the rest of the rules hold, and no message is lost or stuck', async () => {
    expect(walked.size).toBe(rows.length);
    expect(await world.check()).toEqual([]);
    expect(world.deadLetters).toEqual([]);
    expect(world.waiting).toEqual([]);
  });
});

describe('a read that is answered for the whole application', () => {
  it.each([
    ['an unknown type', pair(429, 'NEVER_HEARD_OF')],
    ['an unknown code', pair(429, 'RATE_LIMIT')],
    ['a page of HTML', html(429)],
    ['an empty body', empty(429)],
  ])('with 429 and %s ends as expected', async (name, answer) => {
    const alone = await walkBehindGateway([[name, answer, limited]]);
    try {
      expect(alone.walked.get(name)).toEqual(limited);
      expect(await alone.world.check()).toEqual([]);
    } finally {
      await alone.close();
    }
  });
});

describe('a read that is never answered', () => {
  it.each(['v2', 'v3'] as const)('ends at its deadline as expected, over %s', async (platform) => {
    const alone = await walkBehindGateway([['a hang', broken('hang'), unavailable]], 100, platform);
    try {
      expect(alone.walked.get('a hang')).toEqual(unavailable);
      expect(await alone.world.check()).toEqual([]);
    } finally {
      await alone.close();
    }
  });
});

describe('a read over V3 that breaks off', () => {
  const broke: readonly Row[] = [
    ['a redirect', html(302), unavailable],
    ['a page of HTML, 504', html(504), unavailable],
    ['a connection that is closed without an answer', broken('reset'), unavailable],
    ['an answer cut in the middle', broken('cut'), unavailable],
    ['an error cut in the middle', broken('cut', 403), unavailable],
    ['more than a megabyte', () => new Response('x'.repeat(1_100_000)), unavailable],
  ];

  it('ends as expected, and the month does', async () => {
    const { world, close, walked } = await walkBehindGateway(broke, 5_000, 'v3');
    try {
      expect(Object.fromEntries(walked)).toEqual(Object.fromEntries(broke.map(([name, , way]) => [name, way])));
      expect(await world.check()).toEqual([]);
      expect(world.deadLetters).toEqual([]);
    } finally {
      await close();
    }
  });
});

describe('an idle connection that died', () => {
  it('is no attempt: the read is sent again at once', async () => {
    let requests = 0;
    // The connection was kept since January, and nobody knew that its other end was gone.
    const resetOnce: Answer = () => {
      requests += 1;
      return requests === 1 ? broken('reset')() : json(409, { type: 'VEHICLE_STATE', code: 'ASLEEP' })();
    };
    const alone = await walkBehindGateway([['a dead connection', resetOnce, asleep]]);
    try {
      expect(alone.walked.get('a dead connection')).toEqual(asleep);
      expect(requests).toBe(6);
    } finally {
      await alone.close();
    }
  });
});
