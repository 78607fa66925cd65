// The demo as its user runs it: one command, one JSON document. Its statements are checked once more by jose alone, which knows nothing
// of us, over the issuer-signed part (RFC 9901 §4: the part before the first `~` is a JWT).
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { readPdf } from '../lib/report/pdf/read-pdf.ts';
import { runningIn } from './running-in.ts';

const DEMO = fileURLToPath(new URL('../../infra/local/demo.main.ts', import.meta.url));

const attestation = z.strictObject({
  contract: z.string(),
  tenant: z.string(),
  period: z.strictObject({ id: z.string(), from: z.string(), to: z.string(), zone: z.string() }),
  outcome: z.enum(['measured', 'no_reading']),
  reason: z.optional(z.string()),
  verdict: z.enum(['logical', 'illogical', 'no_judgement']),
  reasons: z.array(z.string()),
  distanceMetres: z.nullable(z.int()),
  lowerMetres: z.nullable(z.int()),
  upperMetres: z.nullable(z.int()),
  readToReadMetres: z.nullable(z.int()),
  catchUpMetres: z.optional(z.int()),
  attempts: z.int(),
  seq: z.int(),
  verified: z.boolean(),
  file: z.string(),
});

const document = z.strictObject({
  contracts: z.int(),
  attestations: z.array(attestation),
  cars: z.array(z.strictObject({ contract: z.string(), tenant: z.string(), application: z.string(), asked: z.int() })),
  calls: z.record(z.string().check(z.regex(/^(?:[A-Z]\w+|vehicle|auth|iam)\.\w+$/)), z.int()),
  pushes: z.int(),
  callsPerPush: z.number(),
  steadyMonth: z.strictObject({ vehicle: z.number(), auth: z.number(), aws: z.number(), awsWithSeal: z.number() }),
  reports: z.array(
    z.strictObject({
      tenant: z.string(),
      format: z.enum(['csv', 'pdf']),
      file: z.string(),
      lines: z.int(),
      sha256: z.string(),
      verified: z.boolean(),
    }),
  ),
  altered: z.strictObject({ shown: z.string(), instead: z.string(), refused: z.boolean() }),
  elapsedMs: z.int(),
});

interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly group: number;
}

/** The demo in a process group of its own, in an empty folder. */
function runDemo(cwd: string): Promise<Run> {
  const child = spawn(process.execPath, [DEMO, '--json'], { cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr, group: child.pid ?? 0 }));
  });
}

