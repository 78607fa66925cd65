// What a chain has to state again, where what is stored of it is not what the rules of today, or its own statements, say.
import { describe, expect, it } from 'vitest';
import { anchorBefore, nextRestatement, type StatedMonth, statedMonth } from '../../../lib/attestation/restate.ts';
import { inForce, wholeChain } from '../../../lib/attestation/whole-chain.ts';
import { RULES_VERSION } from '../../../lib/mileage/limits.ts';
import { readDossier } from '../../../lib/reading/dossier.ts';
import { threeMonths } from './corrections.ts';
import { useWorld } from './use-world.ts';
import type { World } from './world.ts';

let world: World;
useWorld((opened) => {
  world = opened;
});

/** Of three months as they are stored, changed as nobody may change them. */
async function decided(wanted: number | undefined, change: (months: readonly StatedMonth[]) => readonly StatedMonth[]) {
  const ref = await threeMonths(world);
  const chain = await wholeChain(world.tables.attestations, ref);
  const judging = await readDossier(world.tables.business, ref.tenantId, ref.contractId);
  const [head] = chain;
  if (head === undefined || judging === undefined) throw new Error('nothing is stated');
  const months = change(inForce(chain).map(statedMonth));
  return () =>
    nextRestatement({
      judging: { ...judging, readings: judging.readings },
      issuer: world.store.issuer,
      head,
      months,
      wanted,
      now: world.now,
    });
}

const first =
  (change: (month: StatedMonth) => Partial<StatedMonth>) =>
  (months: readonly StatedMonth[]): readonly StatedMonth[] =>
    months.map((month, n) => (n === 0 ? { ...month, ...change(month) } : month));

const ofMeasured = ({ claims }: StatedMonth) => {
  if (claims.outcome !== 'measured') throw new Error('not measured');
  return claims;
};

describe('a month whose own closing is stored otherwise than it is stated', () => {
  it('keeps the one after it from being stated again: it would never open there', async () => {
    const moved = first((month) => {
      const closing = anchorBefore([month], 1);
      return closing === undefined ? {} : { closing: { ...closing, metres: closing.metres + 7 } };
    });
    expect((await decided(2, moved))()).toEqual({ kind: 'done', outcome: 'not_possible' });
  });

  it('is a fault where the one after it has to be stated again', async () => {
    const moved = first((month) => {
      const claims = ofMeasured(month);
      return { claims: { ...claims, closing: { ...claims.closing, metres: claims.closing.metres + 7 } } };
    });
    expect(await decided(undefined, moved)).toThrow(expect.objectContaining({ code: 'CHAIN_DISAGREES' }));
  });
});

it('I8 a month that was judged by other rules is stated again by those of today', async () => {
  const byOthers = first((month) => ({ claims: { ...ofMeasured(month), rulesVersion: '0' } }));
  const again = (await decided(1, byOthers))();
  expect(again).toMatchObject({ kind: 'put', at: 0, claims: { rulesVersion: RULES_VERSION } });
});
