// Strict reading of what callers send: JSON bodies and query strings against closed schemas. What is unknown is refused, and the answer
// names the field.
import type * as z from 'zod/mini';
import type { FieldError } from './problem.ts';

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly code: 'malformed_json' | 'invalid_request'; readonly errors: readonly FieldError[] };

type Issue = z.core.$ZodIssue;

/** Names the field, not its value: zod's own messages quote what was expected, which is ours to tell. */
const fieldErrors = (issue: Issue): readonly FieldError[] => {
  const at = issue.path.map(String).join('.');
  if (issue.code !== 'unrecognized_keys') return [{ field: at || 'body', message: issue.message }];
  return issue.keys.map((key) => ({
    field: [...issue.path.map(String), key].join('.').slice(0, 200),
    message: 'Unknown field',
  }));
};

export function parseInput<T>(schema: z.ZodMiniType<T>, input: unknown): Parsed<T> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return { ok: true, value: parsed.data };
  return { ok: false, code: 'invalid_request', errors: parsed.error.issues.flatMap(fieldErrors) };
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
  return parseInput(schema, value);
}
