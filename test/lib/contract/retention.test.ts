// Which contracts are erased because their tenant keeps them no longer: those whose time has come, and no other.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { keys } from '../../../lib/aws/keys.ts';
import { getContract } from '../../../lib/contract/contract.ts';
import type { ContractTerms } from '../../../lib/contract/create.ts';
import { askForLapsed } from '../../../lib/contract/retention.ts';
import { changeTenant, createTenant } from '../../../lib/tenant/tenant.ts';
import { type Fault, InjectedFault, makeFaults } from '../../stores/faults.ts';
import { openTables, type Tables } from '../../stores/open-tables.ts';
import { made } from './terms.ts';

const START = '2025-12-31T23:00:00.000Z';
/** The end of 30 January: the month after has no 31st. */
const END = '2026-01-30T23:00:00.000Z';
const LAPSED = Date.parse('2026-02-27T23:00:00.000Z');

let tables: Tables;
let tenantId: string;
let tenants = 0;

beforeAll(async () => {
  tables = await openTables();
});
afterAll(() => tables.close());
beforeEach(async () => {
  tenantId = await tenant(1);
});

async function tenant(retentionMonths: number | null): Promise<string> {
  tenants += 1;
  const id = `tenant-${tenants}`;
  await createTenant(tables.business, { tenantId: id, name: 'Acme', applicationId: 'default' }, 0);
  await changeTenant(tables.business, id, { retentionMonths }, 0);
  return id;
}

interface How extends Partial<ContractTerms> {
  readonly of?: string;
  /** Attributes that its item has besides. */
  readonly set?: Readonly<Record<string, unknown>>;
  readonly isStated?: boolean;
}

let references = 0;

/** A contract that is over, with everything stated. @returns its id */
async function contract({ of = tenantId, set = {}, isStated = true, ...terms }: How = {}): Promise<string> {
  references += 1;
  const asked = { startsAt: START, endsAt: END, reference: `POL-${references}`, ...terms };
  const { contractId } = await made(tables.business, of, asked);
  const change = { set: { goal: 'close', ...set }, remove: isStated ? ['dueAt'] : [] };
  await tables.business.update(keys.contract(of, contractId), change);
  return contractId;
}

/** When the erasure of a contract was asked for. */
const askedAt = async (contractId: string, of = tenantId): Promise<string | undefined> =>
  (await getContract(tables.business, of, contractId))?.erasureAskedAt;

const walk = (now: number, of = tenantId) => askForLapsed(tables.business, { tenantId: of }, now);

describe('a contract', () => {
  it('is asked to be erased from the first instant of its day on, and not a millisecond before', async () => {
    const id = await contract();
    await walk(LAPSED - 1);
    expect(await askedAt(id)).toBeUndefined();
    expect(await tables.business.get(keys.erasure(tenantId, id))).toBeUndefined();
    expect(await walk(LAPSED)).toBeUndefined();
    expect(await askedAt(id)).toBe('2026-02-27T23:00:00.000Z');
    // By the erasure that there is: a quarter of an hour later.
    const erasure = await tables.business.get(keys.erasure(tenantId, id));
    expect(erasure).toMatchObject({ dueAt: '2026-02-27T23:15:00.000Z' });
    await walk(LAPSED + 1);
    expect(await askedAt(id)).toBe('2026-02-27T23:00:00.000Z');
    expect(await tables.business.get(keys.erasure(tenantId, id))).toEqual(erasure);
  });

  it('counts its months in its own zone', async () => {
    const [here, there] = [
      await contract(),
      await contract({ zone: 'Pacific/Apia', endsAt: '2026-01-30T11:00:00.000Z' }),
    ];
    await walk(Date.parse('2026-02-27T11:00:00.000Z') - 1);
    expect([await askedAt(here), await askedAt(there)]).toEqual([undefined, undefined]);
    await walk(Date.parse('2026-02-27T11:00:00.000Z'));
    expect([await askedAt(here), await askedAt(there)]).toEqual([undefined, '2026-02-27T11:00:00.000Z']);
  });

  it.each<[string, How]>([
    ['that has no end', { endsAt: undefined }],
    ['that is not over', { endsAt: '2026-02-28T23:00:00.000Z' }],
    ['whose months are not all stated', { isStated: false }],
    ['that is held', { set: { legalHold: true } }],
  ])('%s stays', async (_, how) => {
    const id = await contract(how);
    await walk(LAPSED);
    expect(await askedAt(id)).toBeUndefined();
    expect(await tables.business.get(keys.erasure(tenantId, id))).toBeUndefined();
  });

  it('whose hold was ended is asked for by the next walk', async () => {
    const id = await contract({ set: { legalHold: true } });
    await walk(LAPSED);
    await tables.business.update(keys.contract(tenantId, id), { set: { legalHold: false } });
    await walk(LAPSED + 1);
    expect(await askedAt(id)).toBe('2026-02-27T23:00:00.001Z');
  });

  it('that was cancelled before it began counts from then', async () => {
    const id = await contract({ endsAt: START });
    await walk(Date.parse('2026-01-31T23:00:00.000Z') - 1);
    expect(await askedAt(id)).toBeUndefined();
    await walk(Date.parse('2026-01-31T23:00:00.000Z'));
    expect(await askedAt(id)).toBe('2026-01-31T23:00:00.000Z');
  });

  it('that was asked for, or is erased, is not asked for again: nothing is written', async () => {
    const ask = { erasureAskedAt: '2026-02-01T00:00:00.000Z' };
    const asked = await contract({ set: ask });
    const erased = await contract({ set: { ...ask, erasedAt: '2026-02-01T00:15:00.000Z' } });
    const faults = makeFaults();
    await askForLapsed(faults.wrap('business', tables.business), { tenantId }, LAPSED);
    expect(faults.calls).toEqual(['business.get', 'business.query']);
    expect([await askedAt(asked), await askedAt(erased)]).toEqual(Array(2).fill('2026-02-01T00:00:00.000Z'));
  });

  it('of another tenant stays', async () => {
    const [keeper, longer] = [await tenant(null), await tenant(2)];
    const others = [await contract({ of: keeper }), await contract({ of: longer })];
    await walk(LAPSED);
    await walk(LAPSED, longer);
    expect([await askedAt(others[0] ?? '', keeper), await askedAt(others[1] ?? '', longer)]).toEqual([
      undefined,
      undefined,
    ]);
  });
});

