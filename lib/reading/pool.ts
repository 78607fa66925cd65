// The allowances of a tenant's contracts that share them: those with the same text for a group. Looks at a bounded number of contracts, and
// says so where that is not enough. Stores nothing: a pool is what its contracts are at the time.
import type { Table } from '../aws/table.ts';
import type { Contract } from '../contract/contract.ts';
import { listContracts } from '../contract/list-contracts.ts';
import { type Pool, pooled, type Usage } from '../mileage/allowance.ts';
import { consentedReadings, readDossier } from './dossier.ts';
import { mileageBetween, usageOfContract } from './mileage-between.ts';
import { readingsAround } from './readings-around.ts';

export interface PoolUsage extends Pool {
  /** Contracts of the group that have begun. */
  readonly contracts: number;
  /** Those of them of which it is known how far their cars went: the others are in none of the sums. */
  readonly counted: number;
}

/** Contracts of the tenant that are looked at for those of the group: ten queries. */
const LOOKED_AT = 5_000;
const PAGE = 500;

/** Contracts of one group that are read: three queries each. */
const MOST = 100;

/** Contracts that are read at once. */
const ABREAST = 10;

/** Undefined when there are more than are looked at. By an index, which lags. */
async function contractsOfGroup(
  business: Table,
  tenantId: string,
  group: string,
): Promise<readonly Contract[] | undefined> {
  const found: Contract[] = [];
  let after: string | undefined;
  for (let lookedAt = 0; lookedAt < LOOKED_AT; ) {
    const { contracts, more } = await listContracts(business, tenantId, { limit: PAGE, after });
    found.push(...contracts.filter(({ allowance }) => allowance?.group === group));
    if (!more) return found;
    lookedAt += contracts.length;
    after = contracts.at(-1)?.contractId;
  }
  return undefined;
}

const earlier = (one: string, other: string | undefined): string => (other !== undefined && other < one ? other : one);

async function usageUntil(
  business: Table,
  { tenantId, contractId }: Contract,
  to: string | undefined,
): Promise<Usage | undefined> {
  const dossier = await readDossier(business, tenantId, contractId);
  if (dossier === undefined) return undefined;
  const { contract } = dossier;
  const asked = { from: contract.startsAt, to: to === undefined ? undefined : earlier(to, contract.endsAt) };
  const readings = await readingsAround(business, contract, asked);
  if (readings === undefined) return undefined;
  return usageOfContract(
    contract,
    mileageBetween(dossier, consentedReadings({ ...dossier, readings }), asked, []).judged,
  );
}

/**
 * @param contract one of the group, which has that of its allowance
 * @param own what it has used, where that is known
 * @param to instant until which all are counted; without one, each to its newest reading
 * @returns undefined where the tenant has more than 5,000 contracts, or the group more than 100 that have begun
 */
export async function poolOf(
  business: Table,
  contract: Contract,
  group: string,
  own: Usage | undefined,
  to: string | undefined,
  now: number,
): Promise<PoolUsage | undefined> {
  const found = await contractsOfGroup(business, contract.tenantId, group);
  if (found === undefined) return undefined;
  const by = to ?? new Date(now).toISOString();
  const begun = ({ startsAt }: Contract): boolean => startsAt < by;
  const others = found.filter((other) => other.contractId !== contract.contractId && begun(other));
  const contracts = others.length + (begun(contract) ? 1 : 0);
  if (contracts > MOST) return undefined;
  const usages: (Usage | undefined)[] = [own];
  for (let from = 0; from < others.length; from += ABREAST) {
    const some = others.slice(from, from + ABREAST);
    usages.push(...(await Promise.all(some.map((other) => usageUntil(business, other, to)))));
  }
  const known = usages.filter((usage) => usage !== undefined);
  const { projection, ...sums } = pooled(known);
  // One car whose pace is unknown leaves the pool's end unknown.
  const ends = projection === undefined || known.length < contracts ? {} : { projection };
  return { ...sums, ...ends, contracts, counted: known.length };
}
