// A contract: an insurance policy or a lease, for one car. The item also carries the contract's turn (see turn.ts) and what was tried
// since its last statement, so that one update moves them together.
import * as z from 'zod/mini';
import { compiledObject } from '../aws/compiled-object.ts';
import { contractPartition, keys } from '../aws/keys.ts';
import type { Item, Table } from '../aws/table.ts';
import { sameVin } from '../mileage/vin.ts';
import { PLATFORMS } from '../tenant/platforms.ts';
import { asked } from './asked.ts';
import { attempts } from './attempts.ts';
import { replacement } from './replacement.ts';

const storedContract = compiledObject({
  tenantId: z.string(),
  contractId: z.string(),
  kind: z.enum(['insurance', 'lease']),
  reference: z.string(),
  vin: z.optional(z.string()),
  /** Instant at which the contract begins; `endsAt`, when set, is the first instant after it. */
  startsAt: z.string(),
  endsAt: z.optional(z.string()),
  zone: z.string(),
  dayOffset: z.int(),
  policy: z.enum(['after', 'around']),
  /** Days after a period's end in which a reading may still close it. */
  deadlineDays: z.int(),
  /** How far the car may go; contracts of one group share theirs. */
  allowance: z.optional(z.object({ per: z.enum(['year', 'term']), metres: z.int(), group: z.optional(z.string()) })),
  /** The caller's own notes. */
  metadata: z.optional(z.record(z.string(), z.string())),
  /** How often something was declared of its odometer, or begun to be; absent: never. */
  declared: z.optional(z.int()),
  /** Nothing of it may be erased. */
  legalHold: z.optional(z.boolean()),
  /** When its tenant asked for its personal data to be erased, and when that was done. Once asked, nothing of it changes otherwise. */
  erasureAskedAt: z.optional(z.string()),
  erasedAt: z.optional(z.string()),
  /** How often the caller has changed it; absent: never. */
  revision: z.optional(z.int()),
  /** The vehicle application that its connection is read with; of a contract without one, its tenant's when it was made. */
  applicationId: z.string(),
  platform: z.enum(PLATFORMS),
  /** The application that its connection is moving to: a turn needs the token of that one too. */
  upgradeTo: z.optional(z.string()),
  spreadMinutes: z.int(),
  createdAt: z.string(),
  /** Secret of the log slots; goes into bundles. */
  chainSecret: z.string(),
  /** Secret behind the salts of the disclosures; erasing it erases them. */
  saltSecret: z.string(),
  /** The connection that is read from, once there is one. */
  connectionId: z.optional(z.string()),
  /** VIN of the car that was bound first. A contract is about one car: another one is refused, whoever logs in. */
  boundVin: z.optional(z.string()),
  /** Whether another contract of the tenant was bound to the same car, for some of the same time. */
  sharesCar: z.optional(z.boolean()),
  /** When the connection's token pair was last known to be fresh. */
  tendedAt: z.optional(z.string()),
  /** When the open period is stated, reading or not. */
  deadlineAt: z.optional(z.string()),
  /** `fetchedAt` of the newest reading. */
  lastFetchedAt: z.optional(z.string()),
  turn: z.int(),
  /** Absent once every period is stated. */
  dueAt: z.optional(z.string()),
  dueShard: z.string(),
  goal: z.enum(['open', 'before', 'close', 'asked', 'deadline', 'tend']),
  /** Failed attempts in a row towards the goal. */
  failures: z.int(),
  /**
   * After a failed attempt: no vehicle is asked before `until` over this connection, unless the tenant asks; where it is `firm`, not even
   * then.
   */
  waits: z.optional(z.object({ until: z.string(), connectionId: z.string(), firm: z.optional(z.boolean()) })),
  attempts,
  /** The reading that was asked for last. */
  asked: z.optional(asked),
  /** What was last asked to be stated again. */
  replace: z.optional(replacement),
  /** A replacement was asked for of one of its statements, once: the number of a month does not tell that of its statement any more. */
  corrected: z.optional(z.boolean()),
});

export type Contract = Readonly<z.infer<typeof storedContract>>;

