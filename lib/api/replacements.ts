// Asking over HTTP for a statement to be stated again with what is known now. Puts no statement: a turn of the contract does.
import * as z from 'zod/mini';
import { parseAttestationId } from '../attestation/derived-ids.ts';
import { findStatement, type Statement } from '../attestation/statement.ts';
import { inForce, wholeChain } from '../attestation/whole-chain.ts';
import { askReplacement } from '../contract/ask-replacement.ts';
import { getContract } from '../contract/contract.ts';
import { REPLACEMENT_REASONS } from '../contract/replacement.ts';
import { replacementRequest } from './contract-answers.ts';
import { replacementView } from './contracts.ts';
import { about, form, oneOf, segment } from './fields.ts';
import { type ApiResponse, json, problem } from './problem.ts';
import { type ApiContext, answersJson, type Route, route } from './route.ts';

const newReplacement = form({
  reason: about(oneOf(REPLACEMENT_REASONS), 'Kept beside the statement for ever, and shown with it.'),
}).check(z.meta({ id: 'NewReplacement' }));

type Context = ApiContext<unknown, z.infer<typeof newReplacement>>;

async function postReplace({ deps, caller, params, request, body }: Context): Promise<ApiResponse> {
  const { attestationId = '' } = params;
  const { contractId = '' } = parseAttestationId(attestationId) ?? {};
  const [statement, contract] = await Promise.all([
    findStatement(deps.attestations, caller.tenantId, attestationId),
    getContract(deps.business, caller.tenantId, contractId),
  ]);
  if (statement === undefined || contract === undefined) return problem('not_found', request.id);
  const newer = contract.corrected === true ? await inItsPlace(deps.attestations, statement) : undefined;
  if (newer !== undefined) {
    return problem('attestation_replaced', request.id, { detail: `In force is ${newer.attestationId}.` });
  }
  const wish = { seq: statement.seq, attestationId, reason: body.reason };
  const asked = await askReplacement(deps.business, contract, wish, deps.now);
  if (asked.kind === 'waits') return problem('replacement_requested', request.id);
  if (asked.kind === 'erased') return problem('contract_erased', request.id);
  return json(202, replacementView(asked.contract), { location: `/v1/contracts/${contractId}` });
}

/** What is in force for its month, where that is another. */
async function inItsPlace(attestations: Context['deps']['attestations'], statement: Statement) {
  const chain = inForce(await wholeChain(attestations, statement));
  return chain.find(({ period, seq }) => period.from === statement.period.from && seq !== statement.seq);
}

export const replacementRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/v1/attestations/{attestationId}/replace',
    name: 'replaceAttestation',
    group: 'Attestations',
    summary: 'Have an attestation stated again with what is known now',
    detail:
      'With every reading and declaration that there is by now. The new attestation has a number of its own and names the one whose place it takes; so do those of later months that open where this one closes, if that moves. The old ones stay as they were signed, and their status says `superseded`. Within minutes; `replacementRequest` of the contract has the answer, and each new attestation is an event `attestation.replaced`. Nothing is stated again where it would say the same. One request waits at a time.',
    scope: 'attestations:replace',
    params: { attestationId: segment('Id of an attestation that is in force, `att_…`.') },
    body: newReplacement,
    answers: {
      202: answersJson('Noted.', replacementRequest, { location: 'The contract, which shows the answer.' }),
    },
    problems: ['attestation_replaced', 'replacement_requested', 'contract_erased'],
    handle: postReplace,
  }),
];