describe('npm run demo -- --json', () => {
  let folder = '';
  let run: Run = { code: null, stdout: '', stderr: '', group: 0 };
  const printed = () => document.parse(JSON.parse(run.stdout));
  const of = (period: string) => printed().attestations.filter((one) => one.period.id === period);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'odoseal-demo-'));
    run = await runDemo(folder);
  }, 120_000);

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('exits 0 with nothing on standard error, and leaves no process behind', async () => {
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(await runningIn(run.group)).toBe(0);
  });

  it('states every contract and month once, in order, each verified', () => {
    const { contracts, attestations } = printed();
    const stated = Map.groupBy(attestations, (one) => one.contract);

    expect(contracts).toBe(5);
    expect(stated.size).toBe(5);
    for (const chain of stated.values()) {
      expect(chain.map(({ seq, period, verified }) => [seq, period.id, verified])).toEqual([
        [1, '2026-01', true],
        [2, '2026-02', true],
        [3, '2026-03', true],
      ]);
    }
  });

  it('tells the stories: asleep past a deadline and caught up, asleep and retried, rolled back', () => {
    const asleep = of('2026-01').filter((one) => one.outcome === 'no_reading');
    const caughtUp = of('2026-02').filter((one) => one.catchUpMetres !== undefined);
    const rolledBack = of('2026-02').filter((one) => one.verdict === 'illogical');
    const retried = of('2026-02').filter(
      ({ file, attempts }) => basename(file).startsWith('LEASE-77-') && attempts > 2,
    );

    expect(asleep).toMatchObject([{ reason: 'asleep', verdict: 'no_judgement', distanceMetres: null }]);
    expect(caughtUp.map(({ contract }) => contract)).toEqual(asleep.map(({ contract }) => contract));
    expect(rolledBack).toMatchObject([{ reasons: ['rollback'], distanceMetres: null, readToReadMetres: null }]);
    expect(retried).toHaveLength(1);
  });

  it('runs more than half of the fleet on V3, and asks every car but the one that tells by itself', () => {
    const { cars, attestations, pushes, callsPerPush } = printed();
    const silent = cars.filter(({ asked }) => asked === 0);
    const told = attestations.filter(({ contract }) => contract === silent[0]?.contract);

    expect(cars.map(({ tenant, application }) => `${tenant} ${application}`).toSorted()).toEqual([
      'canal v3',
      'canal v3',
      'canal v3',
      'rivage default',
      'rivage default',
    ]);
    expect(silent.map(({ tenant }) => tenant)).toEqual(['canal']);
    expect(told.map(({ outcome, verdict, attempts }) => [outcome, verdict, attempts])).toEqual(
      Array(3).fill(['measured', 'logical', 0]),
    );
    expect(pushes).toBeGreaterThan(30);
    expect(callsPerPush).toBeLessThanOrEqual(10);
  });

  it('has bounds within 10 % of the distance for the contract that is read around the month end', () => {
    const around = printed().attestations.filter(({ file }) => basename(file).startsWith('POL-1001-'));
    const widths = around.map(({ distanceMetres, lowerMetres, upperMetres }) => {
      if (distanceMetres === null || lowerMetres === null || upperMetres === null) return undefined;
      return lowerMetres <= distanceMetres && distanceMetres <= upperMetres
        ? (upperMetres - lowerMetres) / distanceMetres
        : undefined;
    });

    expect(widths).toHaveLength(3);
    for (const width of widths) {
      // Its car records about once an hour: no bounds at all would mean that nothing was measured around the month end.
      expect(width).toBeGreaterThan(0);
      expect(width).toBeLessThanOrEqual(0.1);
    }
  });

  it('keeps the budget of a steady month', () => {
    const { steadyMonth } = printed();

    // Five cars: two on V2 with a token of their own each, two asked on V3, one that is never asked.
    expect(steadyMonth).toMatchObject({ vehicle: 0.8, auth: 0.6 });
    expect(steadyMonth.aws).toBeGreaterThan(9);
    expect(steadyMonth.aws).toBeLessThanOrEqual(12);
    // 14 in a fleet (budget.test.ts). Five contracts of two tenants share what each batch of leaves and page of events costs, and how
    // many batches it takes depends on when the cars answer.
    expect(steadyMonth.awsWithSeal).toBeGreaterThan(steadyMonth.aws + 1);
    expect(steadyMonth.awsWithSeal).toBeLessThanOrEqual(21);
  });

  it('ends with a sealed page of one contract and a fleet’s month as a table, both as the API told of them', async () => {
    const { reports, attestations } = printed();
    expect(reports.map(({ sha256: _, file, ...report }) => ({ ...report, name: basename(file) }))).toEqual([
      { tenant: 'rivage', format: 'pdf', name: 'POL-1001.pdf', lines: 3, verified: true },
      { tenant: 'canal', format: 'csv', name: 'canal-2026-03.csv', lines: 3, verified: true },
    ]);
    const [page = Buffer.of(), month = Buffer.of()] = await Promise.all(
      reports.map(({ file }) => readFile(join(folder, file))),
    );
    expect([page, month].map((file) => createHash('sha256').update(file).digest('hex'))).toEqual(
      reports.map(({ sha256 }) => sha256),
    );
    const { pages, attachments } = await readPdf(page);
    expect(pages[0]).toContain('Mileage report POL-1001 Issued by');
    const { statements } = JSON.parse(attachments['bundle.json'] ?? '');
    expect(statements).toHaveLength(3);
    const ofMarch = attestations.filter(({ tenant, period }) => tenant === 'canal' && period.id === '2026-03');
    const rows = month.toString().split('\r\n').slice(1, -1);
    expect(rows.map((row) => row.split(',')[11]).toSorted()).toEqual(
      ofMarch.map(({ distanceMetres }) => String(distanceMetres)).toSorted(),
    );
  });

  it('has a copy of the page that shows another figure, and nothing else that is another', async () => {
    const { altered } = printed();
    expect(altered).toEqual({ shown: '1,090.3', instead: '1,090.4', refused: true });
    const out = join(folder, 'demo-out');
    const [page, copy] = await Promise.all(
      ['POL-1001.pdf', 'altered.pdf'].map(async (name) => readPdf(await readFile(join(out, name)))),
    );
    expect(copy?.pages[0]).toBe(page?.pages[0]?.replace('1,090.3 1,089.2 –', '1,090.4 1,089.2 –'));
    expect(copy?.pages[0]).not.toBe(page?.pages[0]);
    expect(copy?.attachments).toEqual(page?.attachments);
  });

  it('writes statements that jose verifies without us', async () => {
    const out = join(folder, 'demo-out');
    const { issuer, keys } = JSON.parse(await readFile(join(out, 'jwks.json'), 'utf8'));
    const files = (await readdir(out)).filter((name) => name.endsWith('.sdjwt') && name !== 'altered.sdjwt');

    expect(files).toHaveLength(15);
    for (const name of files) {
      const [jwt = ''] = (await readFile(join(out, name), 'utf8')).split('~');
      const options = { issuer, algorithms: ['ES256'], typ: 'odoseal-mileage+sd-jwt' };
      const { payload } = await jwtVerify(jwt, createLocalJWKSet({ keys }), options);
      expect(payload['period']).toMatchObject({ id: /(\d{4}-\d{2})\.sdjwt$/.exec(name)?.[1] });
    }
  });
});
