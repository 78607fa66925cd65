// Ending what a driver granted: what counts as ended at the platform, and what has to be asked again.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { withdrawConsent } from '../../../lib/connection/withdraw.ts';
import { refusal } from '../vehicle/v3-bench.ts';
import { type Bench, DAY, HOUR, openBench, type World } from './bench.ts';

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

const page = (status: number) => (): Response =>
  new Response('<html>nothing here</html>', { status, headers: { 'content-type': 'text/html' } });

const v2Refusal = (status: number, type: string, code: string | null) => (): Response =>
  Response.json({ type, code, statusCode: status, description: 'd', requestId: 'r' }, { status });

const v3Refusal = (status: number, type: string, code: string) => (): Response =>
  Response.json(refusal(status, type, code), { status });

describe('a grant', () => {
  it.each([
    ['v2', 'a page of 401', page(401)],
    ['v2', 'a page of 403', page(403)],
    ['v2', 'a page of 404', page(404)],
    ['v2', 'a page of 410', page(410)],
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
    ['v3', 'a page of 403', page(403)],
    ['v3', 'a page of 404', page(404)],
    ['v3', 'a page of 410', page(410)],
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
