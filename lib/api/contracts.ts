// Contracts over HTTP: create, get, list, and the link a driver connects with.

import { createConnectSession } from '../connection/connect-session.ts';
import { isReadable } from '../connection/connection.ts';
import { type Contract, createContract, listContracts } from '../contract/contract.ts';
import { startOfDay } from '../mileage/period.ts';
import { type Dossier, readDossier } from '../reading/dossier.ts';
import { getApplication } from '../tenant/application.ts';
import { isId } from '../tenant/id.ts';
import { getTenant } from '../tenant/tenant.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { parseBody, parseInput } from './input.ts';
import { localDay } from './local-day.ts';
import { type ApiResponse, json, problem } from './problem.ts';
import type { ApiContext } from './route.ts';
import { CURSOR, newConnectSession, newContract, page } from './schemas.ts';

function stateOf({ startsAt, endsAt }: Contract, now: number): 'upcoming' | 'active' | 'ended' {
  if (now < Date.parse(startsAt)) return 'upcoming';
  return endsAt === undefined || now < Date.parse(endsAt) ? 'active' : 'ended';
}

const contractView = (contract: Contract, now: number) => ({
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
function connectionView({ connection, connections }: Dossier) {
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
  return { id: connectionId, state, reason, readable: isReadable(shown), connectedAt, make, model, year, vin };
}

export async function postContract({ deps, caller, request }: ApiContext): Promise<ApiResponse> {
  const body = parseBody(newContract, request.body);
  if (!body.ok) return problem(body.code, request.id, body);
  const { start, end, ...terms } = body.value;
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
  );
  if (!made.created) {
    const errors = [{ field: 'reference', message: 'Taken by another contract' }];
    return problem('reference_taken', request.id, { errors });
  }
  const location = `/v1/contracts/${made.contract.contractId}`;
  return json(201, { ...contractView(made.contract, deps.now), connection: null }, { location });
}

export async function getContract({ deps, caller, request, params }: ApiContext): Promise<ApiResponse> {
  const dossier = await findDossier({ deps, caller, request, params });
  if (dossier === undefined) return problem('not_found', request.id);
  return json(200, { ...contractView(dossier.contract, deps.now), connection: connectionView(dossier) });
}

/** A contract of the caller's tenant. A malformed id is looked up like any other: "not there" takes the same calls for all. */
export const findDossier = ({ deps, caller, params }: ApiContext): Promise<Dossier | undefined> =>
  readDossier(deps.business, caller.tenantId, params['contractId'] ?? '');

export async function getContracts({ deps, caller, request }: ApiContext): Promise<ApiResponse> {
  const query = parseInput(page, Object.fromEntries(request.query));
  if (!query.ok) return problem(query.code, request.id, query);
  const { limit, cursor } = query.value;
  const after = cursor === undefined ? undefined : decodeCursor('contracts', cursor);
  if (cursor !== undefined && (after === undefined || !isId('con', after))) {
    return problem('invalid_request', request.id, { errors: [{ field: 'cursor', message: CURSOR }] });
  }
  const { contracts, more } = await listContracts(deps.business, caller.tenantId, { limit, after });
  const last = contracts.at(-1);
  const next = more && last !== undefined ? encodeCursor('contracts', last.contractId) : null;
  return json(200, { items: contracts.map((contract) => contractView(contract, deps.now)), next });
}

export async function postConnectSession(context: ApiContext): Promise<ApiResponse> {
  const { deps, caller, request } = context;
  const body = parseBody(newConnectSession, request.body);
  if (!body.ok) return problem(body.code, request.id, body);
  const dossier = await findDossier(context);
  if (dossier === undefined) return problem('not_found', request.id);
  const { contractId } = dossier.contract;
  const link = { tenantId: caller.tenantId, contractId, days: body.value.days };
  const { session, token } = await createConnectSession(deps.business, link, deps.now, deps.random);
  const url = `${deps.publicOrigin}/connect/${token}`;
  return json(201, { id: session.sessionId, contract: contractId, url, expiresAt: session.validUntil });
}
