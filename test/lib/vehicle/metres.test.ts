// Exact conversion to whole metres: fixed literals and the algebra that holds for every distance.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { metresOf } from '../../../lib/vehicle/metres.ts';

describe('kilometres and miles as whole metres', () => {
  it.each([
    [104.32, 'km', 104_320],
    [0, 'km', 0],
    [0.1, 'km', 100],
    [1.005, 'km', 1_005],
    [12_345.678, 'km', 12_345_678],
    [12_345.6785, 'km', 12_345_679],
    [12_345.6784999, 'km', 12_345_678],
    [0.0004, 'km', 0],
    [0.0005, 'km', 1],
    [1e-7, 'km', 0],
    [1, 'mi', 1_609],
    [1000, 'mi', 1_609_344],
    [0.5, 'mi', 805],
    [64.82, 'mi', 104_318],
    [123_456.7, 'mi', 198_684_299],
  ] as const)('%d %s', (distance, unit, metres) => {
    expect(metresOf(distance, unit)).toBe(metres);
  });

  it('half a metre rounds up where binary fractions would round down', () => {
    // 1.0005 * 1000 is 1000.4999999999999 in binary floating point.
    expect(metresOf(1.0005, 'km')).toBe(1_001);
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY, 1e16])('%d is no distance', (distance) => {
    expect(() => metresOf(distance, 'km')).toThrow(RangeError);
  });
});

describe('properties', () => {
  it('whole metres sent as kilometres come back exactly', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000_000_000 }), (metres) => {
        expect(metresOf(metres / 1000, 'km')).toBe(metres);
      }),
    );
  });

  it('whole miles are 1609.344 m each, rounded half up', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5_000_000 }), (miles) => {
        expect(metresOf(miles, 'mi')).toBe(Number((BigInt(miles) * 1_609_344n + 500n) / 1000n));
      }),
    );
  });

  it('more distance is never fewer metres', () => {
    const distance = fc.double({ min: 0, max: 10_000_000, noNaN: true });
    fc.assert(
      fc.property(distance, distance, fc.constantFrom('km', 'mi'), (a, b, unit) => {
        const [less, more] = a <= b ? [a, b] : [b, a];
        expect(metresOf(less, unit)).toBeLessThanOrEqual(metresOf(more, unit));
      }),
    );
  });

  it('the result is within half a metre of the distance', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1_000_000, noNaN: true }), (distance) => {
        expect(Math.abs(metresOf(distance, 'km') - distance * 1000)).toBeLessThanOrEqual(0.5 + 1e-6);
      }),
    );
  });
});
