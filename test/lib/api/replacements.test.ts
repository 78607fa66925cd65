// Asking for an attestation to be stated again: what is answered, noted and shown, and what is refused. That it is stated again is for
// the tests of turns.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { correctChain } from '../../../lib/attestation/correct-chain.ts';
import { newestStatement } from '../../../lib/attestation/statement.ts';
import { keys } from '../../../lib/aws/keys.ts';
import { getContract } from '../../../lib/contract/contract.ts';
import { endTurn } from '../../../lib/contract/turn.ts';
import { putReading } from '../../../lib/reading/reading.ts';
import { makeLocalSigner } from '../attestation/stand-ins.ts';
import { type ApiWorld, NOW, openApiWorld } from './api-world.ts';

let world: ApiWorld;
let contractId: string;
let first: string;
beforeEach(async () => {
  world = await openApiWorld();
  contractId = await world.contract({ start: '2025-11-01', dayOffset: 1 });
  await world.stated(contractId, '2026-01-09T00:00:00.000Z');
  await world.connect(contractId, {});
  first = await world.statementId(contractId, 1);
});
afterEach(() => world.close());

const replace = (id: string, body: object = { reason: 'disputed' }) =>
  world.ask('POST', `/v1/attestations/${id}/replace`, { body });

const shown = async () => (await world.ask('GET', `/v1/contracts/${contractId}`)).body['replacementRequest'];

const contractNow = async () => {
  const contract = await getContract(world.tables.business, 'rivage', contractId);
  if (contract === undefined) throw new Error('no contract');
  return contract;
};

/** The turn that comes of it, as far as the chain goes. */
const corrected = async (): Promise<void> => {
  const { business, attestations } = world.tables;
  const contract = await contractNow();
  const head = await newestStatement(attestations, contract);
  const correcting = { business, attestations, signer: makeLocalSigner().signer, issuer: 'https://odoseal.test' };
  const { answer } = await correctChain(correcting, { dossier: { contract }, head }, NOW);
  const { goal, failures, attempts, dueAt } = contract;
  await endTurn(business, contract, { goal, failures, attempts, dueAt, ...answer });
};

const readAt = (recordedAt: string, metres: number) =>
  putReading(
    world.tables.business,
    { tenantId: 'rivage', contractId, periodId: recordedAt.slice(0, 7), firstAsleep: false },
    {
      id: `rdg_${recordedAt}`,
      requestId: recordedAt,
      connectionId: 'cnn_1',
      source: 'poll',
      unit: 'km',
      distance: metres / 1000,
      fetchedAt: new Date(NOW).toISOString(),
      metres,
      recordedAt,
    },
  );

const WAITING = { reason: 'disputed', askedAt: new Date(NOW).toISOString(), state: 'waiting', answeredAt: null };

describe('an attestation that is to be stated again', () => {
  it('is noted: the answer is what the contract shows, and the contract is due', async () => {
    const { turn } = await contractNow();
    const { status, body, headers } = await replace(first);
    expect([status, headers['location']]).toEqual([202, `/v1/contracts/${contractId}`]);
    expect(body).toEqual({ ...WAITING, attestation: first, askedAt: body['askedAt'] });
    expect(await shown()).toEqual(body);
    const { dueAt, turn: next, corrected: flag } = await contractNow();
    // It was overdue already, and stays so.
    expect([dueAt, next, flag]).toEqual(['2025-12-07T23:00:00.000Z', turn + 1, true]);
  });

  it('is asked for once, whoever asks again, and another one has to wait', async () => {
    const { body } = await replace(first);
    const again = await replace(first, { reason: 'other' });
    expect([again.status, again.body]).toEqual([202, body]);
    const second = await replace(await world.statementId(contractId, 2));
    expect([second.status, second.body['code']]).toEqual([409, 'replacement_requested']);
  });

  it('is one of two that are asked for at once; of one that both ask for, both are told', async () => {
    const second = await world.statementId(contractId, 2);
    const both = await Promise.all([replace(first), replace(second)]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([202, 409]);
    const noted = await shown();
    expect(both.find(({ status }) => status === 202)?.body).toEqual(noted);
    await corrected();
    const same = await Promise.all([replace(first), replace(first, { reason: 'other' })]);
    const { turn } = await contractNow();
    expect(same.map(({ status, body }) => [status, body])).toEqual(Array(2).fill([202, await shown()]));
    expect(await contractNow()).toMatchObject({ turn, replace: { seq: 1 } });
  });

  it('of a contract under a legal hold is noted: nothing is erased by it', async () => {
    await world.tables.business.update(keys.contract('rivage', contractId), { set: { legalHold: true } });
    expect((await replace(first)).status).toBe(202);
    expect(await contractNow()).toMatchObject({ legalHold: true, replace: { attestationId: first } });
  });

  it('that says the same is answered so, and may be asked for again', async () => {
    await replace(first);
    await corrected();
    expect(await shown()).toMatchObject({ attestation: first, state: 'unchanged', answeredAt: expect.any(String) });
    expect((await replace(first)).body).toMatchObject({ attestation: first, state: 'waiting' });
  });

  it('that was stated again is refused, with the one that is in force; both are shown, and why', async () => {
    await readAt('2025-11-02T00:00:00.000Z', 1_000_000);
    await readAt('2025-12-01T00:00:00.000Z', 2_000_000);
    await replace(first);
    await corrected();
    const newer = await world.statementId(contractId, 3);
    expect(await shown()).toMatchObject({ state: 'replaced' });
    const { status, body } = await replace(first);
    expect([status, body['code'], body['detail']]).toEqual([409, 'attestation_replaced', `In force is ${newer}.`]);
    expect((await replace(newer)).status).toBe(202);
    const { body: list } = await world.ask('GET', `/v1/contracts/${contractId}/attestations`);
    expect(list['items']).toMatchObject([
      { id: newer, replacedFor: 'disputed', claims: { replaces: first, outcome: 'measured' } },
      { replacedFor: null },
      { id: first, replacedFor: null },
    ]);
    const { body: month } = await world.ask('GET', '/v1/attestations', { query: 'period=2025-11' });
    expect(month['items']).toMatchObject([{ id: newer }]);
  });

  it('of a contract that is being erased is refused, and nothing is written', async () => {
    const erasureAskedAt = new Date(NOW).toISOString();
    await world.tables.business.update(keys.contract('rivage', contractId), { set: { erasureAskedAt } });
    const before = await contractNow();
    const { status, body } = await replace(first);
    expect([status, body['code']]).toEqual([409, 'contract_erased']);
    expect(await contractNow()).toEqual(before);
  });

  it.each([{}, { reason: 'because' }, { reason: 'other', note: 'said Ms Roux' }])('is refused for %j', async (body) => {
    expect((await replace(first, body)).status).toBe(400);
    expect(await shown()).toBeNull();
  });
});
