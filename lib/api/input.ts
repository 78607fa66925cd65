// Strict reading of what callers send: JSON bodies and query strings against closed schemas. What is unknown is refused, and the answer
// names the field.
import type * as z from 'zod/mini';
import type { FieldError } from './problem.ts';

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly code: 'malformed_json' | 'invalid_request'; readonly errors: readonly FieldError[] };

type Issue = z.core.$ZodIssue;

/** Long enough for every name of ours. */
const LONGEST_FIELD = 200;

/** Names the field, never its value: every message is a sentence of our schemas that says what is expected. */
function fieldErrors(issue: Issue, input: unknown): readonly FieldError[] {
  const at = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      field: [...at, key].join('.').slice(0, LONGEST_FIELD),
      message: 'Unknown field',
    }));
  }
  const missing = valueAt(input, issue.path) === undefined;
  return [{ field: at.join('.') || 'body', message: missing ? `Missing: ${issue.message}` : issue.message }];
}

const valueAt = (input: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    input,
  );

/** A value that breaks two rules of one sentence is told once. */
const once = (errors: readonly FieldError[]): readonly FieldError[] =>
  errors.filter(
    ({ field, message }, n) => n === errors.findIndex((other) => other.field === field && other.message === message),
  );

export function parseInput<T>(schema: z.ZodMiniType<T>, input: unknown): Parsed<T> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return { ok: true, value: parsed.data };
  return { ok: false, code: 'invalid_request', errors: errorsOf(parsed.error.issues, input) };
}

/** What a schema found wrong with `input`, by field. */
export const errorsOf = (issues: readonly Issue[], input: unknown): readonly FieldError[] =>
  once(issues.flatMap((issue) => fieldErrors(issue, input)).slice(0, MOST_FIELDS));

/** Errors that are looked at; more would only cost time. */
const MOST_FIELDS = 100;

/** Of JSON: a text, with the colon that makes it a name; and what else says where one is. */
const TOKENS = /("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?|[{}[\],]/g;

/**
 * The first member that a reader would lose without a word: one named twice, of which the last would be taken (RFC 8259 §4), and one called
 * `__proto__`, which a record of zod's leaves out.
 * @param text valid JSON
 */
function lostIn(text: string): FieldError | undefined {
  const open: { at: string | number; readonly names: Set<string> }[] = [];
  for (const [token, quoted, colon] of text.matchAll(TOKENS)) {
    const innermost = open.at(-1);
    if (token === '{' || token === '[') open.push({ at: token === '[' ? 0 : '', names: new Set() });
    else if (token === '}' || token === ']') open.pop();
    else if (token === ',' && typeof innermost?.at === 'number') innermost.at += 1;
    if (quoted === undefined || colon === undefined || innermost === undefined) continue;
    const name: string = JSON.parse(quoted);
    innermost.at = name;
    const repeated = innermost.names.has(name);
    innermost.names.add(name);
    if (!repeated && name !== '__proto__') continue;
    const path = open.map(({ at }) => at).join('.');
    return { field: path.slice(0, LONGEST_FIELD), message: repeated ? 'Given more than once' : 'Unknown field' };
  }
  return undefined;
}

/** An absent body counts as an empty object. */
export function parseBody<T>(schema: z.ZodMiniType<T>, body: string | undefined): Parsed<T> {
  if (body === undefined || body === '') return parseInput(schema, {});
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return { ok: false, code: 'malformed_json', errors: [] };
  }
  const lost = lostIn(body);
  return lost === undefined ? parseInput(schema, value) : { ok: false, code: 'invalid_request', errors: [lost] };
}
