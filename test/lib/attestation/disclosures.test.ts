// What a stored statement can still tell, and what stays true when those who could tell are erased.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compactSdJwt, leafOf, readSigned } from '../../../lib/attestation/sd-jwt.ts';
import type { Statement } from '../../../lib/attestation/statement.ts';
import { makeVerifyEs256, sha256 } from '../../../lib/cli/node-primitives.ts';
import type { Connection } from '../../../lib/connection/connection.ts';
import type { Contract } from '../../../lib/contract/contract.ts';
import { askErasure } from '../../../lib/contract/erasure.ts';
import { sweep } from '../../../lib/event/sweep.ts';
import { verifyChain } from '../../../lib/proof/chain.ts';
import { verifyStatement } from '../../../lib/proof/verify.ts';
import { readDossier } from '../../../lib/reading/dossier.ts';
import { allStatements } from './check-store.ts';
import { openWorld, TENANT, type World } from './world.ts';

const START = Date.parse('2026-01-05T09:00:00.000Z');
const VIN = 'VF7SXHNPTPT000001';

let world: World;
let close: () => Promise<void>;
let contract: Contract;
let connection: Connection | undefined;
let statement: Statement;

beforeAll(async () => {
  ({ world, close } = await openWorld({ startAt: START }));
  const ref = await world.sign({ reference: 'POL-7/ë' });
  await world.connect(ref);
  await world.runTo('2026-02-01T00:00:00.000Z');
  const dossier = await readDossier(world.tables.business, TENANT, ref.contractId);
  const [first] = await allStatements(world.tables.attestations, ref);
  if (dossier === undefined || first === undefined) throw new Error('nothing was stated');
  ({ contract, connection } = dossier);
  statement = first;
});
afterAll(() => close());

const verify = (compact: string) => {
  const { issuer, keys } = world.store;
  const done = verifyStatement(compact, { issuer, keys, crypto: { sha256, verifyEs256: makeVerifyEs256() } });
  return done.ok ? { disclosed: done.disclosed, withheld: done.withheld } : done;
};

describe('a stored statement as SD-JWT', () => {
  it('discloses who and which car', () => {
    expect(verify(compactSdJwt(statement, contract, connection))).toEqual({
      disclosed: {
        vin: VIN,
        make: 'CITROEN',
        model: 'C3',
        year: 2024,
        reference: 'POL-7/ë',
        vendorVehicleId: connection?.vendorVehicleId,
        consentId: connection?.consent?.consentId,
      },
      withheld: 0,
    });
    expect(connection?.consent?.consentId).toMatch(/^cst_/);
  });

  it('is the same on every call: disclosures are derived, not drawn', () => {
    expect(compactSdJwt(statement, contract, connection)).toBe(compactSdJwt(statement, contract, connection));
  });

  it('holds nothing of it in what is signed', () => {
    const { claims } = readSigned(statement);
    const signed = Buffer.from(statement.signingInput.split('.')[1] ?? '', 'base64url').toString();
    expect(JSON.stringify(claims)).not.toContain('_sd');
    for (const secret of [VIN, 'POL-7', 'C3', connection?.vendorVehicleId ?? 'none', 'cst_'])
      expect(signed).not.toContain(secret);
  });

  it('still tells what the contract knows once the connection is erased', () => {
    expect(verify(compactSdJwt(statement, contract, undefined))).toEqual({
      disclosed: { reference: 'POL-7/ë' },
      withheld: 6,
    });
  });

  it.each(['', 'c2hvcnQ'])('tells nothing, and holds, once the secret is erased (%j)', (saltSecret) => {
    const erased = { ...contract, saltSecret };
    expect(verify(compactSdJwt(statement, erased, connection))).toEqual({ disclosed: {}, withheld: 7 });
  });

  it('tells nothing, and holds, once the contract is erased', () => {
    expect(verify(compactSdJwt(statement, undefined, undefined))).toEqual({ disclosed: {}, withheld: 7 });
  });

  it('does not pass off what has changed since', () => {
    const renamed = { ...contract, reference: 'POL-8' };
    const { disclosed, withheld } = {
      withheld: 0,
      disclosed: {},
      ...verify(compactSdJwt(statement, renamed, connection)),
    };
    expect([Object.keys(disclosed).toSorted(), withheld]).toEqual([
      ['consentId', 'make', 'model', 'vendorVehicleId', 'vin', 'year'],
      1,
    ]);
  });
});

it('an erased contract leaves its chain whole, every statement verified, and nothing disclosed', async () => {
  const ref = await world.sign({ reference: 'POL-ERASED', endsAt: '2026-04-10T22:00:00.000Z' });
  await world.connect(ref, { vin: 'VF7SXHNPTPT000999' });
  await world.runTo('2026-04-12T00:00:00.000Z');
  await sweep({ business: world.tables.business, offer: async () => undefined }, () => world.now);
  const before = await allStatements(world.tables.attestations, ref);
  expect(before).toHaveLength(3);
  expect((await askErasure(world.tables.business, await world.contract(ref), world.now)).kind).toBe('asked');
  await world.runTo('2026-04-12T03:00:00.000Z');
  expect(await allStatements(world.tables.attestations, ref)).toEqual(before);
  const dossier = await readDossier(world.tables.business, TENANT, ref.contractId);
  expect([dossier?.connections, dossier?.readings, dossier?.contract.reference]).toEqual([[], [], ref.contractId]);
  const compacts = before.map((one) => compactSdJwt(one, dossier?.contract, undefined));
  for (const compact of compacts) expect(verify(compact)).toEqual({ disclosed: {}, withheld: 7 });
  const { issuer, keys } = world.store;
  const crypto = { sha256, verifyEs256: makeVerifyEs256() };
  const verified = compacts.flatMap((compact) => {
    const done = verifyStatement(compact, { issuer, keys, crypto });
    return done.ok ? [done] : [];
  });
  expect(verifyChain(verified)).toMatchObject({ ok: true });
  const leaves = before.map(({ seq, signingInput }) => leafOf(dossier?.contract ?? contract, seq, signingInput));
  expect(leaves).toEqual(before.map(({ leaf }) => leaf));
});
