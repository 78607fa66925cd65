// What a contract looks like to its tenant, going in and coming out.
import * as z from 'zod/mini';
import { STATES } from '../connection/connection.ts';
import { CONNECTION_STATES } from '../connection/connection-state.ts';
import { ASKED_OUTCOMES } from '../contract/asked.ts';
import { PERIOD_STATUSES } from '../contract/due.ts';
import { REPLACEMENT_OUTCOMES, REPLACEMENT_REASONS } from '../contract/replacement.ts';
import { isZone, startOfDay } from '../mileage/period.ts';
import { PLATFORMS } from '../tenant/application.ts';
import {
  about,
  day,
  dayForm,
  form,
  instant,
  oneOf,
  orNull,
  pageFields,
  pageOf,
  reference,
  vin,
  wholeNumber,
  zone,
} from './fields.ts';

const KINDS = ['insurance', 'lease'] as const;
const POLICIES = ['after', 'around'] as const;
export const CONTRACT_STATES = ['upcoming', 'active', 'ended'] as const;

const WORDS = {
  state: 'Where the contract stands between its first and last instant.',
  periodStatus:
    'The month that is stated next. `upcoming`: it is to come, with the contract. `running`: it is not over. `awaited`: it is over, and its statement is to come. `stated`: there is none, all is stated.',
  reference: 'Your own name for the contract; unique among yours.',
  vin: 'The car that is expected; another one is refused when the driver connects. Left out: the first car that is connected.',
  start: 'First day of the contract.',
  end: 'First day after the contract.',
  zone: 'IANA time zone in which its months begin.',
  dayOffset: 'Day of the month on which a period begins.',
  policy: '`after`: one reading after each month. `around`: one before and one after, for tight bounds.',
  deadlineDays: 'Days after the end of a month in which a reading may still close it.',
} as const;

const METADATA = 'At most 20 texts of at most 500 characters, under names of 1 to 40 letters, digits, `_`, `.` and `-`';

const allowance = form({
  per: about(oneOf(['year', 'term']), 'A year of the contract, or its whole term.'),
  metres: wholeNumber(0, 10_000_000_000),
  group: z.optional(about(reference, 'Contracts with the same text share their allowances.')),
}).check(z.meta({ id: 'Allowance', description: 'How far the car may go.' }));

const metadata = z
  .record(
    z.string(METADATA).check(z.regex(/^[A-Za-z0-9_.-]{1,40}$/, METADATA)),
    z.string(METADATA).check(z.maxLength(500, METADATA), z.regex(/^[^\p{Cs}]*$/u, METADATA)),
    METADATA,
  )
  .check(
    z.refine((texts) => Object.keys(texts).length <= 20, METADATA),
    z.describe('Your own notes. Nothing of a person.'),
  );

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
  allowance: z.optional(allowance),
  metadata: z.optional(metadata),
});

