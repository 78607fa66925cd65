// Bodies made from the schemas that read them: any that fits, and any that is wrong in one place. Knows no route; a schema of a kind
// that it can make nothing of is an error, and so is a text of which it has no example.
import fc from 'fast-check';
import * as z from 'zod/mini';

type Schema = z.core.$ZodType;
type Path = readonly (string | number)[];

/** A body that is wrong, and the field that is. */
interface Wrong {
  readonly field: string;
  readonly body: unknown;
}

interface Place {
  readonly path: Path;
  /** What makes it wrong there; undefined leaves it out. */
  readonly wrong: fc.Arbitrary<unknown>;
}

const defOf = (schema: Schema) => (schema as z.core.$ZodTypes)._zod.def;
const fits = (schema: Schema, value: unknown): boolean => z.safeParse(schema, value).success;

const dayOf = (at: Date): string => at.toISOString().slice(0, 10);
const dates = fc.oneof(
  fc.date({ min: new Date('2025-12-01'), max: new Date('2026-12-31'), noInvalidDate: true }),
  fc.date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true }),
);

/** One kind of text for every rule there is for texts. */
const TEXTS: readonly fc.Arbitrary<string>[] = [
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
  fc.stringMatching(/^[A-Za-z0-9_.-]{1,40}$/),
  fc.stringMatching(/^[A-HJ-NPR-Z0-9]{17}$/),
  dates.map(dayOf),
  dates.map((at) => at.toISOString().slice(0, 7)),
  dates.map((at) => at.toISOString()),
  fc.integer({ min: 1, max: 100 }).map(String),
  fc.constantFrom('NL', 'FR', 'DE', 'BE'),
  fc.constantFrom('Europe/Amsterdam', 'America/St_Johns', 'Asia/Kathmandu', 'Pacific/Kiritimati', 'UTC'),
  fc.webUrl({ validSchemes: ['https'] }),
];

/** Samples of each kind, to know which a rule takes. */
const SAMPLES = TEXTS.map((texts) => [texts, fc.sample(texts, { numRuns: 20, seed: 1 })] as const);

function textsOf(schema: Schema): fc.Arbitrary<string> {
  const taken = SAMPLES.filter(([, samples]) => samples.some((sample) => fits(schema, sample)));
  if (taken.length === 0) throw new Error(`these tests know no text for: ${JSON.stringify(defOf(schema))}`);
  return fc.oneof(...taken.map(([texts]) => texts)).filter((text) => fits(schema, text));
}

const isLeftOut = (schema: Schema): boolean => ['optional', 'default'].includes(defOf(schema).type);

/** Values as they are sent that the schema takes. */
export function fitting(schema: Schema): fc.Arbitrary<unknown> {
  const def = defOf(schema);
  const { minimum, maximum } = schema._zod.bag as { readonly minimum?: number; readonly maximum?: number };
  const own = (all: fc.Arbitrary<unknown>) => all.filter((value) => fits(schema, value));
  switch (def.type) {
    case 'object': {
      const fields = Object.entries<Schema>(def.shape);
      const requiredKeys = fields.flatMap(([name, field]) => (isLeftOut(field) ? [] : [name]));
      return own(
        fc.record(Object.fromEntries(fields.map(([name, field]) => [name, fitting(field)])), { requiredKeys }),
      );
    }
    case 'array': {
      const [minLength, maxLength] = [minimum ?? 0, Math.min(maximum ?? 4, 4)];
      return own(fc.array(fitting(def.element), { minLength, maxLength }));
    }
    case 'record':
      return own(fc.dictionary(textsOf(def.keyType), fitting(def.valueType), { maxKeys: 4 }));
    case 'union':
      return fc.oneof(...def.options.map(fitting));
    case 'nullable':
      return fc.option(fitting(def.innerType));
    case 'optional':
    case 'default':
    case 'catch':
      return fitting(def.innerType);
    case 'pipe':
      return own(fitting(def.in));
    case 'enum':
      return fc.constantFrom(...Object.values(def.entries));
    case 'literal':
      return fc.constantFrom(...def.values);
    case 'boolean':
      return fc.boolean();
    case 'number':
      return own(fc.integer({ min: minimum ?? 0, max: maximum ?? 1000 }));
    case 'string':
      return textsOf(schema);
    default:
      throw new Error(`these tests make nothing of ${def.type} yet`);
  }
}

