// What callers may send, as closed schemas. Days are local days of the contract's zone. Every rule has its sentence: it is what the
// caller reads when a value breaks it.
import * as z from 'zod/mini';
import { isZone, startOfDay } from '../mileage/period.ts';
import { isVin, normaliseVin } from '../mileage/vin.ts';

const DAY = 'A day, YYYY-MM-DD, from 2000-01-01 to 2099-12-31';

/** Bounded, so that no contract has thousands of periods and every period has an end. */
const dayForm = /^20\d{2}-\d{2}-\d{2}$/;

const day = z.string(DAY).check(z.regex(dayForm, DAY));

const wholeNumber = (from: number, to: number) => {
  const rule = `A whole number from ${from} to ${to}`;
  return z.int(rule).check(z.minimum(from, rule), z.maximum(to, rule));
};

const oneOf = <const T extends readonly string[]>(values: T) => z.enum(values, `One of ${values.join(', ')}`);

const REFERENCE = 'A text of 1 to 128 characters';
const VIN = 'A VIN: 17 letters and digits, without I, O and Q';
const ZONE = 'An IANA time zone, e.g. Europe/Amsterdam';

// What a store or another system would change on the way is refused: two references must never become one.
const reference = z
  .string(REFERENCE)
  .check(
    z.minLength(1, REFERENCE),
    z.maxLength(128, REFERENCE),
    z.regex(/^[^\p{Cc}\p{Cs}\u{fffd}]*$/u, 'No control characters and no broken Unicode'),
    z.regex(/^(?:\S(?:.*\S)?)?$/su, 'No spaces at either end'),
  );

// ASCII before it is normalised: upper case makes letters out of some others, `ß` would become `SS`.
const vin = z.pipe(
  z.string(VIN).check(z.regex(/^[A-Za-z0-9 -]{17,40}$/, VIN)),
  z.pipe(z.transform(normaliseVin), z.string().check(z.refine(isVin, VIN))),
);

const terms = z.strictObject(
  {
    kind: oneOf(['insurance', 'lease']),
    /** The caller's own name for the contract; unique for the tenant. */
    reference,
    vin: z.optional(vin),
    /** First day of the contract. */
    start: day,
    /** First day after the contract. */
    end: z.optional(day),
    zone: z.string(ZONE).check(z.refine(isZone, ZONE)),
    dayOffset: z._default(wholeNumber(1, 28), 1),
    policy: z._default(oneOf(['after', 'around']), 'after'),
    deadlineDays: z._default(wholeNumber(1, 20), 10),
  },
  'A JSON object',
);

/** First instant of a day of the right form; undefined for one that no calendar has. */
function instantOf(zone: string, text: string): string | undefined {
  try {
    return startOfDay(zone, text);
  } catch {
    return undefined;
  }
}

const issue = (field: string, message: string) => ({
  code: 'custom' as const,
  input: undefined,
  path: [field],
  message,
});

// Looks only at fields that are right by themselves: one mistake is told once.
export const newContract = terms.check((context) => {
  const { zone, start, end } = context.value;
  if (!isZone(zone)) return;
  const days = Object.entries({ start, end }).flatMap(([field, day]) =>
    day !== undefined && dayForm.test(day) ? [{ field, at: instantOf(zone, day) }] : [],
  );
  for (const { field, at } of days) if (at === undefined) context.issues.push(issue(field, 'This day does not exist'));
  const [from, to] = days.map(({ at }) => at);
  if (from !== undefined && to !== undefined && to <= from) context.issues.push(issue('end', 'Must come after start'));
});

export const newConnectSession = z.strictObject(
  {
    /** Days until the link expires. */
    days: z._default(wholeNumber(1, 90), 14),
  },
  'A JSON object',
);

const LIMIT = 'A number from 1 to 100';

const limit = z.pipe(z.string(LIMIT).check(z.regex(/^([1-9]\d?|100)$/, LIMIT)), z.transform(Number));

/** What is said of a cursor that is none, or none of the list it is used with. */
export const CURSOR = 'Not a cursor of this list';

export const page = z.strictObject({
  limit: z._default(limit, 25),
  cursor: z.optional(z.string(CURSOR)),
});
