// What the token endpoint of V2 refuses to a read that needs a fresh token, walked through tending and reading: who has to act, and
// when the car is asked once the trouble is over, after two hours.
import { describe, expect, it, vi } from 'vitest';
import { outageHeader } from '../../../lib/simulator/outages.ts';
import { FEBRUARY, START } from './month.ts';
import { walk } from './refused.ts';
import { HOUR, openWorld } from './world.ts';

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
const operator: Way = { ...later, warned: [], deadLetters: 2 };

const oauth =
  (status: number, error: string): Answer =>
  () =>
    Response.json({ error, error_description: 'd' }, { status });

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
  ['an unknown error, 429', oauth(429, 'never_heard_of'), later],
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
