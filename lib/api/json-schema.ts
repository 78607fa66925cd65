// Our schemas as JSON Schema, for the document: with the sentence of every rule that a pattern or a number says badly or not at all.
// Runs when the document is written and when it is tested, never when a request is answered.
import * as z from 'zod/mini';

export type Json = Readonly<Record<string, unknown>>;

/** Of what zod makes of a schema, as much as its rules take. */
interface Definition {
  readonly innerType?: z.core.$ZodType;
  readonly in?: z.core.$ZodType;
  readonly checks?: readonly z.core.$ZodCheck[];
}

/** Rules that JSON Schema has as a pattern, or not at all. */
const IN_WORDS = ['string_format', 'custom'];

/** The rules say the same of every value. */
const ANY = {} as never;

/** What is said of a value that breaks a rule, each once. */
function rulesOf({ _zod: { def } }: z.core.$ZodType): readonly string[] {
  const { innerType, in: given, checks = [] }: Definition = def;
  const own = checks.flatMap(({ _zod: check }) => {
    const said = IN_WORDS.includes(check.def.check) ? check.def.error?.(ANY) : undefined;
    return typeof said === 'string' ? [said] : [];
  });
  const within = [innerType, given].flatMap((schema) => (schema === undefined ? [] : rulesOf(schema)));
  return [...new Set([...own, ...within])];
}

/** Requests are described as they are sent; answers as they are, open to fields that are added later. */
const FORM = {
  io: 'input',
  unrepresentable: 'any',
  override: ({ zodSchema, jsonSchema: made }) => {
    const { description = '' } = made;
    const missing = rulesOf(zodSchema).filter((rule) => !description.includes(rule));
    const sentences = [description, ...missing.map((rule) => `${rule}.`)].filter((text) => text !== '');
    if (missing.length > 0) made.description = sentences.join(' ');
  },
} as const satisfies z.core.ToJSONSchemaParams;

/** That an integer is one that JavaScript can count to is not worth saying of every one. */
const SAFE = ['minimum', 'maximum'];
const plain = (key: string, value: unknown): unknown =>
  SAFE.includes(key) && Math.abs(Number(value)) === Number.MAX_SAFE_INTEGER ? undefined : value;

/** A schema as JSON Schema. Those within it that have a name become components. */
export function jsonSchema(schema: z.ZodMiniType, components: Record<string, unknown>): Json {
  const text = JSON.stringify(z.toJSONSchema(schema, FORM), plain);
  const { $schema: _, $defs = {}, ...rest } = JSON.parse(text.replaceAll('"#/$defs/', '"#/components/schemas/'));
  for (const [name, { id: __, ...named }] of Object.entries<Record<string, unknown>>($defs)) components[name] = named;
  return rest;
}
