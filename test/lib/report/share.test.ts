// Shared reports as they are stored and opened: who is shown what, how often, until when, and what the tenant sees of it.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keys, reportFile, sharesPartition } from '../../../lib/aws/keys.ts';
import { makeBundle } from '../../../lib/proof/bundle.ts';
import { failuresOf } from '../../../lib/proof/bundle-failures.ts';
import { verifyBundle } from '../../../lib/proof/verify-bundle.ts';
import {
  forgetShares,
  type NewShare,
  putShare,
  revokeShare,
  type Share,
  shareState,
} from '../../../lib/report/share.ts';
import { isOpen, openShare } from '../../../lib/report/shared/open-share.ts';
import { hashSecret } from '../../../lib/tenant/secret-token.ts';
import { makeFaults } from '../../stores/faults.ts';
import { openTables, type Tables } from '../../stores/open-tables.ts';
import { bundleOf, givenTrust } from '../proof/bundle-fixture.ts';
import { CHAIN } from '../proof/tampering.ts';

const NOW = Date.parse('2026-02-02T09:00:00.000Z');
const UNTIL = '2026-03-04T09:00:00.000Z';
const TOKEN = 'A'.repeat(43);
const ID = { tenantId: 'acme', reportId: 'rep_1', shareId: 'shr_1' };
const ASKED: NewShare = { ...ID, attempt: 2, withheld: ['vin', 'reference'], viewLimit: 3, availableUntil: UNTIL };

let tables: Tables;
beforeEach(async () => {
  tables = await openTables();
});
afterEach(() => tables.close());

const put = (more: Partial<NewShare> = {}, token = TOKEN): Promise<Share> =>
  putShare(tables.business, { ...ASKED, ...more }, token, { now: NOW, until: 1_773_478_800 });

const opening = () => {
  const asked: string[] = [];
  const readFile = async (name: string) => {
    asked.push(name);
    return Buffer.from(makeBundle(bundleOf(CHAIN)));
  };
  return { asked, source: { business: tables.business, readFile } };
};

const stored = async (): Promise<Share> => (await tables.business.get(keys.share('acme', 'rep_1', 'shr_1'))) as never;

