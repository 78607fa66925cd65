// The frame of every driver's page: plain HTML, no script, nothing from third parties, readable on a phone and by a screen reader.
// Texts and values become HTML here and nowhere else, and are escaped where they do.
import { hash } from 'node:crypto';
import type { Language } from './language.ts';

const STYLE = `*{box-sizing:border-box}
body{font:1.0625rem/1.5 system-ui,sans-serif;color:#1a1f2b;background:#f5f6f8;margin:0;padding:1rem;overflow-wrap:break-word}
main{max-width:34rem;margin:0 auto;padding:1.5rem;background:#fff;border:1px solid #e2e5ea;border-radius:.75rem}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 1rem}h2{font-size:1.0625rem;margin:1.5rem 0 .25rem}
p{margin:0 0 1rem}ul{margin:0 0 1rem;padding-left:1.25rem}main>:last-child{margin-bottom:0}
dl{margin:0 0 1rem}dt{color:#4b5563;font-size:.9375rem}dd{margin:0 0 .75rem}dd ul{margin:0}
form{margin-top:1.5rem}label{display:block;margin:0 0 .25rem;font-weight:600}
select,button{font:inherit;width:100%;min-height:3rem;padding:.5rem .75rem;border-radius:.5rem;border:1px solid #6b7280;background:#fff;color:inherit}
button{margin-top:1rem;background:#0b57d0;border-color:#0b57d0;color:#fff;font-weight:600;cursor:pointer}
button:hover{background:#0a4cb5}a{color:#0b57d0}
.end{background:#b3261e;border-color:#b3261e}.end:hover{background:#8c1d18}
details form{margin-top:0}summary{padding:.75rem 0;font-weight:600;cursor:pointer}
button:focus-visible,select:focus-visible,a:focus-visible,summary:focus-visible{outline:3px solid #b45309;outline-offset:2px}
.good,.bad,.busy{border-left:.25rem solid;padding-left:1rem}.good{border-color:#15803d}.bad{border-color:#b45309}.busy{border-color:#0b57d0}
.note{color:#4b5563;font-size:.9375rem;margin:1rem 0 0}
@media (min-width:40rem){body{padding:3rem 1rem}main{padding:2.5rem}}`;

/** For the CSP: the stylesheet is allowed by its hash, nothing else is. */
export const STYLE_HASH: string = `'sha256-${hash('sha256', STYLE, 'base64')}'`;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as HTML, in content and in quoted attributes. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');

/** For names and references within a sentence. */
export const strong = (text: string): string => `<strong>${escapeHtml(text)}</strong>`;

/**
 * A text as HTML, its `{name}` places filled. A value is never searched for places itself.
 * @param mark makes HTML of a value
 */
export const fill = (
  text: string,
  values: Readonly<Record<string, string>>,
  mark: (value: string) => string = escapeHtml,
): string =>
  text
    .split(/(\{[a-z]+\})/)
    .map((part) => {
      const name = /^\{([a-z]+)\}$/.exec(part)?.[1] ?? '';
      const value = Object.hasOwn(values, name) ? values[name] : undefined;
      return value === undefined ? escapeHtml(part) : mark(value);
    })
    .join('');

interface PageParts {
  readonly language: Language;
  readonly title: string;
  /** Already HTML. */
  readonly body: string;
  /** Reload after so many seconds. */
  readonly refreshSeconds?: number;
}

export function page({ language, title, body, refreshSeconds }: PageParts): string {
  const refresh = refreshSeconds === undefined ? '' : `<meta http-equiv="refresh" content="${refreshSeconds}">`;
  return `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">${refresh}<title>${escapeHtml(title)}</title><style>${STYLE}</style></head><body><main><h1>${escapeHtml(title)}</h1>${body}</main></body></html>`;
}
