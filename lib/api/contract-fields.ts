// What of a contract comes in, when it is made and when it is changed, and the words for it.
import * as z from 'zod/mini';
import { MOST_DEADLINE_DAYS, READING_POLICIES } from '../tenant/tenant.ts';
import { about, day, form, oneOf, reference, wholeNumber } from './fields.ts';

export const KINDS = ['insurance', 'lease'] as const;
export const CONTRACT_STATES = ['upcoming', 'active', 'ended'] as const;

export const WORDS = {
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

const MOST_NOTES = 20;
const METADATA = `At most ${MOST_NOTES} texts of at most 500 characters, under names of 1 to 40 letters, digits, \`_\`, \`.\` and \`-\``;

export const allowance = form({
  per: about(oneOf(['year', 'term']), 'A year of the contract, or its whole term.'),
  metres: wholeNumber(0, 10_000_000_000),
  group: z.optional(
    about(
      reference,
      'Contracts with the same text share their allowances: what one has left, another may use. Their mileage says how the group stands.',
    ),
  ),
}).check(z.meta({ id: 'Allowance', description: 'How far the car may go.' }));

export const metadata = z
  .record(
    z.string(METADATA).check(z.regex(/^[A-Za-z0-9_.-]{1,40}$/, METADATA)),
    z.string(METADATA).check(z.maxLength(500, METADATA), z.regex(/^[^\p{Cs}]*$/u, METADATA)),
    METADATA,
  )
  .check(
    z.refine((texts) => Object.keys(texts).length <= MOST_NOTES, METADATA),
    z.meta({ maxProperties: MOST_NOTES }),
    z.describe('Your own notes. Nothing of a person.'),
  );

const UNTIL = 'Until the first month of the contract is over.';

export const contractChange = form({
  // Whether there is such a zone, or such a day, is looked up when one is to be changed: that takes a calendar.
  zone: z.optional(about(reference, `${WORDS.zone} Its days stay the days they are. ${UNTIL}`)),
  start: z.optional(about(day, `${WORDS.start} ${UNTIL}`)),
  dayOffset: z.optional(about(wholeNumber(1, 28), `${WORDS.dayOffset} ${UNTIL}`)),
  deadlineDays: z.optional(about(wholeNumber(1, MOST_DEADLINE_DAYS), `${WORDS.deadlineDays} ${UNTIL}`)),
  policy: z.optional(about(oneOf(READING_POLICIES), `${WORDS.policy} Counts from the next reading on.`)),
  allowance: z.optional(about(z.nullable(allowance), 'null: none any more.')),
  metadata: z.optional(metadata),
  legalHold: z.optional(
    about(
      z.boolean('true or false'),
      'Whether nothing of it may be erased. `false` needs the scope `contracts:erase` as well.',
    ),
  ),
}).check(z.meta({ id: 'ContractChange' }));