describe('a walk', () => {
  it('of a tenant who keeps everything, or is not there, reads nothing else', async () => {
    const keeper = await tenant(null);
    const id = await contract({ of: keeper });
    const faults = makeFaults();
    const walked = [keeper, 'nobody'].map((one) =>
      askForLapsed(faults.wrap('business', tables.business), { tenantId: one }, LAPSED),
    );
    expect(await Promise.all(walked)).toEqual([undefined, undefined]);
    expect(faults.calls).toEqual(['business.get', 'business.get']);
    expect(await askedAt(id, keeper)).toBeUndefined();
  });

  it('counts what is set when it comes by', async () => {
    const id = await contract();
    await changeTenant(tables.business, tenantId, { retentionMonths: 2 }, LAPSED);
    await walk(LAPSED);
    expect(await askedAt(id)).toBeUndefined();
  });

  it('goes through a hundred at a time, oldest first, and asks for each', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 205; n += 1) ids.push(await contract());
    ids.sort();
    const first = await walk(LAPSED);
    expect(first).toEqual({ tenantId, after: ids[99] });
    const asked = async () => {
      const all = await Promise.all(ids.map((id) => askedAt(id)));
      return all.filter((at) => at !== undefined).length;
    };
    expect([await asked(), await askedAt(ids[99] ?? ''), await askedAt(ids[100] ?? '')]).toEqual([
      100,
      '2026-02-27T23:00:00.000Z',
      undefined,
    ]);
    const second = await askForLapsed(tables.business, first ?? { tenantId }, LAPSED);
    expect(second).toEqual({ tenantId, after: ids[199] });
    expect(await askForLapsed(tables.business, second ?? { tenantId }, LAPSED)).toBeUndefined();
    expect(await asked()).toBe(205);
  });

  const CALLS = ['business.get', 'business.query', 'business.put', 'business.update'];

  it.each(
    CALLS.flatMap((_, n) => (['not_applied', 'applied'] as const).map((fault): [number, Fault] => [n + 1, fault])),
  )('I7 that fails at call %i, %s, is walked again, and the contract is asked for once', async (nth, fault) => {
    const id = await contract();
    const faults = makeFaults();
    faults.failNext(fault, nth);
    const failing = askForLapsed(faults.wrap('business', tables.business), { tenantId }, LAPSED);
    await expect(failing).rejects.toThrow(InjectedFault);
    expect(faults.calls).toEqual(CALLS.slice(0, nth));
    await walk(LAPSED + 1);
    expect(await askedAt(id)).toBe(new Date(fault === 'applied' && nth === 4 ? LAPSED : LAPSED + 1).toISOString());
    expect(await tables.business.get(keys.erasure(tenantId, id))).toBeDefined();
  });

  it('loses to a hold that is set behind its back', async () => {
    const id = await contract();
    const held = {
      ...tables.business,
      put: async (...put: Parameters<typeof tables.business.put>) => {
        await tables.business.update(keys.contract(tenantId, id), { set: { legalHold: true } });
        return tables.business.put(...put);
      },
    };
    await askForLapsed(held, { tenantId }, LAPSED);
    expect(await askedAt(id)).toBeUndefined();
  });
});
