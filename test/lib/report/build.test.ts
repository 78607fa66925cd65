// Building reports from tables: every line is a statement of the store, whatever breaks off on the way the report is built once, and who was
// overtaken says nothing.
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { getStatements, type Statement } from '../../../lib/attestation/statement.ts';
import type { Files } from '../../../lib/aws/files.ts';
import { contractPartition, keys } from '../../../lib/aws/keys.ts';
import { putTimestamp, readState } from '../../../lib/ledger/log-store.ts';
import { readBundle } from '../../../lib/proof/bundle.ts';
import { failuresOf } from '../../../lib/proof/bundle-failures.ts';
import { parseVkey } from '../../../lib/proof/signed-note.ts';
import { verifyBundle } from '../../../lib/proof/verify-bundle.ts';
import { askForReport } from '../../../lib/report/ask.ts';
import { type Building, buildReport } from '../../../lib/report/build.ts';
import { forgetReports } from '../../../lib/report/forget.ts';
import { type NewReport, parseReport, type Report } from '../../../lib/report/report.ts';
import { getShare, putShare } from '../../../lib/report/share.ts';
import { hashSecret } from '../../../lib/tenant/secret-token.ts';
import { type Fault, InjectedFault, makeFaults } from '../../stores/faults.ts';
import { type ApiWorld, openApiWorld, TERMS } from '../api/api-world.ts';
import { givenTrust } from '../proof/bundle-fixture.ts';
import { makeBucket, sha256Of } from './bucket.ts';
import { bundlingOf, sealAll } from './bundling.ts';

let api: ApiWorld;
let contracts: readonly string[];
const NOW = Date.parse('2026-03-01T00:00:00.000Z');

beforeEach(async () => {
  api = await openApiWorld();
  contracts = await Promise.all([1, 2, 3].map(() => api.contract({ start: '2025-11-01', dayOffset: 1 })));
  for (const contractId of contracts) await api.stated(contractId, '2026-01-09T00:00:00.000Z');
});
afterEach(() => api.close());

const ID = { tenantId: 'rivage', reportId: 'rep_1' } as const;

const ask = (asked: Partial<Pick<NewReport, 'contractId' | 'periodId' | 'from' | 'to' | 'format'>>) =>
  askForReport(
    { business: api.tables.business, sendReports: () => Promise.resolve() },
    { ...ID, format: 'csv', ...asked },
    NOW,
  );

const notAsked = () => Promise.reject(new Error('nothing is printed here'));

const buildingIn = (bucket: Files): Building => ({
  business: api.tables.business,
  attestations: api.tables.attestations,
  files: bucket,
  bundling: bundlingOf(api.tables),
  print: notAsked,
  clock: () => NOW + 1_000,
  random: randomBytes,
});

const current = async (): Promise<Report> =>
  parseReport((await api.tables.business.get(keys.report('rivage', 'rep_1'))) ?? {});
const marks = async () => (await api.tables.business.get(keys.report('rivage', 'rep_1')))?.['marks'];

/** Contract, month and id of each line. */
const linesOf = (text = '') =>
  text
    .split('\r\n')
    .slice(1, -1)
    .map((line) => line.split(','))
    .map((cells) => [cells[0], cells[2], cells[26]]);

const statement = async (contractId: string, seq: number): Promise<Statement> => {
  const [found] = await getStatements(api.tables.attestations, [{ tenantId: 'rivage', contractId, seq }]);
  if (found === undefined) throw new Error('no such statement');
  return found;
};

const lineOf = async (contractId: string, seq: number) => {
  const { period, attestationId } = await statement(contractId, seq);
  return [contractId, period.id, attestationId];
};

const first = (): string => contracts[0] ?? '';

