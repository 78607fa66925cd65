// Contracts of one tenant about one car: each of them knows, whoever came first and whatever broke off, and nobody else does.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keys } from '../../../lib/aws/keys.ts';
import type { Table } from '../../../lib/aws/table.ts';
import { type Contract, getContract } from '../../../lib/contract/contract.ts';
import type { ContractTerms } from '../../../lib/contract/create.ts';
import { learnCar, noteCar, overlap, termsOnSameCar } from '../../../lib/contract/same-car.ts';
import { type Fault, InjectedFault, makeFaults } from '../../stores/faults.ts';
import { openTables, type Tables } from '../../stores/open-tables.ts';
import { made } from './terms.ts';

let tables: Tables;
let business: Table;
beforeAll(async () => {
  tables = await openTables();
  business = tables.business;
});
afterAll(() => tables.close());

let drawn = 0;
/** A car of its own for each test. */
const newVin = (): string => {
  drawn += 1;
  return `VF7SXHNPTPT${String(drawn).padStart(6, '0')}`;
};

const sign = (more: Partial<ContractTerms> = {}, tenantId = 'acme'): Promise<Contract> => {
  drawn += 1;
  return made(business, tenantId, { reference: `POL-${drawn}`, ...more });
};

const stored = async ({ tenantId, contractId }: Contract): Promise<Contract> => {
  const found = await getContract(business, tenantId, contractId);
  if (found === undefined) throw new Error('no such contract');
  return found;
};

/** As binding does it, up to the contract that reads from the connection. */
async function bind(contract: Contract, vin: string, table = business): Promise<void> {
  await noteCar(table, contract, vin);
  await business.update(keys.contract(contract.tenantId, contract.contractId), { set: { boundVin: vin } });
}

/** When the others of its car are, and what it cost to know. */
async function shared(contract: Contract) {
  const faults = makeFaults();
  const terms = await termsOnSameCar(faults.wrap('business', business), await stored(contract));
  return { starts: terms.map(({ startsAt }) => startsAt), calls: faults.calls };
}

const FEBRUARY = '2026-01-31T23:00:00.000Z';
const START = '2025-12-31T23:00:00.000Z';

describe('a car', () => {
  it('of one contract costs nothing when a month is stated', async () => {
    const contract = await sign();
    await bind(contract, newVin());
    expect(await shared(contract)).toEqual({ starts: [], calls: [] });
  });

  it('of two contracts is known to both, however its VIN is written', async () => {
    const vin = newVin();
    const [one, other] = [await sign(), await sign({ startsAt: FEBRUARY })];
    await bind(one, vin);
    await bind(other, `${vin.slice(0, 3).toLowerCase()} ${vin.slice(3)}`);
    expect(await shared(one)).toEqual({ starts: [FEBRUARY], calls: ['business.query', 'business.get'] });
    expect((await shared(other)).starts).toEqual([START]);
  });

  it('of a contract that had ended before is not shared, and one that ends later is', async () => {
    const vin = newVin();
    const [before, renewed, beside] = [
      await sign({ endsAt: FEBRUARY }),
      await sign({ startsAt: FEBRUARY }),
      await sign({ endsAt: '2026-02-01T23:00:00.000Z' }),
    ];
    await bind(before, vin);
    await bind(renewed, vin);
    expect(await shared(renewed)).toEqual({ starts: [], calls: [] });
    await bind(beside, vin);
    expect([(await shared(before)).starts, (await shared(renewed)).starts]).toEqual([[START], [START]]);
    expect((await shared(beside)).starts.toSorted()).toEqual([START, FEBRUARY]);
  });

  it('of another contract that never came to be read from counts no more', async () => {
    const vin = newVin();
    const [one, given] = [await sign(), await sign()];
    await bind(one, vin);
    await noteCar(business, given, vin);
    expect((await shared(one)).starts).toEqual([]);
    expect((await shared(given)).starts).toEqual([]);
  });

  it('I13 of another tenant is nobody’s business, and no key holds a VIN', async () => {
    const vin = newVin();
    const [one, foreign] = [await sign(), await sign({}, 'other')];
    const puts: string[] = [];
    const watched: Table = {
      ...business,
      put: (item, condition) => {
        puts.push(item.pk);
        return business.put(item, condition);
      },
    };
    await bind(one, vin, watched);
    await bind(foreign, vin, watched);
    expect([await shared(one), await shared(foreign)].map(({ starts }) => starts)).toEqual([[], []]);
    expect(new Set(puts.map((pk) => pk.split('#').at(-1))).size).toBe(2);
    for (const pk of puts) expect(pk).not.toContain(vin);
  });

  it('that told its VIN first when it was read is known from then on, and stays the one', async () => {
    const vin = newVin();
    const [one, unnamed, named] = [await sign(), await sign(), await sign({ vin: newVin() })];
    await bind(one, vin);
    const connectionId = 'cxn_1';
    for (const { contractId } of [unnamed, named])
      await business.update(keys.contract('acme', contractId), { set: { connectionId } });
    const read = { vin, connectionId };
    // Over a connection that is not read from any more, without a VIN, and of another car than the contract names.
    expect(await learnCar(business, unnamed, { vin, connectionId: 'cxn_0' })).toEqual(unnamed);
    expect(await learnCar(business, unnamed, { connectionId })).toEqual(unnamed);
    expect(await learnCar(business, named, read)).toEqual(named);
    expect((await stored(named)).boundVin).toBeUndefined();

    expect(await learnCar(business, unnamed, read)).toEqual({ ...unnamed, boundVin: vin, sharesCar: true });
    expect([(await shared(one)).starts, (await shared(unnamed)).starts]).toEqual([[START], [START]]);
    // Of two readings at once the first counts.
    expect(await learnCar(business, unnamed, { ...read, vin: newVin() })).toEqual(unnamed);
    expect((await stored(unnamed)).boundVin).toBe(vin);
  });

  it('bound to two contracts at once is known to both', async () => {
    const vin = newVin();
    const contracts = [await sign(), await sign(), await sign()];
    await Promise.all(contracts.map((contract) => bind(contract, vin)));
    for (const contract of contracts) expect((await shared(contract)).starts).toEqual([START, START]);
  });
});

