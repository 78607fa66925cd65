// Contracts over HTTP: create, get, list.
import type * as z from 'zod/mini';
import { driverMustInAll } from '../connection/advice.ts';
import { type Connection, isReadable } from '../connection/connection.ts';
import { type Contract, createContract, listContracts } from '../contract/contract.ts';
import { startOfDay } from '../mileage/period.ts';
import { type Dossier, readDossier } from '../reading/dossier.ts';
import { getApplication } from '../tenant/application.ts';
import { getTenant } from '../tenant/tenant.ts';
import type { ApiCall } from './call.ts';
import {
  type connectionAnswer,
  type contractAnswer,
  contractPage,
  contractWithConnection,
  newContract,
} from './contract-fields.ts';
import { tagged } from './entity-tag.ts';
import { pageQuery, segment } from './fields.ts';
import { localDay } from './local-day.ts';
import { nextCursor, placeOf } from './page.ts';
import { type ApiResponse, json, problem } from './problem.ts';
import { type ApiContext, answersJson, type Route, route } from './route.ts';

export const contractParams = { contractId: segment('Id of a contract, `con_…`.') } as const;

function stateOf({ startsAt, endsAt }: Contract, now: number): 'upcoming' | 'active' | 'ended' {
  if (now < Date.parse(startsAt)) return 'upcoming';
  return endsAt === undefined || now < Date.parse(endsAt) ? 'active' : 'ended';
}

const contractView = (contract: Contract, now: number): z.infer<typeof contractAnswer> => ({
  id: contract.contractId,
  state: stateOf(contract, now),
  kind: contract.kind,
  reference: contract.reference,
  vin: contract.vin ?? null,
  start: localDay(contract.zone, contract.startsAt),
  end: contract.endsAt === undefined ? null : localDay(contract.zone, contract.endsAt),
  startsAt: contract.startsAt,
  endsAt: contract.endsAt ?? null,
  zone: contract.zone,
  dayOffset: contract.dayOffset,
  policy: contract.policy,
  deadlineDays: contract.deadlineDays,
  createdAt: contract.createdAt,
});

/** The connection that is read from; before there is one, how the newest authorization ended. */
function connectionView({ connection, connections }: Dossier): z.infer<typeof connectionAnswer> | null {
  const shown = connection ?? connections[0];
  if (shown === undefined) return null;
  const {
    connectionId,
    state,
    reason = null,
    connectedAt = null,
    make = null,
    model = null,
    year = null,
    vin = null,
  } = shown;
  const identity = { connectedAt, make, model, year, vin };
  const driverMust = driverMustInAll(shown) ?? null;
  return {
    id: connectionId,
    state,
    reason,
    driverMust,
    consent: consentView(shown),
    readable: isReadable(shown),
    ...identity,
  };
}

/** What was shown and asked, and what was granted. */
function consentView({ consent, permissions }: Connection): z.infer<typeof connectionAnswer>['consent'] {
  if (consent === undefined) return null;
  const { textVersion, agreedAt, asked = null } = consent;
  return { textVersion, agreedAt, asked, granted: permissions ?? null };
}

async function postContract(context: ApiContext<unknown, z.infer<typeof newContract>>): Promise<ApiResponse> {
  const { deps, caller, request, body, newId } = context;
  const { start, end, ...terms } = body;
  const tenant = await getTenant(deps.business, caller.tenantId);
  if (tenant === undefined) return problem('unauthorized', request.id);
  const { applicationId, platform, spreadMinutes } = await getApplication(deps.business, tenant.applicationId);
  const startsAt = startOfDay(terms.zone, start);
  const endsAt = end === undefined ? undefined : startOfDay(terms.zone, end);
  const made = await createContract(
    deps.business,
    caller.tenantId,
    { ...terms, startsAt, ...(endsAt === undefined ? {} : { endsAt }) },
    { applicationId, platform, spreadMinutes },
    deps.now,
    deps.random,
    newId('con'),
  );
  if (!made.created) {
    const errors = [{ field: 'reference', message: 'Taken by another contract' }];
    return problem('reference_taken', request.id, { errors });
  }
  const location = `/v1/contracts/${made.contract.contractId}`;
  return tagged(json(201, { ...contractView(made.contract, deps.now), connection: null }, { location }));
}

async function getContract(call: ApiCall): Promise<ApiResponse> {
  const dossier = await findDossier(call);
  if (dossier === undefined) return problem('not_found', call.request.id);
  return json(200, { ...contractView(dossier.contract, call.deps.now), connection: connectionView(dossier) });
}

/** A contract of the caller's tenant. A malformed id is looked up like any other: "not there" takes the same calls for all. */
export const findDossier = ({ deps, caller, params }: ApiCall): Promise<Dossier | undefined> =>
  readDossier(deps.business, caller.tenantId, params['contractId'] ?? '');

async function getContracts(context: ApiContext<z.infer<typeof pageQuery>>): Promise<ApiResponse> {
  const { deps, caller, query } = context;
  const place = await placeOf(context, 'contracts', query);
  if (!place.ok) return place.refusal;
  const page = { limit: query.limit, after: place.after };
  const { contracts, more } = await listContracts(deps.business, caller.tenantId, page);
  const next = await nextCursor(context, 'contracts', more ? contracts.at(-1)?.contractId : undefined);
  return json(200, { items: contracts.map((contract) => contractView(contract, deps.now)), next });
}

const group = 'Contracts' as const;

export const contractRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/v1/contracts',
    name: 'createContract',
    group,
    summary: 'Create a contract',
    scope: 'contracts:write',
    body: newContract,
    answers: { 201: answersJson('Created.', contractWithConnection, { location: 'Where the contract is.' }) },
    problems: ['reference_taken'],
    handle: postContract,
  }),
  route({
    method: 'GET',
    path: '/v1/contracts',
    name: 'listContracts',
    group,
    summary: 'List contracts, newest first',
    scope: 'contracts:read',
    query: pageQuery,
    answers: { 200: answersJson('A page of contracts.', contractPage) },
    handle: getContracts,
  }),
  route({
    method: 'GET',
    path: '/v1/contracts/{contractId}',
    name: 'getContract',
    group,
    summary: 'Get a contract and its connection',
    scope: 'contracts:read',
    params: contractParams,
    answers: { 200: answersJson('The contract.', contractWithConnection) },
    handle: getContract,
  }),
];
