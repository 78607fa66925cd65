// The month that most tests of turns play: when it is over, when its deadline is, and what can be seen of it from outside.

import type { ConnectionState } from '../../../lib/connection/connection.ts';
import { getConnection } from '../../../lib/connection/connection.ts';
import { readDossier } from '../../../lib/reading/dossier.ts';
import { putReading, type StoredReading } from '../../../lib/reading/reading.ts';
import type { ContractRef } from './check-store.ts';
import { DAY, type World } from './world.ts';

export const START = Date.parse('2026-01-05T09:00:00.000Z');
/** First instant of February in Paris, when every contract here is due. */
export const FEBRUARY = Date.parse('2026-01-31T23:00:00.000Z');
/** Ten days later. */
export const DEADLINE = FEBRUARY + 10 * DAY;

/** When a car was asked from now on. */
export const watchReads = (world: World): string[] => {
  const asked: string[] = [];
  const { read } = world.turning.platform;
  Object.assign(world.turning.platform, {
    read: (...call: Parameters<typeof read>) => {
      asked.push(new Date(world.now).toISOString());
      return read(...call);
    },
  });
  return asked;
};

export const readingsOf = async (world: World, contract: ContractRef): Promise<readonly StoredReading[]> =>
  (await readDossier(world.tables.business, contract.tenantId, contract.contractId))?.readings ?? [];

/** One more reading like the first, as another worker might have stored it. */
export const storeReading = async (
  world: World,
  contract: ContractRef,
  recordedAt: string,
  fetchedAt: string,
): Promise<void> => {
  const [first] = await readingsOf(world, contract);
  if (first === undefined) throw new Error('there is no first reading');
  const readFor = { ...contract, periodId: recordedAt.slice(0, 7), firstAsleep: false };
  await putReading(world.tables.business, readFor, { ...first, id: 'rdg_other', recordedAt, fetchedAt });
};

export const stateOf = async (
  world: World,
  contract: ContractRef,
  connectionId: string,
): Promise<ConnectionState | undefined> =>
  (await getConnection(world.tables.business, { ...contract, connectionId }))?.state;
