// A signing key is rotated on the local stack, as the runbook says, and then leaks: what an auditor says of statements from before and
// after, with the one published key set and the public log. Key and successor are those of a stage that has made two.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectCar } from '../../infra/local/demo/driver.ts';
import {
  createContractWithLink,
  createTenantWithKey,
  createVehicleApplication,
} from '../../infra/local/first-tenant.ts';
import type { Playground } from '../../infra/local/playground.ts';
import { synthesize } from '../../infra/local/synthesize.ts';
import { type Ask, askAs, audit, chainOf } from './auditor.ts';
import { openPlayground } from './open-playground.ts';

const START = Date.parse('2026-01-05T09:00:00.000Z');
const MINUTE = 60_000;
const TENANT = 'rivage';
const ACCOUNT = 'driver@example.com';

interface Published {
  readonly kid: string;
  readonly purpose: string;
  readonly events?: readonly { readonly event: string; readonly index?: number; readonly logSize?: number }[];
}

/** As `odoseal verify --json` writes it. */
interface Report {
  readonly verified: boolean;
  readonly files: readonly { readonly verified: boolean; readonly kid?: string; readonly reason?: string }[];
}

describe('a signing key', () => {
  let folder: string;
  let ground: Playground;
  let ask: Ask;
  let contractId: string;
  let ids: readonly string[];
  let kids: readonly string[];

  const admin = (action: string, more: object = {}) => ground.stack.invoke('admin', { action, ...more });
  const advanceTo = (instant: string) => ground.stack.clock.advanceTo(Date.parse(instant));
  /** Longer than sealing takes, and than a published set is kept. */
  const settle = () => ground.stack.clock.advanceTo(ground.stack.clock.now() + 3 * MINUTE);
  const published = async (): Promise<readonly Published[]> => {
    const answer = await fetch(`${ground.stack.publicOrigin}/.well-known/jwks.json`);
    // The shape is that of RFC 7517.
    return ((await answer.json()) as { keys: readonly Published[] }).keys;
  };
  const audited = async (): Promise<{ readonly status: number | null; readonly report: Report }> => {
    const { status, report } = await audit(ground, ask, await chainOf(ask, contractId));
    return { status, report: report as Report };
  };
  const disagreements = async () => (await ground.stack.invoke('check-log', { full: true })) as object;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'odoseal-rotation-'));
    await synthesize(folder, undefined, { signingKeys: { statements: { made: 2, signs: 1 } } });
    ground = await openPlayground({ outDir: folder, startAt: START });
    const { stack, simulator, secretName } = ground;
    const { environment = {} } = stack.deployment.functions.find(({ name }) => name === 'public') ?? {};
    ids = (environment['STATEMENT_KEY_IDS'] ?? '').split(',');
    await createVehicleApplication(stack, { applicationId: 'default', secretId: secretName, spreadMinutes: 0 });
    const apiKey = await createTenantWithKey(stack, { tenantId: TENANT, name: 'Rivage', applicationId: 'default' });
    ask = askAs(ground, apiKey);
    const car = { account: ACCOUNT, model: 'C3', year: 2024, vin: 'VF7SXHNPTPT000001', odometerMetres: 5_000_000 };
    simulator.fleet.addCar({ ...car, metresPerDay: 40_000, since: START - 86_400_000 });
    const terms = { kind: 'lease', reference: 'LEASE-1', start: '2026-01-01', zone: 'Europe/Paris' };
    const made = await createContractWithLink(stack.publicOrigin, apiKey, terms);
    ({ contractId } = made);
    await connectCar(made.link, ACCOUNT);
    await stack.drain();
  });
  afterAll(async () => {
    await ground.close();
    await rm(folder, { recursive: true });
  });

  it('I4 is announced, and its successor with it; each is a leaf of the log', async () => {
    const before = await published();
    kids = before.filter(({ purpose }) => purpose === 'statement').map(({ kid }) => kid);
    expect([kids.length, before.map(({ events }) => events)]).toEqual([2, Array(4).fill(undefined)]);
    expect(await admin('announceKeys')).toMatchObject({
      announced: before.map(({ kid, purpose }) => ({ kid, purpose })),
    });
    await settle();
    const places = (await published()).map(({ events }) => events?.map(({ event, index }) => [event, index]));
    expect(places.flat().toSorted()).toEqual([
      ['added', 0],
      ['added', 1],
      ['added', 2],
      ['added', 3],
    ]);
  });

  it('is followed by its successor, and both verify with the one published set', async () => {
    await advanceTo('2026-02-02T00:00:00.000Z');
    expect(await admin('retireKey', { kid: kids[0] })).toEqual({ retired: false, reason: 'still_signs' });
    await ground.stack.reconfigure({ STATEMENT_KEY_ID: ids[1] ?? '' });
    expect(await admin('retireKey', { kid: kids[0] })).toMatchObject({ retired: true });
    await advanceTo('2026-03-02T00:00:00.000Z');
    const { status, report } = await audited();
    expect(report.files.map(({ verified, kid }) => [verified, kid])).toEqual(kids.map((kid) => [true, kid]));
    expect(status).toBe(0);
    expect(await disagreements()).toEqual({ disagreements: [] });
  });

  it('that leaks later takes nothing with it that the log held before', async () => {
    const since = new Date(ground.stack.clock.now()).toISOString();
    expect(await admin('compromiseKey', { kid: kids[0], since })).toMatchObject({ compromised: true, logSize: 7 });
    await settle();
    const told = (await published()).find(({ kid }) => kid === kids[0])?.events?.map(({ event }) => event);
    expect(told).toEqual(['added', 'retired', 'compromised']);
    expect(await audited()).toMatchObject({ status: 0, report: { verified: true } });
  });

  it('that had leaked before takes with it what was logged since, by name', async () => {
    // After February was stated with the old key and sealed, and before March was with the new one.
    const leak = { kid: kids[1], since: '2026-02-20T00:00:00.000Z' };
    expect(await admin('compromiseKey', leak)).toEqual({ compromised: false, reason: 'checkpoint_after_since' });
    expect(await admin('compromiseKey', { ...leak, logSize: 6 })).toMatchObject({ compromised: true, logSize: 6 });
    await settle();
    const { status, report } = await audited();
    expect(status).toBe(1);
    expect(report.files).toMatchObject([
      { verified: true, kid: kids[0] },
      { verified: false, reason: 'key_compromised' },
    ]);
    expect(await disagreements()).toEqual({ disagreements: [] });
  });
});