describe('a report', () => {
  it('on a contract has its statements, and is ready with what its file is', async () => {
    const { files, bucket } = makeBucket();
    await ask({ contractId: first() });
    expect(await buildReport(buildingIn(bucket), ID, false)).toBe('ready');
    const text = files.get('rivage/rep_1/1') ?? '';
    expect(linesOf(text)).toEqual([await lineOf(first(), 1), await lineOf(first(), 2)]);
    expect(await current()).toMatchObject({
      ...{ state: 'ready', attempts: 1, lines: 2, bytes: Buffer.byteLength(text), endedAt: '2026-03-01T00:00:01.000Z' },
      sha256: sha256Of(text),
    });
    expect(await marks()).toEqual([
      {
        ...{ id: expect.stringMatching(/^evt_/), type: 'report.ready', at: '2026-03-01T00:00:01.000Z' },
        ...{ tenantId: 'rivage', data: { reportId: 'rep_1', contractId: first() } },
      },
    ]);
  });

  it('on some of its months has those alone', async () => {
    const { files, bucket } = makeBucket();
    await ask({ contractId: first(), from: '2025-12', to: '2025-12' });
    await buildReport(buildingIn(bucket), ID, false);
    expect(linesOf(files.get('rivage/rep_1/1'))).toEqual([await lineOf(first(), 2)]);
  });

  it('on a month has what is in force, contract by contract, and nobody else’s', async () => {
    const { files, bucket } = makeBucket();
    await ask({ periodId: '2025-12' });
    await buildReport(buildingIn(bucket), ID, false);
    const expected = await Promise.all(contracts.toSorted().map((contractId) => lineOf(contractId, 2)));
    expect(linesOf(files.get('rivage/rep_1/1'))).toEqual(expected);
    expect(await marks()).toMatchObject([{ data: { reportId: 'rep_1', periodId: '2025-12' } }]);
    const other = { tenantId: 'canal', reportId: 'rep_2' };
    await askForReport(
      { business: api.tables.business, sendReports: () => Promise.resolve() },
      { ...other, format: 'csv', periodId: '2025-12' },
      NOW,
    );
    await buildReport(buildingIn(bucket), other, false);
    expect(linesOf(files.get('canal/rep_2/1'))).toEqual([]);
  });

  it('that is built twice from the same statements has the same bytes', async () => {
    const { files, bucket } = makeBucket();
    await ask({ periodId: '2025-12' });
    const write: Files['write'] = async (...given) => {
      await bucket.write(...given);
      throw new Error('died');
    };
    await expect(buildReport(buildingIn({ ...bucket, write }), ID, false)).rejects.toThrow('died');
    await buildReport(buildingIn(bucket), ID, false);
    expect(files.get('rivage/rep_1/2')).toBe(files.get('rivage/rep_1/1'));
  });

  it('on a contract whose data is to be erased cannot be built, and says so', async () => {
    const { files, bucket } = makeBucket();
    await ask({ contractId: first() });
    const erasureAskedAt = new Date(NOW).toISOString();
    await api.tables.business.update(keys.contract('rivage', first()), { set: { erasureAskedAt } });
    expect(await buildReport(buildingIn(bucket), ID, false)).toBe('failed');
    expect(await current()).toMatchObject({ state: 'failed', reason: 'contract_erased' });
    expect(await marks()).toMatchObject([
      { type: 'report.failed', data: { reportId: 'rep_1', contractId: first(), reason: 'contract_erased' } },
    ]);
    expect(files.size).toBe(0);
  });

  it('that is gone or ready is left alone', async () => {
    const { files, bucket } = makeBucket();
    expect(await buildReport(buildingIn(bucket), ID, false)).toBe('nothing_to_do');
    await ask({ contractId: first() });
    await buildReport(buildingIn(bucket), ID, false);
    const before = await current();
    expect(await buildReport(buildingIn(bucket), ID, true)).toBe('nothing_to_do');
    expect([await current(), files.size]).toEqual([before, 1]);
  });
});

