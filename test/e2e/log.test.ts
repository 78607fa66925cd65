// The log on the local stack: statements are sealed within two minutes, and what is published can be read as c2sp.org/tlog-tiles says.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { RUNNER } from '../../infra/local/aws-endpoint.ts';
import { connectCar } from '../../infra/local/demo/driver.ts';
import {
  createContractWithLink,
  createTenantWithKey,
  createVehicleApplication,
} from '../../infra/local/first-tenant.ts';
import type { Playground } from '../../infra/local/playground.ts';
import { makeTable, type Table } from '../../lib/aws/table.ts';
import { loadLog, loadLogKey } from '../../lib/cli/log-source.ts';
import { sha256 } from '../../lib/cli/node-primitives.ts';
import { encodeBase64url } from '../../lib/proof/base64url.ts';
import { findInLog } from '../../lib/proof/log-search.ts';
import { allStatements, type ContractRef } from '../lib/attestation/check-store.ts';
import { checkLog } from './check-log.ts';
import { openPlayground } from './open-playground.ts';

const MINUTE = 60_000;
const START = Date.parse('2026-01-05T09:00:00.000Z');
const MONTH_END = Date.parse('2026-01-31T23:00:00.000Z');
const TENANT = 'rivage';

describe('the log', () => {
  let ground: Playground;
  let attestations: Table;
  let client: DynamoDBClient;
  const contracts: ContractRef[] = [];

  beforeAll(async () => {
    ground = await openPlayground({ outDir: inject('assembly'), startAt: START });
    const { stack, simulator, secretName } = ground;
    const credentials = { accessKeyId: RUNNER, secretAccessKey: 'local' };
    client = new DynamoDBClient({ endpoint: stack.awsOrigin, region: 'eu-central-1', credentials });
    const name = stack.deployment.tables.find((table) => table.name.includes('Attestations'))?.name ?? '';
    attestations = makeTable(DynamoDBDocumentClient.from(client), name);
    await createVehicleApplication(stack, { applicationId: 'default', secretId: secretName, spreadMinutes: 0 });
    const apiKey = await createTenantWithKey(stack, { tenantId: TENANT, name: 'Rivage', applicationId: 'default' });
    for (const n of [1, 2, 3]) {
      const account = `driver${n}@example.com`;
      const car = { account, model: 'C3', year: 2024, vin: `VF7SXHNPTPT00000${n}`, odometerMetres: 5_000_000 };
      simulator.fleet.addCar({ ...car, metresPerDay: 40_000, since: START - 86_400_000 });
      const terms = { kind: 'lease', reference: `LEASE-${n}`, start: '2026-01-01', zone: 'Europe/Paris' };
      const { contractId, link } = await createContractWithLink(stack.publicOrigin, apiKey, terms);
      contracts.push({ tenantId: TENANT, contractId });
      await connectCar(link, account);
      await stack.drain();
    }
  });
  afterAll(async () => {
    client.destroy();
    await ground.close();
  });

  const log = (path: string): Promise<Response> => fetch(`${ground.stack.publicOrigin}/log/${path}`);
  const statements = async () => (await Promise.all(contracts.map((one) => allStatements(attestations, one)))).flat();
  const headers = async (path: string) => {
    const response = await log(path);
    return [response.status, response.headers.get('content-type'), response.headers.get('cache-control')];
  };

  /** Two months of three contracts are stated, and sealed. */
  const runToMarch = (): Promise<unknown> => {
    const { clock } = ground.stack;
    return clock.advanceTo(Math.max(clock.now(), Date.parse('2026-03-05T00:00:00.000Z')));
  };

  it('has no head before the first statement', async () => {
    expect(await headers('checkpoint')).toEqual([404, 'text/plain; charset=utf-8', 'no-store']);
  });

  it('I4 holds every statement two minutes after it was issued', async () => {
    const { clock } = ground.stack;
    const late: string[] = [];
    // From minute to minute through the month's end, until every car has been read.
    for (let at = MONTH_END - MINUTE; at < MONTH_END + 30 * MINUTE; at += MINUTE) {
      await clock.advanceTo(at);
      for (const { attestationId, issuedAt, leafIndex } of await statements())
        if (leafIndex === undefined && Date.parse(issuedAt) <= at - 2 * MINUTE) late.push(attestationId);
    }
    expect(late).toEqual([]);
    expect(await statements()).toHaveLength(3);
    expect(await checkLog(attestations, contracts, ground.stack.publicOrigin)).toEqual([]);
  });

  it('I4 holds them after a moved clock as well, without further stops', async () => {
    await runToMarch();
    expect(await statements()).toHaveLength(6);
    expect(await checkLog(attestations, contracts, ground.stack.publicOrigin)).toEqual([]);
  });

  it('I6 is published with the types and lifetimes of tlog-tiles', async () => {
    await runToMarch();
    const forEver = 'public, max-age=31536000, immutable';
    expect(await headers('checkpoint')).toEqual([200, 'text/plain; charset=utf-8', 'public, max-age=5']);
    expect(await headers('vkey')).toEqual([200, 'text/plain; charset=utf-8', 'public, max-age=3600']);
    expect(await headers('tile/0/000.p/6')).toEqual([200, 'application/octet-stream', forEver]);
    expect(await headers('tile/entries/000.p/6')).toEqual([200, 'application/octet-stream', forEver]);
    expect(await headers('proof/0')).toEqual([200, 'text/plain; charset=utf-8', 'public, max-age=5']);
    expect((await (await log('tile/entries/000.p/6')).arrayBuffer()).byteLength).toBe(6 * 66);
    expect(await headers('tile/0/000.p/7')).toEqual([404, 'text/plain; charset=utf-8', 'no-store']);
    expect((await log('checkpoint')).headers.get('access-control-allow-origin')).toBe('*');
  });

  it('I3 I5 is read whole by an auditor, who finds each statement once', async () => {
    await runToMarch();
    const log = `${ground.stack.publicOrigin}/log`;
    const key = await loadLogKey(`${log}/vkey`);
    if ('problem' in key) throw new Error(key.problem);
    const loaded = await loadLog(log, key);
    if (!('entries' in loaded)) throw new Error(JSON.stringify(loaded));
    const statements = (await Promise.all(contracts.map((contract) => allStatements(attestations, contract)))).flat();
    const hashes = statements.map(({ signingInput }) => encodeBase64url(sha256(Buffer.from(signingInput))));
    const places = findInLog(loaded.entries, hashes);
    expect(statements.length).toBeGreaterThan(2);
    expect(statements.map(({ leafIndex }) => leafIndex)).toEqual(
      hashes.map((hash) => (places.get(hash) as { readonly index: number }).index),
    );
    expect([...places.values()].every(({ ok }) => ok)).toBe(true);
  });

  it('comes with the page that checks reports: the published keys are in it, as they are', async () => {
    const at = (path: string) => fetch(`${ground.stack.publicOrigin}/${path}`);
    const page = await at('verify');
    expect([page.status, page.headers.get('content-encoding')]).toEqual([200, 'gzip']);
    const [, served = ''] = /id="served">(.*?)<\/script>/.exec(await page.text()) ?? [];
    const published = (await (await at('.well-known/jwks.json')).json()) as object;
    expect(JSON.parse(served)).toEqual({ ...published, logKey: (await (await at('log/vkey')).text()).trim() });
  });

  it('I12 names no tenant, contract, car or driver', async () => {
    await runToMarch();
    const published = await Promise.all(['checkpoint', 'proof/0', 'tile/entries/000.p/6'].map(log));
    expect(published.map(({ status }) => status)).toEqual([200, 200, 200]);
    const text = (await Promise.all(published.map((one) => one.arrayBuffer()))).map((body) =>
      Buffer.from(body).toString('latin1'),
    );
    for (const secret of [TENANT, ...contracts.map(({ contractId }) => contractId.slice(4)), 'VF7', '@example'])
      expect(text.join('')).not.toContain(secret);
  });

  it('is not continued, and says so, when its table is behind what was signed', async () => {
    const mark = { pk: 'LOG', sk: 'MARK' };
    await attestations.update(mark, { add: { size: 1 } });
    const [statement] = await statements();
    await attestations.update(
      { pk: `T#${TENANT}#C#${statement?.contractId}`, sk: 'S#00000001' },
      { set: { pendingShard: 'P#0', pendingAt: 'now' }, remove: ['leafIndex'] },
    );
    const before = await (await log('checkpoint')).text();
    // A copy that remembers nothing, as after a deployment.
    ground.stack.crash(() => 'before');
    await ground.stack.invoke('seal-log', {}).catch(() => undefined);
    ground.stack.crash(undefined);
    await expect(ground.stack.invoke('seal-log', {})).rejects.toThrow();
    expect(ground.stack.logs.some(({ text }) => text.includes('LOG_BEHIND'))).toBe(true);
    expect(await (await log('checkpoint')).text()).toBe(before);
  });
});