const ANYTHING = fc.oneof(
  fc.jsonValue(),
  fc.string({ unit: 'binary' }),
  fc.integer(),
  fc.constantFrom<unknown>(null, true, 0, -1, 1.5, 1e300, '', ' ', [], {}, [null], '2026-02-30', '__proto__'),
);

const refused = (schema: Schema) => ANYTHING.filter((value) => !fits(schema, value));

/** Where a value that fits can be made not to, each with what does it. */
function placesOf(schema: Schema, value: unknown, path: Path): readonly Place[] {
  const def = defOf(schema);
  switch (def.type) {
    case 'object':
      return placesOfObject(def.shape, value as Readonly<Record<string, unknown>>, path);
    case 'array':
      return (value as readonly unknown[]).flatMap((one, n) => placesIn(def.element, one, [...path, n]));
    case 'union': {
      const chosen = def.options.find((option) => fits(option, value));
      // Another option's word would be right, and the rest wrong.
      const words = def.options.flatMap((option) => wordsOf(option));
      const places = chosen === undefined ? [] : placesOf(chosen, value, path);
      return places.map(({ path: at, wrong }) => ({ path: at, wrong: wrong.filter((one) => !words.includes(one)) }));
    }
    case 'nullable':
    case 'optional':
    case 'default':
      return value === null ? [] : placesOf(def.innerType, value, path);
    default:
      return [];
  }
}

const wordsOf = (option: Schema): readonly unknown[] => {
  const def = defOf(option);
  const fields = def.type === 'object' ? Object.values<Schema>(def.shape) : [];
  return fields.flatMap((field) => {
    const own = defOf(field);
    return own.type === 'literal' ? own.values : [];
  });
};

/** None in what is caught: whatever is there, the body fits. */
const placesIn = (schema: Schema, value: unknown, path: Path): readonly Place[] =>
  defOf(schema).type === 'catch' ? [] : [{ path, wrong: refused(schema) }, ...placesOf(schema, value, path)];

function placesOfObject(
  shape: Readonly<Record<string, Schema>>,
  value: Readonly<Record<string, unknown>>,
  path: Path,
): readonly Place[] {
  const known = Object.entries(shape).flatMap(([name, field]) => [
    ...(isLeftOut(field) ? [] : [{ path: [...path, name], wrong: fc.constant(undefined) }]),
    ...(name in value ? placesIn(field, value[name], [...path, name]) : []),
  ]);
  const unknown = ['unknown', '__proto__', 'constructor', 'toString'].filter((name) => !Object.hasOwn(shape, name));
  return [...known, ...unknown.map((name) => ({ path: [...path, name], wrong: fc.jsonValue() }))];
}

/** A copy that has something else at one place. Names are set as JSON sets them: `__proto__` is a name like any other. */
function changed(value: unknown, [name, ...rest]: Path, to: unknown): unknown {
  if (name === undefined) return to;
  if (Array.isArray(value)) return value.map((one: unknown, n) => (n === name ? changed(one, rest, to) : one));
  const entries = Object.entries(value ?? {});
  const before = entries.find(([own]) => own === name)?.[1];
  return Object.fromEntries([...entries.filter(([own]) => own !== name), [name, changed(before, rest, to)]]);
}

const NO_OBJECT = fc.oneof(
  fc.array(fc.jsonValue()),
  fc.string(),
  fc.integer(),
  fc.constantFrom<unknown>(null, true, false),
);

/** Bodies that the schema of a body refuses for one field, or because they are no object at all. */
export const wrongFor = (schema: Schema): fc.Arbitrary<Wrong> =>
  fitting(schema).chain((body) => {
    const places = placesOf(schema, body, []);
    const oneWrong = fc
      .constantFrom(...places)
      .chain(({ path, wrong }) => wrong.map((to) => ({ field: path.join('.'), body: changed(body, path, to) })));
    return fc.oneof(
      { weight: 9, arbitrary: oneWrong },
      { weight: 1, arbitrary: NO_OBJECT.map((to) => ({ field: 'body', body: to })) },
    );
  });
