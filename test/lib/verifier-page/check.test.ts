// The page's check without a browser: which file is what, with whose keys, and what is shown.
import { describe, expect, it } from 'vitest';
import { makeBundle } from '../../../lib/proof/bundle.ts';
import { checkFiles, type HandedOver } from '../../../lib/verifier-page/check.ts';
import { bundleOf, keys, statusListFor } from '../proof/bundle-fixture.ts';
import { tamperings } from '../proof/bundle-tampering.ts';
import { applyPatch } from '../proof/json-patch.ts';
import { vkeyOf } from '../proof/log-fixture.ts';
import { ISSUER } from '../proof/statement-fixture.ts';
import { CHAIN, goodBundle, strangerKey, strangerKid } from '../proof/tampering.ts';

const served = { issuer: ISSUER, keys, logKey: vkeyOf() };
const file = (name: string, text: string): HandedOver => ({ name, bytes: new TextEncoder().encode(text) });
const good = file('bundle.json', JSON.stringify(goodBundle));
const statements = CHAIN.map(({ compact }, n) => file(`${n + 1}.sdjwt`, compact));
const list = file('list.jwt', statusListFor(CHAIN));
const keySet = (name: string, issuer: string | undefined, of: readonly object[] = keys): HandedOver =>
  file(name, JSON.stringify({ issuer, keys: of }));
const stranger = { ...strangerKey, kid: strangerKid, use: 'sig', alg: 'ES256', purpose: 'statement' };

describe('the page’s check', () => {
  it('of a bundle uses the keys that came with the page, and shows its months with what became of them', async () => {
    const { outcome, keys: used, sections, shown } = await checkFiles([good], served);
    expect({ outcome, used }).toEqual({ outcome: 'verified', used: { files: [], issuer: ISSUER, ownLogKey: false } });
    expect(sections.map(({ subject }) => subject)).toEqual(['bundle.json']);
    expect(shown).toHaveLength(1);
    expect(shown[0]).toMatchObject({ issuer: ISSUER, contractId: CHAIN[0]?.claims.sub });
    expect(shown[0]?.disclosed).toMatchObject({ vin: 'VF7TESTC3AA000017' });
    expect(shown[0]?.statements.map(({ claims, status }) => [claims.seq, status])).toEqual([
      [1, 'valid'],
      [2, 'withdrawn'],
      [3, 'valid'],
      [4, 'valid'],
      [5, 'valid'],
      [6, 'valid'],
    ]);
  });

  it('of statements makes chains of them, once each, in their order', async () => {
    const { outcome, shown } = await checkFiles([...statements.toReversed(), ...statements, list], served);
    expect(outcome).toBe('verified');
    expect(shown.map(({ statements: of }) => of.map(({ claims, status }) => `${claims.seq} ${status}`))).toEqual([
      ['1 valid', '2 withdrawn', '3 valid', '4 valid', '5 valid', '6 valid'],
    ]);
  });

  it('shows nothing of what does not hold, and nothing beside it of the same kind', async () => {
    const hole = statements.filter((_, n) => n !== 2);
    expect(await checkFiles(hole, served)).toMatchObject({ outcome: 'not_verified', shown: [] });
    const both = await checkFiles([good, file('other.json', '{}')], served);
    expect(both.outcome).toBe('not_verified');
    expect(both.shown.map(({ contractId }) => contractId)).toEqual([CHAIN[0]?.claims.sub]);
  });

  it.each<[string, readonly HandedOver[], object]>([
    ['the server', [], { files: [], issuer: ISSUER, ownLogKey: false }],
    ['a file', [keySet('k.json', ISSUER)], { files: ['k.json'], issuer: ISSUER, ownLogKey: true }],
    [
      'files',
      [keySet('k.json', ISSUER), file('vkey', `${vkeyOf()}\n`)],
      { files: ['k.json', 'vkey'], issuer: ISSUER, ownLogKey: false },
    ],
    ['a file, for the log', [file('vkey', vkeyOf())], { files: ['vkey'], issuer: ISSUER, ownLogKey: false }],
  ])('with keys of %s says so', async (_, beside, used) => {
    expect(await checkFiles([good, ...beside], served)).toMatchObject({ outcome: 'verified', keys: used });
  });

  it.each<[string, readonly HandedOver[]]>([
    ['a stranger', [keySet('k.json', ISSUER, [stranger])]],
    ['another issuer', [keySet('k.json', 'https://other.example')]],
    ['another log', [file('vkey', vkeyOf(8))]],
  ])('with keys of %s refuses what is not theirs', async (_, beside) => {
    expect(await checkFiles([good, ...beside], served)).toMatchObject({ outcome: 'not_verified', shown: [] });
  });

  it('of a bundle believes no status list but one by a key that counts', async () => {
    const older = file('older.jwt', statusListFor(CHAIN.slice(0, 5), { issuedAt: Date.UTC(2026, 6, 3) }));
    expect((await checkFiles([good, list], served)).outcome).toBe('verified');
    expect((await checkFiles([good, older], served)).outcome).toBe('not_verified');
    expect((await checkFiles([good, file('list.jwt', 'e30.e30.AAAA')], served)).outcome).toBe('not_verified');
  });

  it.each<[string, readonly HandedOver[]]>([
    ['nothing', []],
    ['keys alone', [keySet('k.json', ISSUER)]],
    ['keys without an issuer', [good, keySet('k.json', undefined)]],
    ['keys of two issuers', [good, keySet('k.json', ISSUER), keySet('l.json', 'https://other.example')]],
  ])('of %s finds nothing to check, and says that', async (_, files) => {
    const { outcome, sections } = await checkFiles(files, served);
    expect(outcome).toBe('not_checked');
    expect(sections.map((section) => section.outcome)).toEqual(['NOT CHECKED']);
  });

  it.each(
    tamperings()
      .filter(({ keys: whose }) => whose !== 'bundle')
      .map((one) => [one.name, one] as const),
  )('of a bundle with %s has the names that the command line has', async (_, { patch, failures }) => {
    const tampered = file('bundle.json', JSON.stringify(applyPatch(goodBundle, patch)));
    const { outcome, sections, shown } = await checkFiles([tampered], served);
    const lines = sections.flatMap((section) => section.lines).filter(({ mark }) => mark === 'no');
    expect({ outcome, shown, names: lines.map(({ text }) => text.replace(/^.*\[([a-z]+: \w+).*$/s, '$1')) }).toEqual({
      ...{ outcome: 'not_verified', shown: [] },
      names: failures.map(({ step, reason }) => `${step}: ${reason}`),
    });
  });

  it('of a file that could not be read or is too large is not verified', async () => {
    expect((await checkFiles([{ name: 'x', bytes: undefined }], served)).outcome).toBe('not_verified');
    const large = file('x', `{"a":"${'A'.repeat(17_000_000)}"}`);
    expect((await checkFiles([large], served)).outcome).toBe('not_verified');
  });

  it('without keys, as the page is built, verifies nothing', async () => {
    const bare = { issuer: '', keys: [], logKey: '' };
    expect(await checkFiles([good], bare)).toMatchObject({ outcome: 'not_verified', shown: [] });
    expect(await checkFiles(statements, bare)).toMatchObject({ outcome: 'not_verified', shown: [] });
    expect((await checkFiles([file('b', makeBundle(bundleOf(CHAIN)))], served)).outcome).toBe('verified');
  });
});
