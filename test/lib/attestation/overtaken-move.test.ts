// Two messages about one move to V3: while the second one asks the platform, the first one has moved the connection, and its driver has to
// log in again since.
import { afterEach, expect, it } from 'vitest';
import { vehiclePartition } from '../../../lib/aws/keys.ts';
import type { Table } from '../../../lib/aws/table.ts';
import { changeConnection, getConnection, LIVE, moveConnection } from '../../../lib/connection/connection.ts';
import { upgradeTenant } from '../../../lib/connection/upgrade-tenant.ts';
import { HOUR, openWorld, TENANT } from './world.ts';

let close: () => Promise<void> = () => Promise.resolve();
afterEach(() => close());

it('a connection that has moved keeps its use, also when its driver has to log in again', async () => {
  const opened = await openWorld({ startAt: Date.parse('2026-01-05T09:00:00.000Z'), twin: true });
  close = opened.close;
  const { world } = opened;
  const ref = await world.sign();
  const { connectionId, carId } = await world.connect(ref);
  await world.runTo('2026-02-05T00:00:00.000Z');
  const { business, sendTend } = world.turning;
  const id = { ...ref, connectionId };
  const { update } = business;
  const moved = { applicationId: 'default-v3', platform: 'v3', movedFrom: 'default' } as const;
  let raced = 0;
  const racing: Table['update'] = async (key, change) => {
    const { outcome } = (change.set?.['upgrade'] ?? {}) as { readonly outcome?: string };
    if (outcome === 'listed' && raced === 0) {
      raced += 1;
      const plain = { ...business, update };
      await changeConnection(plain, id, LIVE, moved, { of: 'default', forget: ['upgrade'] });
      await moveConnection(plain, id, LIVE, { state: 'reauth_required', byTrouble: true }, world.now);
    }
    return update(key, change);
  };
  Object.assign(business, { update: racing });
  Object.assign(world.tables.business, { update: racing });
  await upgradeTenant({ business, sendTend }, { tenantId: TENANT, to: 'default-v3' });
  await world.runTo(world.now + HOUR);
  const usesOf = async (applicationId: string): Promise<readonly unknown[]> => {
    const where = { expression: '#pk = :pk', values: { pk: vehiclePartition(applicationId, carId) } };
    return (await business.query({ where })).items.map((use) => use['connectionId']);
  };
  const { state, applicationId } = (await getConnection(business, id)) ?? {};
  expect({ raced, state, applicationId }).toEqual({ raced: 1, state: 'reauth_required', applicationId: 'default-v3' });
  // And what it had on V2 is put away.
  expect([await usesOf('default-v3'), await usesOf('default')]).toEqual([[connectionId], []]);
});
