// What leads to a correction, as tests play it: a reading that is known late, a month that closed between two readings because of a car
// that slept, and a statement that somebody wants again.
import { expect } from 'vitest';
import { askReplacement, type ReplacementAsked } from '../../../lib/contract/ask-replacement.ts';
import type { REPLACEMENT_REASONS } from '../../../lib/contract/replacement.ts';
import { putReading } from '../../../lib/reading/reading.ts';
import { allStatements, type ContractRef } from './check-store.ts';
import { FEBRUARY, readingsOf } from './month.ts';
import { DAY, type World } from './world.ts';

/** Wants the statement with this number again. */
export async function wantAgain(
  world: World,
  ref: ContractRef,
  seq: number,
  reason: (typeof REPLACEMENT_REASONS)[number] = 'late_reading',
): Promise<ReplacementAsked> {
  const contract = await world.contract(ref);
  const statement = (await allStatements(world.tables.attestations, ref))[seq - 1];
  const { attestationId = '' } = statement ?? {};
  return askReplacement(world.tables.business, contract, { seq, attestationId, reason }, world.now);
}

/** What the car measured then, known only now. @param fetchedAt instant; absent: now */
export async function comesLate(
  world: World,
  ref: ContractRef,
  recordedAt: string,
  metres: number,
  fetchedAt = new Date(world.now).toISOString(),
): Promise<void> {
  const [newest] = await readingsOf(world, ref);
  if (newest === undefined) throw new Error('there is no reading');
  const { outcome: _, seq: __, ...late } = newest;
  const told = { ...late, id: `rdg_${recordedAt}`, recordedAt, fetchedAt, metres, distance: metres / 1000 };
  const readFor = { ...ref, periodId: recordedAt.slice(0, 7), firstAsleep: false };
  await putReading(world.tables.business, readFor, { ...told, requestId: `late-${recordedAt}`, source: 'push' });
}

/** Number, month, and what it took the place of. */
export const chainOf = async (world: World, ref: ContractRef) =>
  (await allStatements(world.tables.attestations, ref)).map(({ seq, months, period, replaces }) => [
    seq,
    months ?? seq,
    period.id,
    ...(replaces === undefined ? [] : [Number(replaces.attestationId.split('_')[2]), replaces.reason]),
  ]);

export const MONTHS = [
  [1, 1, '2026-01'],
  [2, 2, '2026-02'],
  [3, 3, '2026-03'],
];
export const AGAIN = [...MONTHS, [4, 3, '2026-01', 1, 'late_reading'], [5, 3, '2026-02', 2, 'boundary_moved']];

/** Asleep when January was over, so that its end lies between two readings. */
export const SLEEP = { from: FEBRUARY - DAY, to: FEBRUARY + 2 * DAY };
export const LATE = ['2026-01-31T22:55:00.000Z', 11_090_123] as const;

/** Three months of a car that is read once a month, and slept when January was over. */
export async function threeMonths(world: World, terms = {}, car = {}): Promise<ContractRef> {
  const contract = await world.sign(terms);
  const { carId } = await world.connect(contract, car);
  world.simulator.fleet.sleep(carId, SLEEP);
  await world.runTo('2026-04-05T00:00:00.000Z');
  expect(await chainOf(world, contract)).toEqual(MONTHS);
  return contract;
}
