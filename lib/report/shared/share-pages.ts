// The pages before a shared report: a button, and what is said where there is nothing to show. Nothing of the report is in them.
import type { Language } from '../../connection/language.ts';
import { escapeHtml, page, STYLE_HASH } from '../../connection/page-frame.ts';
import { sharedTextsIn } from './texts.ts';

/** Its form goes where it came from, which is in no page. */
export const SHARE_CSP = `default-src 'none'; style-src ${STYLE_HASH}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`;

export function buttonPage(language: Language): string {
  const { title, intro, counts, show } = sharedTextsIn[language];
  const body = `<p>${escapeHtml(intro)}</p><p class="note">${escapeHtml(counts)}</p><form method="post"><button>${escapeHtml(show)}</button></form>`;
  return page({ language, title, body });
}

/** One page for whatever is not open: nobody learns from it which links there are. */
export function overPage(language: Language): string {
  const { overTitle: title, over } = sharedTextsIn[language];
  return page({ language, title, body: `<p class="bad">${escapeHtml(over)}</p>` });
}

export function faultPage(language: Language): string {
  const { faultTitle: title, fault } = sharedTextsIn[language];
  return page({ language, title, body: `<p class="bad">${escapeHtml(fault)}</p>` });
}
