// The document as a page to read: plain HTML, no script, nothing from anybody else. Shows what the document says and adds nothing.
import { hash } from 'node:crypto';
import { escapeHtml } from '../connection/page-frame.ts';
import { fields, headingsOf, lastPart, list, prose, type Schema, typeOf } from './docs-fields.ts';

interface Media {
  readonly schema: Schema;
  readonly example?: unknown;
}

interface Response {
  readonly $ref?: string;
  readonly description?: string;
  readonly headers?: Readonly<Record<string, Omit<Parameter, 'name' | 'in'>>>;
  readonly content?: Readonly<Record<string, Media>>;
}

interface Parameter {
  readonly $ref?: undefined;
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly description?: string;
  readonly schema: Schema;
}

interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description: string;
  readonly parameters?: readonly (Parameter | { readonly $ref: string })[];
  readonly requestBody?: { readonly content: { readonly 'application/json': Media } };
  readonly responses: Readonly<Record<string, Response>>;
}

interface Webhook {
  readonly summary: string;
  readonly description: string;
  readonly parameters: readonly Parameter[];
  readonly requestBody: {
    readonly content: {
      readonly 'application/json': {
        readonly schema: Schema;
        /** By the type of the event. */
        readonly examples: Readonly<Record<string, { readonly description: string; readonly value: unknown }>>;
      };
    };
  };
  readonly responses: Readonly<Record<string, { readonly description: string }>>;
}

/** As much of an OpenAPI document as the page shows. */
export interface ApiDocument {
  readonly info: { readonly title: string; readonly summary: string; readonly description: string };
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly webhooks: { readonly event: { readonly post: Webhook } };
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly responses: Readonly<Record<string, Response>>;
    readonly parameters: Readonly<Record<string, Parameter>>;
  };
}

const STYLE = `*{box-sizing:border-box}
html{scroll-padding-top:1rem}
body{font:1rem/1.55 system-ui,sans-serif;color:#1a1f2b;background:#f5f6f8;margin:0;overflow-wrap:anywhere}
a{color:#0b57d0}a:focus-visible,summary:focus-visible{outline:3px solid #b45309;outline-offset:2px}
h1{font-size:1.75rem;line-height:1.2;margin:0 0 .5rem}h2{font-size:1.375rem;margin:2.5rem 0 .25rem}h3{font-size:1.0625rem;margin:0 0 .5rem}
h4{font-size:.9375rem;margin:1.25rem 0 .25rem}p{margin:0 0 .75rem}
nav,main{padding:1.25rem}nav{background:#fff;border-bottom:1px solid #e2e5ea}
nav summary{font-weight:600;cursor:pointer}nav p{margin:.75rem 0 .25rem;font-weight:600}nav ul{list-style:none;margin:0;padding:0}
nav a{display:block;padding:.25rem 0;text-decoration:none}nav a:hover{text-decoration:underline}
section.operation,section.object{background:#fff;border:1px solid #e2e5ea;border-radius:.75rem;padding:1.25rem;margin:1rem 0}
code,pre{font:.875rem/1.5 ui-monospace,SFMono-Regular,Menlo,monospace}
code{background:#eef1f5;border-radius:.25rem;padding:.1rem .3rem}
pre{background:#1a1f2b;color:#f5f6f8;border-radius:.5rem;padding:.875rem;margin:.25rem 0 .75rem;overflow-x:auto;overflow-wrap:normal;max-height:28rem}
.method{display:inline-block;min-width:3.5rem;font:600 .8125rem/1.5 ui-monospace,Menlo,monospace;color:#0b57d0}
.path{font-weight:600}
dl{margin:0}dt{padding-top:.6rem;border-top:1px solid #e2e5ea}dt:first-child{border-top:0}dd{margin:0 0 .6rem;color:#4b5563;font-size:.9375rem}dd p{margin:0 0 .25rem}
.type{color:#4b5563;font-size:.875rem}.needed{color:#b3261e;font-size:.8125rem}
@media (min-width:60rem){body{display:grid;grid-template-columns:19rem minmax(0,1fr)}
nav{position:sticky;top:0;height:100vh;overflow-y:auto;border-bottom:0;border-right:1px solid #e2e5ea}main{padding:2rem 3rem;max-width:60rem}}`;

