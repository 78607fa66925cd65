import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { open, SealError, seal } from '../../../lib/connection/sealed-box.ts';

const key = fc.uint8Array({ minLength: 32, maxLength: 32 });
const owner = fc.array(fc.string({ unit: 'binary', maxLength: 20 }), { minLength: 1, maxLength: 4 });
const text = fc.string({ unit: 'grapheme', maxLength: 200 });

describe('a sealed box', () => {
  it('gives back what was put in, to its owner', () => {
    fc.assert(
      fc.property(key, text, owner, (k, t, o) => {
        expect(open(k, seal(k, t, o, randomBytes), o)).toBe(t);
      }),
    );
  });

  it('refuses any flipped bit', () => {
    fc.assert(
      fc.property(key, text, owner, fc.nat(), (k, t, o, at) => {
        const bytes = Buffer.from(seal(k, t, o, randomBytes), 'base64');
        const bit = at % (bytes.length * 8);
        bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(() => open(k, bytes.toString('base64'), o)).toThrow(SealError);
      }),
    );
  });

  it('refuses another owner, however the parts are cut', () => {
    fc.assert(
      fc.property(key, text, owner, owner, (k, t, o, other) => {
        fc.pre(JSON.stringify(o) !== JSON.stringify(other));
        expect(() => open(k, seal(k, t, o, randomBytes), other)).toThrow(SealError);
      }),
    );
    const k = randomBytes(32);
    expect(() => open(k, seal(k, 'pair', ['a', 'bc'], randomBytes), ['ab', 'c'])).toThrow(SealError);
  });

  it('refuses another key, and anything shorter than nonce and tag', () => {
    fc.assert(
      fc.property(key, key, text, owner, (k, other, t, o) => {
        fc.pre(Buffer.compare(k, other) !== 0);
        expect(() => open(other, seal(k, t, o, randomBytes), o)).toThrow(SealError);
      }),
    );
    for (let length = 0; length < 28; length += 1) {
      expect(() => open(randomBytes(32), randomBytes(length).toString('base64'), ['o'])).toThrow(SealError);
    }
  });

  it('is the AES-256-GCM of the books: nonce, ciphertext, tag', () => {
    // Computed with AESGCM of Python's cryptography package.
    const k = Buffer.alloc(32, 7);
    const nonce = () => Uint8Array.from({ length: 12 }, (_, n) => n);
    const sealed = seal(k, 'a pair of tokens', ['tenant', 'connection', 'tokens', '1'], nonce);
    expect(sealed).toBe('AAECAwQFBgcICQoLeaGZEXR7+SYRkpHziT0CiX+wtr/YUnrIyLaHx5iZkKw=');
  });

  it('never seals the same text the same way', () => {
    const k = randomBytes(32);
    const sealed = Array.from({ length: 50 }, () => seal(k, 'pair', ['o'], randomBytes));
    expect(new Set(sealed.map((box) => box.slice(0, 16))).size).toBe(50);
  });

  it('says nothing of its content when it does not open', () => {
    const k = randomBytes(32);
    const refusal = (): unknown => {
      try {
        return open(k, seal(k, 'the-refresh-token', ['o'], randomBytes), ['p']);
      } catch (fault) {
        return fault;
      }
    };
    expect(refusal()).toMatchObject({ message: 'a sealed pair did not open', code: 'SEAL_BROKEN' });
  });
});
