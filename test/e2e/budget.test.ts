// What a steady month costs in calls, counted at the boundary of the real bundles: a fleet of V2 contracts that are due together, every
// car answering at once, down to the leaf in the log, by containers that start cold: none lives from one month to the next. What warm
// containers leave out of it is counted in the month before. Left out:
// the index queries of planner, sweep and sealer, which look for work however many contracts there are, and the daily check of log and
// store. Counting runs is counted apart. A call that serves a batch, or a container, counts as its share.
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
/** As many as one batch of readings holds. One of leaves holds 500. */
const CONTRACTS = 50;
/** A loaded machine is slow, not wrong. */
const LONG = 600_000;
/** They connect side by side. */
const AT_ONCE = 10;
const DAY = 86_400_000;
const ISSUING = ['plan-reads', 'tend-connection', 'read-vehicle', 'send-webhooks', 'seal-log'];

describe('a steady month of a V2 contract', () => {
  let ground: Playground;
  /** Of the first month, in the containers that connected the cars. */
  let warm: readonly CloudCall[] = [];
  /** Of the second month; the first one opened everything. */
  let month: readonly CloudCall[] = [];
  /** In the same month. */
  let counting: readonly CloudCall[] = [];

  beforeAll(async () => {
    ground = await openPlayground({ outDir: inject('assembly'), startAt: START, observeVehicle: true, copies: 1 });
    const { stack, simulator, secretName } = ground;
    await createVehicleApplication(stack, { applicationId: 'default', secretId: secretName, spreadMinutes: 0 });
    const apiKey = await createTenantWithKey(stack, { tenantId: 'rivage', name: 'Rivage', applicationId: 'default' });
    const connect = async (n: number): Promise<void> => {
      const account = `driver${n}@example.com`;
      const car = {
        account,
        model: 'C3',
        year: 2024,
        vin: `VF7SXHNPTPT0000${String(n).padStart(2, '0')}`,
        odometerMetres: 5_000_000,
      };
      simulator.fleet.addCar({ ...car, metresPerDay: 40_000, since: START - DAY });
      const terms = { kind: 'lease', reference: `LEASE-${n}`, start: '2026-01-01', zone: 'Europe/Paris' };
      const { link } = await createContractWithLink(stack.publicOrigin, apiKey, terms);
      await connectCar(link, account);
    };
    for (let n = 0; n < CONTRACTS; n += AT_ONCE) {
      await Promise.all(Array.from({ length: AT_ONCE }, (_, beside) => connect(n + beside)));
      await stack.drain();
    }
    await stack.clock.advanceTo(Date.parse('2026-01-31T12:00:00.000Z'));
    const connected = stack.ledger.calls.length;
    await stack.clock.advanceTo(Date.parse('2026-02-10T00:00:00.000Z'));
    warm = stack.ledger.calls.slice(connected);
    for (const name of ISSUING) await stack.retire(name);
    const before = stack.ledger.calls.length;
    await stack.clock.advanceTo(Date.parse('2026-03-10T00:00:00.000Z'));
    const calls = stack.ledger.calls.slice(before).filter(({ index }) => index !== true);
    counting = calls.filter(({ caller }) => caller === 'tally-runs');
    month = calls.filter(({ caller }) => !['check-log', 'tally-runs'].includes(caller));
  }, LONG);
  afterAll(() => ground.close());

  const perContract = (counts: (call: CloudCall) => boolean): number => month.filter(counts).length / CONTRACTS;

  /** Shown when a budget is exceeded. */
  const table = (): string => {
    const names = Map.groupBy(month, ({ caller, name }) => `${caller.padEnd(16)} ${name}`);
    const lines = [...names].map(([name, own]) => `${(own.length / CONTRACTS).toFixed(1).padStart(6)}  ${name}`);
    return `calls per contract:\n${lines.join('\n')}`;
  };

  it('is counted for at most two calls, which are most of what each look costs together', () => {
    const names = counting.map(({ name }) => name).toSorted();
    expect(names.length / CONTRACTS, names.join('\n')).toBeLessThanOrEqual(2);
  });

  it('asks the car once', () => {
    expect(
      perContract(({ name }) => name.startsWith('VEHICLE_API')),
      table(),
    ).toBe(1);
  });

  it('refreshes once', () => {
    expect(
      perContract(({ name }) => name.startsWith('VEHICLE_AUTH')),
      table(),
    ).toBe(1);
  });

  it('tells its reading with one call of its own, and shares one for a batch of statements, one for the whole run, and pages', () => {
    const told = month.filter(({ caller }) => caller === 'send-webhooks').map(({ name }) => name);
    expect(told.filter((name) => name === 'DynamoDB.UpdateItem').length, table()).toBe(CONTRACTS + 2);
    expect(told.length / CONTRACTS, table()).toBeLessThanOrEqual(1.2);
  });

  it('makes at most 13 calls to AWS for a statement, and signs once', () => {
    const issuing = ({ caller }: CloudCall): boolean => caller !== 'seal-log';
    expect(
      perContract((call) => issuing(call) && call.name === 'KMS.Sign'),
      table(),
    ).toBe(1);
    expect(
      perContract((call) => issuing(call) && !call.name.startsWith('VEHICLE_')),
      table(),
    ).toBeLessThanOrEqual(13);
  });

  it('makes at most 14 with its seal, one of them its own and the others shared by the batch', () => {
    const sealing = month.filter(({ caller }) => caller === 'seal-log').map(({ name }) => name);
    expect(sealing.filter((name) => name === 'KMS.Sign').length, table()).toBe(1);
    expect(sealing.length, table()).toBe(CONTRACTS + 16);
    expect(
      perContract(({ name }) => !name.startsWith('VEHICLE_')),
      table(),
    ).toBeLessThanOrEqual(14);
  });

  it('unwraps the tenant’s key at most once for a container, and asks for no secret but when one starts, whatever the number of batches', () => {
    const unwrapped = month.filter(({ name }) => name === 'KMS.Decrypt').map(({ caller }) => caller);
    expect(unwrapped.toSorted(), table()).toEqual(['read-vehicle', 'tend-connection']);
    const asked = month.filter(({ name }) => name.startsWith('SecretsManager')).map(({ caller }) => caller);
    expect(asked, table()).toEqual(['tend-connection']);
    const told = ({ caller, name }: CloudCall): boolean => caller === 'tend-connection' && name.startsWith('SQS.Send');
    expect(month.filter(told)).toHaveLength(5);
  });

  it('refreshes every pair, and asks for no secret and unwraps nothing, in containers that are warm', () => {
    const named = (start: string): number => warm.filter(({ name }) => name.startsWith(start)).length;
    expect(named('VEHICLE_AUTH')).toBe(CONTRACTS);
    expect(named('KMS.Sign')).toBeGreaterThanOrEqual(CONTRACTS);
    expect([named('SecretsManager'), named('KMS.Decrypt')]).toEqual([0, 0]);
  });
});
