// One car from contract to statement, with faults on the way, and then a search: nothing that identifies a person or opens a door may
// stand in a log line, an access-log line or a waiting message.
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { connectAndLook } from '../../infra/local/demo/driver.ts';
import {
  createContractWithLink,
  createTenantWithKey,
  createVehicleApplication,
} from '../../infra/local/first-tenant.ts';
import type { Playground } from '../../infra/local/playground.ts';
import { openPlayground } from './open-playground.ts';
import { reconnect } from './reconnect-story.ts';

const START = Date.parse('2026-01-05T09:00:00.000Z');
const VIN = 'VF7SXHNPTPT000999';
const ACCOUNT = 'canary.driver@example.com';
const SECOND = 'second.driver@example.com';
const SECOND_VIN = 'VF7SXHNPTPT000888';
const REFERENCE = 'CANARY-REFERENCE-1';

describe('I12 logs, access logs and queues', () => {
  let ground: Playground;
  let apiKey = '';
  let link = '';
  let reconnectLink = '';
  let myData = '';
  const waiting: string[] = [];

  const lookIntoQueues = async (): Promise<void> => {
    for (const { bodies } of await ground.stack.queueStates()) waiting.push(...bodies);
  };

  beforeAll(async () => {
    ground = await openPlayground({ outDir: inject('assembly'), startAt: START });
    const { stack, simulator, secretName } = ground;
    const car = simulator.fleet.addCar({
      account: ACCOUNT,
      model: 'C3',
      year: 2024,
      vin: VIN,
      odometerMetres: 5_000_000,
    });
    simulator.fleet.drive(car.id, 40_000);
    simulator.fleet.sleep(car.id, {
      from: Date.parse('2026-01-31T20:00:00.000Z'),
      to: Date.parse('2026-02-01T04:00:00.000Z'),
    });
    await createVehicleApplication(stack, { applicationId: 'default', secretId: secretName });
    apiKey = await createTenantWithKey(stack, { tenantId: 'canary', name: 'Canary', applicationId: 'default' });
    // The same driver's second car tells by itself.
    await createVehicleApplication(stack, {
      applicationId: 'pushing',
      platform: 'v3',
      secretId: ground.pushingSecretName,
    });
    await ground.pushTo('pushing', 5 * 86_400_000);
    const pushing = await createTenantWithKey(stack, { tenantId: 'second', name: 'Second', applicationId: 'pushing' });
    const second = {
      account: SECOND,
      model: 'C4',
      year: 2024,
      vin: SECOND_VIN,
      odometerMetres: 5_000_000,
      metresPerDay: 40_000,
    };
    simulator.fleet.addCar({ ...second, since: START - 86_400_000 });
    const lease = { kind: 'lease', reference: REFERENCE, start: '2026-01-01', zone: 'Europe/Paris' };
    const { link: secondLink } = await createContractWithLink(stack.publicOrigin, pushing, lease);
    await connectAndLook(secondLink, SECOND);
    await stack.drain();
    const terms = { kind: 'lease', reference: REFERENCE, vin: VIN, start: '2026-01-01', zone: 'Europe/Paris' };
    const made = await createContractWithLink(stack.publicOrigin, apiKey, terms);
    link = made.link;
    await connectAndLook(link, ACCOUNT);
    await stack.drain();
    simulator.fleet.inject(car.id, { error: 'SERVER:INTERNAL', count: 2 });
    await stack.clock.advanceTo(Date.parse('2026-02-12T00:00:00.000Z'), { onStop: lookIntoQueues });
    const { contractId } = made;
    const again = await reconnect(ground, { contractId, apiKey, account: ACCOUNT, carId: car.id });
    reconnectLink = again.link;
    // The driver looks at what is shared, and ends it.
    myData = await again.ownData();
    for (const method of ['GET', 'POST', 'GET']) expect((await fetch(myData, { method })).status).toBe(200);
    await lookIntoQueues();
    await stack.drain();
    await fetch(`${stack.publicOrigin}/v1/contracts`, { headers: { authorization: `Bearer ${apiKey}x` } });
    const asked = `${stack.publicOrigin}/v1/compatibility?vin=${VIN}&country=NL`;
    const told = await fetch(asked, { headers: { authorization: `Bearer ${apiKey}` } });
    expect([told.status, await told.json()]).toEqual([
      200,
      expect.objectContaining({ compatible: true, basis: 'vin' }),
    ]);
    const forged = { method: 'POST', headers: { 'sc-signature': 'f'.repeat(64) }, body: JSON.stringify({ vin: VIN }) };
    expect((await fetch(`${stack.publicOrigin}/vehicle-events/pushing`, forged)).status).toBe(401);
    expect((await fetch(`${stack.publicOrigin}/vehicle-events/${SECOND_VIN}`, forged)).status).toBe(401);
    await fetch(`${stack.publicOrigin}/connect/callback?code=${VIN}&state=${ACCOUNT}`);
  });

  afterAll(() => ground.close());

  const everything = (): string =>
    [...ground.stack.logs.map(({ text }) => text), ...ground.stack.accessLog, ...waiting].join('\n');

  it('I12 were written at all', () => {
    expect(everything()).toContain('"message":"calls"');
    expect(ground.stack.accessLog.length).toBeGreaterThan(5);
    expect(waiting.length).toBeGreaterThan(0);
    expect(everything()).toContain('"push.used":1');
    expect(ground.stack.logs.some(({ functionName }) => functionName === 'vehicle-events')).toBe(true);
  });

  it.each([
    ['the VIN', () => VIN],
    ['the VIN that was pushed', () => SECOND_VIN],
    ['the e-mail address', () => ACCOUNT],
    ['the other one', () => SECOND],
    ['the contract reference', () => REFERENCE],
    ['the API key’s secret', () => /^ods_[0-9a-f]{32}_(.*)$/.exec(apiKey)?.[1] ?? ''],
    ['the connect link', () => new URL(link).pathname.split('/')[2] ?? ''],
    ['the link of the dead connection', () => new URL(reconnectLink).pathname.split('/')[2] ?? ''],
    ['its payload', () => /connect\/([\w-]+)\./.exec(reconnectLink)?.[1] ?? ''],
    ['its MAC', () => /\.([\w-]{43})$/.exec(reconnectLink)?.[1] ?? ''],
    ['the personal link', () => new URL(myData).pathname.split('/')[2] ?? ''],
    ['the password', () => 'correct horse'],
  ])('I12 hold nothing of %s', (_, canary) => {
    expect(canary().length).toBeGreaterThan(5);
    expect(everything().includes(canary())).toBe(false);
  });

  // The platform's tokens, client ids and secrets, vehicle ids and codes all are UUIDs; none of ours is.
  it('I12 hold nothing that the vehicle platform made up', () => {
    expect(everything().match(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi)).toBeNull();
  });
});
