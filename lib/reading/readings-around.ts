// The readings that say how far a car went between two instants: those between them, and the nearest one on either side.
import { contractPartition, READINGS } from '../aws/keys.ts';
import type { Item, Table } from '../aws/table.ts';
import { parseReading, READINGS_END, type StoredReading } from './reading.ts';

/** Some years of a car that is asked, some weeks of one that tells every few minutes. */
const MOST = 5_000;

interface ContractId {
  readonly tenantId: string;
  readonly contractId: string;
}

/**
 * @param from, to instants; without `to`, up to the newest reading
 * @returns in order of time; undefined when there are more than 5,000
 */
export async function readingsAround(
  business: Table,
  { tenantId, contractId }: ContractId,
  { from, to }: { readonly from: string; readonly to?: string | undefined },
): Promise<readonly StoredReading[] | undefined> {
  const pk = contractPartition(tenantId, contractId);
  // An instant sorts before the readings that were recorded at it, `~` behind them.
  const behind = to === undefined ? READINGS_END : `${READINGS}${to}~`;
  const nearest = async (low: string, high: string, newestFirst: boolean): Promise<readonly Item[]> => {
    const where = { expression: '#pk = :pk AND #sk BETWEEN :low AND :high', values: { pk, low, high } };
    return (await business.query({ where, limit: 1, newestFirst })).items;
  };
  const [before, after, within] = await Promise.all([
    nearest(READINGS, `${READINGS}${from}`, true),
    to === undefined ? [] : nearest(behind, READINGS_END, false),
    itemsBetween(business, pk, `${READINGS}${from}`, behind),
  ]);
  return within === undefined ? undefined : [...before, ...within, ...after].map(parseReading);
}

async function itemsBetween(
  business: Table,
  pk: string,
  low: string,
  high: string,
): Promise<readonly Item[] | undefined> {
  const where = { expression: '#pk = :pk AND #sk BETWEEN :low AND :high', values: { pk, low, high } };
  const found: Item[] = [];
  let next: Item | undefined;
  do {
    const page = await business.query({ where, limit: MOST + 1, ...(next === undefined ? {} : { startAfter: next }) });
    found.push(...page.items);
    next = page.next;
    if (found.length > MOST) return undefined;
  } while (next !== undefined);
  return found;
}
