// What a contract looks like to its tenant. Apart from what comes in: answers are only looked at by who describes them, and are not
// deployed.
import * as z from 'zod/mini';
import { STATES } from '../connection/connection.ts';
import { ASKED_OUTCOMES } from '../contract/asked.ts';
import { PERIOD_STATUSES } from '../contract/due.ts';
import { REPLACEMENT_OUTCOMES, REPLACEMENT_REASONS } from '../contract/replacement.ts';
import { PLATFORMS } from '../tenant/platforms.ts';
import { READING_POLICIES } from '../tenant/tenant.ts';
import { allowance, CONTRACT_STATES, KINDS, WORDS } from './contract-fields.ts';
import { about, instant, orNull, pageOf } from './fields.ts';

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
  policy: about(z.enum(READING_POLICIES), WORDS.policy),
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

export const contractLines = z
  .object({
    items: z.array(
      z.object({
        created: z.boolean(),
        contract: orNull(contractAnswer),
        problem: about(
          orNull(
            z.object({
              code: about(z.string(), '`invalid_request` or `reference_taken`.'),
              status: about(z.int(), 'What the line would have been answered with by itself.'),
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
