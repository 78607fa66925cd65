// Compatibility over HTTP: can this car be connected, asked before a driver is invited; and the brands that can be at all.
// A VIN is a person's: it is read from the query, given to the vehicle platform, and stands in no answer.
import * as z from 'zod/mini';
import { type Brand, DOCUMENTED_BRANDS } from '../connection/brands.ts';
import { type Compatibility, type Question, REASONS, requestsToCheck } from '../connection/compatibility.ts';
import { PERMISSIONS } from '../connection/platform-login.ts';
import { brandOfVin } from '../connection/vin-brand.ts';
import { emptyBudget, refillMs, spareOf, takeAll } from '../reading/budget.ts';
import { getApplication, type VehicleApplication } from '../tenant/application.ts';
import { getTenant } from '../tenant/tenant.ts';
import type { Meaning } from '../vehicle/refusals.ts';
import { VehicleError } from '../vehicle/vehicle-error.ts';
import type { CompatibilityDeps } from './call.ts';
import { about, country, form, oneOf, orNull, vin } from './fields.ts';
import { type ApiResponse, json, problem } from './problem.ts';
import { type ApiContext, answersJson, type Route, route } from './route.ts';

/** For whom a code is not enough. */
const SENTENCES: Readonly<Record<NonNullable<Compatibility['reason']>, string>> = {
  vehicle_not_compatible: 'This car cannot be connected.',
  brand_not_compatible: 'Cars of this brand cannot be connected in this country.',
  permission_not_available: 'This car can be connected, but does not give everything a statement needs.',
  only_brand_known:
    'The brand can be connected in this country; whether this car can is known when its driver connects.',
  brand_unknown:
    'The VIN does not tell the brand; whether this car can be connected is known when its driver connects.',
  country_unknown: 'The vehicle platform does not say which brands it connects in this country.',
};

const compatibilityQuestion = form({
  vin: about(vin, 'Stands in no answer and in no log of ours; mind your own.'),
  country: about(country, 'Where the car is connected, ISO 3166-1 alpha-2.'),
});

const brand = z
  .object({
    make: about(z.string(), 'As the vehicle platform spells it.'),
    name: about(z.string(), 'As its drivers write it.'),
    regions: about(z.array(oneOf(['US', 'CA', 'EUROPE'])), 'Where its cars can be connected.'),
  })
  .check(z.meta({ id: 'Brand' }));

const brandView = ({ make, name, regions }: Brand) => ({ make, name, regions });

const capability = z.object({
  permission: oneOf(PERMISSIONS),
  capable: about(
    orNull(z.boolean()),
    'Null: the vehicle platform does not say; outside the United States it never does.',
  ),
  reason: orNull(oneOf(['vehicle_not_capable', 'platform_not_capable'])),
});

const compatibility = z
  .object({
    compatible: about(orNull(z.boolean()), 'Null: nobody can say before the driver connects.'),
    reason: about(orNull(oneOf(REASONS)), 'Why not, or why nobody can say.'),
    message: about(orNull(z.string()), 'The reason as a sentence.'),
    basis: about(oneOf(['vin', 'brand']), 'What the answer rests on: this very car, or its brand and the country.'),
    country,
    brand: about(orNull(brand), 'Of the VIN; null where its first characters do not tell.'),
    capabilities: about(z.array(capability), 'One for each permission that a statement needs.'),
  })
  .check(z.meta({ id: 'Compatibility' }));

function listBrands(): Promise<ApiResponse> {
  return Promise.resolve(json(200, { items: DOCUMENTED_BRANDS.map(brandView) }));
}

async function getCompatibility(
  context: ApiContext<z.infer<typeof compatibilityQuestion>, unknown, CompatibilityDeps>,
): Promise<ApiResponse> {
  const { deps, caller, request, query } = context;
  const tenant = await getTenant(deps.business, caller.tenantId);
  if (tenant === undefined) return problem('unauthorized', request.id);
  const application = await getApplication(deps.business, tenant.applicationId);
  const wanted = requestsToCheck(application);
  if (wanted > 0 && !(await takeAll(deps.business, spareOf(application), wanted, deps.now))) {
    return later(request.id, refillMs(application, wanted) / 1000);
  }
  const answer = await deps.checkCompatibility(application, query).catch((fault: unknown) => fault);
  if (isAnswer(answer)) return json(200, view(query, answer));
  if (!(answer instanceof VehicleError)) throw answer;
  return refused(deps, request.id, application, answer);
}

const isAnswer = (outcome: unknown): outcome is Compatibility =>
  typeof outcome === 'object' && outcome !== null && 'compatible' in outcome;

function view({ vin, country }: Question, answer: Compatibility) {
  const brand = brandOfVin(vin);
  const { compatible, reason, basis, capabilities } = answer;
  const message = reason === null ? null : SENTENCES[reason];
  return {
    ...{ compatible, reason, message, basis, country },
    brand: brand === undefined ? null : brandView(brand),
    capabilities,
  };
}

/** Whole seconds, at least one. */
const later = (requestId: string, seconds: number): ApiResponse =>
  problem('vehicle_platform_busy', requestId, { headers: { 'retry-after': String(Math.max(1, Math.ceil(seconds))) } });

/** How long a caller waits when the platform does not say. Seconds. */
const USUAL_WAIT = 60;

/** What passes by itself. Everything else is the operator's to mend. */
const PASSING: readonly Meaning[] = ['transient', 'application_rate_limited', 'vehicle_rate_limited'];

/** @throws VehicleError for what only the operator can mend: it becomes a fault of ours, with an alarm */
async function refused(
  { business, now }: CompatibilityDeps,
  requestId: string,
  application: VehicleApplication,
  error: VehicleError,
): Promise<ApiResponse> {
  const { type, meaning, retryAfterSeconds } = error;
  if (type === 'VALIDATION') {
    const errors = [{ field: 'vin', message: 'The vehicle platform does not take this VIN' }];
    return problem('invalid_request', requestId, { errors });
  }
  if (meaning === 'application_rate_limited') {
    await emptyBudget(business, application, { retryAfterSeconds, requests: 1 }, now);
  }
  if (!PASSING.includes(meaning)) throw error;
  return later(requestId, retryAfterSeconds ?? USUAL_WAIT);
}

export const compatibilityRoutes: readonly Route<CompatibilityDeps>[] = [
  route({
    method: 'GET',
    path: '/v1/compatibility',
    name: 'getCompatibility',
    group: 'Connecting a car',
    summary: 'Ask whether a car can be connected, before its driver is invited',
    detail:
      'Takes from the calls that readings share, while more than half of them are left. `vehicle_platform_busy` says in `retry-after` after how many seconds to ask again at the soonest.',
    scope: 'contracts:read',
    query: compatibilityQuestion,
    answers: { 200: answersJson('What is known.', compatibility) },
    problems: ['vehicle_platform_busy'],
    handle: getCompatibility,
  }),
  route({
    method: 'GET',
    path: '/v1/brands',
    name: 'listBrands',
    group: 'Connecting a car',
    summary: 'List the brands that can be connected',
    scope: 'contracts:read',
    answers: { 200: answersJson('All of them.', z.object({ items: z.array(brand) })) },
    handle: listBrands,
  }),
];
