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

/** Where a member called `__proto__` is: a record of zod's leaves it out without a word. */
function lostIn(value: unknown): readonly string[] | undefined {
  for (const [name, member] of Object.entries(value ?? {})) {
    if (name === '__proto__') return [name];
    const below = typeof member === 'object' ? lostIn(member) : undefined;
    if (below !== undefined) return [name, ...below];
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
  const parsed = parseInput(schema, value);
  const lost = parsed.ok && typeof value === 'object' ? lostIn(value) : undefined;
  if (lost === undefined) return parsed;
  return { ok: false, code: 'invalid_request', errors: [{ field: lost.join('.'), message: 'Unknown field' }] };
}
