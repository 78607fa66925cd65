// What a correction may rest on, and what it must not lose: consent that was withdrawn since, doubts that were stated, what was tried of
// a car, and that the outside is told.
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { eventsOfStatement } from '../../../lib/attestation/events.ts';
import { readSigned } from '../../../lib/attestation/sd-jwt.ts';
import { withdrawConsent } from '../../../lib/connection/withdraw.ts';
import { sweep } from '../../../lib/event/sweep.ts';
import { tell } from '../../../lib/event/tell.ts';
import { makeSealer } from '../../../lib/ledger/seal.ts';
import { openTables, type Tables } from '../../stores/open-tables.ts';
import { LedgerWorld } from '../ledger/ledger-world.ts';
import { isAsTold, toldEvents } from './check-events.ts';
import { allStatements, type ContractRef } from './check-store.ts';
import { AGAIN, chainOf, comesLate, LATE, MONTHS, threeMonths, wantAgain } from './corrections.ts';
import { readingsOf, watchReads } from './month.ts';
import { makeKey, makeLocalSigner } from './stand-ins.ts';
import { useWorld } from './use-world.ts';
import { DAY, HOUR, MINUTE, TENANT, type World } from './world.ts';

let world: World;
useWorld((opened) => {
  world = opened;
});

describe('a correction', () => {
  it('I10 uses what was fetched while consent stood, also once it is withdrawn, and nothing that came after', async () => {
    const contract = await threeMonths(world);
    const [newest] = await readingsOf(world, contract);
    await withdrawConsent(world.tables.business, { ...contract, connectionId: newest?.connectionId ?? '' }, world.now);
    await world.runTo(world.now + DAY);
    await comesLate(world, contract, '2026-01-31T22:59:00.000Z', 11_091_000);
    await wantAgain(world, contract, 1);
    await world.runTo(world.now + 15 * MINUTE);
    expect([await chainOf(world, contract), (await world.contract(contract)).replace?.outcome]).toEqual([
      MONTHS,
      'unchanged',
    ]);
    await comesLate(world, contract, ...LATE, '2026-04-04T00:00:00.000Z');
    await wantAgain(world, contract, 1);
    await world.runTo(world.now + 15 * MINUTE);
    expect(await chainOf(world, contract)).toEqual(AGAIN);
    expect((await world.claims(contract))[3]).toMatchObject({ closing: { metres: LATE[1] } });
  });

  it('loses no doubt that the longest windows had shown, however many readings came since', async () => {
    const contract = await threeMonths(world, {}, { metresPerDay: 600_000 });
    await world.runTo('2026-05-03T00:00:00.000Z');
    const april = (await world.claims(contract))[3];
    expect(april).toMatchObject({ verdict: 'no_judgement', reasons: ['window_maximum'] });
    // As many as fill the first page of what is known of the contract, down to where April opened.
    const [may] = await readingsOf(world, contract);
    for (let n = 0; n < 56; n += 1) {
      const at = new Date(Date.parse('2026-05-01T10:00:00.000Z') + n * 30 * MINUTE).toISOString();
      await comesLate(world, contract, at, (may?.metres ?? 0) + n * 1_000);
    }
    await wantAgain(world, contract, 4);
    await world.runTo(world.now + 15 * MINUTE);
    expect((await world.contract(contract)).replace?.outcome).toBe('unchanged');
    expect(await world.claims(contract)).toHaveLength(4);
  });

  it('in place of a read that is due takes nothing from how long the car has been left alone', async () => {
    const contract = await threeMonths(world);
    const [entry] = world.simulator.fleet.carsOf('driver1@example.com');
    world.simulator.fleet.setTrouble(entry?.car.id ?? '', 'VEHICLE_STATE:ASLEEP');
    await world.runTo('2026-05-03T00:00:00.000Z');
    const { dueAt = '', failures } = await world.contract(contract);
    await world.runTo(Date.parse(dueAt) - 10 * MINUTE);
    world.now = Date.parse(dueAt) + MINUTE;
    const asked = watchReads(world);
    await wantAgain(world, contract, 1);
    await world.runTo(world.now + 11 * HOUR);
    expect((await world.contract(contract)).replace?.outcome).toBe('unchanged');
    expect([failures > 4, asked.length, (await world.contract(contract)).failures]).toEqual([true, 1, failures + 1]);
  });
});

