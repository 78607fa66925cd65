// The smallest HTML writer that escapes: text and attributes go through `html`, markup is marked as such.
// No script, ever: the pages are plain forms.

export interface Markup {
  readonly markup: string;
}

type Part = string | number | Markup | readonly Markup[];

/** Tagged template; every inserted text is escaped, inserted markup is not. */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  const markup = texts.reduce((whole, text, index) => whole + text + render(parts[index] ?? ''), '');
  return { markup };
}

function render(part: Part): string {
  if (typeof part === 'string' || typeof part === 'number') return escapeText(String(part));
  return 'markup' in part ? part.markup : part.map(({ markup }) => markup).join('');
}

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Text between tags that may be copied as it stands in the page: quotes stay quotes. */
export function verbatim(text: string): Markup {
  return { markup: text.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`) };
}

/** A whole page as a response. @param width of the text, a CSS length */
export function htmlPage(title: string, body: Markup, status = 200, width = '26rem'): Response {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: ${width}; margin: 3rem auto; padding: 0 1rem; color: #1b1b1f; }
button, input[type=email], input[type=password], input[type=search] { font: inherit; padding: .6rem 1rem; width: 100%; box-sizing: border-box; margin: .25rem 0; }
button.plain { background: none; border: 0; text-decoration: underline; }
.problem { color: #b3261e; }
code, td { overflow-wrap: anywhere; }
pre { background: #f4f4f7; padding: .6rem .8rem; overflow-x: auto; font: 13px/1.5 ui-monospace, monospace; }
table { border-collapse: collapse; } th, td { text-align: left; vertical-align: top; padding: .2rem .8rem .2rem 0; }
</style>
</head>
<body>
<main>
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`;
  return new Response(page.markup, {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
    },
  });
}
