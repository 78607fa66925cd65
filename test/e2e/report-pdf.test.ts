// A report as a PDF on the local stack, from the deployed bundle: asked for over HTTP, downloaded, and verified offline by a process that
// is given the file and the published keys; another digit on a page is refused; and wherever its builder dies, one good report comes of it.
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { CloudCall } from '../../infra/local/cloud-call.ts';
import { alterPdf } from '../../infra/local/demo/alter-pdf.ts';
import { connectCar } from '../../infra/local/demo/driver.ts';
import {
  createContractWithLink,
  createTenantWithKey,
  createVehicleApplication,
} from '../../infra/local/first-tenant.ts';
import type { Playground } from '../../infra/local/playground.ts';
import { inflate, makeVerifyEs256, sha256 } from '../../lib/cli/node-primitives.ts';
import type { Jwk } from '../../lib/proof/key-set.ts';
import { bundleInPdf } from '../../lib/proof/pdf-bundle.ts';
import { verifySeal } from '../../lib/proof/pdf-seal.ts';
import { readPdf } from '../lib/report/pdf/read-pdf.ts';
import { type Ask, askAs, auditOffline } from './auditor.ts';
import { crashesOf, LONG, placeOf } from './crash-runs.ts';
import { openPlayground } from './open-playground.ts';

const START = Date.parse('2026-01-05T09:00:00.000Z');
const ACCOUNT = 'driver@example.com';
const VIN = 'VF7SXHNPTPT000001';
/** Longer than a message is hidden from others while somebody works on it. */
const REDELIVERED_MS = 12 * 60_000;
/** Time passes for the queue alone. */
const NOTHING_ELSE = { schedules: [], indexes: [] };

let ground: Playground;
let ask: Ask;
let contractId: string;
let keys: readonly Jwk[];

beforeAll(async () => {
  ground = await openPlayground({ outDir: inject('assembly'), startAt: START, copies: 1, copiesIn: 'runner' });
  const { stack, simulator, secretName } = ground;
  await createVehicleApplication(stack, { applicationId: 'default', secretId: secretName, spreadMinutes: 0 });
  const tenant = { tenantId: 'rivage', name: 'Rivage Assurances', applicationId: 'default' };
  const apiKey = await createTenantWithKey(stack, tenant);
  ask = askAs(ground, apiKey);
  const car = { account: ACCOUNT, model: 'C3', year: 2024, vin: VIN, odometerMetres: 5_000_000 };
  simulator.fleet.addCar({ ...car, metresPerDay: 40_000, since: START - 86_400_000 });
  const terms = { kind: 'lease', reference: 'LEASE-1', start: '2026-01-01', zone: 'Europe/Paris' };
  const made = await createContractWithLink(stack.publicOrigin, apiKey, terms);
  ({ contractId } = made);
  await connectCar(made.link, ACCOUNT);
  await stack.drain();
  await stack.clock.advanceTo(Date.parse('2026-03-02T00:00:00.000Z'));
  // The shape is that of RFC 7517.
  const published = (await (await fetch(`${stack.publicOrigin}/.well-known/jwks.json`)).json()) as { keys: Jwk[] };
  ({ keys } = published);
}, LONG);
afterAll(() => ground.close());

const askFor = async (more: object = {}): Promise<string> => {
  const answer = await ask('POST', '/v1/reports', { contractId, format: 'pdf', ...more });
  expect(answer.status).toBe(202);
  return answer.headers.get('location') ?? '';
};

const report = async (path: string): Promise<Readonly<Record<string, unknown>>> => {
  // The shape is the API's own.
  return (await (await ask('GET', path)).json()) as Record<string, unknown>;
};

const download = async (path: string): Promise<{ readonly type: string | null; readonly pdf: Uint8Array }> => {
  const answer = await ask('GET', `${path}/download`);
  return { type: answer.headers.get('content-type'), pdf: new Uint8Array(await answer.arrayBuffer()) };
};

