// The fields that requests and answers are made of, as schemas. Every rule has its sentence: it is what a caller reads in the document
// before a value breaks it, and in the problem afterwards. Days are local days of the contract's zone.
import * as z from 'zod/mini';
import { isVin, normaliseVin } from '../mileage/vin.ts';

const DAY = 'A day, YYYY-MM-DD, from 2000-01-01 to 2099-12-31';

/** Bounded, so that no contract has thousands of periods and every period has an end. */
export const dayForm = /^20\d{2}-\d{2}-\d{2}$/;

export const day = z.string(DAY).check(z.regex(dayForm, DAY));

/** What a field is for, in the document. */
export const about = <T>(schema: z.ZodMiniType<T>, text: string): z.ZodMiniType<T> => schema.check(z.describe(text));

export const wholeNumber = (from: number, to: number) => {
  const rule = `A whole number from ${from} to ${to}`;
  return z.int(rule).check(z.minimum(from, rule), z.maximum(to, rule));
};

export const oneOf = <const T extends readonly string[]>(values: T) => z.enum(values, `One of ${values.join(', ')}`);

const REFERENCE = 'A text of 1 to 128 characters';
const VIN = 'A VIN: 17 letters and digits, without I, O and Q';

// What a store or another system would change on the way is refused: two references must never become one.
export const reference = z
  .string(REFERENCE)
  .check(
    z.minLength(1, REFERENCE),
    z.maxLength(128, REFERENCE),
    z.regex(/^[^\p{Cc}\p{Cs}\u{fffd}]*$/u, 'No control characters and no broken Unicode'),
    z.regex(/^(?:\S(?:.*\S)?)?$/su, 'No spaces at either end'),
  );

// ASCII before it is normalised: upper case makes letters out of some others, `ß` would become `SS`.
export const vin = z.pipe(
  z.string(VIN).check(z.regex(/^[A-Za-z0-9 -]{17,40}$/, VIN)),
  z.pipe(z.transform(normaliseVin), z.string().check(z.refine(isVin, VIN))),
);

const COUNTRY = 'A country, two capital letters (ISO 3166-1), e.g. NL';

/** Made when the first country comes: it takes 10 ms and more, which the start of a function that takes none need not wait for. */
let regionNames: Intl.DisplayNames | undefined;

function isCountry(text: string): boolean {
  if (!/^[A-Z]{2}$/.test(text)) return false;
  regionNames ??= new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
  return regionNames.of(text) !== undefined;
}

export const country = z.string(COUNTRY).check(z.refine(isCountry, COUNTRY));

/** Closed: a field that nobody knows is a mistake of the caller's. */
export const form = <Shape extends z.core.$ZodLooseShape>(shape: Shape) => z.strictObject(shape, 'A JSON object');

/** What a request without anything in it is read with. */
export const nothing = form({});

/** UTC with milliseconds. */
export const instant = z.string().check(z.meta({ format: 'date-time' }));

const INSTANT = 'An instant in UTC, YYYY-MM-DDThh:mm:ssZ, from the year 2000 to 2099';

const isInstant = (text: string): boolean => {
  const at = Date.parse(text);
  // Date.parse rolls 30 February over into March.
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text.slice(0, 19));
};

/** As it comes in: seconds, with or without a fraction of three digits. Comes out as {@link instant}. */
export const instantGiven = z.pipe(
  z
    .string(INSTANT)
    .check(
      z.regex(/^20\d{2}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/, INSTANT),
      z.refine(isInstant, INSTANT),
      z.meta({ format: 'date-time' }),
    ),
  z.transform((text: string) => new Date(text).toISOString()),
);

export const orNull = <T>(schema: z.ZodMiniType<T>) => z.nullable(schema);

/**
 * One segment of a path. Deliberately wider than our ids: an id of another form is looked up like any other, so that nobody learns
 * from a refusal which forms there are.
 */
export const segment = (text: string) => z.string().check(z.regex(/^[A-Za-z0-9_-]{1,64}$/), z.describe(text));

const PERIOD = 'A month, YYYY-MM, from 2000-01 to 2099-12';

export const periodId = z
  .string(PERIOD)
  .check(z.regex(/^20\d{2}-(0[1-9]|1[0-2])$/, PERIOD), z.describe('The month in which the period begins, `YYYY-MM`.'));

const LIMIT = 'A whole number from 1 to 100';
const LIMIT_LEFT_OUT = 25;

/** Queries carry texts. The document says what is meant: clients that are made from it take a number, and write it as this text. */
const limit = z.pipe(
  z
    .string(LIMIT)
    .check(
      z.regex(/^([1-9]\d?|100)$/, LIMIT),
      z.meta({ type: 'integer', minimum: 1, maximum: 100, default: LIMIT_LEFT_OUT, pattern: undefined }),
      z.describe('Items on a page.'),
    ),
  z.transform(Number),
);

/** What is said of a cursor that is none, or none of the list it is used with. */
export const CURSOR = 'Not a cursor of this list';

export const pageFields = {
  limit: z._default(limit, LIMIT_LEFT_OUT),
  cursor: z.optional(about(z.string(CURSOR), 'The `next` of the page before.')),
} as const;

export const pageQuery = form(pageFields);

/** A page of a list, newest first. */
export const pageOf = <T>(item: z.ZodMiniType<T>) =>
  z.object({
    items: z.array(item),
    next: about(z.nullable(z.string()), 'Cursor of the next page; null on the last one.'),
  });
