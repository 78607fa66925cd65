// What is told of a contract's mileage. Not deployed: see contract-answers.ts.
import * as z from 'zod/mini';
import { about, instant, orNull } from './fields.ts';

const metres = orNull(z.int());

const METHOD =
  '`read`: a reading within ten minutes; `interpolated`: between two readings; `first_reading`: counting starts there; `restart`: begins again behind a break.';

export const odometerAt = z
  .object({
    at: instant,
    metres: z.int(),
    lowerMetres: z.int(),
    upperMetres: z.int(),
    method: about(z.enum(['read', 'interpolated', 'first_reading', 'restart']), METHOD),
    readings: about(
      z.array(z.string()),
      'Ids of the readings it rests on; of a declared replacement, where it is one.',
    ),
  })
  .check(z.meta({ id: 'OdometerAt', description: 'What the odometer showed at an instant.' }));

export const mileageAnswer = z
  .object({
    from: instant,
    to: about(orNull(instant), 'null: you named none, and no reading has come since `from`.'),
    known: about(z.boolean(), 'Whether the readings say how far the car went.'),
    why: about(
      orNull(z.enum(['no_closing_reading', 'no_opening_reading', 'no_trusted_reading'])),
      'Why that is not known.',
    ),
    estimateMetres: about(metres, 'null: not known, or the readings contradict each other.'),
    lowerMetres: about(metres, 'It cannot have been less.'),
    upperMetres: about(metres, 'It cannot have been more.'),
    readToRead: about(
      orNull(z.object({ metres, from: instant, to: instant })),
      'The exact figure between two readings, and when the car measured them.',
    ),
    opening: orNull(odometerAt),
    closing: orNull(odometerAt),
    partial: about(orNull(z.boolean()), 'Whether the readings reach less far than what was asked for.'),
    verdict: orNull(z.enum(['logical', 'no_judgement', 'illogical'])),
    reasons: z.array(z.string()),
    manualReadings: about(
      z.int(),
      'How often somebody read the odometer off in this time, as declared. No figure rests on it.',
    ),
    shown: about(
      orNull(z.object({ unit: z.enum(['km', 'mi']), estimate: z.string(), lower: z.string(), upper: z.string() })),
      'The figures for people, with one decimal.',
    ),
    allowance: about(
      orNull(
        z.object({
          allowedMetres: z.int(),
          usedMetres: z.int(),
          balanceMetres: z.int(),
          projection: about(
            orNull(z.object({ at: instant, metres: z.int(), allowedMetres: z.int(), excessMetres: z.int() })),
            'From the contract’s start until `at`, its end, at the pace so far; of a contract without an end, the end of its running year. null: less than four weeks are known.',
          ),
        }),
      ),
      'Told where `from` is left out and the contract has one: allowed, used and left until then.',
    ),
    pool: about(
      orNull(
        z.object({
          known: about(
            z.boolean(),
            '`false`: more than 100 contracts of the group have begun, or you have more than 5,000 contracts in all.',
          ),
          contracts: about(orNull(z.int()), 'Contracts of the group that have begun, this one too, ended or not.'),
          counted: about(
            orNull(z.int()),
            'Those of which it is known how far the car went. The others are in none of the sums.',
          ),
          allowedMetres: metres,
          usedMetres: metres,
          balanceMetres: about(
            metres,
            'What some have left is there for the others; below zero: together they are ahead.',
          ),
          projection: about(
            orNull(z.object({ metres: z.int(), allowedMetres: z.int(), excessMetres: z.int() })),
            'The projections of all of them added up, each to its own end. null: of one of them there is none.',
          ),
        }),
      ),
      'Told where `from` is left out and the allowance has a `group`: the sums of all your contracts with the same text, each until its newest reading or, where `to` is given, until then.',
    ),
  })
  .check(z.meta({ id: 'Mileage' }));
