// Contracts over HTTP: get, change; and how others show one.
import type * as z from 'zod/mini';
import { type Contract, changeContract } from '../contract/contract.ts';
import { periodStatusOf } from '../contract/due.ts';
import type { Rescheduled } from '../contract/reschedule.ts';
import { type Dossier, readDossier } from '../reading/dossier.ts';
import type { Scope } from '../tenant/scopes.ts';
import type { ApiCall } from './call.ts';
import { connectionView, reconnectOf } from './connection-view.ts';
import {
  type contractAnswer,
  contractWithConnection,
  type erasure,
  type replacementRequest,
} from './contract-answers.ts';
import { type CONTRACT_STATES, contractChange } from './contract-fields.ts';
import { entityTag, ifMatch, tagged } from './entity-tag.ts';
import { segment } from './fields.ts';
import { localDay } from './local-day.ts';
import { type ApiResponse, json, problem } from './problem.ts';
import { requestView } from './request-view.ts';
import { type ApiContext, answersJson, type Route, route } from './route.ts';

export const contractParams = { contractId: segment('Id of a contract, `con_…`.') } as const;

export function stateOf({ startsAt, endsAt }: Contract, now: number): (typeof CONTRACT_STATES)[number] {
  if (now < Date.parse(startsAt)) return 'upcoming';
  return endsAt === undefined || now < Date.parse(endsAt) ? 'active' : 'ended';
}

export const erasureView = ({ erasureAskedAt, erasedAt }: Contract): z.infer<typeof erasure> => ({
  askedAt: erasureAskedAt ?? '',
  erasedAt: erasedAt ?? null,
});

export function replacementView({ replace }: Contract): z.infer<typeof replacementRequest> | null {
  if (replace === undefined) return null;
  const { attestationId: attestation, reason, at: askedAt, outcome: state = 'waiting', answeredAt = null } = replace;
  return { attestation, reason, askedAt, state, answeredAt };
}

export const contractView = (contract: Contract, now: number): z.infer<typeof contractAnswer> => ({
  id: contract.contractId,
  state: stateOf(contract, now),
  periodStatus: periodStatusOf(contract, now),
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
  allowance: contract.allowance ?? null,
  metadata: contract.metadata ?? {},
  legalHold: contract.legalHold ?? false,
  erasure: contract.erasureAskedAt === undefined ? null : erasureView(contract),
  readingRequest: requestView(contract),
  replacementRequest: replacementView(contract),
  createdAt: contract.createdAt,
});

type Reconnect = Awaited<ReturnType<typeof reconnectOf>>;

/** With the link of its connection, where one is to be shown: an answer to a change is kept for its repetition, and has none. */
export const shownWhole = async (dossier: Dossier, now: number, reconnect: Reconnect = null): Promise<ApiResponse> =>
  json(
    200,
    Object.assign(contractView(dossier.contract, now), { connection: await connectionView(dossier, reconnect) }),
  );

const ERASE = 'contracts:erase' satisfies Scope;

async function patchContract(context: ApiContext<unknown, z.infer<typeof contractChange>>): Promise<ApiResponse> {
  const { deps, request, body } = context;
  const condition = request.headers['if-match'];
  if (condition === undefined) return problem('precondition_required', request.id);
  const dossier = await findDossier(context);
  if (dossier === undefined) return problem('not_found', request.id);
  const { contract } = dossier;
  if (contract.erasureAskedAt !== undefined) return problem('contract_erased', request.id);
  // Who may erase may say that it may be erased.
  if (body.legalHold === false && contract.legalHold === true && !context.caller.scopes.includes(ERASE))
    return problem('missing_scope', request.id, { detail: `This needs the scope ${ERASE}.` });
  if (!ifMatch(condition, entityTag((await shownWhole(dossier, deps.now)).body))) {
    return problem('precondition_failed', request.id);
  }
  if (body.allowance?.per === 'term' && contract.endsAt === undefined) {
    const errors = [{ field: 'allowance.per', message: 'A contract without an end has an allowance per year' }];
    return problem('invalid_request', request.id, { errors });
  }
  // Nobody else's change gets lost: between the reading above and this it would be another revision.
  const done = await changed(deps, contract, body);
  switch (done.kind) {
    case 'changed':
      return tagged(await shownWhole({ ...dossier, contract: done.contract }, deps.now));
    case 'overtaken':
      return problem('precondition_failed', request.id);
    case 'fixed':
      return problem('terms_fixed', request.id);
    case 'wrong':
      return problem('invalid_request', request.id, { errors: [{ field: done.field, message: done.message }] });
  }
}

async function changed(
  { business, now }: ApiCall['deps'],
  contract: Contract,
  { zone, start, dayOffset, deadlineDays, ...change }: z.infer<typeof contractChange>,
): Promise<Rescheduled> {
  const terms = { zone, start, dayOffset, deadlineDays };
  if (Object.values(terms).some((value) => value !== undefined)) {
    const { reschedule } = await import('../contract/reschedule.ts');
    return reschedule(business, contract, change, terms, now);
  }
  const contractNow = await changeContract(business, contract, change);
  return contractNow === undefined ? { kind: 'overtaken' } : { kind: 'changed', contract: contractNow };
}

async function getContract(call: ApiCall): Promise<ApiResponse> {
  const dossier = await findDossier(call);
  if (dossier === undefined) return problem('not_found', call.request.id);
  const { now } = call.deps;
  const reconnect = await reconnectOf(call, dossier);
  const lasting = await shownWhole(dossier, now);
  // A link is another one every hour, and for others none: whoever changes the contract means neither.
  return reconnect === null ? lasting : { ...(await shownWhole(dossier, now, reconnect)), lastingBody: lasting.body };
}

/** A contract of the caller's tenant. A malformed id is looked up like any other: "not there" takes the same calls for all. */
export const findDossier = ({ deps, caller, params }: ApiCall): Promise<Dossier | undefined> =>
  readDossier(deps.business, caller.tenantId, params['contractId'] ?? '');

const group = 'Contracts' as const;

export const contractRoutes: readonly Route[] = [
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
  route({
    method: 'PATCH',
    path: '/v1/contracts/{contractId}',
    name: 'changeContract',
    group,
    summary: 'Change a contract',
    detail:
      'Fields that are left out stay as they are. `If-Match` names the state that you mean to change: the `etag` of the contract as you read it. Zone, start, day offset and deadline may change until ten minutes before the first month is over (`terms_fixed`): from then on it may have been stated. For another end there is `end`; reference and VIN stay.',
    scope: 'contracts:write',
    params: contractParams,
    body: contractChange,
    answers: { 200: answersJson('The contract as it is now.', contractWithConnection) },
    problems: ['contract_erased', 'terms_fixed'],
    handle: patchContract,
  }),
];