describe('a bundle', () => {
  /** As somebody checks it who was given the keys. */
  const check = (text = '') => {
    const read = readBundle(text);
    if (!read.ok) throw new Error(read.reason);
    const { issuer, logKey } = read.bundle;
    const key = parseVkey(logKey, givenTrust.crypto.sha256);
    const trust = { ...givenTrust, issuer, logKeys: key === undefined ? [] : [key] };
    const report = verifyBundle(read.bundle, trust);
    return {
      report,
      failures: failuresOf(report),
      disclosed: report.statements.map((one) => one.ok && one.disclosed),
    };
  };

  it.each([
    ['the newest stamped head, when that covers it', 'timestamp_not_checked', async () => undefined],
    [
      'the newest head, when the stamped one does not',
      'issuers_word_only',
      async () => {
        await api.stated(first(), '2026-02-09T00:00:00.000Z');
        await sealAll(api.tables, NOW);
      },
    ],
  ])('is proven against %s', async (_, time, meanwhile) => {
    const { files, bucket } = makeBucket();
    const { log } = api.tables;
    await sealAll(api.tables, NOW);
    const stamped = (await readState(log))?.size ?? 0;
    await putTimestamp(log, stamped, Uint8Array.of(0x30, 0), NOW);
    await meanwhile();
    await ask({ contractId: first(), format: 'bundle' });
    expect(await buildReport(buildingIn(bucket), ID, false)).toBe('ready');
    const { report, failures } = check(files.get('rivage/rep_1/1'));
    expect([report.time, failures]).toEqual([time, []]);
    const size = report.checkpoint.ok ? report.checkpoint.checkpoint.size : 0;
    expect(size === stamped).toBe(time === 'timestamp_not_checked');
  });

  it('has all that its check needs, up to the newest statement', async () => {
    const { files, bucket } = makeBucket();
    await sealAll(api.tables, NOW);
    await ask({ contractId: first(), format: 'bundle' });
    expect(await buildReport(buildingIn(bucket), ID, false)).toBe('ready');
    const { report, failures, disclosed } = check(files.get('rivage/rep_1/1'));
    expect([report.contract, failures]).toEqual([first(), []]);
    expect(report.end).toEqual({ ok: true, shown: true, seq: 2, asOf: (NOW + 1_000) / 1_000 });
    expect(report.inclusion?.map(({ seq, included }) => [seq, included])).toEqual([
      [1, true],
      [2, true],
    ]);
    const standing = { ok: true, status: 'valid' };
    expect(report.status).toMatchObject({ ok: true, statements: [{ standing }, { standing }] });
    expect(disclosed).toMatchObject([{ vin: TERMS.vin }, { vin: TERMS.vin }]);
    expect((await current()).lines).toBe(2);
  });

  it('waits for the log', async () => {
    const { files, bucket } = makeBucket();
    await ask({ contractId: first(), format: 'bundle' });
    await expect(buildReport(buildingIn(bucket), ID, false)).rejects.toMatchObject({ code: 'NOT_SEALED' });
    await sealAll(api.tables, NOW);
    await api.stated(first(), '2026-02-09T00:00:00.000Z');
    await expect(buildReport(buildingIn(bucket), ID, false)).rejects.toMatchObject({ code: 'NOT_SEALED' });
    await sealAll(api.tables, NOW + 60_000);
    await buildReport(buildingIn(bucket), ID, false);
    expect(check(files.get('rivage/rep_1/3')).report.end).toMatchObject({ seq: 3 });
  });

  it('of a contract of which nothing is stated is none', async () => {
    const { bucket } = makeBucket();
    await ask({ contractId: await api.contract(), format: 'bundle' });
    expect(await buildReport(buildingIn(bucket), ID, false)).toBe('failed');
    expect(await current()).toMatchObject({ state: 'failed', reason: 'nothing_stated' });
  });
});

describe('what goes wrong', () => {
  const faultsIn = async (fault: Fault, nth: number, isLast: boolean) => {
    const { files, bucket } = makeBucket();
    await ask({ periodId: '2025-12' });
    const faults = makeFaults();
    const { business, attestations, ...rest } = buildingIn(bucket);
    faults.failNext(fault, nth);
    const building = {
      ...rest,
      business: faults.wrap('business', business),
      attestations: faults.wrap('attestations', attestations),
      files: faults.wrap('files', bucket),
    };
    return { files, bucket, faults, died: buildReport(building, ID, isLast) };
  };

  const CALLS = ['business.update', 'files.write', 'business.query', 'attestations.getMany', 'business.update'];

  it('asks for so much, and no more', async () => {
    const { faults, died } = await faultsIn('applied', 99, false);
    await died;
    expect(faults.calls).toEqual(CALLS);
  });

  it.each(
    CALLS.flatMap((call, n) => (['not_applied', 'applied'] as const).map((fault) => [n + 1, call, fault] as const)),
  )('at call %i (%s, %s): whoever comes again builds it, once, and it is told once', async (nth, _, fault) => {
    const { files, bucket, died } = await faultsIn(fault, nth, false);
    await expect(died).rejects.toThrow(InjectedFault);
    await buildReport(buildingIn(bucket), ID, false);
    const report = await current();
    expect([report.state, report.lines]).toEqual(['ready', 3]);
    const text = files.get(`rivage/rep_1/${report.attempts}`) ?? '';
    expect([sha256Of(text), linesOf(text).length]).toEqual([report.sha256, 3]);
    expect(await marks()).toMatchObject([{ type: 'report.ready' }]);
  });

  it('the last time is told, and is put right by whoever sends the message again', async () => {
    const { bucket, died } = await faultsIn('not_applied', 2, true);
    await expect(died).rejects.toThrow(InjectedFault);
    expect(await current()).toMatchObject({ state: 'failed', reason: 'internal' });
    expect(await buildReport(buildingIn(bucket), ID, true)).toBe('ready');
    const { reason, ...report } = await current();
    expect([report.state, reason]).toEqual(['ready', undefined]);
    expect(await marks()).toMatchObject([
      { type: 'report.failed', data: { reason: 'internal' } },
      { type: 'report.ready' },
    ]);
  });

  it('says nothing of one that another has overtaken: what is ready is the other’s file', async () => {
    const { files, bucket } = makeBucket();
    await ask({ periodId: '2025-12' });
    const write: Files['write'] = async (...given) => {
      const written = await bucket.write(...given);
      expect(await buildReport(buildingIn(bucket), ID, false)).toBe('ready');
      return { ...written, sha256: 'of the slow one' };
    };
    expect(await buildReport(buildingIn({ ...bucket, write }), ID, false)).toBe('overtaken');
    const { attempts, sha256 } = await current();
    const text = files.get('rivage/rep_1/2') ?? '';
    expect([attempts, sha256]).toEqual([2, sha256Of(text)]);
    expect(await marks()).toHaveLength(1);
  });
});

