// The whole chain of one contract, for what a look at its newest statement, or at a month's number, cannot tell: which statement is in
// force for each month once one has taken another's place.
import type { Table } from '../aws/table.ts';
import { listStatements, type Statement } from './statement.ts';

const PAGE = 100;

type ChainId = Pick<Statement, 'tenantId' | 'contractId'>;

/** Every statement, newest first. Consistent reads, 100 statements each. */
export async function wholeChain(attestations: Table, chain: ChainId, before?: number): Promise<readonly Statement[]> {
  const { statements, more } = await listStatements(attestations, chain, { limit: PAGE, before });
  return more ? [...statements, ...(await wholeChain(attestations, chain, statements.at(-1)?.seq))] : statements;
}

/**
 * Of each month the statement that no other has taken the place of, oldest month first.
 * @param chain newest first: a statement takes the place of what was stated of its month before
 */
export const inForce = (chain: readonly Statement[]): readonly Statement[] => [
  ...new Map(chain.toReversed().map((statement) => [statement.period.from, statement])).values(),
];
