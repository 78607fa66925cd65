// A report as a PDF, from tables: what its pages show is what was stated, the bundle inside is the whole contract's, the seal is over all
// of it; and whatever call breaks off on the way, the report is built once.
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSigned } from '../../../lib/attestation/sd-jwt.ts';
import type { Statement } from '../../../lib/attestation/statement.ts';
import { keys as itemKeys } from '../../../lib/aws/keys.ts';
import { inflate } from '../../../lib/cli/node-primitives.ts';
import { type Bundle, readBundle } from '../../../lib/proof/bundle.ts';
import { failuresOf } from '../../../lib/proof/bundle-failures.ts';
import { bundleInPdf } from '../../../lib/proof/pdf-bundle.ts';
import { verifySeal } from '../../../lib/proof/pdf-seal.ts';
import { parseVkey } from '../../../lib/proof/signed-note.ts';
import { verifyBundle } from '../../../lib/proof/verify-bundle.ts';
import { readDossier } from '../../../lib/reading/dossier.ts';
import { askForReport } from '../../../lib/report/ask.ts';
import { type Building, buildReport } from '../../../lib/report/build.ts';
import { makePrint } from '../../../lib/report/pdf/print.ts';
import { type NewReport, parseReport, type Report } from '../../../lib/report/report.ts';
import { pagesOf } from '../../../lib/report/report-pdf.ts';
import { listShares } from '../../../lib/report/share.ts';
import { openShare } from '../../../lib/report/shared/open-share.ts';
import { type Fault, InjectedFault, makeFaults } from '../../stores/faults.ts';
import { type ApiWorld, ORIGIN, openApiWorld, TERMS } from '../api/api-world.ts';
import { givenTrust } from '../proof/bundle-fixture.ts';
import { makeBucket, sha256Of } from './bucket.ts';
import { bundlingOf, sealAll } from './bundling.ts';
import { readPdf } from './pdf/read-pdf.ts';
import { printing, sealKey } from './printing.ts';
import { quarter } from './statements.ts';

let api: ApiWorld;
let contractId: string;
const NOW = Date.parse('2026-03-01T00:00:00.000Z');
const ID = { tenantId: 'rivage', reportId: 'rep_1' } as const;

beforeEach(async () => {
  api = await openApiWorld();
  contractId = await api.contract({ start: '2025-11-01', dayOffset: 1 });
  await api.stated(contractId, '2026-01-09T00:00:00.000Z');
});
afterEach(() => api.close());

const ask = (asked: Partial<Pick<NewReport, 'contractId' | 'from' | 'to' | 'language' | 'share'>> = {}) =>
  askForReport(
    { business: api.tables.business, sendReports: () => Promise.resolve() },
    { ...ID, format: 'pdf', contractId, ...asked },
    NOW,
  );

const buildingIn = ({ bucket }: Pick<ReturnType<typeof makeBucket>, 'bucket'>): Building => ({
  business: api.tables.business,
  attestations: api.tables.attestations,
  files: bucket,
  bundling: bundlingOf(api.tables),
  print: makePrint(printing),
  clock: () => NOW + 1_000,
  random: randomBytes,
});

const current = async (): Promise<Report> =>
  parseReport((await api.tables.business.get(itemKeys.report('rivage', 'rep_1'))) ?? {});

function reportOn(bundle: Bundle) {
  const key = parseVkey(bundle.logKey, givenTrust.crypto.sha256);
  return verifyBundle(bundle, { ...givenTrust, issuer: bundle.issuer, logKeys: key === undefined ? [] : [key] });
}

/** As somebody checks it who was given the keys. */
function check(pdf: Uint8Array) {
  const attached = bundleInPdf(pdf, inflate);
  const read = attached.ok ? readBundle(attached.text) : attached;
  if (!read.ok) throw new Error(read.reason);
  const report = reportOn(read.bundle);
  const seal = verifySeal(pdf, { keys: [sealKey.jwk], crypto: givenTrust.crypto });
  return { seal, failures: failuresOf(report), end: report.end, contract: report.contract };
}

/** Of a report that is built, and is one page. */
async function built(asked: Parameters<typeof ask>[0] = {}) {
  const made = makeBucket();
  await sealAll(api.tables, NOW);
  await ask(asked);
  expect(await buildReport(buildingIn(made), ID, false)).toBe('ready');
  const pdf = made.contents.get('rivage/rep_1/1') ?? Buffer.of();
  const { pages, info } = await readPdf(pdf);
  expect(pages).toHaveLength(1);
  return { made, pdf, page: pages[0] ?? '', info, type: made.types.get('rivage/rep_1/1') };
}

const SHARE = { withheld: ['vin', 'reference'], viewLimit: 2 } satisfies NewReport['share'];

