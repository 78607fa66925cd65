import fc from 'fast-check';
import { expect, it } from 'vitest';
import { epochOf, instantOf } from '../../../lib/mileage/instant.ts';

const badInstant = expect.objectContaining({ code: 'bad_instant' });

it('an instant and its milliseconds are one thing, and order as text is order in time', () => {
  const epochs = fc.integer({ min: -62_167_219_200_000, max: 253_402_300_799_999 });
  fc.assert(
    fc.property(epochs, epochs, (one, other) => {
      expect(epochOf(instantOf(one))).toBe(one);
      expect(instantOf(one) < instantOf(other)).toBe(one < other);
    }),
  );
});

it('every other spelling is refused', () => {
  const spellings = [
    '2026-01-01',
    '2026-01-01T00:00:00Z',
    '2026-01-01T00:00:00.000+00:00',
    '2026-02-30T00:00:00.000Z',
    '2026-01-01T24:00:00.000Z',
    '',
  ];
  for (const spelling of spellings) expect(() => epochOf(spelling)).toThrow(badInstant);
  for (const epoch of [Number.NaN, Infinity, 253_402_300_800_000, -62_167_219_200_001]) {
    expect(() => instantOf(epoch)).toThrow(badInstant);
  }
});
