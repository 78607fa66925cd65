// What a contract looks like to its tenant, going in and coming out.
import * as z from 'zod/mini';
import { STATES } from '../connection/connection.ts';
import { isZone, startOfDay } from '../mileage/period.ts';
import {
  about,
  day,
  dayForm,
  form,
  instant,
  oneOf,
  orNull,
  pageOf,
  reference,
  vin,
  wholeNumber,
  zone,
} from './fields.ts';

const KINDS = ['insurance', 'lease'] as const;
const POLICIES = ['after', 'around'] as const;

const WORDS = {
  reference: 'Your own name for the contract; unique among yours.',
  vin: 'The car that is expected; another one is refused when the driver connects. Left out: the first car that is connected.',
  start: 'First day of the contract.',
  end: 'First day after the contract.',
  zone: 'IANA time zone in which its months begin.',
  dayOffset: 'Day of the month on which a period begins.',
  policy: '`after`: one reading after each month. `around`: one before and one after, for tight bounds.',
  deadlineDays: 'Days after the end of a month in which a reading may still close it.',
} as const;

const terms = form({
  kind: oneOf(KINDS),
  reference: about(reference, WORDS.reference),
  vin: z.optional(about(vin, WORDS.vin)),
  start: about(day, WORDS.start),
  end: z.optional(about(day, WORDS.end)),
  zone: about(zone, WORDS.zone),
  dayOffset: z._default(about(wholeNumber(1, 28), WORDS.dayOffset), 1),
  policy: z._default(about(oneOf(POLICIES), WORDS.policy), 'after'),
  deadlineDays: z._default(about(wholeNumber(1, 20), WORDS.deadlineDays), 10),
});

/** First instant of a day of the right form; undefined for one that no calendar has. */
function instantOf(inZone: string, text: string): string | undefined {
  try {
    return startOfDay(inZone, text);
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
export const newContract = terms.check(
  (context) => {
    const { zone: inZone, start, end } = context.value;
    if (!isZone(inZone)) return;
    const days = Object.entries({ start, end }).flatMap(([field, text]) =>
      text !== undefined && dayForm.test(text) ? [{ field, at: instantOf(inZone, text) }] : [],
    );
    for (const { field, at } of days)
      if (at === undefined) context.issues.push(issue(field, 'This day does not exist'));
    const [from, to] = days.map(({ at }) => at);
    if (from !== undefined && to !== undefined && to <= from)
      context.issues.push(issue('end', 'Must come after start'));
  },
  z.meta({ id: 'NewContract' }),
);

const advice = z.object({ title: z.string(), text: z.string() }).check(z.meta({ id: 'Advice' }));

const WHAT_THE_DRIVER_MUST_DO =
  'What the driver has to do before the car can be read (again), in words for the driver, to be passed on as they are; null when there is nothing.';

const consentAnswer = z
  .object({
    textVersion: about(z.string(), 'Which words the driver agreed to, and in which language.'),
    agreedAt: instant,
    asked: about(orNull(z.array(z.string())), 'Permissions that the driver was asked for.'),
    granted: about(
      orNull(z.array(z.string())),
      'Permissions that the driver granted, as the vehicle platform tells them.',
    ),
  })
  .check(z.meta({ id: 'Consent' }));

export const connectionAnswer = z
  .object({
    id: z.string(),
    state: z.enum(STATES),
    reason: about(
      orNull(z.string()),
      'Machine-readable: why it is in this state, where there is more to say. The vehicle platform’s own reasons are `TYPE:CODE`.',
    ),
    driverMust: about(orNull(z.object({ en: advice, nl: advice, fr: advice, de: advice })), WHAT_THE_DRIVER_MUST_DO),
    consent: orNull(consentAnswer),
    readable: about(z.boolean(), 'Whether the car may be asked.'),
    connectedAt: orNull(instant),
    make: orNull(z.string()),
    model: orNull(z.string()),
    year: orNull(z.int()),
    vin: orNull(z.string()),
  })
  .check(z.meta({ id: 'Connection' }));

const contractShape = {
  id: z.string(),
  state: about(
    z.enum(['upcoming', 'active', 'ended']),
    'Where the contract stands between its first and last instant.',
  ),
  kind: z.enum(KINDS),
  reference: about(z.string(), WORDS.reference),
  vin: about(orNull(z.string()), WORDS.vin),
  start: about(z.string(), WORDS.start),
  end: about(orNull(z.string()), WORDS.end),
  startsAt: about(instant, 'First instant of `start` in the zone.'),
  endsAt: about(orNull(instant), 'First instant of `end` in the zone.'),
  zone: about(z.string(), WORDS.zone),
  dayOffset: about(z.int(), WORDS.dayOffset),
  policy: about(z.enum(POLICIES), WORDS.policy),
  deadlineDays: about(z.int(), WORDS.deadlineDays),
  createdAt: instant,
} as const;

/** In lists: reading the connections of each would cost a query each. */
export const contractAnswer = z.object(contractShape).check(z.meta({ id: 'Contract' }));

export const contractWithConnection = z
  .object({
    ...contractShape,
    connection: about(
      z.nullable(connectionAnswer),
      'The connection that is read from; before there is one, how the newest authorization ended.',
    ),
  })
  .check(z.meta({ id: 'ContractWithConnection' }));

export const contractPage = pageOf(contractAnswer);
