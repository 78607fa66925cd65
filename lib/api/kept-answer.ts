// What is kept of an answer that holds personal data of contracts: sealed with the secrets that an erasure takes from them, so that no
// repetition brings back what was erased. Keeps nothing beside it in clear but the status.
import { hkdfSync } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { keys } from '../aws/keys.ts';
import type { Table } from '../aws/table.ts';
import { openBytes, seal } from '../connection/sealed-box.ts';
import type { Contract } from '../contract/contract.ts';
import type { RandomBytes } from '../tenant/id.ts';
import type { StoredAnswer } from '../tenant/idempotency.ts';

/** What an answer is sealed with: of a contract that is erased already there is nothing to seal with, and nothing to seal. */
export type Sealing = Pick<Contract, 'tenantId' | 'contractId' | 'saltSecret'>;

/** One secret that is gone is enough. RFC 5869, under a name of its own: salts are made of the same secrets. */
const keyOf = (contracts: readonly Sealing[]): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', contracts.map(({ saltSecret }) => saltSecret).join(' '), '', 'kept answer', 32));

const ownerOf = (contracts: readonly Sealing[]): readonly string[] => [
  'answer',
  ...contracts.map(({ tenantId, contractId }) => `${tenantId} ${contractId}`),
];

/**
 * Seals an answer, headers too: an entity tag is a hash of the body. Packed first: of a hundred contracts it would not fit an item.
 * @param about the contracts that it tells of
 */
export function sealAnswer(answer: StoredAnswer, about: readonly Sealing[], random: RandomBytes): StoredAnswer {
  const contracts = about.filter(({ saltSecret }) => saltSecret !== '');
  if (contracts.length === 0) return answer;
  const packed = deflateRawSync(JSON.stringify([answer.headers, answer.body]));
  const body = seal(keyOf(contracts), packed, ownerOf(contracts), random);
  return { status: answer.status, headers: {}, body, contracts: contracts.map(({ contractId }) => contractId) };
}

/** The answer as it was given; undefined once a contract that it tells of is erased. */
export async function openAnswer(
  business: Table,
  tenantId: string,
  { contracts: ids, ...kept }: StoredAnswer,
): Promise<StoredAnswer | undefined> {
  if (ids === undefined) return kept;
  const items = await Promise.all(ids.map((id) => business.get(keys.contract(tenantId, id))));
  const contracts = items.map((item, n) => {
    return { tenantId, contractId: ids[n] ?? '', saltSecret: String(item?.['saltSecret'] ?? '') };
  });
  if (contracts.some(({ saltSecret }) => saltSecret === '')) return undefined;
  const packed = openBytes(keyOf(contracts), kept.body, ownerOf(contracts));
  const [headers, body]: [StoredAnswer['headers'], string] = JSON.parse(inflateRawSync(packed).toString('utf8'));
  return { status: kept.status, headers, body };
}
