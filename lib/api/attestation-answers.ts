// What a statement looks like when it is read as JSON. Signed claims are shown as they were signed: this describes them and is never
// what makes or verifies one (lib/proof is). Not deployed: see contract-answers.ts.
import * as z from 'zod/mini';
import { OUTCOMES } from '../contract/attempts.ts';
import { REPLACED_FOR } from '../contract/replacement.ts';
import { STATEMENT_VCT } from '../proof/claims.ts';
import { about, instant, orNull, pageOf } from './fields.ts';

const metres = z.int();

const readingClaim = z
  .object({
    metres,
    recordedAt: about(instant, 'When the car measured.'),
    fetchedAt: about(instant, 'When the answer reached us.'),
    requestId: z.optional(
      about(
        z.string(),
        'The vehicle platform’s id of the request. Left out where a statement would be too large to sign.',
      ),
    ),
    unit: about(z.enum(['km', 'mi']), 'The unit as it was sent.'),
    source: z.enum(['poll', 'push', 'manual']),
  })
  .check(z.meta({ id: 'ReadingClaim' }));

const boundaryClaim = z
  .object({
    at: instant,
    metres,
    lowerMetres: about(metres, 'The odometer was at least this.'),
    upperMetres: about(metres, 'The odometer was at most this.'),
    method: z.enum(['read', 'interpolated', 'first_reading', 'restart']),
    before: z.optional(readingClaim),
    after: z.optional(readingClaim),
  })
  .check(
    z.meta({ id: 'BoundaryClaim', description: 'What the odometer showed at an instant, and how that is known.' }),
  );

const period = z
  .object({ id: about(z.string(), 'YYYY-MM of its start in the zone.'), from: instant, to: instant, zone: z.string() })
  .check(z.meta({ id: 'Period', description: 'One month of a contract, `from` included and `to` not.' }));

const attempts = z.object({
  counts: about(z.record(z.string(), z.int()), `How often the car was asked, by outcome: ${OUTCOMES.join(', ')}.`),
  firstAt: z.optional(instant),
  lastAt: z.optional(instant),
});

const common = {
  iss: about(z.string(), 'Who issued it: the origin whose `/.well-known/jwks.json` has the key.'),
  iat: about(z.int(), 'When it was signed, in seconds since 1970.'),
  jti: z.string(),
  vct: z.literal(STATEMENT_VCT),
  aud: about(z.string(), 'Your tenant id.'),
  sub: about(z.string(), 'The contract’s id.'),
  seq: about(z.int(), 'Number in the chain of the contract, from 1, without a hole.'),
  prev: about(
    orNull(z.string()),
    'SHA-256 of the signed bytes of the statement before, base64url; null for the first.',
  ),
  replaces: z.optional(about(z.string(), '`jti` of the statement whose place it takes.')),
  status: z.object({
    status_list: z.object({
      idx: about(z.int(), 'Where in the list this statement stands: its number.'),
      uri: about(z.string(), 'A Token Status List that says whether the statement is still in force.'),
    }),
  }),
  period,
  attempts,
  platform: z.string(),
  rulesVersion: z.string(),
} as const;

const measured = z
  .object({
    ...common,
    outcome: z.literal('measured'),
    opening: boundaryClaim,
    closing: boundaryClaim,
    distanceMetres: about(orNull(metres), 'Closing minus opening; null exactly when the verdict is `illogical`.'),
    lowerMetres: orNull(metres),
    upperMetres: orNull(metres),
    readToRead: about(
      z.object({ metres: orNull(metres), from: instant, to: instant }),
      'The exact figure between two readings, beside that of the calendar month.',
    ),
    catchUpMetres: z.optional(about(metres, 'Driven in months that ended without a reading.')),
    catchUpFrom: z.optional(instant),
    replaced: z.optional(
      about(
        z.array(z.object({ at: instant, old: metres, new: metres })),
        'Declared replacements of the odometer that the figures count over: the last value of the old one, the first of the new one.',
      ),
    ),
    partial: about(z.boolean(), 'Whether it covers less than the month, because the car was connected later.'),
    verdict: z.enum(['logical', 'illogical', 'no_judgement']),
    reasons: z.array(z.string()),
    findings: z.array(z.object({ rule: z.string(), numbers: z.record(z.string(), z.number()) })),
    omitted: z.optional(about(z.int(), 'How many findings and reasons were left out.')),
  })
  .check(z.meta({ id: 'MeasuredClaims' }));

const noReading = z
  .object({
    ...common,
    outcome: z.literal('no_reading'),
    reason: z.enum(['asleep', 'not_connected', 'reconnect_needed', 'consent_withdrawn', 'refused']),
    verdict: z.literal('no_judgement'),
  })
  .check(z.meta({ id: 'NoReadingClaims' }));

export const attestationAnswer = z
  .object({
    id: z.string(),
    contract: z.string(),
    issuedAt: instant,
    replacedFor: about(
      orNull(z.enum(REPLACED_FOR)),
      'Why it took the place of the one that `replaces` names; `boundary_moved`: an earlier month was stated again and closes elsewhere.',
    ),
    claims: z.discriminatedUnion('outcome', [measured, noReading]),
  })
  .check(z.meta({ id: 'Attestation' }));

export const attestationPage = pageOf(attestationAnswer);

export const sdJwt = z
  .string()
  .check(
    z.describe(
      'Compact SD-JWT (RFC 9901) with every disclosure that is still known and is not withheld; a plain JWT up to its first `~`.',
    ),
  );
