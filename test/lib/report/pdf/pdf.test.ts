import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { buildClaims } from '../../../../lib/proof/claims.ts';
import { makePdf } from '../../../../lib/report/pdf/pdf.ts';
import type { ReportPages } from '../../../../lib/report/pdf/report-pages.ts';
import { dutch } from '../../../../lib/report/pdf/texts/dutch.ts';
import { english } from '../../../../lib/report/pdf/texts/english.ts';
import { french } from '../../../../lib/report/pdf/texts/french.ts';
import { german } from '../../../../lib/report/pdf/texts/german.ts';
import { boundary, facts, measured } from '../../proof/statement-fixture.ts';
import { readPdf } from './read-pdf.ts';
import { inForceAll, months, reportIn } from './report-fixture.ts';

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Words as a reader takes them from the page: spaces of every width are spaces. */
const plain = (text: string): string => text.replace(/\s+/g, ' ');

/** Of a report that is one page. */
async function pageOf(report: ReportPages): Promise<string> {
  const { pages } = await readPdf(await makePdf(report));
  expect(pages).toHaveLength(1);
  return pages[0] ?? '';
}

describe('a report of one contract', () => {
  it('says who, which car, when and how far', async () => {
    const { pages, info } = await readPdf(await makePdf(reportIn('en')));
    expect(pages).toHaveLength(1);
    for (const words of [
      'Mileage report POL-2026-0017',
      'Issued by https://odoseal.example',
      'For Assurances Générales',
      'Contract ctr_018f7a4a2c3b7d518f7a4a2c3b7d518f',
      'Vehicle Citroën C3 Aircross 2024',
      'VIN VF7TESTC3AA000017',
      'Period 1 January 2026 to 30 April 2026',
      'Odometer 12,000.0 km on 1 January 2026; 1,000.0 km on 30 April 2026',
      // 1,234.567 km, and 1,500 km with 765.433 km of the month without a reading.
      'Distance 3,500.0 km; 2 months have no figure of their own',
      'Made on 2 May 2026',
      'Distances are as the vehicle’s odometer reported them.',
      'Page 1 of 1',
      'keys.json: https://odoseal.example/.well-known/jwks.json log.vkey: https://odoseal.example/log/vkey',
      'Or open https://odoseal.example/verify:',
    ])
      expect(pages[0]).toContain(words);
    expect(info).toMatchObject({
      Title: 'Mileage report POL-2026-0017',
      Language: 'en',
      CreationDate: 'D:20260502120000Z',
    });
  });

  it('has a line for every statement', async () => {
    const {
      pages: [page = ''],
    } = await readPdf(await makePdf(reportIn('en')));
    for (const line of [
      '1 January 2026 1,234.6 1,200.0 – 1,250.0 1,234.6 13,234.6 logical; part of the month',
      '2 February 2026 – – – – no reading: the car did not answer',
      '3 March 2026 1,500.0 1,500.0 – 1,500.0 1,500.0 15,500.0 logical; and 765.4 km of months before',
      '4 April 2026 – – – 1,000.0 illogical',
    ])
      expect(page).toContain(line);
    expect(page).toContain('April 2026: The odometer showed at least 15500.0 km and later 1000.0 km.');
  });

  it('says of a statement that it was replaced, and counts the one in its place', async () => {
    const better = buildClaims(
      facts(5, measured(boundary(0, 12_000_000), boundary(1, 12_500_000)), {
        replaces: months[0]?.jti ?? '',
        period: months[0]?.period ?? facts(1, measured(boundary(0, 0), boundary(1, 1))).period,
      }),
    );
    const [first, ...rest] = inForceAll(months);
    const statements = [
      ...(first ? [{ ...first, status: 'superseded' as const }] : []),
      ...rest,
      { claims: better, status: 'valid' as const },
    ];
    const {
      pages: [page = ''],
    } = await readPdf(await makePdf(reportIn('en', { statements })));
    expect(page).toContain('logical; part of the month; replaced by a later statement');
    expect(page).toContain('Distance 2,765.4 km; 2 months');
  });

  it('shows nothing that is withheld', async () => {
    const {
      pages: [page = ''],
      info,
    } = await readPdf(await makePdf(reportIn('en', { disclosed: {} })));
    expect(page).toContain('Reference not shown Vehicle not shown VIN not shown');
    expect(page).not.toMatch(/VF7|Citro|POL-2026/);
    expect(info['Title']).toBe('Mileage report');
  });

  it('says so where nothing was found', async () => {
    const {
      pages: [page = ''],
    } = await readPdf(await makePdf(reportIn('en', { statements: inForceAll(months.slice(0, 3)) })));
    expect(page).toContain('What was found Nothing that would cast doubt on a reading.');
  });

  it('names a finding of later rules that it has no words for', async () => {
    const [first] = months;
    if (first?.outcome !== 'measured') throw new Error('no measured month');
    const later = { ...first, findings: [{ rule: 'of_later_rules', numbers: { metres: 1 } }] };
    const {
      pages: [page = ''],
    } = await readPdf(await makePdf(reportIn('en', { statements: inForceAll([later]) })));
    expect(page).toContain('January 2026: A finding that this report has no words for (of_later_rules).');
  });

  it('carries the bundle, byte for byte', async () => {
    const { attachments } = await readPdf(await makePdf(reportIn('en')));
    expect(attachments).toEqual({ 'bundle.json': '{"format":"odoseal-bundle"}' });
  });

  it('leads to where it is online, in words too', async () => {
    const link = 'https://odoseal.example/shares/abc';
    const {
      pages: [page = ''],
      alternatives,
    } = await readPdf(await makePdf(reportIn('en', { link })));
    expect(page).toContain('This report online');
    expect(alternatives).toContain(`This report online: ${link}`);
    const { alternatives: without } = await readPdf(await makePdf(reportIn('en')));
    expect(without).toEqual(['Bars for 4 months, the longest 1,500.0 km. The table below has every figure.']);
  });

  it('can be heard: headings, tables and drawings are tagged as such', async () => {
    const { roles } = await readPdf(await makePdf(reportIn('en')));
    const count = (role: string): number => roles.filter((one) => one === role).length;
    expect(roles.slice(0, 3)).toEqual(['Root', 'Document', 'H1']);
    expect({ H1: count('H1'), H2: count('H2'), Table: count('Table'), Figure: count('Figure'), P: count('P') }).toEqual(
      { H1: 1, H2: 4, Table: 2, Figure: 1, P: 6 },
    );
    // Facts: a head and a cell each; statements: a head of seven, and four rows.
    expect([count('TR'), count('TH'), count('TD')]).toEqual([10 + 5, 10 + 7, 10 + 4 * 7]);
  });

  it('has what PDF/A-3a asks for, every font it uses embedded, and does not claim to conform', async () => {
    const text = Buffer.from(await makePdf(reportIn('en'))).toString('latin1');
    expect(text).not.toMatch(/pdfaid|aiim\.org/);
    for (const part of [
      '<x:xmpmeta ',
      '/S /GTS_PDFA1',
      '/DestOutputProfile ',
      '/MarkInfo',
      '/Lang (en)',
      '/AFRelationship /Source',
    ])
      expect(text).toContain(part);
    const fonts = text.match(/\/FontDescriptor \d+ 0 R/g) ?? [];
    expect(text.match(/\/FontFile2 \d+ 0 R/g)).toHaveLength(2);
    expect(fonts).toHaveLength(2);
    expect(text).not.toContain('Helvetica');
  });

  it('is the same, byte for byte, when it is made again', async () => {
    const [one, other] = [await makePdf(reportIn('en')), await makePdf(reportIn('en'))];
    expect(digest(one)).toBe(digest(other));
    expect(digest(await makePdf(reportIn('en', { tenantName: 'Other' })))).not.toBe(digest(one));
  });

  it('goes over pages, with the head of the table on each and a number at the foot', async () => {
    const long = Array.from({ length: 80 }, (_, n) =>
      buildClaims(facts(n + 1, measured(boundary(n, n * 1_000_000), boundary(n + 1, (n + 1) * 1_000_000)))),
    );
    const { pages } = await readPdf(await makePdf(reportIn('en', { statements: inForceAll(long) })));
    expect(pages).toHaveLength(3);
    for (const [n, page] of pages.entries()) expect(page).toContain(`Page ${n + 1} of 3`);
    expect(pages.map((page) => page.includes('No. Month km at least – at most'))).toEqual([true, true, true]);
    const told = pages.join(' ').match(/\b\d+ \w+ 20\d\d 1,000\.0 1,000\.0 – 1,000\.0/g);
    expect(told).toHaveLength(80);
  });

  it.each([
    [
      'nl',
      'Kilometerrapport',
      '1.234,6',
      'geen meting: de auto antwoordde niet',
      'Pagina 1 van 1',
      'Periode 1 januari 2026 tot en met 30 april 2026',
    ],
    [
      'fr',
      'Rapport kilométrique',
      '1 234,6',
      'aucun relevé : la voiture n’a pas répondu',
      'Page 1 sur 1',
      'Période du 1er janvier 2026 au 30 avril 2026',
      'avril 2026 : Le compteur indiquait au moins',
      'logique ; une partie du mois',
    ],
    [
      'de',
      'Kilometerbericht',
      '1.234,6',
      'keine Ablesung: das Auto antwortete nicht',
      'Seite 1 von 1',
      'Zeitraum 1. Januar 2026 bis 30. April 2026',
    ],
  ] as const)('speaks %s', async (language, ...words) => {
    const {
      pages: [page = ''],
      info,
    } = await readPdf(await makePdf(reportIn(language)));
    for (const word of words) expect(plain(page)).toContain(word);
    expect(info['Language']).toBe(language);
  });

  it.each([
    ['en', english],
    ['nl', dutch],
    ['fr', french],
    ['de', german],
  ] as const)('has the command that checks on a line of its own (%s)', async (language, { check }) => {
    const at = { keys: 'https://k.example', logKey: 'https://l.example', page: 'https://p.example' };
    const [, , lines = ''] = check.paragraphs(at);
    expect(lines).toMatch(
      /^odoseal verify [A-Z]+\.pdf --jwks keys\.json --log-key log\.vkey\nkeys\.json ?: https:\/\/k\.example\nlog\.vkey ?: https:\/\/l\.example$/,
    );
    expect(check.paragraphs(at).join(' ')).toContain('https://p.example');
    const drawn = await readPdf(await makePdf(reportIn(language)));
    expect(drawn.lines.map(plain)).toContain(plain(lines.split('\n')[0] ?? ''));
  });

  it.each([
    ['en', english],
    ['nl', dutch],
    ['fr', french],
    ['de', german],
  ] as const)('breaks no word of the head of the table (%s)', async (language, { table: { head } }) => {
    const page = await pageOf(reportIn(language));
    for (const word of Object.values(head).flatMap((words) => words.split(' ')))
      expect(page.split(' ')).toContain(word);
  });
});