describe('a report as a PDF', () => {
  it.each([
    ['en', 'Mileage report LEASE-1', 'January 2026'],
    ['nl', 'Kilometerrapport LEASE-1', 'januari 2026'],
    ['fr', 'Rapport kilométrique LEASE-1', 'janvier 2026'],
    ['de', 'Kilometerbericht LEASE-1', 'Januar 2026'],
  ])('is built, downloaded, and verified offline with file and keys alone (%s)', async (language, title, month) => {
    const path = await askFor({ language });
    await ground.stack.drain();
    const { type, pdf } = await download(path);
    expect(await report(path)).toMatchObject({
      ...{ state: 'ready', format: 'pdf', language, lines: 2, bytes: pdf.length },
      sha256: createHash('sha256').update(pdf).digest('hex'),
    });
    const { pages } = await readPdf(pdf);
    for (const words of [title, 'Rivage Assurances', VIN, month]) expect(pages.join(' ')).toContain(words);
    expect(type).toBe('application/pdf');
    const sealing = keys.find(({ purpose }) => purpose === 'pdf-seal');
    expect(await auditOffline(ground, 'report.pdf', pdf)).toMatchObject({
      ...{ status: 0, report: { verified: true } },
      report: { bundles: [{ verified: true, seal: { kid: sealing?.kid } }] },
    });
  });

  it('has a link on its page, where that is asked for, which shows it behind a button and without the VIN', async () => {
    const path = await askFor({ share: { viewLimit: 1 } });
    await ground.stack.drain();
    const { alternatives } = await readPdf((await download(path)).pdf);
    const [, link = ''] = /^This report online: (\S+)$/m.exec(alternatives.join('\n')) ?? [];
    const page = async (method: string) => {
      const answer = await fetch(link, { method });
      return [answer.status, (await answer.text()).includes(Buffer.from(VIN).toString('base64url').slice(4, 20))];
    };
    expect([await page('GET'), await page('POST'), await page('POST')]).toEqual([
      [200, false],
      [200, false],
      [404, false],
    ]);
    expect(await report(`${path}/shares`)).toMatchObject({ items: [{ state: 'used_up', views: 1, refusals: 1 }] });
  });

  it('with another figure on its page is refused offline, by name', async () => {
    const path = await askFor();
    await ground.stack.drain();
    const { pdf } = await download(path);
    const before = await readPdf(pdf);
    const { altered, shown, instead } = alterPdf(pdf);
    const after = await readPdf(altered);
    expect(before.pages[0]).toContain(shown);
    expect(after.pages).toEqual(before.pages.map((page) => page.replace(shown, instead)));
    expect(await auditOffline(ground, 'report.pdf', altered)).toMatchObject({
      ...{ status: 1 },
      report: { verified: false, bundles: [{ failures: [{ step: 'seal', reason: 'changed' }] }] },
    });
  });
});

describe('I7 whoever dies wherever while a PDF is built', () => {
  const isBuilder = ({ caller }: CloudCall): boolean => caller === 'build-report';

  const build = async (rule: (call: CloudCall, nth: number) => 'before' | 'after' | undefined) => {
    const { stack } = ground;
    // A copy that has just started makes every call there is.
    await stack.retire('build-report');
    const calls: CloudCall[] = [];
    stack.crash((call) => (isBuilder(call) ? rule(call, calls.push(call)) : undefined));
    const path = await askFor();
    await stack.drain();
    await stack.clock.advanceTo(stack.clock.now() + REDELIVERED_MS, { only: NOTHING_ELSE });
    stack.crash(undefined);
    return { path, calls };
  };

  /** What is wrong with a report, and with what its queue is left with. */
  const problemsOf = async (path: string): Promise<readonly unknown[]> => {
    const { state, sha256: digest } = await report(path);
    if (state !== 'ready') return [state];
    const { pdf } = await download(path);
    const seal = verifySeal(pdf, { keys, crypto: { sha256, verifyEs256: makeVerifyEs256() } });
    const left = (await ground.stack.queueStates()).reduce((sum, one) => sum + one.ready + one.inFlight, 0);
    return [
      ...(seal.ok ? [] : [seal.reason]),
      ...(bundleInPdf(pdf, inflate).ok ? [] : ['no bundle']),
      ...(createHash('sha256').update(pdf).digest('hex') === digest ? [] : ['another file']),
      ...(left === 0 ? [] : [`${left} messages are left`]),
    ];
  };

  it(
    'there is one report, whole and sealed',
    async () => {
      const recorded = await build(() => undefined);
      expect(await problemsOf(recorded.path)).toEqual([]);
      const named = recorded.calls.map(({ name }) => name);
      for (const name of ['KMS.DescribeKey', 'KMS.Sign', 'S3.PutObject', 'DynamoDB.UpdateItem'])
        expect(named).toContain(name);
      const wrong: unknown[] = [];
      for (const crash of crashesOf(recorded.calls)) {
        let died: CloudCall | undefined;
        const { path } = await build((call, nth) => {
          if (died !== undefined || nth !== crash.call) return undefined;
          died = call;
          return crash.when;
        });
        const problems = died === undefined ? ['nobody died'] : await problemsOf(path);
        wrong.push(...problems.map((problem) => `${placeOf(crash, died)}: ${problem}`));
      }
      expect(wrong).toEqual([]);
    },
    LONG,
  );
});
