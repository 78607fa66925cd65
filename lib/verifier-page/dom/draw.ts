// What a check found, as elements of a page. Everything that comes from a file is put there as text, with what cannot be seen made visible.
import { isRule, type Language, sentenceOf } from '../../mileage/sentences/sentence-of.ts';
import { factsOf } from '../../report/pdf/facts.ts';
import { type Figures, figuresIn } from '../../report/pdf/figures.ts';
import { inForce } from '../../report/pdf/report-pages.ts';
import { COLUMNS, isWords, rowOf } from '../../report/pdf/table.ts';
import { textsIn } from '../../report/pdf/texts/in-language.ts';
import type { Texts } from '../../report/pdf/texts/texts.ts';
import { type Section, visible } from '../../verification/phrases.ts';
import type { KeysUsed, PageReport, Shown } from '../check.ts';
import type { Served } from '../document.ts';
import type { PageTexts } from '../texts/texts.ts';
import { drawChart } from './draw-chart.ts';
import { add, element } from './element.ts';

const MARKS = { ok: ['✓', 'ok'], no: ['✗', 'no'], '--': ['–', 'open'] } as const;

function drawSection({ outcome, subject, lines }: Section, texts: PageTexts): HTMLElement {
  const steps = lines.map(({ mark, text }) => {
    if (mark === undefined)
      return add(element('li', { class: 'said' }), element('span'), element('span', {}, visible(text)));
    const [sign, kind] = MARKS[mark];
    return add(
      element('li', { class: kind }),
      element('span', { class: 'mark', 'aria-hidden': 'true' }, sign),
      add(element('span'), element('span', { class: 'unseen' }, `${texts.marks[mark]}: `), visible(text)),
    );
  });
  return add(
    element('section', { lang: 'en' }),
    element('h3', {}, visible(`${outcome}: ${subject}`)),
    add(element('ul', { class: 'steps' }), ...steps),
  );
}

function keysText({ files, issuer, ownLogKey }: KeysUsed, { keys }: PageTexts, served: Served, server: string): string {
  const used = files.length > 0 ? keys.files(files.join(', ')) : keys.served(issuer ?? served.issuer, server);
  return visible(ownLogKey ? `${used} ${keys.ownLog}` : used);
}

function drawTable({ statements }: Shown, texts: Texts, figures: Figures): HTMLElement {
  const { heading, head } = texts.table;
  const style = (column: (typeof COLUMNS)[number]) => (isWords(column) ? { class: 'words' } : {});
  const heads = COLUMNS.map((column) => element('th', { scope: 'col', ...style(column) }, head[column]));
  const rows = statements.map((statement) => {
    const row = rowOf(statement, texts, figures);
    const cells = COLUMNS.map((column) => element('td', { 'data-head': head[column], ...style(column) }, row[column]));
    return add(element('tr', statement.status === 'valid' ? {} : { class: 'past' }), ...cells);
  });
  return add(
    element('table'),
    element('caption', { class: 'unseen' }, heading),
    add(element('thead'), add(element('tr'), ...heads)),
    add(element('tbody'), ...rows),
  );
}

function drawFindings(shown: Shown, language: Language, texts: Texts, figures: Figures): readonly HTMLElement[] {
  const sentences = inForce(shown).flatMap((claims) =>
    claims.outcome === 'no_reading'
      ? []
      : claims.findings.map(({ rule, numbers }) => {
          const known = isRule(rule) ? sentenceOf({ rule, numbers }, language) : `${texts.findings.unknown} (${rule}).`;
          return element('p', {}, visible(`${figures.month(claims.period.id)}: ${known}`));
        }),
  );
  return sentences.length > 0 ? sentences : [element('p', {}, texts.findings.none)];
}

function drawShown(shown: Shown, language: Language): HTMLElement {
  const texts = textsIn[language];
  const claims = inForce(shown);
  const figures = figuresIn(language, claims[0]?.period.zone ?? 'UTC');
  const facts = factsOf(shown, claims, texts, figures).flatMap(([name, value]) => [
    element('dt', {}, name),
    element('dd', {}, visible(value)),
  ]);
  return add(
    element('section', { class: 'box' }),
    element('h2', {}, texts.title),
    add(element('dl'), ...facts),
    element('h2', {}, texts.chart.heading),
    ...drawChart(claims, texts, figures),
    element('h2', {}, texts.table.heading),
    drawTable(shown, texts, figures),
    element('h2', {}, texts.findings.heading),
    ...drawFindings(shown, language, texts, figures),
    element('p', { class: 'note' }, texts.disclaimer),
  );
}

/** @param server of the page, as its reader sees it */
export function drawReport(
  { keys, sections, shown }: PageReport,
  {
    language,
    texts,
    served,
    server,
  }: {
    readonly language: Language;
    readonly texts: PageTexts;
    readonly served: Served;
    readonly server: string;
  },
): readonly HTMLElement[] {
  return [
    add(
      element('section', { class: 'box' }),
      element('h2', {}, texts.keys.heading),
      element('p', {}, keysText(keys, texts, served, server)),
    ),
    ...shown.map((one) => drawShown(one, language)),
    add(
      element('section', { class: 'box' }),
      element('h2', {}, texts.steps),
      ...(texts.stepsLanguage === '' ? [] : [element('p', { class: 'note' }, texts.stepsLanguage)]),
      ...sections.map((section) => drawSection(section, texts)),
    ),
  ];
}