/** What the link on a page leads to, as its code and the words beside it say. */
async function opened({ contents }: Pick<ReturnType<typeof makeBucket>, 'contents'>, pdf: Uint8Array) {
  const { alternatives } = await readPdf(pdf);
  const [, token = ''] = /^This report online: .*\/s\/(.{43})$/m.exec(alternatives.join('\n')) ?? [];
  const readFile = async (name: string) => contents.get(name) ?? Buffer.of();
  return openShare({ business: api.tables.business, readFile }, token, NOW + 2_000);
}

/** Months that the table has a line of. */
const monthsOn = (page: string): readonly string[] =>
  [...page.matchAll(/\b\d+ ((?:October|November|December|January) 20\d\d) (?:\d|–)/g)].map(([, month = '']) => month);

describe('a report as a PDF', () => {
  it('shows who, which car and every month that is stated, in English, and is ready with what its file is', async () => {
    const { pdf, page, info, type } = await built();
    for (const words of [
      'Mileage report',
      'For rivage SA',
      `Contract ${contractId}`,
      `VIN ${TERMS.vin}`,
      'Made on 1 March 2026',
    ])
      expect(page).toContain(words);
    expect(monthsOn(page)).toEqual(['November 2025', 'December 2025']);
    expect(page).not.toContain('This report online');
    expect([type, info['Language']]).toEqual(['application/pdf', 'en']);
    const ready = { state: 'ready', attempts: 1, lines: 2, bytes: pdf.length, sha256: sha256Of(pdf) };
    expect(await current()).toMatchObject(ready);
  });

  it('has a link to itself as a code where that is asked for, and nobody else is told of it', async () => {
    const { made, pdf, page } = await built({ share: SHARE });
    const { alternatives } = await readPdf(pdf);
    expect(alternatives.at(0)).toMatch(new RegExp(`^This report online: ${ORIGIN}/s/[A-Za-z0-9_-]{43}$`));
    expect(page).toContain('This report online');
    const bundle = await opened(made, pdf);
    if (bundle === undefined) throw new Error('not shown');
    const report = reportOn(bundle);
    expect(failuresOf(report)).toEqual([]);
    expect(report.statements.map((one) => one.ok && [one.disclosed, one.withheld])).toEqual([1, 2].map(() => [{}, 2]));
    const { shares } = await listShares(api.tables.business, ID, { limit: 9 });
    expect(shares).toMatchObject([{ ...SHARE, views: 1, availableUntil: (await current()).availableUntil }]);
  });

  it('is sealed over every byte, and has the bundle of the whole contract inside', async () => {
    const { pdf } = await built();
    const { seal, failures, end, contract } = check(pdf);
    expect([seal, failures, contract]).toEqual([{ ok: true, kid: sealKey.kid }, [], contractId]);
    expect(end).toEqual({ ok: true, shown: true, seq: 2, asOf: (NOW + 1_000) / 1_000 });
  });

  it('on some months shows those alone; what is attached still is everything', async () => {
    const { pdf, page } = await built({ from: '2025-12', to: '2026-02' });
    expect(monthsOn(page)).toEqual(['December 2025']);
    expect((await current()).lines).toBe(1);
    expect(check(pdf)).toMatchObject({ failures: [], end: { seq: 2 } });
  });

  it.each([
    ['nl', 'Kilometerrapport'],
    ['fr', 'Rapport kilométrique'],
    ['de', 'Kilometerbericht'],
  ] as const)('is in the language that is asked for (%s)', async (language, title) => {
    const { page, info } = await built({ language });
    expect(page).toContain(title);
    expect(info['Language']).toBe(language);
  });

  it('is for a tenant by its id where it has no name any more', async () => {
    await api.tables.business.remove(itemKeys.tenant('rivage'));
    expect((await built()).page).toContain('For rivage Contract');
  });

  it('of months of which nothing is stated is none', async () => {
    const made = makeBucket();
    await sealAll(api.tables, NOW);
    await ask({ from: '2026-01' });
    expect(await buildReport(buildingIn(made), ID, false)).toBe('failed');
    expect(await current()).toMatchObject({ state: 'failed', reason: 'nothing_stated' });
    expect(made.files.size).toBe(0);
  });

  it('of a contract whose data is to be erased is none', async () => {
    await ask();
    const erasureAskedAt = new Date(NOW).toISOString();
    await api.tables.business.update(itemKeys.contract('rivage', contractId), { set: { erasureAskedAt } });
    expect(await buildReport(buildingIn(makeBucket()), ID, false)).toBe('failed');
    expect(await current()).toMatchObject({ reason: 'contract_erased' });
  });

  it.each([
    [500, 1_000, 500],
    [501, 501, 'too_large'],
    [1, 1_001, 'too_large'],
  ])('with the first %i months of a contract that has %i: %s', async (asked, all, found) => {
    const dossier = await readDossier(api.tables.business, 'rivage', contractId);
    const [one] = quarter();
    if (dossier === undefined || one === undefined) throw new Error('no contract');
    const month = (n: number): string => `${2026 + Math.floor(n / 12)}-${String((n % 12) + 1).padStart(2, '0')}`;
    const { header, claims } = readSigned(one);
    const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const chain = Array.from({ length: all }, (_, n): Statement => {
      const said = { ...claims, seq: n + 1, period: { ...claims.period, id: month(n) } };
      return { ...one, seq: n + 1, signingInput: `${part(header)}.${part(said)}` };
    });
    const pages = pagesOf({ to: month(asked - 1) }, dossier, chain);
    expect(typeof pages === 'string' ? pages : pages.statements.length).toBe(found);
  });

  it('waits for the log', async () => {
    const made = makeBucket();
    await ask();
    await expect(buildReport(buildingIn(made), ID, false)).rejects.toMatchObject({ code: 'NOT_SEALED' });
    await sealAll(api.tables, NOW);
    expect(await buildReport(buildingIn(made), ID, false)).toBe('ready');
  });
});

