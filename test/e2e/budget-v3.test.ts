// What a steady month costs in calls on V3, counted as for V2: one call for each signal that is read, and the application's token once
// for the whole fleet.
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { CloudCall } from '../../infra/local/cloud-call.ts';
import { connectCar } from '../../infra/local/demo/driver.ts';
import {
  createContractWithLink,
  createTenantWithKey,
  createVehicleApplication,
} from '../../infra/local/first-tenant.ts';
import type { Playground } from '../../infra/local/playground.ts';
import { openPlayground } from './open-playground.ts';

const START = Date.parse('2026-01-05T09:00:00.000Z');
const CONTRACTS = 10;
const DAY = 86_400_000;
const ISSUING = ['plan-reads', 'tend-connection', 'read-vehicle', 'send-webhooks', 'seal-log'];

describe('a steady month of a V3 contract', () => {
  let ground: Playground;
  /** Of the second month; the first one opened everything. */
  let month: readonly CloudCall[] = [];
  /** Before it: connecting, and the first month. */
  let before: readonly CloudCall[] = [];
  const titles: string[] = [];

  beforeAll(async () => {
    ground = await openPlayground({ outDir: inject('assembly'), startAt: START, observeVehicle: true, copies: 1 });
    const { stack, simulator, v3SecretName } = ground;
    const application = { applicationId: 'v3', platform: 'v3', secretId: v3SecretName, spreadMinutes: 0 };
    await createVehicleApplication(stack, application);
    const apiKey = await createTenantWithKey(stack, { tenantId: 'rivage', name: 'Rivage', applicationId: 'v3' });
    for (let n = 0; n < CONTRACTS; n += 1) {
      const account = `driver${n}@example.com`;
      const vin = `VF7SXHNPTPT00000${n}`;
      const car = { account, model: 'C3', year: 2024, vin, odometerMetres: 5_000_000 };
      simulator.fleet.addCar({ ...car, metresPerDay: 40_000, since: START - DAY });
      const terms = { kind: 'lease', reference: `LEASE-${n}`, vin, start: '2026-01-01', zone: 'Europe/Paris' };
      const { link } = await createContractWithLink(stack.publicOrigin, apiKey, terms);
      const howItWent = await connectCar(link, account);
      await stack.drain();
      titles.push(await howItWent());
    }
    await stack.clock.advanceTo(Date.parse('2026-02-10T00:00:00.000Z'));
    for (const name of ISSUING) await stack.retire(name);
    before = [...stack.ledger.calls];
    await stack.clock.advanceTo(Date.parse('2026-03-10T00:00:00.000Z'));
    month = stack.ledger.calls
      .slice(before.length)
      .filter(({ caller, index }) => index !== true && !['seal-log', 'check-log', 'tally-runs'].includes(caller));
  });
  afterAll(() => ground.close());

  const count = (counts: (call: CloudCall) => boolean): number => month.filter(counts).length;

  /** Shown when a budget is exceeded. */
  const table = (): string => {
    const names = Map.groupBy(month, ({ caller, name }) => `${caller.padEnd(16)} ${name}`);
    const lines = [...names].map(([name, own]) => `${(own.length / CONTRACTS).toFixed(1).padStart(6)}  ${name}`);
    return `calls per contract:\n${lines.join('\n')}`;
  };

  it('begins with ten cars that are connected, without a code exchanged', () => {
    expect(titles).toEqual(Array(CONTRACTS).fill('Your car is connected'));
    expect(before.filter(({ name }) => name.startsWith('VEHICLE_AUTH'))).toEqual([]);
    expect(before.filter(({ name }) => name.startsWith('VEHICLE_MANAGEMENT'))).toHaveLength(CONTRACTS);
  });

  it('asks for the odometer once and for the VIN once', () => {
    expect(count(({ name }) => name.startsWith('VEHICLE_V3')) / CONTRACTS, table()).toBe(2);
    expect(
      count(({ name }) => name.startsWith('VEHICLE_API')),
      table(),
    ).toBe(0);
  });

  it('asks for no token of a driver, and for one of the application in the whole fleet', () => {
    expect(
      count(({ name }) => name.startsWith('VEHICLE_AUTH')),
      table(),
    ).toBe(0);
    expect(
      count(({ name }) => name.startsWith('VEHICLE_IAM')),
      table(),
    ).toBe(1);
  });

  it('makes at most 12 calls to AWS, and signs once', () => {
    expect(count(({ name }) => name === 'KMS.Sign') / CONTRACTS, table()).toBe(1);
    expect(count(({ name }) => !name.startsWith('VEHICLE_')) / CONTRACTS, table()).toBeLessThanOrEqual(12);
  });
});
