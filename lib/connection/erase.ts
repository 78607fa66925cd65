// Erasing what a contract knows of a person and a car: its connections with the driver's personal links and tokens, its readings, what was
// declared, the reports on it, its reference, and the secret from which every disclosure is made. What was signed stays, and so do its leaves: nothing here
// reaches them. Waits for what has yet to be ended or told. May be repeated until it is done.
import { CONTRACT_REPORTS, contractPartition, keys } from '../aws/keys.ts';
import type { Item, Key, Table } from '../aws/table.ts';
import { type Contract, getContract } from '../contract/contract.ts';
import { forgetCar } from '../contract/same-car.ts';
import { type Connection, parseConnection } from './connection.ts';
import { type Ending, endGrant } from './end-grant.ts';
import { endWithContract, isConsented } from './withdraw.ts';

export type Erased =
  | { readonly kind: 'erased' }
  /** Something has yet to be ended or told: it is due again in an hour. */
  | { readonly kind: 'not_yet' }
  /** There is more than fits one message. */
  | { readonly kind: 'more' };

/** Items of one message: some seconds of deletes, in a function that has thirty. */
const MOST_ITEMS = 200;
const ABREAST = 20;

type ContractId = Pick<Contract, 'tenantId' | 'contractId'>;

export interface Erasing extends Ending {
  /** Has the reports on a contract deleted, by whoever may touch their files: they are gone some time after this. */
  readonly forgetReports: (contract: ContractId) => Promise<void>;
}

const keyOf = ({ pk, sk }: Item): Key => ({ pk: String(pk), sk: String(sk) });
const startsWith = (prefix: string, { sk }: Item): boolean => String(sk).startsWith(prefix);

/**
 * The contract loses what names it last, because what comes before is found by it; the item that is due goes at the very end. A crash
 * anywhere leaves that item, and everything that is left is found again.
 * @param now epoch milliseconds
 */
export async function eraseContract(erasing: Erasing, id: ContractId, now: number): Promise<Erased> {
  const { business } = erasing;
  const { tenantId, contractId } = id;
  const contract = await getContract(business, tenantId, contractId);
  if (contract?.erasureAskedAt !== undefined && contract.erasedAt === undefined) {
    const where = { expression: '#pk = :pk', values: { pk: contractPartition(tenantId, contractId) } };
    const { items, next } = await business.query({ where, newestFirst: true, limit: MOST_ITEMS });
    if (!(await isOver(erasing, items, now))) return { kind: 'not_yet' };
    if (await hasReports(erasing, id, items)) return { kind: 'not_yet' };
    await forgetCars(business, contract, items);
    const removed = await removeRest(business, items);
    if (next !== undefined && removed > 0) return { kind: 'more' };
    await removeConnections(business, items);
    if (next !== undefined) return { kind: 'more' };
    await forgetContract(business, contract, now);
  }
  await business.remove(keys.erasure(tenantId, contractId));
  return { kind: 'erased' };
}

/** Every connection has ended, at the platform too, and nothing waits to be told. */
async function isOver(ending: Ending, items: readonly Item[], now: number): Promise<boolean> {
  const connections = items.filter((item) => startsWith('Y#', item)).map(parseConnection);
  for (const one of connections.filter(isConsented)) await endWithContract(ending.business, one, now);
  if (connections.some((one) => isConsented(one) || one.dueAt !== undefined)) return false;
  if (items.some(({ untoldAt }) => untoldAt !== undefined)) return false;
  for (const one of connections) if ((await endGrant(ending, one, now)).kind === 'later') return false;
  return true;
}

/** What names them stays until they are deleted. They come behind everything else: those of a later page are met when it is the first. */
async function hasReports({ forgetReports }: Erasing, id: ContractId, items: readonly Item[]): Promise<boolean> {
  const found = items.some((item) => startsWith(CONTRACT_REPORTS, item));
  if (found) await forgetReports(id);
  return found;
}

/** Noted for each car that a connection or a reading of it was ever of, whether or not the contract came to be about it. */
async function forgetCars(business: Table, contract: Contract, items: readonly Item[]): Promise<void> {
  const vins = new Set(items.flatMap(({ vin, boundVin }) => [vin, boundVin]).filter((vin) => typeof vin === 'string'));
  for (const vin of vins) await forgetCar(business, contract, vin);
}

/** Readings and declarations. @returns how many there were */
async function removeRest(business: Table, items: readonly Item[]): Promise<number> {
  const rest = items.filter((item) => startsWith('R#', item) || startsWith('X#', item));
  for (let from = 0; from < rest.length; from += ABREAST)
    await Promise.all(rest.slice(from, from + ABREAST).map((item) => business.remove(keyOf(item))));
  return rest.length;
}

/** Last: while there is a reading, there is what says that it was allowed. Its link goes first, because it is found by it. */
async function removeConnections(business: Table, items: readonly Item[]): Promise<void> {
  for (const item of items.filter((one) => startsWith('Y#', one))) {
    await forgetLink(business, parseConnection(item));
    await business.remove(keyOf(item));
  }
}

async function forgetLink(business: Table, { myDataHash }: Connection): Promise<void> {
  if (myDataHash !== undefined) await business.remove(keys.myDataLink(myDataHash));
}

/** Of whom and which car it was. */
const PERSONAL = [
  ...['vin', 'boundVin', 'metadata', 'connectionId', 'sharesCar', 'declared', 'asked', 'waits', 'upgradeTo'],
  ...['tendedAt', 'lastFetchedAt'],
];

/** The reference is free for another contract from here on; who took it meanwhile keeps it. */
async function forgetContract(business: Table, contract: Contract, now: number): Promise<void> {
  const { tenantId, contractId, reference, allowance } = contract;
  const own = { expression: '#contractId = :own', values: { own: contractId } };
  await business.remove(keys.reference(tenantId, reference), own);
  // The group is a name of the tenant's own.
  const set = {
    reference: contractId,
    saltSecret: '',
    erasedAt: new Date(now).toISOString(),
    allowance: allowance && { per: allowance.per, metres: allowance.metres },
  };
  const condition = { expression: 'attribute_exists(#pk)' };
  await business.update(keys.contract(tenantId, contractId), { set, remove: PERSONAL, condition });
}
