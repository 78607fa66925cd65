// V3 over real sockets: a platform that hangs, breaks off, lies, or is not the platform at all.
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeTransport } from '../../../lib/vehicle/transport.ts';
import { makeV3Platform } from '../../../lib/vehicle/v3-platform.ts';
import { type Answer, json, type LocalServer, startLocalServer } from './local-server.ts';
import { thrownBy } from './thrown.ts';
import { refusal, signal } from './v3-bench.ts';

const CANARY = 'canary-3f9c';
const ref = { vehicleId: `car-${CANARY}`, userId: `user-${CANARY}` };
const odometer = { data: signal('odometer-traveleddistance', { value: 1, unit: 'km' }) };
let answer: Answer;
let server: LocalServer;
beforeAll(async () => {
  server = await startLocalServer(() => answer);
});
afterAll(() => server.close());

const platform = () => {
  const origins = { vehicle: server.origin, management: server.origin, compatibility: server.origin };
  return makeV3Platform({ transport: makeTransport(), origins, deadlineMs: 5_000, clock: () => 0 });
};
const read = (deadlineMs = 5_000, withVin = true) => platform().read(`token-${CANARY}`, ref, { withVin, deadlineMs });

/** The odometer comes, then this happens to the VIN. */
const afterOdometer =
  (then: Answer): Answer =>
  (seen, response, socket) =>
    seen.url.endsWith('odometer-traveleddistance')
      ? json(200, odometer)(seen, response, socket)
      : then(seen, response, socket);

const html =
  (status: number): Answer =>
  (_seen, response) => {
    response.writeHead(status, { 'content-type': 'text/html' });
    response.end(`<html>${CANARY}</html>`);
  };
const hang: Answer = () => {};
const halfClosed: Answer = (_seen, _response, socket) => socket.end();
const brokenOff: Answer = (_seen, response, socket) => {
  response.writeHead(200, { 'content-length': '1000' });
  response.write(`{"data":"${CANARY}`, () => socket.destroy());
};

const faults: readonly (readonly [string, Answer, object])[] = [
  ['HTML by a gateway (504)', html(504), { fault: 'refused', status: 504, meaning: 'transient' }],
  ['HTML by a gateway (502)', html(502), { fault: 'refused', status: 502, meaning: 'transient' }],
  ['HTML with success', html(200), { fault: 'unusable_answer', meaning: 'transient' }],
  ['HTML with 404', html(404), { fault: 'refused', status: 404, meaning: 'operator' }],
  ['a redirect', html(302), { fault: 'refused', status: 302, meaning: 'transient' }],
  ['an empty error', json(500, ''), { fault: 'refused', status: 500, meaning: 'transient' }],
  ['errors as an empty list', json(429, { errors: [] }), { status: 429, meaning: 'application_rate_limited' }],
  ['errors as text', json(409, { errors: 'x' }), { fault: 'refused', status: 409, meaning: 'transient' }],
  ['a new pair', json(400, refusal(400, 'NEW', 'NEW')), { fault: 'refused', meaning: 'operator', type: 'NEW' }],
  ['a generic code of old', json(401, refusal(401, undefined, 'unauthorized')), { meaning: 'refresh_once' }],
  ['a hang', hang, { fault: 'timeout', sent: true, meaning: 'transient' }],
  ['a half-closed socket', halfClosed, { fault: 'half_closed', sent: true, meaning: 'transient' }],
  ['a body that breaks off', brokenOff, { fault: 'half_closed', sent: true, meaning: 'transient' }],
  ['more than a megabyte', json(200, `"${CANARY.repeat(100_000)}"`), { fault: 'too_large', meaning: 'transient' }],
];

describe('instead of an odometer', () => {
  it.each(faults)('I12 %s is one VehicleError that shows nothing', async (_what, happening, expected) => {
    answer = happening;
    const error = await thrownBy(read(150));

    expect(error).toMatchObject({ operation: 'odometer', ...expected });
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(CANARY);
    expect(JSON.stringify(error)).not.toContain(CANARY);
  });

  it('HTML with 403 speaks for nobody, least of all for the driver', async () => {
    answer = html(403);

    expect(await thrownBy(read())).toMatchObject({ status: 403, meaning: 'operator' });
  });
});

describe('instead of a VIN', () => {
  it.each(faults.filter(([what]) => !what.includes('generic')))(
    '%s never costs the odometer',
    async (_what, happening) => {
      answer = afterOdometer(happening);
      const reading = await read(400);

      expect(reading.odometer.metres).toBe(1_000);
      expect(reading).not.toHaveProperty('vin');
      expect(reading.vinRefused?.meaning).toBeTypeOf('string');
    },
  );
});
