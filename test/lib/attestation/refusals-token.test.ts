// What the token endpoint of V2 refuses to a read that needs a fresh token, walked through tending and reading: who has to act, and
// when the car is asked once the trouble is over, after two hours.
import { describe, expect, it, vi } from 'vitest';
import { outageHeader } from '../../../lib/simulator/outages.ts';
import { FEBRUARY, START } from './month.ts';
import { walk } from './refused.ts';
import { DAY, HOUR, openWorld } from './world.ts';

vi.setConfig({ testTimeout: 60_000 });

type Answer = () => Response;

interface Way {
  readonly connection: string;
  readonly reason: string | undefined;
  /** What the operator hears: a refresh that was given up for this turn, or a message that nobody could handle. */
  readonly warned: readonly string[];
  readonly deadLetters: number;
  readonly asked: readonly number[];
  readonly stated: string;
  readonly counted: Readonly<Record<string, number>>;
}

const reconnect: Way = {
  connection: 'reauth_required',
  reason: 'token_refused',
  warned: [],
  deadLetters: 0,
  asked: [],
  stated: 'reconnect_needed',
  counted: {},
};
const later: Way = {
  connection: 'active',
  reason: undefined,
  warned: ['refresh_given_up', 'refresh_given_up'],
  deadLetters: 0,
  asked: [121],
  stated: 'measured',
  counted: {},
};
const operator: Way = { ...later, warned: ['vehicle_operator'], asked: [12 * 60], counted: { refused: 1 } };
const limited: Way = { ...later, warned: [], counted: { rate_limited: 1 } };
/** Two hours, ten minutes and a second. */
const LONG = 2 * 3600 + 10 * 60 + 1;

const oauth =
  (status: number, error: string, headers: Readonly<Record<string, string>> = {}): Answer =>
  () =>
    Response.json({ error, error_description: 'd' }, { status, headers });

const long = { 'retry-after': String(LONG) };

const html =
  (status: number, more: Readonly<Record<string, string>> = {}): Answer =>
  () =>
    new Response('<html><body>Something is wrong</body></html>', { status, headers: more });

const rows: readonly (readonly [string, Answer, Way])[] = [
  ['invalid_grant', oauth(400, 'invalid_grant'), reconnect],
  ['invalid_request', oauth(400, 'invalid_request'), reconnect],
  ['invalid_client', oauth(401, 'invalid_client'), operator],
  ['unauthorized_client', oauth(400, 'unauthorized_client'), operator],
  ['unsupported_grant_type', oauth(400, 'unsupported_grant_type'), operator],
  ['invalid_scope', oauth(400, 'invalid_scope'), operator],
  ['server_error', oauth(500, 'server_error'), later],
  ['temporarily_unavailable', oauth(503, 'temporarily_unavailable'), later],
  ['an unknown error, 400', oauth(400, 'never_heard_of'), operator],
  ['an unknown error, 401', oauth(401, 'never_heard_of'), operator],
  ['an unknown error, 408', oauth(408, 'never_heard_of'), later],
  ['an unknown error, 429', oauth(429, 'never_heard_of'), { ...limited, asked: [255] }],
  // Everybody waits for the application; then they come back spread over an hour.
  ['429 with a time', oauth(429, 'never_heard_of', long), { ...limited, asked: [(LONG + 4_048) / 60] }],
  [
    '503 with a time',
    oauth(503, 'temporarily_unavailable', long),
    { ...later, warned: [], asked: [LONG / 60], counted: { unavailable: 1 } },
  ],
  ['invalid_client with a time', oauth(401, 'invalid_client', long), operator],
  ['an unknown error, 502', oauth(502, 'never_heard_of'), later],
  ['a page of HTML, 200', html(200), later],
  ['a page of HTML, 400', html(400), operator],
  ['a page of HTML, 403', html(403), operator],
  ['a page of HTML, 504', html(504), later],
  ['a connection that is closed', html(200, { [outageHeader]: 'reset' }), later],
  ['an answer cut in the middle', html(200, { [outageHeader]: 'cut' }), later],
];

describe('a token that cannot be refreshed because of', () => {
  it.each(rows)('%s: ends as expected, and nothing that can succeed is dropped', async (name, answer, way) => {
    let broken = false;
    const gateway = ({ url }: Request) => (broken && url.endsWith('/oauth/token') ? answer() : undefined);
    const { world, close } = await openWorld({ startAt: START, gateway });
    try {
      const begin = () => {
        broken = true;
      };
      const end = () => {
        broken = false;
      };
      const walked = (await walk(world, [{ name, begin, end }], FEBRUARY + 2 * HOUR)).get(name);
      const { warnings: warned } = world;
      const deadLetters = world.deadLetters.length;
      const { connection, reason, counted } = walked?.ending ?? {};
      const { asked, stated } = walked?.month ?? {};
      expect({ connection, reason, counted, asked, stated, warned, deadLetters }).toEqual(way);
      expect(await world.check()).toEqual([]);
    } finally {
      await close();
    }
  });
});

describe('a pair that is kept alive, and that cannot be refreshed because of', () => {
  const later20 = { 'retry-after': String(20 * 3600) };

  it.each([
    ['503 with a time', oauth(503, 'temporarily_unavailable', later20), 1, 20 * HOUR, []],
    ['429 with a time', oauth(429, 'never_heard_of', later20), 1, 20 * HOUR, []],
    // Asked twice: the secret is read anew in between.
    ['invalid_client', oauth(401, 'invalid_client'), 2, 12 * HOUR, ['vehicle_operator']],
  ])('%s: is tried again when that is over, and not before', async (_, answer, refusals, wait, warned) => {
    const asked: number[] = [];
    const gateway = ({ url }: Request) => {
      if (!url.endsWith('/oauth/token')) return undefined;
      asked.push(world.now - START);
      return asked.length > 1 && asked.length <= 1 + refusals ? answer() : undefined;
    };
    const { world, close } = await openWorld({ startAt: START, gateway });
    try {
      const contract = await world.sign({ startsAt: new Date(START + 100 * DAY).toISOString() });
      await world.connect(contract);
      await world.runTo(START + 30 * DAY);
      expect(asked).toEqual([0, ...Array(refusals).fill(21 * DAY), 21 * DAY + wait]);
      expect(world.warnings).toEqual(warned);
      expect((await world.contract(contract)).attempts.counts).toEqual({});
    } finally {
      await close();
    }
  });
});
