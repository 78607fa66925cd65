// A contract's statements as stored, checked as an auditor checks them who is handed all of them, by the same verifier: each by itself,
// and together as one chain; and whether each lies where what was signed says. Signatures are believed of every key that is ours: what
// became of a key since, the key set tells, and it is no disagreement between log and store.
import { parseStatement, type Statement } from '../attestation/statement.ts';
import { sha256 } from '../aws/digest.ts';
import { keys as itemKeys } from '../aws/keys.ts';
import type { Item } from '../aws/table.ts';
import { verifyChain } from '../proof/chain.ts';
import type { Jwk } from '../proof/key-set.ts';
import { type Refused, type Verified, verifyStatement } from '../proof/verify.ts';
import type { Checking, Report } from './fsck-log.ts';

type Auditing = Pick<Checking, 'issuer' | 'statementKeys' | 'verifyEs256'>;

/** Whether the item is where, and about what, its signed text says. */
function liesRight({ pk, sk }: Item, statement: Statement, { claims }: Verified): boolean {
  const { tenantId, contractId, seq, attestationId, period } = statement;
  const key = itemKeys.statement(tenantId, contractId, seq);
  const isHere = key.pk === pk && key.sk === sk;
  const isTheirs = claims.aud === tenantId && claims.sub === contractId;
  return isHere && isTheirs && claims.seq === seq && claims.jti === attestationId && claims.period.id === period.id;
}

function verify({ signingInput, signature }: Statement, auditing: Auditing): Verified | Refused {
  const { issuer, statementKeys, verifyEs256 } = auditing;
  const crypto = { sha256, verifyEs256 };
  return verifyStatement(`${signingInput}.${signature}~`, { issuer, keys: statementKeys, crypto });
}

/** Keys as they are without what became of them. */
export const withoutHistory = (keys: readonly Jwk[]): readonly Jwk[] => keys.map(({ events: _, ...key }) => key);

/** @param items statements of one partition, all of them, in the order of their keys */
export function checkChain(items: readonly Item[], auditing: Auditing, report: Report): void {
  const verified = items.flatMap((item) => {
    const statement = parseStatement(item);
    const result = verify(statement, auditing);
    if (!result.ok) report('statement_refused', statement.attestationId, `${result.step}: ${result.reason}`);
    else if (!liesRight(item, statement, result)) report('statement_of_another_item', `${item['pk']} ${item['sk']}`);
    return result.ok ? [result] : [];
  });
  // As in a bundle: one that does not hold is no link.
  if (verified.length < items.length) return;
  const chain = verifyChain(verified);
  const contract = parseStatement(items[0] ?? {}).contractId;
  if (!chain.ok) report('chain_broken', `${contract} ${chain.seq}`, `chain: ${chain.reason}`);
}
