// The end of a contract over HTTP. Ends no connection itself: that follows once everything is stated.
import * as z from 'zod/mini';
import { type Ended, endContract } from '../contract/end.ts';
import { contractWithConnection } from './contract-answers.ts';
import { contractParams, findDossier, shownWhole } from './contracts.ts';
import { tagged } from './entity-tag.ts';
import { about, day, form } from './fields.ts';
import { localDay } from './local-day.ts';
import { type ApiResponse, problem } from './problem.ts';
import { type ApiContext, answersJson, type Route, route } from './route.ts';
import { instantOf } from './zone-fields.ts';

const contractEnd = form({
  end: about(day, 'First day after the contract, in its zone.'),
}).check(z.meta({ id: 'ContractEnd' }));

const TOO_LATE = 'The contract ends before that, or has ended';

function messageOf(refused: Exclude<Ended, { kind: 'ended' }>, zone: string): string {
  if (refused.kind === 'too_late') return TOO_LATE;
  return `Not before ${localDay(zone, refused.earliest)}: the contract has not begun, or that month is over and keeps its length`;
}

async function postEnd(context: ApiContext<unknown, z.infer<typeof contractEnd>>): Promise<ApiResponse> {
  const { deps, request, body } = context;
  const dossier = await findDossier(context);
  if (dossier === undefined) return problem('not_found', request.id);
  const { zone } = dossier.contract;
  const refuse = (message: string) => problem('invalid_request', request.id, { errors: [{ field: 'end', message }] });
  const endsAt = instantOf(zone, body.end);
  if (endsAt === undefined) return refuse('This day does not exist');
  const ended = await endContract(deps.business, dossier.contract, endsAt, deps.now);
  if (ended.kind !== 'ended') return refuse(messageOf(ended, zone));
  const answer = await shownWhole({ ...dossier, contract: ended.contract }, deps.now);
  return { ...tagged(answer), about: [ended.contract] };
}

export const contractEndRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/v1/contracts/{contractId}/end',
    name: 'endContract',
    group: 'Contracts',
    summary: 'End a contract, or end it earlier',
    detail:
      'The last period ends with it, and is stated as the others are; none comes after it. Then the connection is ended: our access at the maker, unless another contract has the car, and the tokens. A month that is over keeps its length: the earliest end is the first day of the running one, up to ten minutes before its end. The day of the start cancels a contract that has not got beyond its first month. It cannot be moved back.',
    scope: 'contracts:write',
    params: contractParams,
    body: contractEnd,
    answers: {
      200: answersJson('The contract as it is now.', contractWithConnection, { etag: 'For the next change.' }),
    },
    problems: ['contract_erased'],
    handle: postEnd,
  }),
];