/** For the CSP: the stylesheet is allowed by its hash, and nothing else is. */
export const DOCS_CSP = `default-src 'none'; style-src 'sha256-${hash('sha256', STYLE, 'base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

const shown = (value: unknown): string =>
  `<pre tabindex="0">${escapeHtml(typeof value === 'string' ? value : JSON.stringify(value, undefined, 2))}</pre>`;

function mediaOf(document: ApiDocument, { schema, example }: Media): string {
  const named = schema.$ref === undefined ? undefined : document.components.schemas[lastPart(schema.$ref)];
  const form = named === undefined ? fields(schema) : `<p class="type">${typeOf(schema)}</p>`;
  return form + (example === undefined ? '' : shown(example));
}

function responseOf(document: ApiDocument, status: string, given: Response): string {
  const response = given.$ref === undefined ? given : document.components.responses[lastPart(given.$ref)];
  const { description = '', headers = {}, content = {} } = response ?? {};
  const names = Object.keys(headers).map((name) => `<code>${escapeHtml(name)}</code>`);
  if (!status.startsWith('2'))
    return `<dt><code>${status}</code></dt><dd>${prose(description)}<p>Headers: ${names.join(' ')}</p></dd>`;
  const rows = Object.entries(headers).map(([name, { required: needed, ...header }]) => ({ name, ...header, needed }));
  const forms = Object.entries(content).map(
    ([type, media]) => `<p><code>${escapeHtml(type)}</code></p>${mediaOf(document, media)}`,
  );
  return `<dt><code>${status}</code></dt><dd>${prose(description)}<p>Headers</p>${list(rows)}${forms.join('')}</dd>`;
}

function operation(document: ApiDocument, path: string, method: string, of: Operation): string {
  const { operationId, summary, description, parameters = [], requestBody, responses } = of;
  const { parameters: named } = document.components;
  const given = parameters.flatMap((each) => (each.$ref === undefined ? each : (named[lastPart(each.$ref)] ?? [])));
  const rows = given.map(({ name, schema, required, description: text }) => ({
    name,
    schema,
    needed: required,
    description: text,
  }));
  const body = requestBody?.content['application/json'];
  const form = body?.schema.$ref === undefined ? body?.schema : document.components.schemas[lastPart(body.schema.$ref)];
  return `<section class="operation" id="${escapeHtml(operationId)}"><h3>${escapeHtml(summary)}</h3>
<p><span class="method">${method.toUpperCase()}</span> <span class="path"><code>${escapeHtml(path)}</code></span></p>${prose(description)}
${rows.length === 0 ? '' : `<h4>Parameters</h4>${list(rows)}`}
${body === undefined ? '' : `<h4>Body</h4>${fields(form ?? {})}${body.example === undefined ? '' : shown(body.example)}`}
<h4>Answers</h4><dl>${Object.entries(responses)
    .map(([status, response]) => responseOf(document, status, response))
    .join('')}</dl></section>`;
}

/** What arrives at a tenant's server, with a section for each type. */
function webhook({ webhooks: { event } }: ApiDocument): string {
  const { summary, description, parameters, requestBody, responses } = event.post;
  const { schema, examples } = requestBody.content['application/json'];
  const types = Object.entries(examples).map(
    ([type, { description: when, value }]) =>
      `<section class="operation" id="${escapeHtml(type)}"><h3><code>${escapeHtml(type)}</code></h3>${prose(when)}${shown(value)}</section>`,
  );
  const headers = parameters.map(({ required: needed, ...header }) => ({ ...header, needed }));
  const answers = Object.entries(responses).map(
    ([status, answer]) => `<dt><code>${status}</code></dt><dd>${prose(answer.description)}</dd>`,
  );
  return `<h2 id="event">${escapeHtml(summary)}</h2>${prose(description)}<h4>Headers</h4>${list(headers)}<h4>Body</h4><p class="type">${typeOf(schema)}</p><h4>Your answers</h4><dl>${answers.join('')}</dl>${types.join('')}`;
}

interface Placed {
  readonly path: string;
  readonly method: string;
  readonly operation: Operation;
}

const placed = (document: ApiDocument): readonly Placed[] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, of]) => ({ path, method, operation: of })),
  );

function navigation(document: ApiDocument, operations: readonly Placed[]): string {
  const groups = document.tags.map(({ name }) => {
    const links = operations
      .filter(({ operation: { tags } }) => tags.includes(name))
      .map(
        ({ operation: { operationId, summary } }) => `<li><a href="#${operationId}">${escapeHtml(summary)}</a></li>`,
      );
    return `<p>${escapeHtml(name)}</p><ul>${links.join('')}</ul>`;
  });
  const { post } = document.webhooks.event;
  const told = Object.keys(post.requestBody.content['application/json'].examples).map(
    (type) => `<li><a href="#${escapeHtml(type)}">${escapeHtml(type)}</a></li>`,
  );
  return `<nav aria-label="Contents"><details open><summary>Contents</summary><ul>${headingsOf(document.info.description).join('')}</ul>${groups.join('')}<p><a href="#event">${escapeHtml(post.summary)}</a></p><ul>${told.join('')}</ul><p><a href="#objects">Objects</a></p><p><a href="/openapi.json">openapi.json</a></p></details></nav>`;
}

/** @returns a whole page, to be served with {@link DOCS_CSP} */
export function docsPage(document: ApiDocument): string {
  const operations = placed(document);
  const { title, summary, description } = document.info;
  const groups = document.tags.map(({ name, description: text }) => {
    const of = operations.filter((each) => each.operation.tags.includes(name));
    const sections = of.map(({ path, method, operation: each }) => operation(document, path, method, each));
    return `<h2>${escapeHtml(name)}</h2>${prose(text)}${sections.join('')}`;
  });
  const objects = Object.entries(document.components.schemas).map(
    ([name, schema]) =>
      `<section class="object" id="object-${escapeHtml(name)}"><h3>${escapeHtml(name)}</h3>${schema.description === undefined ? '' : prose(schema.description)}${fields(schema)}</section>`,
  );
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escapeHtml(title)} API</title><style>${STYLE}</style></head><body>${navigation(document, operations)}<main><h1>${escapeHtml(title)} API</h1><p>${escapeHtml(summary)}</p>${prose(description)}${groups.join('')}${webhook(document)}<h2 id="objects">Objects</h2>${objects.join('')}</main></body></html>`;
}
