// Mileage over HTTP: how far the car of a contract went between two days, by the same rules as its statements; nothing is signed. Never
// estimates beyond two readings: what the car has yet to measure is not known.
import * as z from 'zod/mini';
import { overlap, type Term, termsOnSameCar } from '../contract/same-car.ts';
import { usageOf } from '../mileage/allowance.ts';
import { type Boundary, readingOf } from '../mileage/boundary.ts';
import { judge, type Measured, type NotClosed } from '../mileage/judge.ts';
import { kilometres } from '../mileage/kilometres.ts';
import { MILE_RATIO } from '../mileage/limits.ts';
import { startOfDay } from '../mileage/period.ts';
import { consentedReadings, type Dossier, expectedVinOf } from '../reading/dossier.ts';
import { replacementsOf } from '../reading/odometer-event.ts';
import type { StoredReading } from '../reading/reading.ts';
import { readingsAround } from '../reading/readings-around.ts';
import { contractParams, findDossier } from './contracts.ts';
import { about, day, form, oneOf } from './fields.ts';
import { mileageAnswer, type odometerAt } from './mileage-answer.ts';
import { type ApiResponse, type FieldError, json, problem } from './problem.ts';
import { type ApiContext, answersJson, type Route, route } from './route.ts';

const UNITS = ['km', 'mi'] as const;

const mileageQuestion = form({
  from: z.optional(about(day, 'First day, in the contract’s zone; left out, the contract’s first.')),
  to: z.optional(
    about(day, 'First day after, in the contract’s zone; left out, up to the newest reading, or the contract’s end.'),
  ),
  unit: z._default(about(oneOf(UNITS), 'What `shown` is written in.'), 'km'),
});

type Question = z.infer<typeof mileageQuestion>;

type Mileage = z.infer<typeof mileageAnswer>;

const boundaryView = (of: Boundary): z.infer<typeof odometerAt> => ({
  at: of.at,
  metres: of.metres,
  lowerMetres: of.lowerMetres,
  upperMetres: of.upperMetres,
  method: of.method,
  readings:
    of.method === 'interpolated'
      ? [of.before, of.after].flatMap((ref) => ref?.id ?? [])
      : [readingOf(of)].flatMap((ref) => ref?.id ?? []),
});

const written = (unit: Question['unit'], count: number): string =>
  kilometres(unit === 'km' ? count : Math.round(count / MILE_RATIO));

/** A day of the right form that no calendar has names its field. */
function spanOf({ contract }: Dossier, { from, to }: Question): { from: string; to: string | undefined } | FieldError {
  const at = (text: string): string | undefined => {
    try {
      return startOfDay(contract.zone, text);
    } catch {
      return undefined;
    }
  };
  const message = 'This day does not exist';
  const begins = from === undefined ? contract.startsAt : at(from);
  if (begins === undefined) return { field: 'from', message };
  const ends = to === undefined ? undefined : at(to);
  if (to !== undefined && ends === undefined) return { field: 'to', message };
  if (begins < contract.startsAt) return { field: 'from', message: 'Before the contract' };
  if (ends !== undefined && ends <= begins) return { field: 'to', message: 'Must come after from' };
  if (ends !== undefined && contract.endsAt !== undefined && ends > contract.endsAt)
    return { field: 'to', message: 'After the contract' };
  return { from: begins, to: ends };
}

/** Counted by {@link getMileage}. */
type Judged = Omit<Mileage, 'manualReadings'>;

const unknown = (from: string, to: string | null, why: NotClosed['why']): Judged => ({
  ...{ from, to, known: false, why },
  ...{ estimateMetres: null, lowerMetres: null, upperMetres: null, readToRead: null },
  ...{ opening: null, closing: null, partial: null, verdict: null, reasons: [], shown: null, allowance: null },
});

