// A contract is made: under a reference that no other of the tenant's has, due at the deadline of its first period.
import { contractsOf, DUE_SHARDS, dueShard, keys } from '../aws/keys.ts';
import { isNew, type Table } from '../aws/table.ts';
import { newId, type RandomBytes } from '../tenant/id.ts';
import { newSecret } from '../tenant/secret-token.ts';
import { noAttempts } from './attempts.ts';
import { type Contract, getContract } from './contract.ts';
import { deadlineOf, shardOf } from './due.ts';
import { openPeriod } from './open-period.ts';

export type ContractTerms = Readonly<
  Pick<Contract, 'kind' | 'reference' | 'startsAt' | 'zone' | 'dayOffset' | 'policy' | 'deadlineDays'> & {
    readonly allowance?: Contract['allowance'];
    readonly metadata?: Contract['metadata'];
    readonly vin?: string | undefined;
    readonly endsAt?: string | undefined;
  }
>;

/** What a contract takes over from its tenant's vehicle application when it is made. */
export type ContractApplication = Readonly<Pick<Contract, 'applicationId' | 'platform' | 'spreadMinutes'>>;

/** A reference whose contract never appeared (its maker died) may be taken over after this long. */
const REFERENCE_LEASE_MS = 60_000;

export type Created = { readonly created: true; readonly contract: Contract } | { readonly created: false };

/**
 * Creates a contract under a reference that is unique for the tenant. A crash between the two puts leaves a reference whose contract
 * never appeared: the next one to use it takes it over.
 * @param now epoch milliseconds
 * @param contractId one that was drawn before: creating it twice creates it once
 */
export async function createContract(
  business: Table,
  tenantId: string,
  terms: ContractTerms,
  application: ContractApplication,
  now: number,
  random: RandomBytes,
  contractId = newId('con', now, random),
): Promise<Created> {
  const contract = newContract(tenantId, contractId, terms, application, now, random);
  if (!(await reserveReference(business, contract, now))) return { created: false };
  const item = {
    ...keys.contract(tenantId, contractId),
    ...contract,
    tenantKey: contractsOf(tenantId),
    tenantSort: contractId,
  };
  if (await business.put(item, isNew)) return { created: true, contract };
  // It is there: from this very put, repeated by the SDK, or from an earlier attempt with this id, whose secrets stand.
  const made = await getContract(business, tenantId, contractId);
  return { created: true, contract: made ?? contract };
}

function newContract(
  tenantId: string,
  contractId: string,
  terms: ContractTerms,
  application: ContractApplication,
  now: number,
  random: RandomBytes,
): Contract {
  const period = openPeriod(terms, undefined);
  const dueAt = period === undefined ? undefined : new Date(deadlineOf(period, terms.deadlineDays)).toISOString();
  return {
    tenantId,
    contractId,
    ...terms,
    ...application,
    createdAt: new Date(now).toISOString(),
    chainSecret: newSecret(random),
    saltSecret: newSecret(random),
    turn: 0,
    dueAt,
    deadlineAt: dueAt,
    dueShard: dueShard(shardOf(contractId, DUE_SHARDS)),
    goal: 'deadline',
    failures: 0,
    attempts: noAttempts(1),
  };
}

async function reserveReference(business: Table, contract: Contract, now: number): Promise<boolean> {
  const { tenantId, reference, contractId } = contract;
  const key = keys.reference(tenantId, reference);
  const reservation = { contractId, reservedAt: new Date(now).toISOString() };
  if (await business.put({ ...key, ...reservation }, isNew)) return true;
  const holder = await business.get(key);
  if (typeof holder?.['contractId'] !== 'string' || typeof holder['reservedAt'] !== 'string') return false;
  // The SDK repeats a put whose answer got lost: then the holder is this very contract.
  if (holder['contractId'] === contractId) return true;
  if (await getContract(business, tenantId, holder['contractId'])) return false;
  if (Date.parse(holder['reservedAt']) > now - REFERENCE_LEASE_MS) return false;
  // An update that the SDK repeats finds this very contract there already.
  const values = { holder: holder['contractId'], own: contractId };
  const condition = { expression: '#contractId IN (:holder, :own)', values };
  return (await business.update(key, { set: reservation, condition })) !== undefined;
}