const CALLS = ['business.put', 'business.query', 'business.get', 'business.update', 'business.update'];
it.each(CALLS.flatMap((_, n) => (['not_applied', 'applied'] as const).map((fault): [number, Fault] => [n + 1, fault])))(
  'I7 what fails at call %i, %s, is done when it is done again',
  async (nth, fault) => {
    const vin = newVin();
    const [one, other] = [await sign(), await sign()];
    await bind(one, vin);
    const faults = makeFaults();
    faults.failNext(fault, nth);
    await expect(noteCar(faults.wrap('business', business), other, vin)).rejects.toThrow(InjectedFault);
    expect(faults.calls).toEqual(CALLS.slice(0, nth));
    await bind(await stored(other), vin);
    expect([(await shared(one)).starts, (await shared(other)).starts]).toEqual([[START], [START]]);
  },
);

const LEARNING = ['business.put', 'business.query', 'business.update'];
it.each(
  LEARNING.flatMap((_, n) => (['not_applied', 'applied'] as const).map((fault): [number, Fault] => [n + 1, fault])),
)('I7 a car that is learnt, with a fault at call %i, %s, is known when it is read again', async (nth, fault) => {
  const [vin, contract] = [newVin(), await sign()];
  const read = { vin, connectionId: 'cxn_1' };
  await business.update(keys.contract('acme', contract.contractId), { set: { connectionId: 'cxn_1' } });
  const faults = makeFaults();
  faults.failNext(fault, nth);
  await expect(learnCar(faults.wrap('business', business), contract, read)).rejects.toThrow(InjectedFault);
  expect(faults.calls).toEqual(LEARNING.slice(0, nth));
  await learnCar(business, await stored(contract), read);
  expect((await stored(contract)).boundVin).toBe(vin);
  const other = await sign();
  await bind(other, vin);
  expect([(await shared(contract)).starts, (await shared(other)).starts]).toEqual([[START], [START]]);
});

it('terms that touch do not overlap, and every other pair does that has an instant in common', () => {
  const spans = ['1', '2', '3'].flatMap((from) =>
    ['2', '3', '4', undefined].map((to) => ({ startsAt: from, ...(to === undefined ? {} : { endsAt: to }) })),
  );
  const proper = spans.filter(({ startsAt, endsAt }) => endsAt === undefined || startsAt < endsAt);
  const months = ({ startsAt, endsAt }: (typeof proper)[number]) =>
    ['1', '2', '3', '4'].filter((at) => at >= startsAt && (endsAt === undefined || at < endsAt));
  for (const one of proper)
    for (const other of proper) expect(overlap(one, other)).toBe(months(one).some((at) => months(other).includes(at)));
});