describe('what goes wrong with a PDF', () => {
  const faultsIn = async (fault: Fault, nth: number) => {
    const made = makeBucket();
    await sealAll(api.tables, NOW);
    await ask({ share: SHARE });
    const faults = makeFaults();
    const { business, attestations, bundling, ...rest } = buildingIn(made);
    const { log, signer, noteSigner, keySet, issuer } = bundling;
    const { signer: sealer, keyMadeAt } = printing;
    const seal = faults.wrap('seal', { ...sealer, keyMadeAt });
    faults.failNext(fault, nth);
    const building: Building = {
      ...rest,
      business: faults.wrap('business', business),
      attestations: faults.wrap('attestations', attestations),
      files: faults.wrap('files', made.bucket),
      bundling: {
        issuer,
        log: faults.wrap('log', log),
        signer: faults.wrap('status', signer),
        noteSigner: faults.wrap('note', noteSigner),
        keySet: faults.wrap('keys', { keySet }).keySet,
      },
      print: makePrint({ ...printing, signer: seal, keyMadeAt: seal.keyMadeAt }),
    };
    return { made, faults, died: buildReport(building, ID, false) };
  };

  const CALLS = [
    ...['business.update', 'business.query', 'attestations.query'],
    // The log’s head, and the tiles that the proofs of both statements need.
    ...['log.get', 'log.get', 'log.get', 'log.get', 'note.publicKey', 'keys.keySet'],
    // The status list, and the head of the chain.
    ...['status.publicJwk', 'status.sign', 'status.publicJwk', 'status.sign'],
    // Whom it is for; the certificate, and the seal.
    ...['business.get', 'seal.publicJwk', 'seal.keyMadeAt', 'seal.sign', 'seal.sign'],
    // The way to the link, and the link.
    ...['files.write', 'business.put', 'business.put', 'business.update'],
  ];

  it('asks for so much, and no more', async () => {
    const { faults, died } = await faultsIn('applied', 99);
    expect(await died).toBe('ready');
    expect(faults.calls).toEqual(CALLS);
  });

  it.each(
    CALLS.flatMap((call, n) => (['not_applied', 'applied'] as const).map((fault) => [n + 1, call, fault] as const)),
  )('at call %i (%s, %s): whoever comes again builds it, sealed, and it is told once', async (nth, _, fault) => {
    const { made, died } = await faultsIn(fault, nth);
    await expect(died).rejects.toThrow(InjectedFault);
    await buildReport(buildingIn(made), ID, false);
    const report = await current();
    const pdf = made.contents.get(`rivage/rep_1/${report.attempts}`) ?? Buffer.of();
    expect([report.state, report.lines, report.sha256]).toEqual(['ready', 2, sha256Of(pdf)]);
    expect(check(pdf)).toMatchObject({ seal: { ok: true }, failures: [] });
    expect(await opened(made, pdf)).toMatchObject({ contract: contractId });
    const { marks } = (await api.tables.business.get(itemKeys.report('rivage', 'rep_1'))) ?? {};
    expect(marks).toMatchObject([{ type: 'report.ready' }]);
  });

  it('a key that did not answer once is asked again, and its certificate is made once', async () => {
    const faults = makeFaults();
    const signer = faults.wrap('seal', printing.signer);
    const print = makePrint({ ...printing, signer });
    const made = makeBucket();
    await sealAll(api.tables, NOW);
    await ask();
    faults.failNext('not_applied', 2);
    const building = { ...buildingIn(made), print };
    await expect(buildReport(building, ID, false)).rejects.toThrow(InjectedFault);
    await buildReport(building, ID, false);
    await askForReport(
      { business: api.tables.business, sendReports: () => Promise.resolve() },
      { ...ID, reportId: 'rep_2', format: 'pdf', contractId },
      NOW,
    );
    await buildReport(building, { ...ID, reportId: 'rep_2' }, false);
    const [first, second, third, ...rest] = faults.calls;
    expect([first, second, third]).toEqual(['seal.publicJwk', 'seal.sign', 'seal.publicJwk']);
    expect(rest).toEqual(['seal.sign', 'seal.sign', 'seal.sign']);
  });
});
