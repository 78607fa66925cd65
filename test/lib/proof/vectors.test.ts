// The fixed vectors of statements and bundles: what holds, holds; what was mutated is refused under its name; and the table is what the code writes.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readBundle } from '../../../lib/proof/bundle.ts';
import { failuresOf } from '../../../lib/proof/bundle-failures.ts';
import { verifyChain } from '../../../lib/proof/chain.ts';
import { parseVkey } from '../../../lib/proof/signed-note.ts';
import { verifyStatement } from '../../../lib/proof/verify.ts';
import { verifyBundle } from '../../../lib/proof/verify-bundle.ts';
import { buildBundleVectors } from '../../vectors/bundle-vectors.ts';
import { signDeterministically } from '../../vectors/deterministic-es256.ts';
import { buildKeyEventVectors } from '../../vectors/key-event-vectors.ts';
import { buildVectors } from '../../vectors/statement-vectors.ts';
import { bundleCrypto } from './bundle-fixture.ts';
import { crypto, disclosable } from './statement-fixture.ts';

const text = readFileSync(new URL('../../vectors/statements.json', import.meta.url), 'utf8');
const vectors: ReturnType<typeof buildVectors> = JSON.parse(text);
const trust = { keys: vectors.jwks.keys, issuer: vectors.issuer, crypto };

describe('the vectors', () => {
  it('are byte for byte what the code writes today', () => {
    expect(`${JSON.stringify(buildVectors(), null, 2)}\n`).toBe(text);
  });

  it('are signed with the nonces of RFC 6979 (§A.2.5, "sample")', () => {
    const secret = Buffer.from('C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721', 'hex');
    expect(Buffer.from(signDeterministically(secret, 'sample')).toString('hex')).toBe(
      'efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8',
    );
  });
});

describe.each(vectors.chain)('statement $claims.seq of the chain', (vector) => {
  it('holds with everything disclosed', () => {
    const verified = verifyStatement(vector.compact, trust);
    expect(verified).toMatchObject({ ok: true, disclosed: disclosable, withheld: 0, kid: vectors.kid });
    expect(verified.ok && verified.claims).toEqual(vector.claims);
  });

  it('holds with everything withheld, with the same hash', () => {
    const verified = verifyStatement(vector.withheld, trust);
    expect(verified).toMatchObject({ ok: true, disclosed: {}, withheld: 7, signingInputHash: vector.signingInputHash });
  });
});

it('the statements of the chain form one', () => {
  const links = vectors.chain.map(({ compact }) => verifyStatement(compact, trust)).filter((result) => result.ok);
  expect(verifyChain(links)).toMatchObject({ ok: true, upToSeq: 6, superseded: [{ claims: { seq: 2 } }] });
});

describe('a mutated statement', () => {
  it.each(vectors.refused)('is refused: $name', ({ compact, reason, ...rest }) => {
    const refused = verifyStatement(compact, trust);
    expect(refused).toMatchObject({ ok: false, reason });
    expect(!refused.ok && refused.detail).toBe('detail' in rest ? rest.detail : undefined);
  });
});

describe('the vectors of bundles', () => {
  const written = readFileSync(new URL('../../vectors/bundle.json', import.meta.url), 'utf8');

  it('are byte for byte what the code writes today', () => {
    expect(`${JSON.stringify(buildBundleVectors(), null, 2)}\n`).toBe(written);
  });

  it('hold a bundle that holds', () => {
    const { given, good }: ReturnType<typeof buildBundleVectors> = JSON.parse(written);
    const logKey = parseVkey(given.logKey, crypto.sha256);
    const read = readBundle(JSON.stringify(good));
    const own = { keys: given.jwks.keys, issuer: given.jwks.issuer, logKeys: logKey ? [logKey] : [] };
    expect(read.ok && failuresOf(verifyBundle(read.bundle, { ...own, crypto: bundleCrypto }))).toEqual([]);
  });
});

describe('the vectors of key events', () => {
  const written = readFileSync(new URL('../../vectors/key-events.json', import.meta.url), 'utf8');
  const { issuer, jwk, statement, logged, cases }: ReturnType<typeof buildKeyEventVectors> = JSON.parse(written);

  it('are byte for byte what the code writes today', () => {
    expect(`${JSON.stringify(buildKeyEventVectors(), null, 2)}\n`).toBe(written);
  });

  it.each(logged)('have the leaf of $event, made with hashes alone', ({ event, text: said, slot, leaf }) => {
    const { purpose, kid } = JSON.parse(said);
    const hash = (of: string) => Buffer.from(crypto.sha256(Buffer.from(of))).toString('hex');
    expect(hash(`odoseal key event\n${JSON.stringify({ event, issuer, kid, purpose })}`)).toBe(slot);
    expect(`${slot}${hash(said)}`).toBe(leaf);
  });

  it.each(cases)('$name', ({ events, ...rest }) => {
    const loggedAt = () => ('logged' in rest ? rest.logged : undefined);
    const result = verifyStatement(statement, { keys: [{ ...jwk, events }], issuer, crypto, loggedAt });
    expect(result.ok ? undefined : result.reason).toBe('reason' in rest ? rest.reason : undefined);
  });
});
