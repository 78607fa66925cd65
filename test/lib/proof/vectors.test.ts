// The fixed vectors of statements, bundles and key events, on the primitives of the command line and on those of the browser: what holds,
// holds; what was mutated is refused under its name; and the table is what the code writes.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadLog } from '../../../lib/cli/log-source.ts';
import { readBundle } from '../../../lib/proof/bundle.ts';
import { failuresOf } from '../../../lib/proof/bundle-failures.ts';
import { verifyChain } from '../../../lib/proof/chain.ts';
import { type NoteKey, parseVkey } from '../../../lib/proof/signed-note.ts';
import { verifyStatement } from '../../../lib/proof/verify.ts';
import { type BundleTrust, verifyBundle } from '../../../lib/proof/verify-bundle.ts';
import { checkBundle } from '../../../lib/verification/check-bundles.ts';
import type { LoadedLog } from '../../../lib/verification/log.ts';
import { buildBundleVectors } from '../../vectors/bundle-vectors.ts';
import { signDeterministically } from '../../vectors/deterministic-es256.ts';
import { buildKeyEventVectors } from '../../vectors/key-event-vectors.ts';
import { buildVectors } from '../../vectors/statement-vectors.ts';
import { bothPrimitives } from './both-primitives.ts';
import { applyPatch, type Operation } from './json-patch.ts';
import { layOut } from './log-fixture.ts';
import type { PublishedLog } from './log-tampering.ts';
import { disclosable } from './statement-fixture.ts';

const read = (name: string): string => readFileSync(new URL(`../../vectors/${name}.json`, import.meta.url), 'utf8');
const written = (vectors: object): string => `${JSON.stringify(vectors, null, 2)}\n`;

const text = read('statements');
const vectors: ReturnType<typeof buildVectors> = JSON.parse(text);
const { given, good, tampered, unreadable, log }: ReturnType<typeof buildBundleVectors> = JSON.parse(read('bundle'));
const keyEvents: ReturnType<typeof buildKeyEventVectors> = JSON.parse(read('key-events'));

/** As whoever has a copy of it reads it. */
async function loadPublished(patch: readonly Operation[], key: NoteKey): Promise<LoadedLog> {
  // The document is the patched one of the table.
  const { checkpoint, entries } = applyPatch(log.good, patch) as PublishedLog;
  const folder = mkdtempSync(join(tmpdir(), 'odoseal-log-'));
  try {
    for (const [path, content] of layOut(
      checkpoint,
      entries.map((entry) => Buffer.from(entry, 'hex')),
    ).files) {
      mkdirSync(join(folder, path, '..'), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    return await loadLog(folder, key);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('the vectors', () => {
  it('are byte for byte what the code writes today', () => {
    expect(written(buildVectors())).toBe(text);
    expect(written(buildBundleVectors())).toBe(read('bundle'));
    expect(written(buildKeyEventVectors())).toBe(read('key-events'));
  });

  it('are signed with the nonces of RFC 6979 (§A.2.5, "sample")', () => {
    const secret = Buffer.from('C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721', 'hex');
    expect(Buffer.from(signDeterministically(secret, 'sample')).toString('hex')).toBe(
      'efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8',
    );
  });
});

describe.each(bothPrimitives)('on the primitives of $on', ({ primitives: crypto }) => {
  const { sha256 } = crypto;
  const trust = { keys: vectors.jwks.keys, issuer: vectors.issuer, crypto };

  describe.each(vectors.chain)('statement $claims.seq of the chain', (vector) => {
    it('holds with everything disclosed', () => {
      const verified = verifyStatement(vector.compact, trust);
      expect(verified).toMatchObject({ ok: true, disclosed: disclosable, withheld: 0, kid: vectors.kid });
      expect(verified.ok && verified.claims).toEqual(vector.claims);
    });

    it('holds with everything withheld, with the same hash', () => {
      const verified = verifyStatement(vector.withheld, trust);
      const { signingInputHash } = vector;
      expect(verified).toMatchObject({ ok: true, disclosed: {}, withheld: 7, signingInputHash });
    });
  });

  it('the statements of the chain form one', () => {
    const links = vectors.chain.map(({ compact }) => verifyStatement(compact, trust)).filter((result) => result.ok);
    expect(verifyChain(links)).toMatchObject({ ok: true, upToSeq: 6, superseded: [{ claims: { seq: 2 } }] });
  });

  it.each(vectors.refused)('a mutated statement is refused: $name', ({ compact, reason, ...rest }) => {
    const refused = verifyStatement(compact, trust);
    expect(refused).toMatchObject({ ok: false, reason });
    expect(!refused.ok && refused.detail).toBe('detail' in rest ? rest.detail : undefined);
  });

  const logKey = parseVkey(given.logKey, sha256);
  const trusts: Readonly<Record<'given' | 'bundle', BundleTrust>> = {
    given: { keys: given.jwks.keys, issuer: given.jwks.issuer, logKeys: logKey ? [logKey] : [], crypto },
    bundle: { crypto },
  };
  const failures = (source: string, of: BundleTrust): readonly object[] => {
    const bundle = readBundle(source);
    if (bundle.ok) return failuresOf(verifyBundle(bundle.bundle, of));
    const { ok: _, ...refusal } = bundle;
    return [{ step: 'format', ...refusal }];
  };

  it('a bundle that holds, holds with the keys that are given and with its own', () => {
    expect(failures(JSON.stringify(good), trusts.given)).toEqual([]);
    expect(failures(JSON.stringify(good), trusts.bundle)).toEqual([]);
  });

  it.each(tampered)('a bundle that was tampered with is found out: $name', ({ patch, keys, failures: names }) => {
    const source = JSON.stringify(applyPatch(good, patch));
    for (const origin of ['given', 'bundle'] as const)
      if (keys === undefined || keys === origin) expect(failures(source, trusts[origin])).toEqual(names);
  });

  it.each(unreadable)('a text with more than one reading is no bundle: $name', ({ find, put, reason }) => {
    const source = JSON.stringify(good).replace(find, () => put);
    expect(failures(source, trusts.given)).toEqual([{ step: 'format', reason }]);
  });

  it.each(log.tampered)(
    'a log that was tampered with is found out: $name',
    async ({ patch, bundle = [], failures: names }) => {
      const source = JSON.stringify(applyPatch(good, bundle));
      const result = await checkBundle(source, { ...trusts.given, log: (key) => loadPublished(patch, key) });
      expect('failures' in result && result.failures).toEqual(names);
    },
  );

  it.each(keyEvents.logged)('$event has its leaf, made with hashes alone', ({ event, text: said, slot, leaf }) => {
    const { purpose, kid } = JSON.parse(said);
    const hash = (of: string) => Buffer.from(sha256(Buffer.from(of))).toString('hex');
    const { issuer } = keyEvents;
    expect(hash(`odoseal key event\n${JSON.stringify({ event, issuer, kid, purpose })}`)).toBe(slot);
    expect(`${slot}${hash(said)}`).toBe(leaf);
  });

  it.each(keyEvents.cases)('of a key: $name', ({ events, ...rest }) => {
    const { statement, jwk, issuer } = keyEvents;
    const loggedAt = () => ('logged' in rest ? rest.logged : undefined);
    const result = verifyStatement(statement, { keys: [{ ...jwk, events }], issuer, crypto, loggedAt });
    expect(result.ok ? undefined : result.reason).toBe('reason' in rest ? rest.reason : undefined);
  });
});
