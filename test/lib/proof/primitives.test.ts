// The primitives of the command line and those of the browser: one suite, so that neither finds anything that the other does not.
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashText } from '../../../lib/proof/sd-jwt.ts';
import { bothPrimitives } from './both-primitives.ts';

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** RFC 6979 §A.2.5: the key, and the signature of "sample" with SHA-256. */
const P256 = {
  x: Buffer.from('60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6', 'hex').toString('base64url'),
  y: Buffer.from('7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299', 'hex').toString('base64url'),
};
const R = 'efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716';
const S = 'f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8';
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const otherS = (ORDER - BigInt(`0x${S}`)).toString(16).padStart(64, '0');
const beyond = (ORDER + 1n).toString(16).padStart(64, '0');

/** RFC 8032 §7.1, test 2. */
const ED_KEY = hex('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c');
const ED_R = '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da';
const ED_S = '085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00';
const ED_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

/** Little-endian, 32 bytes. */
const scalar = (value: bigint): string =>
  Buffer.from(value.toString(16).padStart(64, '0'), 'hex').reverse().toString('hex');
const edScalar = BigInt(`0x${Buffer.from(ED_S, 'hex').reverse().toString('hex')}`);

describe.each(bothPrimitives)('on $on', ({ primitives }) => {
  const { sha256, verifyEs256, verifyEd25519, inflate } = primitives;

  it('SHA-256 is that of FIPS 180-4', () => {
    expect(hexOf(sha256(utf8('abc')))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(hexOf(sha256(new Uint8Array()))).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });

  it('SHA-256 of a text is that of its UTF-8, whatever way a platform has', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom('a', '\ud800', '\udc00', 'é', '🚗') }),
    );
    fc.assert(
      fc.property(text, (one) => {
        expect(hashText(one, sha256)).toBe(Buffer.from(sha256(utf8(one))).toString('base64url'));
      }),
    );
  });

  it.each<[string, string, boolean]>([
    ['the signature of RFC 6979', R + S, true],
    ['the same with the other s, which is one too', R + otherS, true],
    ['another r', R.replace('e', 'f') + S, false],
    ['zero as s', R + '0'.repeat(64), false],
    ['zero as r', '0'.repeat(64) + S, false],
    ['an r beyond the order', beyond + S, false],
    ['an s beyond the order', R + beyond, false],
    ['a byte too few', (R + S).slice(0, -2), false],
    ['a byte too many', `${R + S}00`, false],
    ['nothing', '', false],
  ])('ES256 takes or refuses %s', (_, signature, holds) => {
    expect(verifyEs256(P256, hex(signature), utf8('sample'))).toBe(holds);
    expect(verifyEs256(P256, hex(signature), utf8('simple'))).toBe(false);
  });

  it('ES256 refuses a signature in DER', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
    const [raw, der] = (['ieee-p1363', 'der'] as const).map((dsaEncoding) =>
      sign('sha256', utf8('sample'), { key: privateKey, dsaEncoding }),
    );
    expect([raw, der].map((signature = Buffer.of()) => verifyEs256({ x, y }, signature, utf8('sample')))).toEqual([
      true,
      false,
    ]);
  });

  it.each([
    ['a point off the curve', { ...P256, y: P256.x }],
    ['no point at all', { x: Buffer.alloc(32).toString('base64url'), y: Buffer.alloc(32).toString('base64url') }],
    ['a short coordinate', { ...P256, x: P256.x.slice(0, 20) }],
    ['other letters', { ...P256, x: '!'.repeat(43) }],
    ['nothing', { x: '', y: '' }],
  ])('ES256 under %s is refused', (_, key) => {
    expect(verifyEs256(key, hex(R + S), utf8('sample'))).toBe(false);
  });

  it.each<[string, Uint8Array, string, boolean]>([
    ['the signature of RFC 8032', ED_KEY, ED_R + ED_S, true],
    ['the same with the order added to s', ED_KEY, ED_R + scalar(edScalar + ED_ORDER), false],
    ['another r', ED_KEY, ED_R.replace('9', '8') + ED_S, false],
    ['a byte too few', ED_KEY, (ED_R + ED_S).slice(0, -2), false],
    ['a short key', ED_KEY.subarray(1), ED_R + ED_S, false],
    ['a key that is no point', hex(`02${'00'.repeat(31)}`), ED_R + ED_S, false],
    ['no key', new Uint8Array(), ED_R + ED_S, false],
  ])('Ed25519 takes or refuses %s', (_, key, signature, holds) => {
    expect(verifyEd25519(key, hex(signature), hex('72'))).toBe(holds);
    expect(verifyEd25519(key, hex(signature), hex('73'))).toBe(false);
  });

  it('Ed25519 takes what Node has signed', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const key = publicKey.export({ format: 'jwk' }).x ?? '';
    expect(createPublicKey(createPrivateKey(privateKey.export({ format: 'pem', type: 'pkcs8' }))).type).toBe('public');
    expect(verifyEd25519(Buffer.from(key, 'base64url'), sign(null, utf8('a'), privateKey), utf8('a'))).toBe(true);
  });

  it('inflates what was deflated, up to its limit and not a byte more', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5_000 }), fc.constantFrom(0, 1, 9), (bytes, level) => {
        const data = deflateSync(bytes, { level });
        expect(hexOf(inflate(data, Math.max(1, bytes.length)) ?? Buffer.of(1))).toBe(hexOf(bytes));
        if (bytes.length > 1) expect(inflate(data, bytes.length - 1)).toBeUndefined();
      }),
      { numRuns: 50 },
    );
  });

  const lines = utf8('a line of a bundle\n'.repeat(20_000));
  const deflated = new Uint8Array(deflateSync(lines));
  const spoilt = (at: number): Uint8Array =>
    deflated.map((byte, n) => (n === (at + deflated.length) % deflated.length ? byte ^ 1 : byte));

  it.each<[string, Uint8Array]>([
    ['nothing', new Uint8Array()],
    ['two bytes', deflated.subarray(0, 2)],
    ['data cut short', deflated.subarray(0, -5)],
    ['data without its sum', deflated.subarray(0, -4)],
    ['another sum', spoilt(-1)],
    ['another head', spoilt(0)],
    ['data with something behind it', Uint8Array.of(...deflated, 0)],
    ['data twice', Uint8Array.of(...deflated, ...deflated)],
    ['something else', utf8('{"format":"odoseal-bundle"}')],
  ])('inflates nothing of %s', (_, data) => {
    expect(hexOf(inflate(deflated, lines.length) ?? Buffer.of())).toBe(hexOf(lines));
    expect(inflate(data, lines.length)).toBeUndefined();
  });

  it('inflates a bomb no further than its limit', () => {
    const bomb = deflateSync(Buffer.alloc(200_000_000));
    const before = process.memoryUsage().arrayBuffers;
    expect(inflate(bomb, 65_536)).toBeUndefined();
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50_000_000);
  });
});
