// Signed notes, checkpoints and tlog-proofs: the published examples, and that nothing altered passes.
import { createPrivateKey, sign } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256, verifyEd25519 } from '../../../lib/cli/node-primitives.ts';
import { formatCheckpoint, parseCheckpoint, verifyCheckpoint } from '../../../lib/proof/checkpoint.ts';
import { ProofFault } from '../../../lib/proof/proof-fault.ts';
import {
  formatNote,
  formatVkey,
  type NoteKey,
  noteKey,
  parseVkey,
  verifyNote,
} from '../../../lib/proof/signed-note.ts';
import { formatTlogProof, parseTlogProof, verifyTlogProof } from '../../../lib/proof/tlog-proof.ts';
import { entriesOf, MemoryTree, toHex } from './tree-fixture.ts';

/** c2sp.org/signed-note, "Example". */
const C2SP_VKEY = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k';
const C2SP_NOTE = `This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
`;
/** golang.org/x/mod/sumdb/note, TestSign. */
const GO_VKEY = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const GO_NOTE = `If you think cryptography is the answer to your problem,
then you don't know what your problem is.

— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
`;

const keyOf = (vkey: string): NoteKey => {
  const key = parseVkey(vkey, sha256);
  if (key === undefined) throw new Error('not a vkey');
  return key;
};

