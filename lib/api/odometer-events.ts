// What a tenant declares of an odometer, over HTTP: that it was replaced, or what somebody read off it. Changes no reading and no statement.
import * as z from 'zod/mini';
import { newestStatement } from '../attestation/statement.ts';
import { ContendedContract, MOST_TRIES } from '../contract/turn.ts';
import { type Declared, declareOdometerEvent } from '../reading/declare-odometer.ts';
import type { OdometerEvent } from '../reading/odometer-event.ts';
import { contractParams, findDossier } from './contracts.ts';
import { about, form, instant, instantGiven, orNull, pageOf, pageQuery, reference, wholeNumber } from './fields.ts';
import { nextCursor, placeOf } from './page.ts';
import { type ApiResponse, json, problem } from './problem.ts';
import { type ApiContext, answersJson, type Route, route } from './route.ts';

/** More than any car goes. */
const odometer = (text: string) => about(wholeNumber(0, 10_000_000_000), `${text} In whole metres.`);

const evidence = about(reference, 'Your own name for what proves it, an invoice or a photo. Nothing of a person.');

const newOdometerEvent = z
  .discriminatedUnion(
    'kind',
    [
      form({
        kind: z.literal('replacement'),
        at: about(instantGiven, 'When the other odometer began to count.'),
        oldMetres: odometer('The last value of the old one.'),
        newMetres: odometer('The first value of the new one.'),
        evidence,
      }),
      form({
        kind: z.literal('reading'),
        at: about(instantGiven, 'When it was read off.'),
        metres: odometer('What the dashboard showed.'),
        evidence,
      }),
    ],
    'One of replacement, reading',
  )
  .check(z.meta({ id: 'NewOdometerEvent' }));

const odometerEventAnswer = z
  .object({
    id: z.string(),
    kind: z.enum(['replacement', 'reading']),
    at: instant,
    declaredAt: instant,
    declaredBy: about(z.string(), 'Id of the API key.'),
    evidence: z.string(),
    metres: about(orNull(z.int()), 'Of a reading.'),
    oldMetres: about(orNull(z.int()), 'Of a replacement, as `newMetres`.'),
    newMetres: orNull(z.int()),
  })
  .check(z.meta({ id: 'OdometerEvent' }));

function eventView(event: OdometerEvent): z.infer<typeof odometerEventAnswer> {
  const { id, kind, at, declaredAt, keyId: declaredBy, evidence: proof } = event;
  const shown = { id, kind, at, declaredAt, declaredBy, evidence: proof };
  return event.kind === 'reading'
    ? { ...shown, metres: event.metres, oldMetres: null, newMetres: null }
    : { ...shown, metres: null, oldMetres: event.oldMetres, newMetres: event.newMetres };
}

type Context = ApiContext<unknown, z.infer<typeof newOdometerEvent>>;

function answerOf({ params, request }: Context, declared: Exclude<Declared, { kind: 'overtaken' }>): ApiResponse {
  switch (declared.kind) {
    case 'declared':
      return json(201, eventView(declared.event), {
        location: `/v1/contracts/${params['contractId']}/odometer-events`,
      });
    case 'refused':
      return problem('invalid_request', request.id, { errors: [{ field: declared.field, message: declared.message }] });
    case 'waits':
      return problem('replacement_waits', request.id);
    case 'erased':
      return problem('contract_erased', request.id);
    case 'too_many':
      return problem('too_many_odometer_events', request.id);
  }
}

async function postOdometerEvent(context: Context): Promise<ApiResponse> {
  const { deps, caller, params, request, body, newId } = context;
  const { contractId = '' } = params;
  const declaredAt = new Date(deps.now).toISOString();
  const event: OdometerEvent = { ...body, id: newId('ode'), declaredAt, keyId: caller.keyId };
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const [dossier, head] = await Promise.all([
      findDossier(context),
      newestStatement(deps.attestations, { tenantId: caller.tenantId, contractId }),
    ]);
    if (dossier === undefined) return problem('not_found', request.id);
    const declared = await declareOdometerEvent(deps.business, dossier, event, head?.boundary?.at ?? '');
    if (declared.kind !== 'overtaken') return { ...answerOf(context, declared), about: [dossier.contract] };
  }
  throw new ContendedContract('others declared something again and again');
}

/** Where an event stands in the list. */
const placeOfEvent = ({ at, id }: OdometerEvent): string => `${at}#${id}`;

/** They come with the contract: there are never many. */
async function getOdometerEvents(context: ApiContext<z.infer<typeof pageQuery>>): Promise<ApiResponse> {
  const { request, params, query } = context;
  const list = `odometer-events ${params['contractId']}`;
  const place = await placeOf(context, list, query);
  if (!place.ok) return place.refusal;
  const dossier = await findDossier(context);
  if (dossier === undefined) return problem('not_found', request.id);
  const { after } = place;
  const behind = dossier.odometerEvents.filter((event) => after === undefined || placeOfEvent(event) < after);
  const shown = behind.slice(0, query.limit);
  const last = behind.length > shown.length ? shown.at(-1) : undefined;
  const next = await nextCursor(context, list, last && placeOfEvent(last));
  return json(200, { items: shown.map(eventView), next });
}

export const odometerEventRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/v1/contracts/{contractId}/odometer-events',
    name: 'listOdometerEvents',
    group: 'Readings',
    summary: 'List what was declared of the odometer, newest first',
    detail: 'By the instant at which it was so. What was declared never changes.',
    scope: 'contracts:read',
    params: contractParams,
    query: pageQuery,
    answers: { 200: answersJson('A page of odometer events.', pageOf(odometerEventAnswer)) },
    handle: getOdometerEvents,
  }),
  route({
    method: 'POST',
    path: '/v1/contracts/{contractId}/odometer-events',
    name: 'declareOdometerEvent',
    group: 'Readings',
    summary: 'Declare a replaced odometer, or what somebody read off it',
    detail:
      'Over a replacement the distance counts on, and the statement says `no_judgement`, because nobody else confirms it. It counts in statements that are still to come: declare it before its month is stated, or have the attestation stated again. What was read off the dashboard is kept and listed as evidence; it closes no month and no figure rests on it. Neither can be changed. At most 100 a contract, and one replacement at a time that no statement has told.',
    scope: 'odometer:declare',
    params: contractParams,
    body: newOdometerEvent,
    answers: {
      201: answersJson('Declared.', odometerEventAnswer, { location: 'The list of what was declared.' }),
    },
    problems: ['contract_erased', 'replacement_waits', 'too_many_odometer_events'],
    handle: postOdometerEvent,
  }),
];
