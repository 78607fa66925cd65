// Commands of V3 on the wire, and the body that decides whatever the status line said.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeTransport } from '../../../lib/vehicle/transport.ts';
import { commands, sendCommand } from '../../../lib/vehicle/v3-commands.ts';
import { type Answer, type LocalServer, REQUEST_ID, startLocalServer } from './local-server.ts';
import { answered } from './recorded-transport.ts';
import { thrownBy } from './thrown.ts';
import { CAR, refusal, USER, v3On } from './v3-bench.ts';

const execution = (status: object) => ({
  data: {
    id: 'c-1',
    type: 'command-execution',
    attributes: { commandType: 'lock', status, executionMode: 'SYNC', parameters: {} },
    meta: { executedAt: 1, completedAt: 2, durationInSeconds: 1 },
  },
});
const success = execution({ value: 'SUCCESS' });

describe('commands on the wire', () => {
  it.each([
    ['lock', commands.lock, '/security/lock', undefined],
    ['unlock', commands.unlock, '/security/unlock', undefined],
    ['startCharge', commands.startCharge, '/charge/start', undefined],
    ['stopCharge', commands.stopCharge, '/charge/stop', undefined],
    ['setChargeLimit', commands.setChargeLimit(0.57), '/charge/set-limit', '{"data":{"attributes":{"percent":57}}}'],
    [
      'sendDestination',
      commands.sendDestination(52.37, 4.89),
      '/navigation/set-destination',
      '{"data":{"attributes":{"latitude":52.37,"longitude":4.89}}}',
    ],
  ])('%s', async (operation, command, path, body) => {
    const { vehicle, sent, wire } = v3On(answered(200, success));

    expect(await sendCommand(vehicle, command)).toEqual({ status: 'success', requestId: REQUEST_ID });
    expect(wire()).toEqual([`POST https://vehicle.example/v3/vehicles/${CAR}/commands${path}`]);
    expect(sent[0]).toMatchObject({ operation, body, repeatable: false, headers: { 'sc-user-id': USER } });
  });
});

describe('what the body says', () => {
  const send = (status: number, body: unknown) => sendCommand(v3On(answered(status, body)).vehicle, commands.lock);

  it.each([
    ['wrapped', 200, success],
    ['bare', 200, success.data],
    ['after 202', 202, success],
    ['in lower case', 200, execution({ value: 'success' })],
  ])('success %s', async (_how, status, body) => {
    expect(await send(status, body)).toEqual({ status: 'success', requestId: REQUEST_ID });
  });

  it.each([
    ['errors with a status of their own', 202, refusal(409, 'VEHICLE_STATE', 'DOOR_OPEN'), 409, 'transient'],
    ['errors without a status', 202, { errors: [{ type: 'UPSTREAM', code: 'NO_RESPONSE' }] }, 502, 'transient'],
    [
      'a status as a number',
      202,
      { status: 501, type: 'COMPATIBILITY', code: 'VEHICLE_NOT_CAPABLE' },
      501,
      'not_capable',
    ],
    ['a statusCode as V2', 202, { statusCode: 409, type: 'VEHICLE_STATE', code: 'ASLEEP' }, 409, 'asleep'],
    [
      'a refused execution',
      200,
      execution({ value: 'ERROR', error: { type: 'VEHICLE_STATE', code: 'IN_MOTION' } }),
      409,
      'asleep',
    ],
    ['a failed execution without a reason', 200, execution({ value: 'FAILED' }), 502, 'transient'],
    ['a plain refusal', 409, refusal(409, 'VEHICLE_STATE', 'CHARGING_IN_PROGRESS'), 409, 'transient'],
    ['a gateway that gave up', 504, '<html>504</html>', 504, 'transient'],
  ])('%s is refused', async (_how, http, body, status, meaning) => {
    expect(await thrownBy(send(http, body))).toMatchObject({ fault: 'refused', sent: true, status, meaning });
  });

  it.each([
    ['nothing', ''],
    ['HTML', '<html>'],
    ['another resource', { data: { id: 'x', attributes: {} } }],
    ['a string', '"done"'],
  ])('%s is no outcome, even after 200', async (_how, body) => {
    expect(await thrownBy(send(200, body))).toMatchObject({
      fault: 'unusable_answer',
      field: 'data.attributes.status.value',
    });
  });
});

describe('a 202 whose body is streamed', () => {
  let answer: Answer;
  let server: LocalServer;
  beforeAll(async () => {
    server = await startLocalServer(() => answer);
  });
  afterAll(() => server.close());

  const send = (deadlineMs: number) => {
    const origins = { vehicle: server.origin, management: server.origin, compatibility: server.origin };
    const vehicle = { transport: makeTransport(), origins, access: 'a', vehicleId: CAR, userId: USER, deadlineMs };
    return sendCommand(vehicle, commands.lock);
  };
  /** Headers at once, the body in pieces, without a length. */
  const streamed =
    (pieces: readonly string[], end: (finish: () => void, socket: { destroy: () => unknown }) => void): Answer =>
    (_seen, response, socket) => {
      response.writeHead(202, { 'content-type': 'application/json' });
      response.flushHeaders();
      const next = (index: number): void => {
        const piece = pieces[index];
        if (piece === undefined) end(() => response.end(), socket);
        else response.write(piece, () => setImmediate(() => next(index + 1)));
      };
      next(0);
    };

  it('is waited for', async () => {
    const text = JSON.stringify(success);
    answer = streamed([text.slice(0, 20), text.slice(20)], (finish) => finish());

    expect(await send(5_000)).toMatchObject({ status: 'success' });
  });

  it('and tells of a refusal is a refusal', async () => {
    answer = streamed([JSON.stringify(refusal(409, 'VEHICLE_STATE', 'ASLEEP'))], (finish) => finish());

    expect(await thrownBy(send(5_000))).toMatchObject({ status: 409, meaning: 'asleep' });
  });

  it('and breaks off is an unknown outcome', async () => {
    answer = streamed(['{"data":'], (_finish, socket) => socket.destroy());

    expect(await thrownBy(send(5_000))).toMatchObject({ fault: 'half_closed', sent: true });
  });

  it('and never comes is an unknown outcome at the deadline', async () => {
    answer = streamed([], () => {});

    expect(await thrownBy(send(40))).toMatchObject({ fault: 'timeout', sent: true });
  });
});
