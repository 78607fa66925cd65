// The Node snippets of the platform's Citroën page, kept word for word in seed-snippets.txt, run as programs of their
// own against a local server; only their import line is changed. The answers are the page's own examples.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { json, type LocalServer, startLocalServer } from './local-server.ts';

const IMPORT = "const smartcar = require('smartcar');";
const OURS = `import * as smartcar from '${new URL('../../../lib/vehicle/smartcar.ts', import.meta.url).href}';`;
const ID = '36ab27d0-fd9d-4455-823a-ce30af709ffc';
const BASE = `/v2.0/vehicles/${ID}`;

const answers: Readonly<Record<string, unknown>> = {
  'GET /v2.0/vehicles': { vehicles: [ID], paging: { count: 1, offset: 0 } },
  [`GET ${BASE}`]: { id: ID, make: 'TESLA', model: 'Model S', year: 2014 },
  [`GET ${BASE}/location`]: { latitude: 37.4292, longitude: 122.1381 },
  [`GET ${BASE}/odometer`]: { distance: 104.32 },
  [`POST ${BASE}/security`]: { status: 'success', message: 'done' },
  [`GET ${BASE}/battery`]: { percentRemaining: 0.3, range: 40.5 },
  [`GET ${BASE}/battery/capacity`]: { capacity: 28.7 },
  [`GET ${BASE}/charge`]: { isPluggedIn: true, state: 'FULLY_CHARGED' },
  [`POST ${BASE}/charge`]: { status: 'success', message: 'done' },
  [`POST ${BASE}/charge/limit`]: { status: 'success', message: 'done' },
  [`GET ${BASE}/fuel`]: { amountRemaining: 53.2, percentRemaining: 0.3, range: 40.5 },
  [`GET ${BASE}/tires/pressure`]: { backLeft: 219.3, backRight: 219.3, frontLeft: 219.3, frontRight: 219.3 },
  [`GET ${BASE}/engine/oil`]: { lifeRemaining: 0.35 },
  [`GET ${BASE}/vin`]: { vin: '1234A67Q90F2T4567' },
};

let server: LocalServer;
let folder: string;
let snippets: readonly string[];

beforeAll(async () => {
  server = await startLocalServer(() => (seen, response, socket) => {
    const known = answers[`${seen.method} ${seen.url}`];
    json(known === undefined ? 404 : 200, known ?? {})(seen, response, socket);
  });
  folder = await mkdtemp(join(tmpdir(), 'odoseal-seed-'));
  const text = await readFile(new URL('seed-snippets.txt', import.meta.url), 'utf8');
  snippets = text.split(new RegExp(`^(?=${IMPORT.replaceAll(/[()]/g, '\\$&')})`, 'm'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await server.close();
});

/** Runs one snippet and returns every value it awaited from the vehicle, by the snippet's own names. */
const run = async (snippet: string, name: string): Promise<Record<string, unknown>> => {
  const code = snippet.split('\n// Example http response')[0] ?? '';
  const names = [...code.matchAll(/^const (\w+) = await vehicle\./gm)].map(([, found]) => found);
  const file = join(folder, `${name}.mjs`);
  await writeFile(file, `${code.replace(IMPORT, OURS)}\nconsole.log(JSON.stringify({ ${names.join(', ')} }));\n`);
  const { stdout } = await promisify(execFile)(process.execPath, [file], {
    env: { ...process.env, SMARTCAR_API_ORIGIN: server.origin },
  });
  return JSON.parse(stdout) as Record<string, unknown>; // what the line above printed
};

const meta = { requestId: '26c14915-0c26-43c5-8e42-9edfc2a66a0f' };

describe('the snippets of the Citroën page run with only the import changed', () => {
  it('there are ten, each starting with its import', () => {
    expect(snippets).toHaveLength(10);
    expect(snippets.every((snippet) => snippet.startsWith(IMPORT))).toBe(true);
  });

  it.each([
    ['location', 0, { location: { latitude: 37.4292, longitude: 122.1381, meta } }],
    ['odometer', 1, { odometer: { distance: 104.32, meta } }],
    ['lock and unlock', 2, {}],
    [
      'battery',
      3,
      { battery: { percentRemaining: 0.3, range: 40.5, meta }, batteryCapacity: { capacity: 28.7, meta } },
    ],
    ['charge', 4, { charge: { isPluggedIn: true, state: 'FULLY_CHARGED', meta } }],
    ['fuel', 5, { fuel: { amountRemaining: 53.2, percentRemaining: 0.3, range: 40.5, meta } }],
    [
      'tire pressure',
      6,
      { tirePressure: { backLeft: 219.3, backRight: 219.3, frontLeft: 219.3, frontRight: 219.3, meta } },
    ],
    ['oil', 7, { oil: { lifeRemaining: 0.35, meta } }],
    ['attributes', 8, { vehicleAttributes: { id: ID, make: 'TESLA', model: 'Model S', year: 2014, meta } }],
    ['vin', 9, { vin: { vin: '1234A67Q90F2T4567', meta } }],
  ])('%s', async (name, index, expected) => {
    expect(await run(snippets[index] ?? '', name.replaceAll(' ', '-'))).toEqual(expected);
  });

  it('the commands arrived as the platform documents them', () => {
    const commands = server.seen.filter(({ method }) => method === 'POST').map(({ url, body }) => [url, body]);

    expect(commands).toEqual([
      [`${BASE}/security`, '{"action":"LOCK"}'],
      [`${BASE}/security`, '{"action":"UNLOCK"}'],
      [`${BASE}/charge`, '{"action":"START"}'],
      [`${BASE}/charge/limit`, '{"limit":0.8}'],
    ]);
    expect(server.seen.every(({ headers }) => headers.authorization === 'Bearer <access-token>')).toBe(true);
  });
});
