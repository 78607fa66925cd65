// Bearer secrets: made of 256 bits, stored as a hash, compared as a whole.
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hashSecret, isSecret, newSecret, sameSecret } from '../../../lib/tenant/secret-token.ts';

it('holds all 256 bits of its randomness', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
      const secret = newSecret((length) => bytes.subarray(0, length));
      expect(isSecret(secret)).toBe(true);
      expect(new Uint8Array(Buffer.from(secret, 'base64url'))).toEqual(bytes);
    }),
  );
});

it('is stored as SHA-256 in base64url (FIPS 180-4 example "abc")', () => {
  const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
  expect(hashSecret('abc')).toBe(Buffer.from(abc, 'hex').toString('base64url'));
});

it('is the same as itself and as nothing else', () => {
  const secret = newSecret(randomBytes);
  expect(sameSecret(secret, hashSecret(secret))).toBe(true);
  expect(sameSecret(newSecret(randomBytes), hashSecret(secret))).toBe(false);
  expect(sameSecret(secret, secret)).toBe(false);
  expect(sameSecret(secret, '')).toBe(false);
  expect(sameSecret(secret, `${hashSecret(secret)}A`)).toBe(false);
});

it('has one form', () => {
  const secret = newSecret(randomBytes);
  const others = [secret.slice(1), `${secret}A`, `${secret}\n`, `${secret.slice(1)}=`, `${secret.slice(1)}+`, ''];
  expect(others.filter(isSecret)).toEqual([]);
});
