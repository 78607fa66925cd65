// The verifier of bundles: a real one holds, step by step; each tampering of the table is found out under its names, and none under
// fewer; nothing that anybody writes makes it throw.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digest, verifyX509 } from '../../../lib/cli/node-primitives.ts';
import { makeBundle, readBundle } from '../../../lib/proof/bundle.ts';
import { failuresOf } from '../../../lib/proof/bundle-failures.ts';
import { tokenIn } from '../../../lib/proof/timestamp.ts';
import { type BundleTrust, verifyBundle } from '../../../lib/proof/verify-bundle.ts';
import { goodChain } from '../../vectors/statement-vectors.ts';
import recorded from '../../vectors/timestamps.json' with { type: 'json' };
import { AS_OF, bundleOf, entriesWith, givenTrust, ownTrust, statusListFor } from './bundle-fixture.ts';
import { hostileTexts, tamperings } from './bundle-tampering.ts';
import { applyPatch } from './json-patch.ts';
import { crypto, issue } from './statement-fixture.ts';
import { CHAIN, type Failure, goodBundle } from './tampering.ts';

const bundle = bundleOf(CHAIN);
const text = makeBundle(bundle);

function failures(source: string, trust: BundleTrust): readonly Failure[] {
  const read = readBundle(source);
  if (read.ok) return failuresOf(verifyBundle(read.bundle, trust));
  const { reason, detail } = read;
  return [{ step: 'format', reason, ...(detail !== undefined && { detail }) }];
}

describe('a bundle', () => {
  it('is read as what it was written of', () => {
    const { chainHead: _, ...headless } = bundle;
    for (const written of [bundle, headless]) {
      const read = readBundle(makeBundle(written));
      expect(read.ok && makeBundle(read.bundle)).toBe(makeBundle(written));
      expect(read.ok && Object.keys(read.bundle).toSorted()).toEqual(Object.keys(written).toSorted());
    }
  });

  it('is not written unless it can be read', () => {
    for (const broken of [{ statements: [] }, { chainSecret: new Uint8Array(31) }, { contract: '' }])
      expect(() => makeBundle({ ...bundle, ...broken })).toThrow(expect.objectContaining({ code: 'BUNDLE' }));
  });

  it('I3 I4 holds with the keys that were given', () => {
    const report = verifyBundle(bundle, givenTrust);
    expect(failuresOf(report)).toEqual([]);
    expect(report).toMatchObject({
      issuer: 'https://odoseal.example',
      contract: 'ctr_018f7a4a2c3b7d518f7a4a2c3b7d518f',
      keys: { ok: true, statements: 'given', log: 'given' },
      chain: { ok: true, upToSeq: 6 },
      end: { ok: true, shown: true, seq: 6, asOf: AS_OF / 1000 },
      checkpoint: { ok: true, checkpoint: { origin: 'odoseal.example/log', size: 300 } },
      time: 'issuers_word_only',
    });
    expect(report.statements.map((result) => result.ok && result.claims)).toEqual(CHAIN.map(({ claims }) => claims));
    expect(report.inclusion).toEqual(CHAIN.map((_, n) => ({ seq: n + 1, index: 260 + n, included: true })));
    expect(report.status?.ok === true && report.status.statements.map(({ standing }) => standing)).toEqual(
      CHAIN.map((_, n) => ({
        ok: true,
        status: n === 1 ? 'withdrawn' : 'valid',
        asOf: AS_OF / 1000,
        ...(n === 1 && { replacedBy: 6 }),
      })),
    );
  });

  it('holds with its own keys, and says that they are', () => {
    const report = verifyBundle(bundle, ownTrust);
    expect(failuresOf(report)).toEqual([]);
    expect(report.keys).toEqual({ ok: true, statements: 'bundle', log: 'bundle' });
  });

  it('without a head of the chain holds, and does not show its end', () => {
    const { chainHead: _, ...headless } = bundle;
    const report = verifyBundle(headless, givenTrust);
    expect(failuresOf(report)).toEqual([]);
    expect(report.end).toEqual({ ok: true, shown: false });
  });

  it('holds with claims withheld, and with a statement signed twice: neither changes what was logged', () => {
    const again = goodChain().map(({ claims }) => issue(claims));
    const signedAgain = { ...bundleOf(CHAIN), statements: bundleOf(again, entriesWith(CHAIN)).statements };
    expect(failuresOf(verifyBundle(signedAgain, givenTrust))).toEqual([]);
    const withheld = bundle.statements.map((one) => ({ ...one, sdJwt: `${one.sdJwt.split('~')[0]}~` }));
    const report = verifyBundle({ ...bundle, statements: withheld }, givenTrust);
    expect(failuresOf(report)).toEqual([]);
    expect(report.statements.map((result) => result.ok && result.withheld)).toEqual([7, 7, 7, 7, 7, 7]);
  });

  it('counts by a newer status list that was given', () => {
    const replaced = statusListFor(CHAIN.slice(0, 5), { issuedAt: AS_OF + 1000 });
    const newer = verifyBundle({ ...bundle, statusList: replaced }, givenTrust).status;
    expect(newer?.ok === true && newer.statements[1]?.standing).toEqual({ ok: false, reason: 'list_contradicted' });
  });

  it('has each signature verified once', () => {
    const verified: string[] = [];
    const { crypto } = givenTrust;
    const verifyEs256: typeof crypto.verifyEs256 = (key, signature, data) => {
      verified.push(Buffer.from(data).toString());
      return crypto.verifyEs256(key, signature, data);
    };
    verifyBundle(bundle, { ...givenTrust, crypto: { ...crypto, verifyEs256 } });
    const inputs = [bundle.statusList, bundle.chainHead ?? ''].map((jws) => jws.split('.', 2).join('.'));
    expect(verified.toSorted()).toEqual([...CHAIN.map(({ signingInput }) => signingInput), ...inputs].toSorted());
  });
});

