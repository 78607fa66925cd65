// Ending connections over the V2 management interface: what goes over the wire, and what of an answer is believed.
import { describe, expect, it } from 'vitest';
import { endConnections, modesOf } from '../../../lib/vehicle/v2-management.ts';
import { answered, recordedTransport } from './recorded-transport.ts';
import { thrownBy } from './thrown.ts';

const CAR = '36ab27d0-fd9d-4455-823a-ce30af709ffc';
const USER = 'd33cf1a5-6f6c-4c3c-b6f5-7d0b5a1b2c3d';

const managementOn = (status: number, body: unknown) => {
  const { transport, sent } = recordedTransport(answered(status, body));
  const managementOrigin = 'https://management.example';
  return { management: { transport, managementOrigin, managementToken: 'amt', deadlineMs: 9 }, sent };
};

describe('ending the connections of a vehicle', () => {
  it('is one request under the management token, never sent again by itself', async () => {
    const { management, sent } = managementOn(200, { connections: [{ vehicleId: CAR, userId: USER }] });

    expect(await endConnections(management, CAR)).toBe(1);
    expect(sent).toMatchObject([
      {
        method: 'DELETE',
        url: `https://management.example/v2.0/management/connections?vehicle_id=${CAR}`,
        headers: { authorization: 'Basic ZGVmYXVsdDphbXQ=' },
        deadlineMs: 9,
        repeatable: false,
      },
    ]);
  });

  it('of which there is none is done', async () => {
    expect(await endConnections(managementOn(200, { connections: [] }).management, CAR)).toBe(0);
  });

  it.each([
    ['a wrong token', 401, { type: 'AUTHENTICATION', code: null }, { fault: 'refused', meaning: 'refresh_once' }],
    ['no filter', 400, { type: 'VALIDATION', code: null }, { fault: 'refused', meaning: 'operator' }],
    ['a page of 404', 404, '<html>not found</html>', { fault: 'refused', meaning: 'operator' }],
    ['an empty bucket', 429, { type: 'RATE_LIMIT', code: 'SMARTCAR_API' }, { meaning: 'application_rate_limited' }],
    ['a page in a success', 200, '<html>welcome</html>', { fault: 'unusable_answer', meaning: 'transient' }],
    ['a success that names nothing', 200, {}, { fault: 'unusable_answer', field: 'connections' }],
    ['an empty success', 204, '', { fault: 'refused', meaning: 'transient' }],
  ])('answered by %s is not done', async (_, status, body, refusal) => {
    const call = endConnections(managementOn(status, body).management, CAR);

    expect(await thrownBy(call)).toMatchObject({ operation: 'end_connections', ...refusal });
  });
});

describe('what kinds of car a vehicle’s connections are of', () => {
  it('is one request under the management token, each kind once, of that vehicle alone', async () => {
    const of = (vehicleId: string, mode: string) => ({ vehicleId, userId: USER, connectedAt: 'x', mode });
    const connections = [of(CAR, 'LIVE'), of(CAR, 'live'), of(CAR, 'test'), of('another', 'simulated')];
    const { management, sent } = managementOn(200, { connections, paging: { cursor: null } });

    expect(await modesOf(management, CAR)).toEqual(['live', 'test']);
    expect(sent).toMatchObject([
      {
        method: 'GET',
        url: `https://management.example/v2.0/management/connections?vehicle_id=${CAR}&limit=100`,
        headers: { authorization: 'Basic ZGVmYXVsdDphbXQ=' },
        repeatable: true,
      },
    ]);
  });

  it('is not known from an answer that does not say', async () => {
    const { management } = managementOn(200, { connections: [{ vehicleId: CAR, userId: USER }] });

    expect(await thrownBy(modesOf(management, CAR))).toMatchObject({ fault: 'unusable_answer', operation: 'modes' });
  });
});