function known(of: Measured, from: string, to: string, unit: Question['unit']): Judged {
  const { distanceMetres: estimate, lowerMetres: lower, upperMetres: upper } = of;
  const exact = estimate !== null && lower !== null && upper !== null;
  const shown = exact
    ? { unit, estimate: written(unit, estimate), lower: written(unit, lower), upper: written(unit, upper) }
    : null;
  return {
    ...{ from, to, known: true, why: null },
    ...{ estimateMetres: estimate, lowerMetres: lower, upperMetres: upper, readToRead: of.readToRead },
    ...{ opening: boundaryView(of.opening), closing: boundaryView(of.closing), partial: of.partial },
    ...{ verdict: of.verdict, reasons: [...of.reasons], shown, allowance: null },
  };
}

/** Counted from the contract's start: what was driven before the first reading is not known. */
function allowanceOf({ contract }: Dossier, { opening, closing, distanceMetres }: Measured): Mileage['allowance'] {
  if (contract.allowance === undefined || distanceMetres === null) return null;
  const term = { from: contract.startsAt, to: contract.endsAt };
  const driven = [{ from: opening.at, to: closing.at, metres: distanceMetres }];
  const { projection = null, ...usage } = usageOf(contract.allowance, term, driven, closing.at);
  return { ...usage, projection };
}

/** What the car drives after its contract is nobody's business. */
function untilNow({ contract: { endsAt } }: Dossier, readings: readonly StoredReading[]): string | undefined {
  const newest = readings.at(-1)?.recordedAt;
  return newest !== undefined && endsAt !== undefined && endsAt < newest ? endsAt : newest;
}

function mileageOf(
  dossier: Dossier,
  readings: readonly StoredReading[],
  { from, to }: { readonly from: string; readonly to: string | undefined },
  question: Question,
  onSameCar: readonly Term[],
): Judged {
  const until = to ?? untilNow(dossier, readings);
  if (until === undefined || until <= from) return unknown(from, until ?? null, 'no_closing_reading');
  const { contract } = dossier;
  const expectedVin = expectedVinOf(dossier);
  const period = { id: 'asked', from, to: until, zone: contract.zone };
  const others = onSameCar.filter((term) => overlap(term, { startsAt: from, endsAt: until }));
  const replacements = replacementsOf(dossier.odometerEvents);
  const facts = { contractStart: from, replacements, contractsOnVehicle: 1 + others.length };
  const judged = judge({ period, readings, expectedVin, facts });
  if (judged.outcome === 'not_closed') return unknown(from, until, judged.why);
  const mileage = known(judged, from, until, question.unit);
  return question.from === undefined ? { ...mileage, allowance: allowanceOf(dossier, judged) } : mileage;
}

async function getMileage(context: ApiContext<Question>): Promise<ApiResponse> {
  const { deps, request, query } = context;
  const dossier = await findDossier(context);
  if (dossier === undefined) return problem('not_found', request.id);
  const span = spanOf(dossier, query);
  if ('field' in span) return problem('invalid_request', request.id, { errors: [span] });
  const readings = await readingsAround(deps.business, dossier.contract, span);
  if (readings === undefined) {
    const errors = [{ field: 'from', message: 'More than 5,000 readings: ask for a shorter time' }];
    return problem('invalid_request', request.id, { errors });
  }
  const onSameCar = await termsOnSameCar(deps.business, dossier.contract);
  const judged = mileageOf(dossier, consentedReadings({ ...dossier, readings }), span, query, onSameCar);
  const manual = dossier.odometerEvents.filter(
    ({ kind, at }) => kind === 'reading' && at >= span.from && (span.to === undefined || at < span.to),
  );
  return json(200, { ...judged, manualReadings: manual.length });
}

export const mileageRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/v1/contracts/{contractId}/mileage',
    name: 'getMileage',
    group: 'Readings',
    summary: 'How far the car went between two days',
    detail:
      'From the readings as they are now, by the rules of the statements. Statements are fixed when they are signed: a reading that comes late may make a difference here.',
    scope: 'contracts:read',
    params: contractParams,
    query: mileageQuestion,
    answers: { 200: answersJson('What is known.', mileageAnswer) },
    handle: getMileage,
  }),
];
