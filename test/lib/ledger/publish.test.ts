// The log as it is published: the bytes of c2sp.org/tlog-tiles for what is there, nothing for what is not.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keys } from '../../../lib/aws/keys.ts';
import { sha256, verifyEd25519 } from '../../../lib/cli/node-primitives.ts';
import { publishCheckpoint, publishProof, publishTile } from '../../../lib/ledger/publish.ts';
import { verifyCheckpoint } from '../../../lib/proof/checkpoint.ts';
import { leafHashes, rootOfHashes } from '../../../lib/proof/merkle.ts';
import { decodeEntries } from '../../../lib/proof/tiles.ts';
import { verifyTlogProof } from '../../../lib/proof/tlog-proof.ts';
import { toHex } from '../proof/tree-fixture.ts';
import { type LedgerWorld, logKey, openLedgerWorld } from './ledger-world.ts';

const FOR_EVER = 'public, max-age=31536000, immutable';
let world: LedgerWorld;
let close: () => Promise<void>;

beforeAll(async () => {
  ({ world, close } = await openLedgerWorld());
});
afterAll(() => close());

describe('an empty log', () => {
  it('has nothing to read', async () => {
    expect(await publishCheckpoint(world.tables.log)).toBeUndefined();
    expect(await publishTile(world.tables.log, 'tile/0/000')).toBeUndefined();
    expect(await publishProof(world.tables.log, '0')).toBeUndefined();
  });
});

describe('a log of 260 entries', () => {
  beforeAll(async () => {
    await world.issue(260);
    await world.seal();
  }, 60_000);

  const bytes = async (path: string): Promise<Uint8Array> => {
    const { body = '' } = (await publishTile(world.tables.log, path)) ?? {};
    return typeof body === 'string' ? new Uint8Array() : body;
  };

  it('has a head that any tlog client reads, for a few seconds', async () => {
    const published = await publishCheckpoint(world.tables.log);
    expect(published).toMatchObject({ contentType: 'text/plain; charset=utf-8', cacheControl: 'public, max-age=5' });
    const checked = verifyCheckpoint(String(published?.body), [logKey], verifyEd25519);
    expect(checked).toMatchObject({ ok: true, checkpoint: { origin: 'odoseal.test/log', size: 260 } });
  });

  it('I6 has tiles and bundles, for ever', async () => {
    expect(await publishTile(world.tables.log, 'tile/0/000')).toMatchObject({
      contentType: 'application/octet-stream',
      cacheControl: FOR_EVER,
    });
    const [full, partial] = [await bytes('tile/0/000'), await bytes('tile/0/001.p/4')];
    expect([full.length, partial.length]).toEqual([8192, 128]);
    expect(toHex(await bytes('tile/1/000.p/1'))).toBe(toHex(rootOfHashes(full, sha256)));
    for (const [hashes, name] of [
      [full, '000'],
      [partial, '001.p/4'],
    ] as const) {
      const entries = decodeEntries(await bytes(`tile/entries/${name}`)) ?? [];
      expect(entries.every(({ length }) => length === 64)).toBe(true);
      expect(toHex(leafHashes(entries, sha256))).toBe(toHex(hashes));
    }
  });

  it.each([
    'tile/0/001',
    'tile/0/001.p/3',
    'tile/0/002',
    'tile/1/000',
    'tile/1/000.p/2',
    'tile/2/000.p/1',
    'tile/entries/001',
    'tile/0/0',
    'tile/../../STATE',
    'tile/',
    'tile/0/000#W',
  ])('has no %s', async (path) => {
    expect(await publishTile(world.tables.log, path)).toBeUndefined();
  });

  it('I4 proves every statement at its place', async () => {
    for (const { leaf, leafIndex } of (await world.statements()).filter((_, n) => n % 13 === 0)) {
      const published = await publishProof(world.tables.log, String(leafIndex));
      const trust = { keys: [logKey], crypto: { sha256, verifyEd25519 } };
      const checked = verifyTlogProof(String(published?.body), Buffer.from(leaf, 'base64url'), trust);
      expect(checked).toMatchObject({ ok: true, index: leafIndex });
    }
  });

  it.each(['260', '-1', '1.5', '01', 'x', '', '99999999999999999'])('has no proof of entry %j', async (index) => {
    expect(await publishProof(world.tables.log, index)).toBeUndefined();
  });

  it('that lost a tile is a fault, not an answer', async () => {
    await world.tables.log.remove(keys.tile(0, 1, 4));
    await expect(publishProof(world.tables.log, '258')).rejects.toMatchObject({ code: 'LOG_INCONSISTENT' });
  });
});
