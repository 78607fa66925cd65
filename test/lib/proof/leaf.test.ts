// The 64 bytes by which the log knows a statement.
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { slotLeaf, slotName } from '../../../lib/proof/leaf.ts';
import { crypto } from './statement-fixture.ts';

const hash = (...parts: readonly Uint8Array[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest();
const said = new Uint8Array(32).fill(3);

describe('a slot leaf', () => {
  it('is SHA-256(secret ‖ seq as 8 bytes, big-endian) and then the hash of what was signed', () => {
    const chainSecret = new Uint8Array(32).fill(9);
    const leaf = slotLeaf({ chainSecret, seq: 258 }, said, crypto.sha256);
    expect(leaf).toEqual(Uint8Array.from([...hash(chainSecret, Buffer.from('0000000000000102', 'hex')), ...said]));
  });

  it('has one first half per contract and number', () => {
    const slot = fc.record({
      chainSecret: fc.uint8Array({ minLength: 32, maxLength: 32 }),
      seq: fc.integer({ min: 1 }),
    });
    fc.assert(
      fc.property(slot, slot, (a, b) => {
        const same = a.seq === b.seq && Buffer.from(a.chainSecret).equals(b.chainSecret);
        const [one, other] = [slotName(a, crypto.sha256), slotName(b, crypto.sha256)];
        expect(Buffer.from(one).equals(other)).toBe(same);
      }),
    );
  });

  it.each([
    ['a short secret', { chainSecret: new Uint8Array(31), seq: 1 }, said, 'SECRET'],
    ['number zero', { chainSecret: new Uint8Array(32), seq: 0 }, said, 'STATEMENT'],
    ['half a number', { chainSecret: new Uint8Array(32), seq: 1.5 }, said, 'STATEMENT'],
    ['a short hash', { chainSecret: new Uint8Array(32), seq: 1 }, new Uint8Array(31), 'STATEMENT'],
  ])('refuses %s', (_, slot, hashed, code) => {
    expect(() => slotLeaf(slot, hashed, crypto.sha256)).toThrow(expect.objectContaining({ code }));
  });
});
