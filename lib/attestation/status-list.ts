// What became of a contract's statements, for anybody who holds one: made again from the chain when it is asked for, signed, kept for a
// few minutes. Who asks knows the list's id from a statement and nothing else; the list tells how many statements there are, and which
// of them others took the place of.
import { deflateSync } from 'node:zlib';
import { keys } from '../aws/keys.ts';
import type { Signer } from '../aws/signer.ts';
import { isNew, type Table } from '../aws/table.ts';
import type { Contract } from '../contract/contract.ts';
import { attachSignature } from '../proof/jws.ts';
import { packStatuses, statusesOf, statusListInput, statusListUri } from '../proof/status-list.ts';
import { statusListId } from './derived-ids.ts';
import { readSigned } from './sd-jwt.ts';
import type { Statement } from './statement.ts';
import { wholeChain } from './whole-chain.ts';

/** Seconds for which a list may be kept. */
const STATUS_LIST_TTL = 300;

const LIST_ID = /^[\w-]{22}$/;

/** Says whose statements the list is about, before the first of them names it. Safe to repeat. */
export async function announceStatusList(attestations: Table, contract: Contract): Promise<void> {
  const { tenantId, contractId } = contract;
  await attestations.put({ ...keys.statusList(statusListId(contract)), tenantId, contractId }, isNew);
}

interface StatusIssuer {
  readonly signer: Signer;
  readonly issuer: string;
}

export interface StatusPublisher extends StatusIssuer {
  readonly attestations: Table;
}

/**
 * @param now epoch milliseconds
 * @returns the list in its JWT form; undefined when there is none under this id
 */
export async function publishStatusList(
  { attestations, signer, issuer }: StatusPublisher,
  listId: string,
  now: number,
): Promise<string | undefined> {
  if (!LIST_ID.test(listId)) return undefined;
  const { tenantId, contractId } = (await attestations.get(keys.statusList(listId))) ?? {};
  if (typeof tenantId !== 'string' || typeof contractId !== 'string') return undefined;
  return signStatusList({ signer, issuer }, listId, await wholeChain(attestations, { tenantId, contractId }), now);
}

/**
 * @param chain the whole of it
 * @param now epoch milliseconds
 * @returns the list in its JWT form
 */
export async function signStatusList(
  { signer, issuer }: StatusIssuer,
  listId: string,
  chain: readonly Statement[],
  now: number,
): Promise<string> {
  const packed = packStatuses(statusesOf(chain.map((statement) => readSigned(statement).claims)));
  const { kid } = await signer.publicJwk();
  const input = statusListInput({
    uri: statusListUri(issuer, listId),
    issuedAt: now,
    ttl: STATUS_LIST_TTL,
    kid,
    deflated: deflateSync(packed, { level: 9 }),
  });
  return attachSignature(input, await signer.sign(input));
}

/** Lists that one container keeps. */
const KEPT = 500;

export interface KeptList {
  readonly jwt: string;
  /** Epoch milliseconds. */
  readonly until: number;
}

/** Answers from what is kept while it is fresh: anybody may ask as often as they like, and each signature costs. */
export function keepStatusLists(
  publisher: StatusPublisher,
): (listId: string, now: number) => Promise<KeptList | undefined> {
  const kept = new Map<string, KeptList>();
  return async (listId, now) => {
    const found = kept.get(listId);
    if (found !== undefined && now < found.until) return found;
    const jwt = await publishStatusList(publisher, listId, now);
    kept.delete(listId);
    if (jwt === undefined) return undefined;
    const [oldest] = kept.keys();
    if (kept.size >= KEPT && oldest !== undefined) kept.delete(oldest);
    const list = { jwt, until: now + STATUS_LIST_TTL * 1000 };
    kept.set(listId, list);
    return list;
  };
}
