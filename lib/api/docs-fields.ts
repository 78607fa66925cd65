// Schemas of the document as HTML: the fields of an object, what each may hold, and what it may not.
import { escapeHtml } from '../connection/page-frame.ts';

/** As much of JSON Schema as the page shows. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly maxProperties?: number;
}

/** One line of a list: a field, a parameter or a header. */
export interface Row {
  readonly name: string;
  readonly schema: Schema;
  readonly needed: boolean;
  readonly description?: string | undefined;
}

const HEADING = '## ';

/** Where a heading of {@link prose} is found. */
const anchorOf = (heading: string): string => heading.toLowerCase().replace(/[^a-z0-9]+/g, '-');

/** Markdown as the document has it: paragraphs, headings, fenced code, and `code` within a line. */
export function prose(text: string): string {
  const parts = text.split('\n\n').map((part) => {
    if (part.startsWith('```'))
      return `<pre tabindex="0">${escapeHtml(part.split('\n').slice(1, -1).join('\n'))}</pre>`;
    const words = escapeHtml(part.startsWith(HEADING) ? part.slice(HEADING.length) : part).replace(
      /`([^`]+)`/g,
      '<code>$1</code>',
    );
    return part.startsWith(HEADING)
      ? `<h2 id="${anchorOf(part.slice(HEADING.length))}">${words}</h2>`
      : `<p>${words}</p>`;
  });
  return parts.join('');
}

/** Links to the headings of a text. */
export function headingsOf(text: string): readonly string[] {
  const headings = text.split('\n').filter((line) => line.startsWith(HEADING));
  return headings.map((line) => {
    const words = line.slice(HEADING.length);
    return `<li><a href="#${anchorOf(words)}">${escapeHtml(words)}</a></li>`;
  });
}

export const lastPart = (ref: string): string => ref.split('/').at(-1) ?? '';

const eitherOf = ({ anyOf, oneOf }: Schema): readonly Schema[] | undefined => anyOf ?? oneOf;

function rangeOf(from: number | undefined, to: number | undefined, unit = ''): readonly string[] {
  const [least, most] = [from, to].map((bound) => bound?.toLocaleString('en'));
  if (most !== undefined) return [least === undefined ? `at most ${most}${unit}` : `${least} to ${most}${unit}`];
  return least === undefined ? [] : [`at least ${least}${unit}`];
}

/** Limits, other than those that its sentence has. */
const limitsOf = (schema: Schema): readonly string[] => [
  ...rangeOf(schema.minimum, schema.maximum),
  ...rangeOf(schema.minLength, schema.maxLength, ' characters'),
  ...rangeOf(schema.minItems, schema.maxItems, ' items'),
  ...rangeOf(undefined, schema.maxProperties, ' entries'),
];

/** What a value is, with its limits. */
export function typeOf(schema: Schema): string {
  if (schema.$ref !== undefined) {
    const name = escapeHtml(lastPart(schema.$ref));
    return `<a href="#object-${name}">${name}</a>`;
  }
  if (schema.const !== undefined) return `<code>${escapeHtml(JSON.stringify(schema.const))}</code>`;
  if (schema.enum !== undefined)
    return schema.enum.map((value) => `<code>${escapeHtml(String(value))}</code>`).join(' ');
  const either = eitherOf(schema);
  if (either !== undefined) return either.map(typeOf).join(' or ');
  const limits = limitsOf(schema);
  if (schema.items !== undefined) return [`list of ${typeOf(schema.items)}`, ...limits].join(', ');
  const type = typeof schema.type === 'string' ? schema.type : (schema.type ?? ['anything']).join(' or ');
  return escapeHtml([type, ...(schema.format === undefined ? [] : [schema.format]), ...limits].join(', '));
}

export function list(rows: readonly Row[]): string {
  const items = rows.map(({ name, schema, needed, description }) => {
    const usual =
      schema.default === undefined ? '' : ` (default <code>${escapeHtml(JSON.stringify(schema.default))}</code>)`;
    const mark = needed ? ' <span class="needed">required</span>' : '';
    const dd = description === undefined ? '' : `<dd>${prose(description)}</dd>`;
    return `<dt><code>${escapeHtml(name)}</code> <span class="type">${typeOf(schema)}${usual}</span>${mark}</dt>${dd}`;
  });
  return `<dl>${items.join('')}</dl>`;
}

/** Fields of an object, those of objects within it that have no name of their own by their path. */
function fieldsOf(schema: Schema, prefix = ''): readonly Row[] {
  const { properties = {}, required = [] } = schema;
  const own = Object.entries(properties).flatMap(([name, field]) => [
    { name: prefix + name, schema: field, needed: required.includes(name), description: field.description },
    ...fieldsOf(field.items ?? field, `${prefix}${name}${field.items === undefined ? '' : '[]'}.`),
  ]);
  // Of a field that is an object or null. What has several forms as a whole is shown form by form.
  const within = prefix === '' ? [] : (eitherOf(schema) ?? []).flatMap((form) => fieldsOf(form, prefix));
  return [...own, ...within];
}

/** The field by which one form is told from the others. */
function markOf({ properties = {} }: Schema): string {
  const marks = Object.entries(properties).filter(([, { const: value }]) => value !== undefined);
  return marks
    .map(([name, { const: value }]) => `<code>${escapeHtml(name)}</code> is <code>${escapeHtml(String(value))}</code>`)
    .join(' and ');
}

/** All that may stand in an object, or in each of the forms that it has. */
export function fields(schema: Schema): string {
  const forms = eitherOf(schema);
  if (forms === undefined) return list(fieldsOf(schema));
  return forms
    .map((form) => (form.$ref === undefined ? `<p>When ${markOf(form)}:</p>${fields(form)}` : `<p>${typeOf(form)}</p>`))
    .join('');
}
