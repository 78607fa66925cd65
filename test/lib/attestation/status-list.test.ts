// The status list of a contract, as it is published: made from its chain, signed, and kept for a few minutes.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { statusListId } from '../../../lib/attestation/derived-ids.ts';
import { readSigned } from '../../../lib/attestation/sd-jwt.ts';
import { putStatement, type Statement } from '../../../lib/attestation/statement.ts';
import { announceStatusList, keepStatusLists, publishStatusList } from '../../../lib/attestation/status-list.ts';
import type { Signer } from '../../../lib/aws/signer.ts';
import { inflate } from '../../../lib/cli/node-primitives.ts';
import type { Contract } from '../../../lib/contract/contract.ts';
import { STATUS_LIST_PURPOSE, statusOf, verifyStatusList } from '../../../lib/proof/status-list.ts';
import { readDossier } from '../../../lib/reading/dossier.ts';
import { crypto, jwk, signEs256 } from '../proof/statement-fixture.ts';
import { allStatements } from './check-store.ts';
import { openWorld, TENANT, type World } from './world.ts';

const START = Date.parse('2026-01-05T09:00:00.000Z');
const NOW = Date.parse('2026-04-01T00:00:00.000Z');
const ORIGIN = 'https://odoseal.example';

let world: World;
let close: () => Promise<void>;
let contract: Contract;
let statements: readonly Statement[];
let signed = 0;

const signer: Signer = {
  publicJwk: () => Promise.resolve(jwk as Awaited<ReturnType<Signer['publicJwk']>>),
  sign: (text) => {
    signed += 1;
    return Promise.resolve(signEs256(text));
  },
};
const publisher = () => ({ attestations: world.tables.attestations, signer, issuer: ORIGIN });

beforeEach(async () => {
  signed = 0;
  ({ world, close } = await openWorld({ startAt: START }));
  const ref = await world.sign({ reference: 'POL-1' });
  await world.connect(ref);
  await world.runTo('2026-03-15T00:00:00.000Z');
  const dossier = await readDossier(world.tables.business, TENANT, ref.contractId);
  if (dossier === undefined) throw new Error('no contract');
  contract = dossier.contract;
  statements = await allStatements(world.tables.attestations, ref);
});
afterEach(() => close());

