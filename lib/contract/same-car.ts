// Which contracts of one tenant are about the same car at the same time: a fact that no reading shows. Noted when a car is bound, and
// looked up for contracts of which it is true. Knows nothing of other tenants. Judges nothing.
import { hash } from 'node:crypto';
import { keys, vinPartition } from '../aws/keys.ts';
import type { Table } from '../aws/table.ts';
import { normaliseVin, sameVin } from '../mileage/vin.ts';
import { type Contract, getContract, isOtherCar, parseContract } from './contract.ts';

/** From when until when a contract is about its car; without `endsAt`, for ever. Instants. */
export type Term = Pick<Contract, 'startsAt' | 'endsAt'>;

/** Contracts of one car that are looked at: nobody needs to know how many more there are. */
const MOST = 50;

const digestOf = (tenantId: string, vin: string): string =>
  hash('sha256', `${tenantId} ${normaliseVin(vin)}`, 'base64url');

export const overlap = (one: Term, other: Term): boolean =>
  (other.endsAt === undefined || one.startsAt < other.endsAt) &&
  (one.endsAt === undefined || other.startsAt < one.endsAt);

/** Contracts of the tenant that were noted for the car and have some of the time of `contract`, itself left out. */
async function noted(business: Table, contract: Contract, vin: string): Promise<readonly Contract[]> {
  const { tenantId, contractId } = contract;
  const where = { expression: '#pk = :pk', values: { pk: vinPartition(tenantId, digestOf(tenantId, vin)) } };
  const { items } = await business.query({ where, newestFirst: true, limit: MOST });
  const ids = items.map((item) => String(item['contractId'])).filter((id) => id !== contractId);
  const found = await Promise.all(ids.map((id) => getContract(business, tenantId, id)));
  return found.filter((other) => other !== undefined).filter((other) => overlap(contract, other));
}

/**
 * Notes which car a contract is about, and tells it and every other one of the tenant about that car that they share it. The note comes
 * before the look: of two that are bound at once, one at least sees the other, and tells both. A crash anywhere leaves a connection that
 * its contract does not read from yet: its message comes again, and does all of it again.
 */
export async function noteCar(business: Table, contract: Contract, vin: string): Promise<void> {
  const { tenantId, contractId } = contract;
  await business.put({ ...keys.vinUse(tenantId, digestOf(tenantId, vin), contractId), contractId });
  const found = await noted(business, contract, vin);
  if (found.length === 0) return;
  const condition = { expression: 'attribute_exists(#pk)' };
  for (const one of [contract, ...found])
    if (one.sharesCar !== true)
      await business.update(keys.contract(tenantId, one.contractId), { set: { sharesCar: true }, condition });
}

/**
 * What a contract is about is known by the first VIN that is read of its car, where none was told when that was bound. Called before the
 * reading is stored: a crash in between leaves a contract that knows its car, and the message that brings the reading again.
 * @returns the contract with what is known by then
 */
export async function learnCar(
  business: Table,
  contract: Contract,
  { vin, connectionId }: { readonly vin?: string | undefined; readonly connectionId: string },
): Promise<Contract> {
  if (vin === undefined || contract.boundVin !== undefined || isOtherCar(contract, vin)) return contract;
  await noteCar(business, contract, vin);
  const unknown = '#connectionId = :connectionId AND attribute_not_exists(#boundVin)';
  const change = { set: { boundVin: vin }, condition: { expression: unknown, values: { connectionId } } };
  const item = await business.update(keys.contract(contract.tenantId, contract.contractId), change);
  if (item === undefined) return contract;
  const { boundVin, sharesCar } = parseContract(item);
  return { ...contract, boundVin, sharesCar };
}

/** Terms of the tenant's other contracts about the same car. No call for a contract that never shared it. */
export async function termsOnSameCar(business: Table, contract: Contract): Promise<readonly Term[]> {
  const { sharesCar, boundVin } = contract;
  if (sharesCar !== true || boundVin === undefined) return [];
  const found = await noted(business, contract, boundVin);
  // One whose connection ended before it was read from is about no car.
  return found.filter((other) => other.boundVin !== undefined && sameVin(other.boundVin, boundVin));
}

/** The note of a contract that is erased. */
export async function forgetCar(business: Table, { tenantId, contractId }: Contract, vin: string): Promise<void> {
  await business.remove(keys.vinUse(tenantId, digestOf(tenantId, vin), contractId));
}
