// Readings over HTTP: what was measured for a contract, as it was stored, and asking for one now. Calls no car.
import * as z from 'zod/mini';
import { isReadable } from '../connection/connection.ts';
import { askReading } from '../contract/ask.ts';
import { consentedReadings } from '../reading/dossier.ts';
import { listReadings, type StoredReading } from '../reading/reading.ts';
import { PLATFORMS } from '../tenant/platforms.ts';
import type { ApiCall } from './call.ts';
import { readingRequest } from './contract-answers.ts';
import { contractParams, findDossier } from './contracts.ts';
import { about, instant, orNull, pageOf, pageQuery } from './fields.ts';
import { nextCursor, placeOf } from './page.ts';
import { type ApiResponse, json, problem } from './problem.ts';
import { requestView } from './request-view.ts';
import { type ApiContext, answersJson, type Route, route } from './route.ts';

const readingAnswer = z
  .object({
    id: z.string(),
    recordedAt: about(instant, 'When the car measured it.'),
    fetchedAt: about(instant, 'When it came here.'),
    metres: about(z.int(), 'What the odometer showed, in whole metres.'),
    shown: about(z.object({ distance: z.number(), unit: z.enum(['km', 'mi']) }), 'The value as the platform sent it.'),
    source: about(
      z.enum(['poll', 'push', 'manual']),
      '`poll`: the car was asked; `push`: it told by itself; `manual`: somebody read it off.',
    ),
    platform: about(z.enum(PLATFORMS), 'Version of the vehicle platform.'),
    vin: about(orNull(z.string()), 'The VIN that came with it; null when none did.'),
    connection: about(z.string(), 'Id of the connection that it came over.'),
    requestId: about(z.string(), 'The vehicle platform’s own id of the request or the event.'),
  })
  .check(z.meta({ id: 'Reading' }));

const readingView = (reading: StoredReading): z.infer<typeof readingAnswer> => ({
  id: reading.id,
  recordedAt: reading.recordedAt,
  fetchedAt: reading.fetchedAt,
  metres: reading.metres,
  shown: { distance: reading.distance, unit: reading.unit },
  source: reading.source,
  platform: reading.platform ?? 'v2',
  vin: reading.vin ?? null,
  connection: reading.connectionId,
  requestId: reading.requestId,
});

async function getReadings(context: ApiContext<z.infer<typeof pageQuery>>): Promise<ApiResponse> {
  const { deps, caller, request, params, query } = context;
  const { contractId = '' } = params;
  const list = `readings ${contractId}`;
  const place = await placeOf(context, list, query);
  if (!place.ok) return place.refusal;
  const [dossier, { readings, more }] = await Promise.all([
    findDossier(context),
    listReadings(deps.business, { tenantId: caller.tenantId, contractId }, { limit: query.limit, before: place.after }),
  ]);
  if (dossier === undefined) return problem('not_found', request.id);
  const next = await nextCursor(context, list, more ? readings.at(-1)?.place : undefined);
  const shared = consentedReadings({ ...dossier, readings: readings.map(({ reading }) => reading) });
  return json(200, { items: shared.map(readingView), next });
}

/** A reading is of the contract's own time: before it begins the car is nobody's business. */
async function postReading(context: ApiCall): Promise<ApiResponse> {
  const { deps, request } = context;
  const dossier = await findDossier(context);
  if (dossier === undefined) return problem('not_found', request.id);
  const { contract, connection } = dossier;
  if (deps.now < Date.parse(contract.startsAt)) return problem('contract_not_begun', request.id);
  if (contract.dueAt === undefined) return problem('contract_over', request.id);
  if (!isReadable(connection)) return problem('not_connected', request.id);
  const asking = await askReading(deps.business, contract, deps.now);
  if (asking.kind === 'over') return problem('contract_over', request.id);
  if (asking.kind === 'too_soon')
    return problem('asked_recently', request.id, { headers: { 'retry-after': String(asking.seconds) } });
  return json(202, requestView(asking.contract), { location: `/v1/contracts/${contract.contractId}` });
}

export const readingRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/v1/contracts/{contractId}/readings',
    name: 'listReadings',
    group: 'Readings',
    summary: 'List the readings of a contract, newest first',
    detail:
      'By the instant at which the car measured. A reading never changes; statements say which ones they rest on.',
    scope: 'contracts:read',
    params: contractParams,
    query: pageQuery,
    answers: { 200: answersJson('A page of readings.', pageOf(readingAnswer)) },
    handle: getReadings,
  }),
  route({
    method: 'POST',
    path: '/v1/contracts/{contractId}/readings',
    name: 'askForReading',
    group: 'Readings',
    summary: 'Ask for a reading now',
    detail:
      'The car is asked once, within minutes, over the allowance that monthly readings use as well; the answer is `readingRequest` of the contract, and the events `reading.recorded` or `period.asleep`. A request that comes while one waits, or while the car is about to be asked anyway, joins it. Once every 15 minutes for each contract.',
    scope: 'readings:request',
    params: contractParams,
    answers: {
      202: answersJson('Noted; this is what is expected.', readingRequest, {
        location: 'The contract, which shows the answer.',
      }),
    },
    problems: ['not_connected', 'contract_not_begun', 'contract_over', 'asked_recently'],
    handle: postReading,
  }),
];
