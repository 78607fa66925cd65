// The page as one HTML document: words, style and script within, nothing from anywhere else, so that it can be kept as a file. Its policy
// forbids every connection: what a reader drops here cannot leave. Written by build.ts without keys; who serves it puts them in.
import type { Jwk } from '../proof/key-set.ts';
import { english } from './texts/english.ts';

/** What whoever serves the page puts into it, for its script to read. */
export interface Served {
  readonly issuer: string;
  readonly keys: readonly Jwk[];
  /** The log's key, a vkey. */
  readonly logKey: string;
  /** What is checked at once, without being handed over: the text of a bundle. */
  readonly bundle?: string;
}

export const STYLE = `*{box-sizing:border-box}
body{font:1rem/1.5 system-ui,sans-serif;color:#1a1f2b;background:#f5f6f8;margin:0;padding:1rem;overflow-wrap:anywhere}
main{max-width:56rem;margin:0 auto}
h1{font-size:1.625rem;line-height:1.2;margin:0 0 .75rem}h2{font-size:1.1875rem;margin:1.75rem 0 .5rem}p{margin:0 0 .75rem}
nav{display:flex;flex-wrap:wrap;gap:.25rem;margin:0 0 1rem}
nav button{font:inherit;font-size:.9375rem;color:#0b57d0;background:none;border:1px solid transparent;border-radius:.375rem;padding:.375rem .625rem;min-height:2.75rem;cursor:pointer}
nav button[aria-pressed=true]{color:#1a1f2b;border-color:#6b7280;background:#fff}
.box{background:#fff;border:1px solid #d5d9e0;border-radius:.75rem;padding:1.25rem;margin:0 0 1rem}
label{display:block;font-weight:600;margin:0 0 .5rem}
input[type=file]{font:inherit;width:100%;padding:1rem .75rem;border:2px dashed #6b7280;border-radius:.5rem;background:#fafbfc}
.over input[type=file]{border-color:#0b57d0;background:#eaf1fd}
:focus-visible{outline:3px solid #b45309;outline-offset:2px}
[hidden]{display:none}a{color:#0b57d0}
.note{color:#4b5563;font-size:.9375rem}.box>:first-child{margin-top:0}.box>:last-child{margin-bottom:0}#hint{margin:.5rem 0 0}
#outcome{font-size:1.25rem;font-weight:700;margin:0 0 1rem}
#outcome:empty{display:none}
#outcome[data-outcome]{border-left:.375rem solid;padding:.75rem 1rem;background:#fff;border-radius:.25rem}
[data-outcome=verified]{border-color:#15803d;color:#14532d}[data-outcome=not_verified]{border-color:#b3261e;color:#8c1d18}
[data-outcome=not_checked]{border-color:#b45309;color:#7c2d12}
ul.steps{list-style:none;margin:0;padding:0}ul.steps li{display:grid;grid-template-columns:1.5rem minmax(0,1fr);padding:.25rem 0}
.mark{font-weight:700}.ok>.mark{color:#15803d}.no,.no>.mark{color:#b3261e}.no{font-weight:600}.open>.mark{color:#4b5563}
.said{color:#4b5563;white-space:pre-wrap}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.25rem 1rem;margin:0}dt{color:#4b5563}dd{margin:0}
svg{display:block;width:100%;height:auto}svg text{font:9px system-ui,sans-serif;fill:#1a1f2b}
.legend{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;list-style:none;margin:.5rem 0 0;padding:0;font-size:.9375rem}
.legend svg{display:inline-block;width:1.25rem;height:1rem;vertical-align:-.125rem;margin-right:.375rem}
table{border-collapse:collapse;width:100%;font-size:.9375rem}
th,td{text-align:right;padding:.375rem .5rem;border-bottom:1px solid #e2e5ea;vertical-align:top}
th{font-size:.8125rem;color:#4b5563;overflow-wrap:normal}td{white-space:nowrap}td.words{white-space:normal}.words{text-align:left}.past{color:#5f6673}
@media (max-width:45rem){svg text{font-size:16px}thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
tr{display:block;border-bottom:1px solid #d5d9e0;padding:.5rem 0}td{display:flex;justify-content:space-between;gap:1rem;border:0;padding:.125rem 0}
td::before{content:attr(data-head);color:#4b5563;text-align:left;flex:none;max-width:50%}.words{text-align:right}
dl{grid-template-columns:minmax(0,1fr)}dd{margin-bottom:.5rem}}
@media (min-width:45rem){body{padding:2.5rem 1.5rem}}`;

/** Where the keys go. Data, which no policy lets run. */
const PLACE = '<script type="application/json" id="served">null</script>';

/** No connection, no frame, no form, no style or script but its own, and none that comes about as text. */
const policyOf = (styleHash: string, scriptHash: string): string =>
  `default-src 'none'; style-src 'sha256-${styleHash}'; script-src 'sha256-${scriptHash}'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'`;

const { title, intro, choose, hint, drop, trust } = english;

const BODY = `<main>
<nav id="languages"></nav>
<h1 data-text="title">${title}</h1>
<p data-text="intro">${intro}</p>
<noscript><p class="box">This page needs JavaScript: the check runs in your browser.</p></noscript>
<form class="box" id="choose">
<label for="files" data-text="choose">${choose}</label>
<input type="file" id="files" multiple aria-describedby="hint">
<p class="note" id="hint"><span data-text="hint">${hint}</span> <span data-text="drop">${drop}</span></p>
</form>
<p id="outcome" role="status" tabindex="-1"></p>
<div id="result"></div>
<section class="box">
<h2 data-text="trust-heading">${trust.heading}</h2>
<p class="note" data-text="trust-text">${trust.text}</p>
</section>
</main>`;

/** What build.ts knows of the page. */
export interface Built {
  readonly script: string;
  /** Base64 of SHA-256 of each, for the policy. */
  readonly scriptHash: string;
  readonly styleHash: string;
}

/** The document, as it is deployed: without keys. */
export const pageDocument = ({ script, scriptHash, styleHash }: Built): string =>
  `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policyOf(styleHash, scriptHash)}">
<meta name="referrer" content="no-referrer">
<title>${title}</title><style>${STYLE}</style></head>
<body>${BODY}
${PLACE}
<script type="module">${script}</script></body></html>
`;

/** The policy that stands in the document, for the header as well; there it can forbid frames too. */
export const policyIn = (document: string): string =>
  `${/http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(document)?.[1] ?? "default-src 'none'"}; frame-ancestors 'none'`;

/** The document with the keys in it. No text can end the element that it is in. */
export const withServed = (document: string, served: Served): string =>
  document.replace(PLACE, () => PLACE.replace('null', () => JSON.stringify(served).replaceAll('<', '\\u003c')));