const statusesIn = (jwt: string | undefined) => {
  const trust = { keys: [{ ...jwk, purpose: STATUS_LIST_PURPOSE }], crypto: { ...crypto, inflate } };
  const read = verifyStatusList(jwt ?? '', trust);
  if (!read.ok) throw new Error(read.reason);
  return statements.map((statement) => {
    const { iat, status } = readSigned(statement).claims;
    const uri = status.status_list.uri.replace(/^.*\/status\//, `${ORIGIN}/status/`);
    return statusOf({ iat, status: { status_list: { ...status.status_list, uri } } }, read.list);
  });
};

const put = (seq: number, more: object): Promise<boolean> => {
  const [last] = statements.slice(-1);
  if (last === undefined) throw new Error('nothing was stated');
  const claims = { ...readSigned(last).claims, seq, jti: `att_${seq}`, ...more };
  const signingInput = `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`;
  return putStatement(world.tables.attestations, { ...last, seq, attestationId: `att_${seq}`, signingInput });
};

describe('the list of a contract', () => {
  it('is where its statements say, and has all of them in force', async () => {
    expect(statements.map((statement) => readSigned(statement).claims.status)).toEqual(
      [1, 2].map((idx) => ({
        status_list: { idx, uri: `${world.store.issuer}/status/${statusListId(contract)}` },
      })),
    );
    const jwt = await publishStatusList(publisher(), statusListId(contract), NOW);
    expect(statusesIn(jwt)).toEqual(Array(2).fill({ ok: true, status: 'valid', asOf: NOW / 1000 }));
  });

  it('follows what took the place of what', async () => {
    const [first, second] = statements;
    await put(3, { replaces: first?.attestationId });
    await put(4, { replaces: second?.attestationId, outcome: 'no_reading' });
    const jwt = await publishStatusList(publisher(), statusListId(contract), NOW);
    expect(statusesIn(jwt)).toMatchObject([{ status: 'superseded' }, { status: 'withdrawn' }]);
  });

  it('counts more statements than one page of them', async () => {
    for (let seq = 3; seq <= 205; seq++) await put(seq, seq === 205 ? { replaces: statements[0]?.attestationId } : {});
    const jwt = await publishStatusList(publisher(), statusListId(contract), NOW);
    expect(statusesIn(jwt)).toMatchObject([{ status: 'superseded' }, { status: 'valid' }]);
  });

  it.each([
    [1, 'not applied'],
    [1, 'applied'],
    [2, 'not applied'],
    [2, 'applied'],
  ])('is there for whoever holds its first statement, where put %i fails and was %s', async (nth, fault) => {
    await close();
    ({ world, close } = await openWorld({ startAt: START }));
    const { attestations } = world.turning;
    let puts = 0;
    const put: typeof attestations.put = async (item, condition) => {
      puts += 1;
      if (puts === nth && fault === 'not applied') throw new Error('lost');
      const won = await attestations.put(item, condition);
      if (puts === nth) throw new Error('its answer was lost');
      return won;
    };
    Object.assign(world.turning, { attestations: { ...attestations, put } });
    const ref = await world.sign({ reference: 'POL-2' });
    await world.connect(ref);
    await world.runTo('2026-02-15T00:00:00.000Z');
    expect(puts).toBeGreaterThanOrEqual(nth);
    expect([await world.check(), await world.claims(ref)]).toMatchObject([[], [{ seq: 1 }]]);
  });

  it('is announced once, whoever comes again', async () => {
    const before = await world.tables.attestations.get({ pk: `STATUS#${statusListId(contract)}`, sk: 'LIST' });
    await announceStatusList(world.tables.attestations, { ...contract, tenantId: 'other' });
    expect(before).toMatchObject({ tenantId: TENANT, contractId: contract.contractId });
    expect(await world.tables.attestations.get({ pk: String(before?.['pk']), sk: 'LIST' })).toEqual(before);
  });

  it.each(['', 'LIST', '0'.repeat(22), '0'.repeat(21), '#'])('is not there under %j', async (id) => {
    expect([await publishStatusList(publisher(), id, NOW), signed]).toEqual([undefined, 0]);
  });
});

describe('a kept list', () => {
  it('is signed again when five minutes are over, not before', async () => {
    const lists = keepStatusLists(publisher());
    const id = statusListId(contract);
    const first = await lists(id, NOW);
    await put(3, { replaces: statements[0]?.attestationId });
    expect([await lists(id, NOW + 299_999), signed]).toEqual([first, 1]);
    expect(statusesIn((await lists(id, NOW + 300_000))?.jwt)).toMatchObject([
      { status: 'superseded' },
      { status: 'valid' },
    ]);
    expect(signed).toBe(2);
  });

  it('makes room for others when there are five hundred', async () => {
    const lists = keepStatusLists(publisher());
    const others = Array.from({ length: 501 }, (_, n) => String(n).padStart(22, '0'));
    const { tenantId, contractId } = contract;
    for (const id of others) {
      await world.tables.attestations.put({ pk: `STATUS#${id}`, sk: 'LIST', tenantId, contractId });
      await lists(id, NOW);
    }
    expect(signed).toBe(501);
    await lists(others[1] ?? '', NOW);
    expect(signed).toBe(501);
    await lists(others[0] ?? '', NOW);
    expect(signed).toBe(502);
  });

  it('is asked for again while it is not there', async () => {
    const lists = keepStatusLists(publisher());
    const moved = { ...contract, saltSecret: Buffer.alloc(32, 1).toString('base64url') };
    expect(await lists(statusListId(moved), NOW)).toBeUndefined();
    await announceStatusList(world.tables.attestations, moved);
    const { jwt, until } = (await lists(statusListId(moved), NOW)) ?? {};
    expect([jwt, until]).toEqual([expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/), NOW + 300_000]);
  });
});
