// Numbers of months and of statements part once a statement has taken another's place: what was tried for a month, and whether its car
// has slept, is counted by the month; a month is found by its statement in force.
import { expect, it } from 'vitest';
import { attestationId } from '../../../lib/attestation/derived-ids.ts';
import { runOf, statementsOfMonth } from '../../../lib/attestation/run.ts';
import { hashOfSigningInput, leafOf, prepareStatement, readSigned } from '../../../lib/attestation/sd-jwt.ts';
import { monthsStated, newestStatement, putStatement } from '../../../lib/attestation/statement.ts';
import { keys } from '../../../lib/aws/keys.ts';
import { readDossier } from '../../../lib/reading/dossier.ts';
import { makeFaults } from '../../stores/faults.ts';
import { allStatements, type ContractRef } from './check-store.ts';
import { FEBRUARY } from './month.ts';
import { useWorld } from './use-world.ts';
import { DAY, type World } from './world.ts';

let world: World;
useWorld((opened) => {
  world = opened;
});

/** The newest statement again, under the next number, in the place of itself. */
const stateAgain = async (ref: ContractRef): Promise<string> => {
  const contract = await world.contract(ref);
  const last = await newestStatement(world.tables.attestations, ref);
  if (last === undefined) throw new Error('nothing is stated');
  const seq = last.seq + 1;
  const jti = attestationId(contract, seq);
  const { header, claims } = readSigned(last);
  const again = { ...claims, seq, jti, prev: hashOfSigningInput(last.signingInput), replaces: last.attestationId };
  const status = { status_list: { ...claims.status.status_list, idx: seq } };
  const { business, attestations } = world.tables;
  const connection = (await readDossier(business, ref.tenantId, ref.contractId))?.connection;
  const { signingInput } = prepareStatement(contract, connection, header.kid, { ...again, status });
  const signature = Buffer.from(await world.turning.signer.sign(signingInput)).toString('base64url');
  const signed = { signingInput, signature, leaf: leafOf(contract, seq, signingInput) };
  const issuedAt = new Date(world.now).toISOString();
  await putStatement(attestations, {
    ...last,
    ...signed,
    seq,
    months: monthsStated(last),
    attestationId: jti,
    issuedAt,
  });
  await business.update(keys.contract(ref.tenantId, ref.contractId), { set: { corrected: true } });
  return jti;
};

it('counts attempts and sleep by the month, behind a statement that took another’s place', async () => {
  const contract = await world.sign();
  const { carId } = await world.connect(contract);
  await world.runTo(FEBRUARY + 2 * DAY);
  await stateAgain(contract);
  world.simulator.fleet.setTrouble(carId, 'VEHICLE_STATE:ASLEEP');
  await world.runTo('2026-03-01T12:00:00.000Z');
  expect((await world.contract(contract)).attempts).toMatchObject({ seq: 2, counts: { asleep: expect.any(Number) } });
  const { counts } = (await world.contract(contract)).attempts;
  world.simulator.fleet.setTrouble(carId, null);
  await world.runTo('2026-03-15T00:00:00.000Z');
  const [, , february] = await allStatements(world.tables.attestations, contract);
  expect([february?.seq, february?.months, february?.period.id]).toEqual([3, 2, '2026-02']);
  // The reading that opened January is of month 1, however many statements there are: it is no attempt of this one.
  expect(readSigned(february ?? { signingInput: '' }).claims.attempts.counts).toEqual({ ...counts, read: 1 });
  await world.runTo('2026-04-15T00:00:00.000Z');
  const march = (await allStatements(world.tables.attestations, contract)).at(-1);
  expect([march?.seq, march?.months, march?.period.id]).toEqual([4, 3, '2026-03']);
});

it('finds what is in force for a month, for one Query of each contract that was corrected and none of the others', async () => {
  const [plain, corrected] = [await world.sign(), await world.sign()];
  for (const one of [plain, corrected]) await world.connect(one);
  await world.runTo(FEBRUARY + 2 * DAY);
  const january = await stateAgain(corrected);
  await world.runTo('2026-03-15T00:00:00.000Z');
  const contracts = [await world.contract(plain), await world.contract(corrected)];
  const ids = async (period: string, of = contracts) => {
    const faults = makeFaults();
    const attestations = faults.wrap('attestations', world.tables.attestations);
    const found = await statementsOfMonth(attestations, of, period);
    const lines = await runOf({ ...world.tables, attestations }, of, period, world.now);
    const inRun = lines.map(({ standing }) => standing.attestationId);
    const shown = found.map(({ attestationId: id }) => id);
    expect(inRun).toEqual(shown);
    return { shown, calls: faults.calls.slice(0, faults.calls.length / 2) };
  };
  const firsts = (await allStatements(world.tables.attestations, plain)).map(({ attestationId: id }) => id);
  const february = (await allStatements(world.tables.attestations, corrected))[2]?.attestationId;
  const calls = ['attestations.getMany', 'attestations.query'];
  expect(await ids('2026-01')).toEqual({ shown: [firsts[0], january], calls });
  expect(await ids('2026-02')).toEqual({ shown: [firsts[1], february], calls });
  expect(await ids('2026-02', contracts.slice(0, 1))).toEqual({ shown: [firsts[1]], calls: calls.slice(0, 1) });
  // Its item in the index that lists contracts is older than the correction: the number of February is another statement of January.
  const lagging = contracts.map(({ corrected: _, ...contract }) => contract);
  expect(await ids('2026-02', lagging)).toEqual({ shown: [firsts[1], february], calls });
});