/** Until when no vehicle is asked for a contract; undefined when it may be. Instant. */
export const waitsUntil = (
  { waits, connectionId, goal }: Pick<Contract, 'waits' | 'connectionId' | 'goal'>,
  now: number,
): string | undefined => {
  if (waits === undefined || waits.connectionId !== connectionId || Date.parse(waits.until) <= now) return undefined;
  return goal === 'asked' && waits.firm !== true ? undefined : waits.until;
};

/** Whether the tenant has to wait too. */
export const waitsFirmly = (contract: Contract, now: number): boolean =>
  waitsUntil({ ...contract, goal: 'asked' }, now) !== undefined;

/** Whether a contract is known to be about a car, and this is not it. */
export const isOtherCar = ({ vin, boundVin }: Pick<Contract, 'vin' | 'boundVin'>, found: string | undefined): boolean =>
  [vin, boundVin].some((own) => own !== undefined && found !== undefined && !sameVin(own, found));

/** What may change without moving a period or a deadline. `allowance` null: none any more. */
export interface ContractChange {
  readonly policy?: Contract['policy'] | undefined;
  readonly metadata?: Contract['metadata'];
  readonly allowance?: Contract['allowance'] | null;
  readonly legalHold?: boolean | undefined;
}

/** What moves its periods, with what is due then: see reschedule.ts. */
type Moved = Pick<
  Contract,
  'zone' | 'startsAt' | 'endsAt' | 'dayOffset' | 'deadlineDays' | 'deadlineAt' | 'dueAt' | 'goal'
>;

/**
 * Changes a contract that nobody has changed since it was read; undefined when somebody has. Turns move other attributes and are no
 * change. A changed policy counts from the next turn on. One that is being erased changes no more.
 */
export async function changeContract(
  business: Table,
  contract: Contract,
  { allowance, ...set }: ContractChange,
  moved?: Moved,
): Promise<Contract | undefined> {
  const { tenantId, contractId, revision, turn } = contract;
  const unchanged =
    revision === undefined
      ? { expression: 'attribute_exists(#pk) AND attribute_not_exists(#revision)' }
      : { expression: '#revision = :revision', values: { revision } };
  const still = `${unchanged.expression} AND attribute_not_exists(#erasureAskedAt)`;
  const condition =
    moved === undefined
      ? { ...unchanged, expression: still }
      : {
          expression: `${still} AND #turn = :turn AND attribute_exists(#dueAt)`,
          values: { ...unchanged.values, turn },
        };
  const item = await business.update(keys.contract(tenantId, contractId), {
    set: { ...set, ...moved, allowance: allowance ?? undefined },
    add: { revision: 1, ...(moved === undefined ? {} : { turn: 1 }) },
    remove: allowance === null ? ['allowance'] : [],
    condition,
  });
  return item === undefined ? undefined : parseContract(item);
}

export const parseContract = (item: Item): Contract => storedContract.parse(item);

export async function getContract(
  business: Table,
  tenantId: string,
  contractId: string,
): Promise<Contract | undefined> {
  const item = await business.get(keys.contract(tenantId, contractId));
  return item === undefined ? undefined : parseContract(item);
}

/** The contract that a tenant calls so; undefined when there is none, or its maker died. Two reads at most, of what is. */
export async function findByReference(
  business: Table,
  tenantId: string,
  reference: string,
): Promise<Contract | undefined> {
  const holder = (await business.get(keys.reference(tenantId, reference)))?.['contractId'];
  return typeof holder === 'string' ? getContract(business, tenantId, holder) : undefined;
}

/**
 * The contract, its connections, what was declared of its odometer and its newest readings: one consistent query, in that order. Fewer than `limit` items are all there
 * are. `below`: only those behind this sort key, to go on where a query ended.
 */
export async function queryContractPartition(
  business: Table,
  tenantId: string,
  contractId: string,
  limit: number,
  below?: string,
): Promise<readonly Item[]> {
  const pk = contractPartition(tenantId, contractId);
  const where =
    below === undefined
      ? { expression: '#pk = :pk', values: { pk } }
      : { expression: '#pk = :pk AND #sk < :below', values: { pk, below } };
  return (await business.query({ where, newestFirst: true, limit })).items;
}