const TOKEN = 'A'.repeat(43);

describe('forgetting', () => {
  const forget = (files: Pick<Files, 'remove'>) =>
    forgetReports({ business: api.tables.business, files }, { tenantId: 'rivage', contractId: first() });

  /** Every item that names a report, and every file. */
  const left = async (files: ReadonlyMap<string, string>) => {
    const notes = await api.tables.business.query({
      where: { expression: '#pk = :pk', values: { pk: contractPartition('rivage', first()) } },
    });
    const named = notes.items.map(({ sk }) => String(sk)).filter((sk) => sk.startsWith('P#'));
    const report = await api.tables.business.get(keys.report('rivage', 'rep_1'));
    const share = await getShare(api.tables.business, { ...ID, shareId: 'shr_1' });
    const link = await api.tables.business.get(keys.shareLink(hashSecret(TOKEN)));
    const items = Object.entries({ report, share, link }).flatMap(([name, item]) => (item === undefined ? [] : [name]));
    return [...named, ...items, ...files.keys()];
  };

  const told = () =>
    api.tables.business.update(keys.report('rivage', 'rep_1'), { remove: ['marks', 'untoldAt', 'untoldShard'] });

  /** Built at the second attempt; the file of the first is there too, and somebody has a link. */
  const built = async () => {
    const { files, bucket } = makeBucket();
    await ask({ contractId: first() });
    const write: Files['write'] = async (...given) => {
      await bucket.write(...given);
      throw new Error('died');
    };
    await expect(buildReport(buildingIn({ ...bucket, write }), ID, false)).rejects.toThrow('died');
    await buildReport(buildingIn(bucket), ID, false);
    const terms = { attempt: 2, withheld: [], viewLimit: 1, availableUntil: '2100-01-01T00:00:00.000Z' };
    await putShare(api.tables.business, { ...ID, shareId: 'shr_1', ...terms }, TOKEN, { now: 0, until: 1 });
    return { files, bucket };
  };

  it('deletes links, the file of every attempt, the report, and what names it', async () => {
    const { files, bucket } = await built();
    await told();
    expect(await left(files)).toEqual([
      ...['P#REPORT#rep_1', 'report', 'share', 'link', 'rivage/rep_1/1', 'rivage/rep_1/2'],
    ]);
    expect(await forget(bucket)).toBe(1);
    expect(await left(files)).toEqual([]);
    expect(await forget(bucket)).toBe(0);
  });

  it('leaves what has yet to be told until it is', async () => {
    const { files, bucket } = await built();
    expect(await forget(bucket)).toBe(0);
    expect(await left(files)).toHaveLength(6);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9])('that broke off at call %i is found again', async (nth) => {
    const { files, bucket } = await built();
    await told();
    const faults = makeFaults();
    faults.failNext('not_applied', nth);
    const business = faults.wrap('business', api.tables.business);
    const broken = forgetReports(
      { business, files: faults.wrap('files', bucket) },
      { tenantId: 'rivage', contractId: first() },
    );
    await expect(broken).rejects.toThrow(InjectedFault);
    expect((await left(files))[0]).toBe('P#REPORT#rep_1');
    await forget(bucket);
    expect(await left(files)).toEqual([]);
  });
});
