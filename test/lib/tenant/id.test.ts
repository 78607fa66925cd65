// Identifiers: UUIDv7 (RFC 9562 §5.7) behind a prefix.
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isId, newId } from '../../../lib/tenant/id.ts';

const LAST_OF_48_BITS = 2 ** 48 - 1;
const time = fc.integer({ min: 0, max: LAST_OF_48_BITS });
const tail = fc.uint8Array({ minLength: 10, maxLength: 10 });

it('is the example of RFC 9562, appendix A.6, for its time and its random bits', () => {
  const random = () => Uint8Array.from(Buffer.from('0cc318c4dc0c0c07398f', 'hex'));
  expect(newId('con', 0x017f22e279b0, random)).toBe('con_017f22e279b07cc398c4dc0c0c07398f');
});

it('holds time, version 7, the RFC variant and 74 random bits, whatever the randomness', () => {
  fc.assert(
    fc.property(time, tail, (now, bytes) => {
      const id = newId('rdg', now, () => bytes.slice());
      expect(isId('rdg', id)).toBe(true);
      expect(Number.parseInt(id.slice(4, 16), 16)).toBe(now);
      expect(id[16]).toBe('7');
      expect('89ab').toContain(id[20]);
      const kept = BigInt(`0x${id.slice(16)}`) & 0x0fff_3fff_ffff_ffff_ffffn;
      expect(kept).toBe(BigInt(`0x${Buffer.from(bytes).toString('hex')}`) & 0x0fff_3fff_ffff_ffff_ffffn);
    }),
  );
});

it('a later one sorts behind an earlier one', () => {
  fc.assert(
    fc.property(time, time, (one, other) => {
      fc.pre(one < other);
      expect(newId('con', one, randomBytes) < newId('con', other, randomBytes)).toBe(true);
    }),
  );
});

it('of one millisecond are all different', () => {
  const ids = Array.from({ length: 1000 }, () => newId('con', 1, randomBytes));
  expect(new Set(ids).size).toBe(1000);
});

it('a fraction of a millisecond makes no other form', () => {
  expect(isId('con', newId('con', 1767225600000.75, randomBytes))).toBe(true);
});

it('is refused with another prefix, length, case or anything around it', () => {
  const id = newId('con', 1767225600000, randomBytes);
  const others = [
    id.replace('con_', 'cxn_'),
    id.slice(0, -1),
    `${id}0`,
    id.toUpperCase(),
    ` ${id}`,
    `${id}\n`,
    `x${id}`,
    id.replace(/.$/, 'g'),
    '',
  ];
  expect(others.filter((text) => isId('con', text))).toEqual([]);
});