describe('a shared report', () => {
  it('is shown without what is withheld, and verifies all the same', async () => {
    await put();
    const { asked, source } = opening();
    const bundle = await openShare(source, TOKEN, NOW);
    expect(asked).toEqual([reportFile('acme', 'rep_1', 2)]);
    if (bundle === undefined) throw new Error('not shown');
    const report = verifyBundle(bundle, givenTrust);
    expect(failuresOf(report)).toEqual([]);
    for (const one of report.statements)
      expect(one.ok && [Object.keys(one.disclosed).toSorted(), one.withheld]).toEqual([
        ['consentId', 'make', 'model', 'vendorVehicleId', 'year'],
        2,
      ]);
    expect(makeBundle(bundle)).not.toContain(Buffer.from('VF7TESTC3AA000017').toString('base64url').slice(4, 16));
  });

  it('is counted, and each view noted with its time', async () => {
    await put();
    const { source } = opening();
    await openShare(source, TOKEN, NOW + 1_000);
    await openShare(source, TOKEN, NOW + 61_000);
    expect(await stored()).toMatchObject({
      views: 2,
      viewedAt: ['2026-02-02T09:00:01.000Z', '2026-02-02T09:01:01.000Z'],
      refusals: 0,
    });
  });

  it('is shown no more often than may be, however many come at once', async () => {
    await put();
    const { source } = opening();
    const views = await Promise.all(Array.from({ length: 10 }, () => openShare(source, TOKEN, NOW)));
    expect(views.filter((one) => one !== undefined)).toHaveLength(3);
    const share = await stored();
    expect(share).toMatchObject({ views: 3, refusals: 7, refusedAt: '2026-02-02T09:00:00.000Z' });
    expect(share.viewedAt).toHaveLength(3);
    expect(shareState(share, NOW)).toBe('used_up');
  });

  it('is looked at without changing anything', async () => {
    await put();
    const before = await stored();
    expect(await isOpen(tables.business, TOKEN, NOW)).toBe(true);
    expect(await stored()).toEqual(before);
  });

  it('is shown until it expires, and not after', async () => {
    await put();
    const { source, asked } = opening();
    expect(await openShare(source, TOKEN, Date.parse(UNTIL) - 1)).toBeDefined();
    expect(await isOpen(tables.business, TOKEN, Date.parse(UNTIL))).toBe(false);
    expect(await openShare(source, TOKEN, Date.parse(UNTIL))).toBeUndefined();
    expect(asked).toHaveLength(1);
    expect(await stored()).toMatchObject({ views: 1, refusals: 1, refusedAt: UNTIL });
    expect(shareState(await stored(), Date.parse(UNTIL))).toBe('expired');
  });

  it('is not shown by a link that was revoked, also while it is being opened', async () => {
    await put();
    const { source } = opening();
    const readFile = async (name: string) => {
      expect(await revokeShare(tables.business, ID, NOW + 1)).toBe(true);
      return source.readFile(name);
    };
    expect(await openShare({ ...source, readFile }, TOKEN, NOW + 2)).toBeUndefined();
    expect(await stored()).toMatchObject({ views: 0, refusals: 1, revokedAt: '2026-02-02T09:00:00.001Z' });
    expect(await revokeShare(tables.business, ID, NOW + 5)).toBe(true);
    expect(await stored()).toMatchObject({ revokedAt: '2026-02-02T09:00:00.001Z' });
    expect(await isOpen(tables.business, TOKEN, NOW)).toBe(false);
  });

  it('that cannot be read is not counted', async () => {
    await put();
    const readFile = () => Promise.reject(new Error('the bucket answered 503'));
    await expect(openShare({ business: tables.business, readFile }, TOKEN, NOW)).rejects.toThrow('503');
    const nothing = async () => Buffer.from('{}');
    await expect(openShare({ business: tables.business, readFile: nothing }, TOKEN, NOW)).rejects.toMatchObject({
      code: 'NO_BUNDLE',
    });
    expect(await stored()).toMatchObject({ views: 0, refusals: 0 });
  });

  it.each([
    ['unknown', 'B'.repeat(43)],
    ['malformed', 'x'],
    ['of another kind', `${'A'.repeat(42)}%`],
  ])('is not found by a token that is %s', async (_, token) => {
    await put();
    const { source, asked } = opening();
    expect(await isOpen(tables.business, token, NOW)).toBe(false);
    expect(await openShare(source, token, NOW)).toBeUndefined();
    expect(asked).toEqual([]);
    expect(await stored()).toMatchObject({ views: 0, refusals: 0 });
  });
});

describe('a share that is put again under its id', () => {
  it('counts by its new token alone: the one before was never told', async () => {
    await put();
    const again = await put({}, 'C'.repeat(43));
    expect(again.tokenHash).toBe(hashSecret('C'.repeat(43)));
    expect(await isOpen(tables.business, TOKEN, NOW)).toBe(false);
    expect(await isOpen(tables.business, 'C'.repeat(43), NOW)).toBe(true);
  });

  it('after a crash at any call leads somewhere, and its token is nowhere in the table', async () => {
    for (const [fault, nth] of [
      ['not_applied', 1],
      ['applied', 1],
      ['not_applied', 2],
      ['applied', 2],
    ] as const) {
      const faults = makeFaults();
      faults.failNext(fault, nth);
      const business = faults.wrap('business', tables.business);
      await expect(putShare(business, ASKED, TOKEN, { now: NOW, until: 1 })).rejects.toThrow();
      await put({}, TOKEN);
      expect(await isOpen(tables.business, TOKEN, NOW)).toBe(true);
    }
    const { items } = await tables.business.scan({ segment: 0, segments: 1, limit: 100 });
    expect(JSON.stringify(items)).not.toContain(TOKEN);
  });
});

it('shares are forgotten with their report, every one, with the ways to them', async () => {
  const tokens = Array.from({ length: 103 }, (_, n) => String(n).padStart(43, '0'));
  for (const [n, token] of tokens.entries()) await put({ shareId: `shr_${String(n).padStart(4, '0')}` }, token);
  await put({ reportId: 'rep_2' }, 'Z'.repeat(43));
  await forgetShares(tables.business, 'acme', 'rep_1');
  const where = { expression: '#pk = :pk', values: { pk: sharesPartition('acme', 'rep_1') } };
  expect((await tables.business.query({ where })).items).toEqual([]);
  const { items } = await tables.business.scan({ segment: 0, segments: 1, limit: 1_000 });
  expect(items.map(({ pk }) => pk).toSorted()).toEqual(
    [`SHARE#${hashSecret('Z'.repeat(43))}`, sharesPartition('acme', 'rep_2')].toSorted(),
  );
});
