// Mileage over HTTP: how far the car of a contract went between two days, by the same rules as its statements; nothing is signed. Never
// estimates beyond two readings: what the car has yet to measure is not known.
import * as z from 'zod/mini';
import { termsOnSameCar } from '../contract/same-car.ts';
import { type Boundary, readingOf } from '../mileage/boundary.ts';
import type { Measured, NotClosed } from '../mileage/judge.ts';
import { kilometres } from '../mileage/kilometres.ts';
import { MILE_RATIO } from '../mileage/limits.ts';
import { startOfDay } from '../mileage/period.ts';
import { consentedReadings, type Dossier } from '../reading/dossier.ts';
import { mileageBetween, usageOfContract } from '../reading/mileage-between.ts';
import { type PoolUsage, poolOf } from '../reading/pool.ts';
import { readingsAround } from '../reading/readings-around.ts';
import { contractParams, findDossier } from './contracts.ts';
import { about, day, form, oneOf } from './fields.ts';
import { mileageAnswer, type odometerAt } from './mileage-answer.ts';
import { type ApiResponse, type FieldError, json, problem } from './problem.ts';
import { type ApiContext, answersJson, type Route, route } from './route.ts';

const UNITS = ['km', 'mi'] as const;

const mileageQuestion = form({
  from: z.optional(
    about(
      day,
      'First day, in the contract’s zone; left out, the contract’s first. It may be one that no reading has reached yet: then nothing is known so far.',
    ),
  ),
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
  if (contract.endsAt !== undefined && begins >= contract.endsAt)
    return { field: 'from', message: 'After the contract' };
  if (ends !== undefined && ends <= begins) return { field: 'to', message: 'Must come after from' };
  if (ends !== undefined && contract.endsAt !== undefined && ends > contract.endsAt)
    return { field: 'to', message: 'After the contract' };
  return { from: begins, to: ends };
}

/** The rest is for {@link getMileage} to add. */
type Judged = Omit<Mileage, 'manualReadings' | 'allowance' | 'pool'>;

const unknown = (from: string, to: string | null, why: NotClosed['why']): Judged => ({
  ...{ from, to, known: false, why },
  ...{ estimateMetres: null, lowerMetres: null, upperMetres: null, readToRead: null },
  ...{ opening: null, closing: null, partial: null, verdict: null, reasons: [], shown: null },
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
    ...{ verdict: of.verdict, reasons: [...of.reasons], shown },
  };
}

function poolView(pool: PoolUsage | undefined): Mileage['pool'] {
  if (pool === undefined)
    return {
      ...{ known: false, contracts: null, counted: null },
      ...{ allowedMetres: null, usedMetres: null, balanceMetres: null, projection: null },
    };
  const { projection = null, ...sums } = pool;
  return { known: true, ...sums, projection };
}

/** What is told of allowances: nothing where the question begins later than the contract. */
async function allowancesOf(
  { deps, query }: ApiContext<Question>,
  { contract }: Dossier,
  to: string | undefined,
  judged: Measured | NotClosed,
): Promise<Pick<Mileage, 'allowance' | 'pool'>> {
  if (query.from !== undefined) return { allowance: null, pool: null };
  const own = usageOfContract(contract, judged);
  const group = contract.allowance?.group;
  const pool = group === undefined ? null : poolView(await poolOf(deps.business, contract, group, own, to, deps.now));
  const projection = own?.projection ?? null;
  return { allowance: own === undefined ? null : { ...own, projection }, pool };
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
  const { until, judged } = mileageBetween(dossier, consentedReadings({ ...dossier, readings }), span, onSameCar);
  const manual = dossier.odometerEvents.filter(
    ({ kind, at }) => kind === 'reading' && at >= span.from && (span.to === undefined || at < span.to),
  );
  const mileage =
    judged.outcome === 'measured'
      ? known(judged, span.from, until ?? '', query.unit)
      : unknown(span.from, until ?? null, judged.why);
  const allowances = await allowancesOf(context, dossier, span.to, judged);
  return json(200, { ...mileage, ...allowances, manualReadings: manual.length });
}

export const mileageRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/v1/contracts/{contractId}/mileage',
    name: 'getMileage',
    group: 'Readings',
    summary: 'How far the car went between two days',
    detail:
      'From the readings as they are now, by the rules of the statements. Statements are fixed when they are signed: a reading that comes late may make a difference here. A contract whose allowance has a `group` is told what all contracts of the group have used together, which takes longer: give a `from` where you do not need it.',
    scope: 'contracts:read',
    params: contractParams,
    query: mileageQuestion,
    answers: { 200: answersJson('What is known.', mileageAnswer) },
    handle: getMileage,
  }),
];