describe('tampering with', () => {
  it.each(tamperings().map((tampering) => [tampering.name, tampering] as const))(
    '%s is found out',
    (_, { patch, keys, failures: expected }) => {
      const tampered = JSON.stringify(applyPatch(goodBundle, patch));
      expect(tampered).not.toBe(JSON.stringify(goodBundle));
      if (keys !== 'bundle') expect(failures(tampered, givenTrust)).toEqual(expected);
      if (keys !== 'given') expect(failures(tampered, ownTrust)).toEqual(expected);
    },
  );

  it.each(hostileTexts())('the text: $name', ({ text: hostile, reason }) => {
    expect(hostile).not.toBe(text);
    expect(failures(hostile, ownTrust)).toEqual([{ step: 'format', reason }]);
  });

  it('the text: any truncation', () => {
    for (let length = 0; length < text.length; length += 37)
      expect(failures(text.slice(0, length), ownTrust)).toEqual([{ step: 'format', reason: 'not_json' }]);
  });

  it('the size: what is larger than any bundle is refused unread', () => {
    expect(failures(' '.repeat(16_777_217), ownTrust)).toEqual([{ step: 'format', reason: 'too_large' }]);
  });

  it('each character of checkpoint, head and status list', () => {
    for (const name of ['checkpoint', 'chainHead', 'statusList'] as const) {
      const signed = bundle[name] ?? '';
      for (let at = 0; at < signed.length; at++) {
        const changed = `${signed.slice(0, at)}${String.fromCharCode(signed.charCodeAt(at) ^ 1)}${signed.slice(at + 1)}`;
        const step = { checkpoint: 'checkpoint', chainHead: 'end', statusList: 'status' }[name];
        const [first, ...more] = failuresOf(verifyBundle({ ...bundle, [name]: changed }, givenTrust));
        expect([name, at, first?.step, more]).toEqual([name, at, step, []]);
      }
    }
  });

  it('any character of the document, its keys aside', () => {
    const [before = '', after = ''] = text.split(JSON.stringify(bundle.jwks));
    const kept = before.indexOf(bundle.logKey);
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.integer({ min: 1, max: 127 }), (at, code) => {
        fc.pre(at < before.length || at >= text.length - after.length);
        fc.pre(at < kept || at >= kept + bundle.logKey.length);
        const changed = `${text.slice(0, at)}${String.fromCharCode(text.charCodeAt(at) ^ code)}${text.slice(at + 1)}`;
        expect(failures(changed, givenTrust)).not.toEqual([]);
      }),
      { numRuns: 1500 },
    );
  });

  it('anything makes nobody throw', () => {
    const name = fc.constantFrom(...Object.keys(bundle), 'format', 'version', '__proto__');
    fc.assert(
      fc.property(name, fc.json(), (member, value) => {
        const changed = applyPatch(goodBundle, [{ op: 'add', path: `/${member}`, value: JSON.parse(value) }]);
        expect(() => failures(JSON.stringify(changed), ownTrust)).not.toThrow();
      }),
      { numRuns: 300 },
    );
  });
});

describe('a timestamp', () => {
  const token = tokenIn(Buffer.from(recorded.ec.response, 'base64'), {
    imprint: crypto.sha256(Buffer.from(recorded.data)),
    nonce: Buffer.from(recorded.nonce, 'hex'),
  });
  const timeOf = (timestamp: Uint8Array, trust: BundleTrust) => {
    const read = readBundle(makeBundle({ ...bundleOf(CHAIN), timestamp }));
    if (!read.ok) throw new Error(read.reason);
    const report = verifyBundle(read.bundle, trust);
    return { time: report.time, failures: failuresOf(report) };
  };
  const checking = { ...givenTrust, timestamps: { digest, verifyX509 } };

  it('is left alone by who cannot check it', () => {
    expect(timeOf(token ?? new Uint8Array(), givenTrust)).toEqual({ time: 'timestamp_not_checked', failures: [] });
  });

  it.each([
    ['of other bytes', token ?? new Uint8Array(), 'timestamp_of_something_else'],
    ['that is none', Uint8Array.of(0x30, 0), 'timestamp_malformed'],
  ])('%s fails by name', (_, timestamp, reason) => {
    expect(timeOf(timestamp, checking)).toEqual({ time: { ok: false, reason }, failures: [{ step: 'time', reason }] });
  });

  it('is a few thousand bytes at most', () => {
    expect(() => makeBundle({ ...bundleOf(CHAIN), timestamp: new Uint8Array(32_769) })).toThrow(
      'wrong_member timestamp',
    );
  });
});
