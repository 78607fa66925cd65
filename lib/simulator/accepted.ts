// What a body of the control API may hold, in words, read off the schema that checks it: the page and the refusals say the
// same, and neither can fall behind. A schema may say it better itself (`z.describe`).

import * as z from 'zod/mini';

type Shape = z.core.JSONSchema.JSONSchema;

export interface Field {
  readonly name: string;
  readonly required: boolean;
  /** Such as `one of before, after (default before)`. */
  readonly takes: string;
}

/** The fields of an object; none for anything else. */
export function fieldsOf(schema: z.ZodMiniType): readonly Field[] {
  const { properties = {}, required = [] } = shapeOf(schema);
  return Object.entries(properties).map(([name, value]) => ({
    name,
    required: required.includes(name),
    takes: inWords(shape(value)),
  }));
}

/** @param path to a field, or to something in it @returns what may stand there */
export function takenAt(schema: z.ZodMiniType, path: readonly PropertyKey[]): string {
  let found: Shape | undefined = shapeOf(schema);
  for (const step of path) found = found === undefined ? undefined : within(found, String(step));
  return found === undefined ? 'nothing' : inWords(found);
}

function shapeOf(schema: z.ZodMiniType): Shape {
  return z.toJSONSchema(schema, { io: 'input' });
}

/** JSON Schema also has `true` for anything and `false` for nothing. */
function shape(value: Shape | boolean | readonly (Shape | boolean)[] | undefined): Shape {
  return typeof value === 'object' && !isList(value) ? value : {};
}

function within(parent: Shape, step: string): Shape | undefined {
  const choices = [parent, ...(parent.anyOf ?? []).map(shape)];
  const found = choices.map(({ properties, items }) => properties?.[step] ?? items).find((each) => each !== undefined);
  return found === undefined ? undefined : shape(found);
}

function inWords(each: Shape): string {
  const usual = each.default === undefined || each.default === '' ? '' : ` (default ${String(each.default)})`;
  return `${each.description ?? valuesOf(each)}${usual}`;
}

function valuesOf({ type, anyOf, enum: values, items, minItems, properties, ...range }: Shape): string {
  if (anyOf !== undefined) return anyOf.map((one) => inWords(shape(one))).join(', or ');
  if (values !== undefined) return `one of ${values.join(', ')}`;
  if (type === 'array') return `a list${(minItems ?? 0) > 0 ? ' of at least one' : ''}, each ${inWords(shape(items))}`;
  if (type === 'object') return `an object with ${listed(properties ?? {})}`;
  if (type === 'boolean') return 'true or false';
  if (type === 'integer') return `a whole number${rangeOf(range)}`;
  if (type === 'number') return `a number${rangeOf(range)}`;
  return type === 'null' ? 'null' : 'text';
}

function isList(value: object): value is readonly unknown[] {
  return Array.isArray(value);
}

function listed(properties: NonNullable<Shape['properties']>): string {
  const parts = Object.entries(properties).map(([name, value]) => `${name}: ${inWords(shape(value))}`);
  return parts.length === 0 ? 'nothing in it' : parts.join('; ');
}

/** A bound that only says what a number of this language can hold says nothing. */
function rangeOf({ minimum, exclusiveMinimum, maximum }: Shape): string {
  const least = minimum === undefined || minimum <= Number.MIN_SAFE_INTEGER ? '' : ` from ${minimum}`;
  const above = exclusiveMinimum === undefined ? '' : ` above ${exclusiveMinimum}`;
  const most = maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? '' : ` to ${maximum}`;
  return least + above + most;
}
