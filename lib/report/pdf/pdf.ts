// A contract's report as a PDF: A4, tagged, fonts embedded, the bundle attached. It shows what was signed and decides nothing: whoever
// doubts a line checks the attachment. Built as PDF/A-3a (ISO 19005-3) asks, without claiming it: that is for a validator to say.
import { isRule, sentenceOf } from '../../mileage/sentences/sentence-of.ts';
import type { MeasuredClaims, StatementClaims } from '../../proof/claims.ts';
import { chartOf } from './chart.ts';
import { drawChart } from './draw-chart.ts';
import { drawTable } from './draw-table.ts';
import { factsOf } from './facts.ts';
import { type Figures, figuresIn } from './figures.ts';
import { openPaper, type Paper } from './paper.ts';
import { drawQr } from './qr.ts';
import { inForce, type ReportPages } from './report-pages.ts';
import { textsIn } from './texts/in-language.ts';
import type { PublishedAt, Texts } from './texts/texts.ts';

const CHART_HEIGHT = 100;

interface Context {
  readonly paper: Paper;
  readonly report: ReportPages;
  readonly claims: readonly StatementClaims[];
  readonly texts: Texts;
  readonly figures: Figures;
}

const isMeasured = (claims: StatementClaims): claims is MeasuredClaims => claims.outcome === 'measured';

const heading = ({ paper }: Context, text: string): void => {
  paper.down(12);
  paper.reserve(60);
  paper.text('H2', text, { font: 'bold', size: 12 });
  paper.down(4);
};

function drawFacts(context: Context): void {
  const { paper, report } = context;
  const top = paper.doc.y;
  const table = paper.group('Table');
  for (const [name, value] of factsOf(report, context.claims, context.texts, context.figures)) {
    const row = paper.group('TR', table);
    const y = paper.doc.y;
    paper.text('TH', name, { font: 'bold', width: 110 }, row);
    const below = paper.doc.y;
    paper.doc.y = y;
    paper.text('TD', value, { x: 48 + 118, width: paper.width - 118 - 90 }, row);
    paper.doc.y = Math.max(paper.doc.y, below) + 2;
  }
  if (report.link !== undefined) drawQr(paper, report.link, context.texts.check.scan, top);
}

function drawFindings(context: Context): void {
  const { paper, claims, texts, figures, report } = context;
  heading(context, texts.findings.heading);
  const found = claims
    .filter(isMeasured)
    .flatMap(({ period, findings }) => findings.map((finding) => ({ period, finding })));
  if (found.length === 0) paper.text('P', texts.findings.none);
  for (const { period, finding } of found) {
    paper.reserve(30);
    const { rule, numbers } = finding;
    const sentence = isRule(rule)
      ? sentenceOf({ rule, numbers }, report.language)
      : `${texts.findings.unknown} (${rule}).`;
    paper.text('P', [figures.month(period.id), sentence].join(texts.colon));
    paper.down(2);
  }
}

const publishedAt = (issuer: string): PublishedAt => ({
  keys: `${issuer}/.well-known/jwks.json`,
  logKey: `${issuer}/log/vkey`,
  page: `${issuer}/verify`,
});

function drawCheck(context: Context): void {
  const { paper, texts, report } = context;
  heading(context, texts.check.heading);
  for (const paragraph of texts.check.paragraphs(publishedAt(report.issuer))) {
    paper.reserve(30);
    paper.text('P', paragraph, { size: 8 });
    paper.down(4);
  }
}

/** @returns the bytes of the file: the same for the same report */
export async function makePdf(report: ReportPages): Promise<Uint8Array> {
  const { language, issuer, madeAt, bundle } = report;
  const claims = inForce(report);
  const texts = textsIn[language];
  const figures = figuresIn(language, claims[0]?.period.zone ?? 'UTC');
  const title = [texts.title, report.disclosed.reference].filter((word) => word !== undefined).join(' ');
  const paper = openPaper({ title, author: issuer, language, madeAt });
  const context = { paper, report, claims, texts, figures };
  paper.text('H1', title, { font: 'bold', size: 18 });
  paper.down(8);
  drawFacts(context);
  heading(context, texts.chart.heading);
  paper.reserve(CHART_HEIGHT + 50);
  const chart = chartOf(claims, { width: paper.width - 50, height: CHART_HEIGHT });
  drawChart(paper, chart, CHART_HEIGHT, texts, figures);
  heading(context, texts.table.heading);
  drawTable(paper, report.statements, texts, figures);
  drawFindings(context);
  drawCheck(context);
  const made = new Date(madeAt);
  paper.doc.file(Buffer.from(bundle), {
    name: 'bundle.json',
    type: 'application/json',
    relationship: 'Source',
    creationDate: made,
    modifiedDate: made,
    description: texts.check.heading,
  } as PDFKit.Mixins.PDFAttachmentOptions);
  return paper.finish((page, pages) => `${texts.disclaimer}\n${report.contractId}   ${texts.page(page, pages)}`);
}