/** A signer of the tests: seed, name. */
const signerOf = (seed: string, name: string) => {
  const der = Buffer.concat([
    Buffer.from('302e020100300506032b657004220420', 'hex'),
    Buffer.from(seed.padEnd(32, '.')),
  ]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const { x = '' } = privateKey.export({ format: 'jwk' });
  const key = noteKey(name, Buffer.from(x, 'base64url'), sha256);
  const signatureOf = (text: string) => ({ name, id: key.id, signature: sign(null, Buffer.from(text), privateKey) });
  return { key, signatureOf, note: (text: string) => formatNote(text, [signatureOf(text)]) };
};

const log = signerOf('log', 'log.example/one');
const witness = signerOf('witness', 'witness.example');

describe('keys', () => {
  it.each([C2SP_VKEY, GO_VKEY])('%s is read and written', (vkey) => {
    expect(formatVkey(keyOf(vkey))).toBe(vkey);
  });

  it.each([
    ['another id', C2SP_VKEY.replace('530d903a', '530d903b')],
    ['an id in capitals', C2SP_VKEY.replace('530d903a', '530D903A')],
    ['another name', C2SP_VKEY.replace('foo', 'bar')],
    ['another type, with its id', 'PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'],
    ['too long a key, with its id', 'PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY=='],
    ['no name', C2SP_VKEY.replace('example.com/foo', '')],
    ['a space in the name', C2SP_VKEY.replace('foo', 'f oo')],
    ['a line behind it', `${C2SP_VKEY}\n`],
  ])('with %s are none', (_, vkey) => {
    expect(parseVkey(vkey, sha256)).toBeUndefined();
  });

  it('have names without spaces or plus signs, and 32 bytes', () => {
    for (const name of ['', 'a b', 'a+b', 'a\u2003b', 'a\u0085b'])
      expect(() => noteKey(name, new Uint8Array(32), sha256)).toThrow(ProofFault);
    expect(() => noteKey('a', new Uint8Array(31), sha256)).toThrow(ProofFault);
  });
});

describe('notes', () => {
  it.each([
    [C2SP_VKEY, C2SP_NOTE],
    [GO_VKEY, GO_NOTE],
  ])('published under %s are believed', (vkey, note) => {
    const checked = verifyNote(note, [keyOf(vkey)], verifyEd25519);
    expect(checked).toMatchObject({ ok: true, signers: [keyOf(vkey)] });
    expect(checked.ok && `${checked.text}\n`).toBe(note.slice(0, note.indexOf('—')));
  });

  it('are written as they are read', () => {
    const text = 'one\n\ntwo\n';
    const note = formatNote(text, [log.signatureOf(text), witness.signatureOf(text)]);
    expect(verifyNote(note, [log.key, witness.key], verifyEd25519)).toEqual({
      ok: true,
      text,
      signers: [log.key, witness.key],
    });
  });

  it('signed by somebody unknown beside a known key hold; by unknown keys alone they do not', () => {
    const text = 'one\n';
    const note = formatNote(text, [witness.signatureOf('something else'), log.signatureOf(text)]);
    expect(verifyNote(note, [log.key], verifyEd25519).ok).toBe(true);
    expect(verifyNote(note, [], verifyEd25519)).toEqual({ ok: false, reason: 'unknown_signer' });
    expect(verifyNote(note, [log.key, witness.key], verifyEd25519)).toEqual({ ok: false, reason: 'bad_signature' });
  });

  it('with any one character altered are refused', () => {
    const note = log.note('abc 12\n');
    for (let at = 0; at < note.length; at += 1) {
      const altered = `${note.slice(0, at)}${note[at] === 'x' ? 'y' : 'x'}${note.slice(at + 1)}`;
      expect(verifyNote(altered, [log.key], verifyEd25519).ok, `character ${at}`).toBe(false);
    }
  });

  it.each([
    ['nothing', ''],
    ['no signature', 'text\n\n'],
    ['no blank line', 'text\n— a b\n'],
    ['a signature line without an end', GO_NOTE.slice(0, -1)],
    ['a control character', GO_NOTE.replace('problem', 'prob\tlem')],
    ['a carriage return', GO_NOTE.replaceAll('\n', '\r\n')],
    ['a line that is no signature', `${GO_NOTE}more\n`],
    ['a signature of nothing but a key id', `${GO_NOTE}— a AAAAAA==\n`],
    ['101 signatures', GO_NOTE + '— a AAAAAAA=\n'.repeat(100)],
    ['a million characters', `${'x'.repeat(1_000_000)}\n\n— a AAAAAAA=\n`],
  ])('with %s are none', (_, note) => {
    expect(verifyNote(note, [keyOf(GO_VKEY)], verifyEd25519)).toEqual({ ok: false, reason: 'not_a_note' });
  });

  it('take no text that could not be read back', () => {
    for (const text of ['', 'no end', 'tab\there\n']) expect(() => formatNote(text, [])).toThrow(ProofFault);
  });
});

const SIZE = 11;
const entries = entriesOf(SIZE);
const tree = new MemoryTree(entries);
const head = { origin: log.key.name, size: SIZE, root: tree.root(SIZE) };

describe('checkpoints', () => {
  it('are three lines; Go’s sumdb/tlog writes the same', () => {
    const root = Buffer.from('TszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBb0=', 'base64');
    const text = formatCheckpoint({ origin: 'go.sum database tree', size: 123_456_789_012, root });
    expect(text).toBe('go.sum database tree\n123456789012\nTszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBb0=\n');
    expect(parseCheckpoint(text)).toEqual({
      origin: 'go.sum database tree',
      size: 123_456_789_012,
      root: Uint8Array.from(root),
    });
  });

  it('may be extended by lines that are read over', () => {
    expect(parseCheckpoint(`${formatCheckpoint(head)}more\nand more\n`)).toEqual(head);
  });

  it.each([
    ['a leading zero', (text: string) => text.replace('\n11\n', '\n011\n')],
    ['a negative size', (text: string) => text.replace('\n11\n', '\n-11\n')],
    ['a size beyond exact numbers', (text: string) => text.replace('\n11\n', '\n9007199254740993\n')],
    ['hex for base64', (text: string) => text.replace(/[^\n]+\n$/, `${toHex(head.root)}\n`)],
    ['too short a root', (text: string) => text.replace(/[^\n]+\n$/, 'AAAA\n')],
    ['an empty line', (text: string) => `${text}\nmore\n`],
    ['no origin', (text: string) => text.replace(/^[^\n]+/, '')],
    ['no last newline', (text: string) => text.slice(0, -1)],
  ])('with %s are none', (_, alter) => {
    expect(parseCheckpoint(alter(formatCheckpoint(head)))).toBeUndefined();
  });

  it('count under the key of their own log only', () => {
    const other = formatCheckpoint({ ...head, origin: 'log.example/two' });
    expect(verifyCheckpoint(log.note(formatCheckpoint(head)), [log.key], verifyEd25519)).toMatchObject({
      ok: true,
      checkpoint: head,
    });
    expect(verifyCheckpoint(log.note(other), [log.key], verifyEd25519)).toEqual({ ok: false, reason: 'other_log' });
    expect(verifyCheckpoint(log.note('hello\n'), [log.key], verifyEd25519)).toEqual({
      ok: false,
      reason: 'not_a_checkpoint',
    });
  });
});

describe('tlog-proofs', () => {
  const trust = { keys: [log.key], crypto: { sha256, verifyEd25519 } };
  const checkpoint = log.note(formatCheckpoint(head));
  const proofOf = (index: number) => formatTlogProof({ index, hashes: tree.inclusion(index, SIZE), checkpoint });
  const check = (text: string, index: number) => verifyTlogProof(text, entries[index] ?? new Uint8Array(), trust);

  it('have the form of c2sp.org/tlog-proof', () => {
    const [hash, ...rest] = tree.inclusion(10, SIZE).map((bytes) => Buffer.from(bytes).toString('base64'));
    expect(rest).toHaveLength(1);
    expect(proofOf(10)).toBe(`c2sp.org/tlog-proof@v1\nindex 10\n${hash}\n${rest[0]}\n\n${checkpoint}`);
  });

  it('I4 prove each entry at its place and no other', () => {
    for (let index = 0; index < SIZE; index += 1)
      for (let other = 0; other < SIZE; other += 1)
        expect(check(proofOf(index), other)).toMatchObject(
          other === index ? { ok: true, index, checkpoint: head } : { ok: false, reason: 'not_included' },
        );
  });

  it('of a log of one entry have no hash', () => {
    const one = log.note(formatCheckpoint({ ...head, size: 1, root: tree.root(1) }));
    expect(check(formatTlogProof({ index: 0, hashes: [], checkpoint: one }), 0).ok).toBe(true);
  });

  it('may carry extra data, which nothing rests on', () => {
    expect(check(proofOf(3).replace('index', 'extra AAAA\nindex'), 3).ok).toBe(true);
    expect(check(proofOf(3).replace('index', 'extra A\nindex'), 3)).toEqual({ ok: false, reason: 'not_a_proof' });
  });

  it('with any one character altered prove nothing', () => {
    fc.assert(
      fc.property(fc.nat({ max: SIZE - 1 }), fc.nat(), fc.constantFrom('x', '0', '\n', ' '), (index, place, put) => {
        const proof = proofOf(index);
        const at = place % proof.length;
        fc.pre(proof[at] !== put);
        expect(check(`${proof.slice(0, at)}${put}${proof.slice(at + 1)}`, index).ok).toBe(false);
      }),
      { numRuns: 400 },
    );
  });

  it.each([
    ['nothing', ''],
    ['another version', proofOf(1).replace('@v1', '@v2')],
    ['no index', proofOf(1).replace('index 1\n', '')],
    ['a hash that is none', proofOf(1).replace('index 1\n', 'index 1\nAAAA\n')],
    ['54 hashes', proofOf(1).replace('index 1\n', `index 1\n${`${'A'.repeat(43)}=\n`.repeat(54)}`)],
  ])('with %s are none', (_, text) => {
    expect(parseTlogProof(text)).toBeUndefined();
  });
});