describe('a statement whose key has leaked', () => {
  const outcome = async (contract: ContractRef) => (await world.contract(contract)).replace?.outcome;
  const again = async (contract: ContractRef, seq: number, reason: 'key_compromised' | 'other' = 'key_compromised') => {
    await wantAgain(world, contract, seq, reason);
    await world.runTo(world.now + 15 * MINUTE);
  };
  const kids = async (contract: ContractRef) =>
    (await allStatements(world.tables.attestations, contract)).map((one) => readSigned(one).header.kid);
  /** From here on another key signs. */
  const rotate = () => {
    const { signer, jwk } = makeLocalSigner(makeKey());
    const [{ kid: former } = { kid: '' }] = world.store.keys;
    Object.assign(world.turning, { signer });
    Object.assign(world.store, { keys: [...world.store.keys, jwk] });
    return { former, kid: jwk.kid };
  };

  it('is said again, word for word, under the key that signs now, and nothing else is', async () => {
    const contract = await threeMonths(world);
    await again(contract, 2);
    expect([await chainOf(world, contract), await outcome(contract)]).toEqual([MONTHS, 'unchanged']);
    const { former, kid } = rotate();
    await again(contract, 2, 'other');
    expect([await chainOf(world, contract), await outcome(contract)]).toEqual([MONTHS, 'unchanged']);
    await again(contract, 2);
    const restated = [...MONTHS, [4, 3, '2026-02', 2, 'key_compromised']];
    expect([await chainOf(world, contract), await outcome(contract)]).toEqual([restated, 'replaced']);
    expect(await kids(contract)).toEqual([former, former, former, kid]);
    const [, second, , fourth] = await world.claims(contract);
    const own = { seq: 4, prev: fourth?.prev, jti: fourth?.jti, iat: fourth?.iat, replaces: second?.jti };
    const placed = { status: fourth?.status };
    expect(fourth).toEqual({ ...second, ...own, ...placed });
    // Said under the key that signs, it is not said once more.
    await again(contract, 4);
    expect([await chainOf(world, contract), await outcome(contract)]).toEqual([restated, 'unchanged']);
  });

  it('is said again where it had no reading', async () => {
    const contract = await world.sign({});
    await world.runTo('2026-02-20T00:00:00.000Z');
    const { kid } = rotate();
    await again(contract, 1);
    expect(await chainOf(world, contract)).toEqual([
      [1, 1, '2026-01'],
      [2, 1, '2026-01', 1, 'key_compromised'],
    ]);
    expect((await kids(contract))[1]).toBe(kid);
  });
});

const copyOf = async (tables: Tables): Promise<Tables> => {
  const copy = await openTables();
  const { Items = [] } = await tables.client.send(new ScanCommand({ TableName: 'attestations' }));
  for (const item of Items) await copy.attestations.put({ pk: '', sk: '', ...item });
  return copy;
};

it('I11 the outside is told of each statement of a correction, once, whatever call of sealing it fails', async () => {
  const contract = await threeMonths(world);
  await comesLate(world, contract, ...LATE);
  await wantAgain(world, contract, 1);
  await world.runTo(world.now + 15 * MINUTE);
  const ids = (await allStatements(world.tables.attestations, contract)).map(({ attestationId }) => attestationId);
  const seal = async (nth: number) => {
    const tables = await copyOf(world.tables);
    const ledger = new LedgerWorld(tables);
    const business = ledger.faults.wrap('business', tables.business);
    const telling = {
      ...ledger.ledger,
      tell: (statements: Parameters<typeof ledger.ledger.tell>[0]) =>
        tell(business, statements.flatMap(eventsOfStatement), world.now),
    };
    const run = () => makeSealer(telling)(ledger.now + MINUTE);
    const swept = () => sweep({ business: tables.business, offer: async () => undefined }, () => world.now);
    if (nth > 0) ledger.faults.failNext('applied', nth);
    await run().catch(() => undefined);
    const { length } = ledger.faults.calls;
    await swept();
    await run();
    await swept();
    const told = await toldEvents(tables.business, TENANT);
    await tables.close();
    expect(told.filter((event) => !isAsTold(event))).toEqual([]);
    const byId = [...new Map(told.map((event) => [event.id, event])).values()];
    return { length, told: byId.map(({ type, data }) => [type, data.attestationId, data.replaces]).toSorted() };
  };
  const healthy = await seal(0);
  expect(healthy.told).toEqual(
    [
      ...ids.slice(0, 3).map((id) => ['attestation.issued', id, undefined]),
      ['attestation.replaced', ids[3], ids[0]],
      ['attestation.replaced', ids[4], ids[1]],
    ].toSorted(),
  );
  for (let nth = 1; nth <= healthy.length; nth += 1)
    expect((await seal(nth)).told, `call ${nth}`).toEqual(healthy.told);
});
