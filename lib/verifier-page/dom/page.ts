// The page's wiring: what was chosen or dropped is read, checked and shown, in the reader's language. Asks no server for anything.
import type { Language } from '../../mileage/sentences/sentence-of.ts';
import { checkFiles, type HandedOver, MAX_FILE, type PageReport } from '../check.ts';
import type { Served } from '../document.ts';
import { pageTextsIn } from '../texts/in-language.ts';
import type { PageTexts } from '../texts/texts.ts';
import { drawReport } from './draw.ts';
import { element } from './element.ts';

const LANGUAGES = ['en', 'nl', 'fr', 'de'] as const;

/** @throws for what is not in the document */
function find<Kind extends HTMLElement>(id: string, kind: new () => Kind): Kind {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`the page has no ${id}`);
  return found;
}

const parts = {
  choose: find('choose', HTMLFormElement),
  files: find('files', HTMLInputElement),
  outcome: find('outcome', HTMLElement),
  result: find('result', HTMLElement),
  languages: find('languages', HTMLElement),
};

/** Without keys, as the page is built, nothing that needs any is verified. */
const served: Served = JSON.parse(find('served', HTMLElement).textContent || 'null') ?? {
  issuer: '',
  keys: [],
  logKey: '',
};

const isLanguage = (tag: string | null): tag is Language => LANGUAGES.some((language) => language === tag);

function languageOfReader(): Language {
  const asked = new URLSearchParams(location.search).get('lang');
  const tags = [asked, ...navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase())];
  return tags.find(isLanguage) ?? 'en';
}

let language = languageOfReader();
let shown: PageReport | undefined;
/** Of the newest check: what an older one finds is not shown any more. */
let turn = 0;

/** What came with the page: a report that was shared. */
const SHARED = 'bundle.json';
const shared = served.bundle === undefined ? undefined : new TextEncoder().encode(served.bundle);

const staticTexts = (texts: PageTexts): Readonly<Record<string, string>> => ({
  title: headingsOf(texts).title,
  intro: headingsOf(texts).intro,
  choose: texts.choose,
  hint: texts.hint,
  drop: texts.drop,
  'trust-heading': texts.trust.heading,
  'trust-text': texts.trust.text,
});

const headingsOf = (texts: PageTexts): Pick<PageTexts, 'title' | 'intro'> =>
  shared === undefined ? texts : texts.shared;

/** What was shared, as a file: made here, so that it needs no connection. */
function saving({ shared: { save } }: PageTexts): readonly HTMLElement[] {
  if (shared === undefined) return [];
  const href = URL.createObjectURL(new Blob([shared], { type: 'application/json' }));
  const saved = element('p');
  saved.append(element('a', { href, download: SHARED }, save));
  return [saved];
}

function drawLanguages(texts: PageTexts): void {
  parts.languages.setAttribute('aria-label', texts.languages);
  const buttons = LANGUAGES.map((one) => {
    const pressed = String(one === language);
    const button = element('button', { type: 'button', lang: one, 'aria-pressed': pressed }, pageTextsIn[one].name);
    button.addEventListener('click', () => {
      language = one;
      draw();
      parts.languages.querySelector<HTMLElement>(`[lang=${one}]`)?.focus();
    });
    return button;
  });
  parts.languages.replaceChildren(...buttons);
}

function draw(): void {
  const texts = pageTextsIn[language];
  document.documentElement.lang = language;
  document.title = headingsOf(texts).title;
  const words = staticTexts(texts);
  for (const part of document.querySelectorAll<HTMLElement>('[data-text]'))
    part.textContent = words[part.dataset['text'] ?? ''] ?? '';
  drawLanguages(texts);
  if (shown === undefined) return;
  parts.outcome.dataset['outcome'] = shown.outcome;
  parts.outcome.textContent = texts.outcome[shown.outcome];
  const server = location.host || location.protocol;
  parts.result.replaceChildren(...drawReport(shown, { language, texts, served, server }), ...saving(texts));
}

async function read(file: File): Promise<HandedOver> {
  const bytes = file.size > MAX_FILE ? undefined : await file.arrayBuffer().catch(() => undefined);
  return { name: file.name, bytes: bytes && new Uint8Array(bytes) };
}

/** What is said has to be on the screen before the check keeps the page busy. */
const painted = (): Promise<void> => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));

/** @param handedOver gets what is to be checked */
async function check(handedOver: () => Promise<readonly HandedOver[]>): Promise<void> {
  turn += 1;
  const own = turn;
  shown = undefined;
  delete parts.outcome.dataset['outcome'];
  parts.outcome.textContent = pageTextsIn[language].checking;
  parts.result.replaceChildren();
  await painted();
  const report = await checkFiles(await handedOver(), served);
  if (own !== turn) return;
  shown = report;
  draw();
  parts.outcome.focus();
}

/** A fault of the page must not look like an answer. */
const checkAll = (handedOver: () => Promise<readonly HandedOver[]>): void => {
  check(handedOver).catch(() => {
    parts.outcome.dataset['outcome'] = 'not_checked';
    parts.outcome.textContent = pageTextsIn[language].outcome.not_checked;
  });
};

const checkFilesOf = (list: FileList | null | undefined): void => {
  const files = [...(list ?? [])];
  if (files.length > 0) checkAll(() => Promise.all(files.map(read)));
};

parts.files.addEventListener('change', () => checkFilesOf(parts.files.files));
const over = (is: boolean) => (event: DragEvent) => {
  event.preventDefault();
  document.body.classList.toggle('over', is);
};
document.addEventListener('dragover', over(true));
document.addEventListener('dragleave', over(false));
document.addEventListener('drop', (event) => {
  over(false)(event);
  checkFilesOf(event.dataTransfer?.files);
});
draw();
if (shared !== undefined) {
  parts.choose.hidden = true;
  checkAll(() => Promise.resolve([{ name: SHARED, bytes: shared }]));
}
