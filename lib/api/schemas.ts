// What callers may send, as closed schemas. Days are local days of the contract's zone.
import * as z from 'zod/mini';
import { isZone, startOfDay } from '../mileage/period.ts';
import { isVin, normaliseVin } from '../mileage/vin.ts';

const day = z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}$/, 'A day, YYYY-MM-DD'));

const terms = z.strictObject({
  kind: z.enum(['insurance', 'lease']),
  /** The caller's own name for the contract; unique for the tenant. */
  reference: z.string().check(z.minLength(1), z.maxLength(128), z.regex(/^[^\p{Cc}]*$/u, 'No control characters')),
  vin: z.optional(
    z.pipe(
      z.string().check(z.maxLength(40)),
      z.pipe(z.transform(normaliseVin), z.string().check(z.refine(isVin, '17 letters and digits, without I, O and Q'))),
    ),
  ),
  /** First day of the contract. */
  start: day,
  /** First day after the contract. */
  end: z.optional(day),
  zone: z.string().check(z.refine(isZone, 'An IANA time zone, e.g. Europe/Amsterdam')),
  dayOffset: z._default(z.int().check(z.minimum(1), z.maximum(28)), 1),
  policy: z._default(z.enum(['after', 'around']), 'after'),
  deadlineDays: z._default(z.int().check(z.minimum(1), z.maximum(20)), 10),
});

const exists = (zone: string, text: string): boolean => {
  try {
    startOfDay(zone, text);
    return true;
  } catch {
    return false;
  }
};

export const newContract = terms.check((context) => {
  const { zone, start, end } = context.value;
  if (!exists(zone, start)) context.issues.push(issue(start, 'start', 'This day does not exist'));
  else if (end !== undefined && !exists(zone, end)) context.issues.push(issue(end, 'end', 'This day does not exist'));
  else if (end !== undefined && end <= start) context.issues.push(issue(end, 'end', 'Must come after start'));
});

const issue = (input: unknown, field: string, message: string) => ({
  code: 'custom' as const,
  input,
  path: [field],
  message,
});

export const newConnectSession = z.strictObject({
  /** Days until the link expires. */
  days: z._default(z.int().check(z.minimum(1), z.maximum(90)), 14),
});

export const noQuery = z.strictObject({});

const limit = z.pipe(
  z.string().check(z.regex(/^[1-9]\d{0,2}$/, 'A number from 1 to 100')),
  z.pipe(z.transform(Number), z.int().check(z.maximum(100, 'A number from 1 to 100'))),
);

export const page = z.strictObject({
  limit: z._default(limit, 25),
  cursor: z.optional(z.string().check(z.maxLength(200))),
});