/** First instant of a day of the right form; undefined for one that no calendar has. */
export function instantOf(inZone: string, text: string): string | undefined {
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
    const { zone: inZone, start, end, allowance: allowed } = context.value;
    if (allowed?.per === 'term' && end === undefined)
      context.issues.push(issue('end', 'An allowance per term needs it'));
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

const RECONNECT =
  'In `reauth_required`, while the contract goes on: the link with which the driver logs in again. In answers to GET, for keys with `contracts:write`; else null.';

const reconnectAnswer = z
  .object({
    url: about(
      z.string().check(z.meta({ format: 'uri' })),
      'Send this to the driver. Opening it uses nothing up. It works until `expiresAt`, and only while the connection stands so.',
    ),
    expiresAt: about(instant, 'Ask again for a later one.'),
  })
  .check(z.meta({ id: 'Reconnect' }));

export const connectionAnswer = z
  .object({
    id: z.string(),
    state: z.enum(STATES),
    reason: about(
      orNull(z.string()),
      'Machine-readable: why it is in this state, where there is more to say. The vehicle platform’s own reasons are `TYPE:CODE`.',
    ),
    driverMust: about(orNull(z.object({ en: advice, nl: advice, fr: advice, de: advice })), WHAT_THE_DRIVER_MUST_DO),
    reconnect: about(orNull(reconnectAnswer), RECONNECT),
    consent: orNull(consentAnswer),
    readable: about(z.boolean(), 'Whether the car may be asked.'),
    platform: about(z.enum(PLATFORMS), 'Version of the vehicle platform that it goes over.'),
    connectedAt: about(orNull(instant), 'Since when the car was known.'),
    withdrawnAt: about(orNull(instant), 'When the consent was ended: nothing is read from then on.'),
    make: orNull(z.string()),
    model: orNull(z.string()),
    year: orNull(z.int()),
    vin: orNull(z.string()),
  })
  .check(z.meta({ id: 'Connection' }));

export const erasure = z
  .object({ askedAt: instant, erasedAt: about(orNull(instant), 'null: it is not done yet.') })
  .check(z.meta({ id: 'Erasure' }));

export const readingRequest = z
  .object({
    askedAt: instant,
    state: about(
      z.enum(['waiting', ...ASKED_OUTCOMES]),
      '`waiting`: the car has yet to be asked. `read`: there is a reading. `asleep`: the car did not answer; it is asked again when a reading is due anyway. `not_yet_recorded`: it answered, and has measured nothing new. `not_asked`: there was no connection to ask over any more. Else why it was refused.',
    ),
    expectedBy: about(
      orNull(instant),
      'While it waits: when there should be an answer. Later, where the vehicle platform’s allowance is used up.',
    ),
    answeredAt: orNull(instant),
    reading: about(orNull(z.string()), 'Id of the reading that came of it.'),
  })
  .check(z.meta({ id: 'ReadingRequest' }));

export const replacementRequest = z
  .object({
    attestation: z.string(),
    reason: z.enum(REPLACEMENT_REASONS),
    askedAt: instant,
    state: about(
      z.enum(['waiting', ...REPLACEMENT_OUTCOMES]),
      '`unchanged`: what is known now says the same. `not_possible`: readings that it or a later attestation rests on are gone.',
    ),
    answeredAt: orNull(instant),
  })
  .check(z.meta({ id: 'ReplacementRequest' }));

const contractShape = {
  id: z.string(),
  state: about(z.enum(CONTRACT_STATES), WORDS.state),
  periodStatus: about(z.enum(PERIOD_STATUSES), WORDS.periodStatus),
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
  allowance: orNull(allowance),
  metadata: about(z.record(z.string(), z.string()), 'Your own notes.'),
  legalHold: about(z.boolean(), 'Whether nothing of it may be erased.'),
  erasure: about(z.nullable(erasure), 'Of its personal data, where that was asked for.'),
  readingRequest: about(z.nullable(readingRequest), 'The reading that was asked for last.'),
  replacementRequest: about(z.nullable(replacementRequest), 'The attestation that was last to be stated again.'),
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

export const contractFilters = form({
  ...pageFields,
  reference: z.optional(about(reference, WORDS.reference)),
  kind: z.optional(oneOf(KINDS)),
  state: z.optional(about(oneOf(CONTRACT_STATES), WORDS.state)),
  periodStatus: z.optional(about(oneOf(PERIOD_STATUSES), WORDS.periodStatus)),
  connectionState: z.optional(
    about(oneOf(CONNECTION_STATES), '`state` of the connection that the contract is shown with; `none`: it has none.'),
  ),
});

export const contractChange = form({
  policy: z.optional(about(oneOf(POLICIES), `${WORDS.policy} Counts from the next reading on.`)),
  allowance: z.optional(about(z.nullable(allowance), 'null: none any more.')),
  metadata: z.optional(metadata),
  legalHold: z.optional(
    about(z.boolean(), 'Whether nothing of it may be erased. `false` needs the scope `contracts:erase` as well.'),
  ),
}).check(z.meta({ id: 'ContractChange' }));

const LINES = 'A list of 1 to 100 contracts';

export const newContracts = form({
  contracts: z.array(newContract, LINES).check(z.minLength(1, LINES), z.maxLength(100, LINES)),
}).check(
  // Which of two lines came first would be chance.
  (context) => {
    const references = context.value.contracts.map((line) => line.reference);
    for (const [n, text] of references.entries()) {
      if (references.indexOf(text) === n) continue;
      context.issues.push({ ...issue('', 'Given more than once'), path: ['contracts', n, 'reference'] });
    }
  },
  z.meta({ id: 'NewContracts' }),
);

export const contractLines = z
  .object({
    items: z.array(
      z.object({
        created: z.boolean(),
        contract: orNull(contractAnswer),
        problem: about(
          orNull(
            z.object({
              code: z.string(),
              title: z.string(),
              errors: z.array(z.object({ field: z.string(), message: z.string() })),
            }),
          ),
          'Why there is no contract.',
        ),
      }),
    ),
  })
  .check(z.meta({ id: 'ContractLines', description: 'One for each line, in the order they came.' }));
