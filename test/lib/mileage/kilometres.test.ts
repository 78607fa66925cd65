import fc from 'fast-check';
import { expect, it } from 'vitest';
import { kilometres } from '../../../lib/mileage/kilometres.ts';

it('writes metres as kilometres with one decimal, halves away from zero', () => {
  const pairs = [
    [0, '0.0'],
    [49, '0.0'],
    [50, '0.1'],
    [1_234_567, '1234.6'],
    [999_949, '999.9'],
    [999_950, '1000.0'],
    [-49, '0.0'],
    [-1_250, '-1.3'],
  ] as const;
  expect(pairs.map(([metres]) => kilometres(metres))).toEqual(pairs.map(([, text]) => text));
});

it('refuses what is no whole number of metres', () => {
  for (const metres of [0.5, Number.NaN, Infinity]) {
    expect(() => kilometres(metres)).toThrow(expect.objectContaining({ code: 'bad_metres' }));
  }
});

it('is never more than 50 metres off', () => {
  fc.assert(
    fc.property(fc.integer(), (metres) => {
      const tenths = Number(kilometres(metres).replace('.', ''));
      expect(Math.abs(tenths * 100 - metres)).toBeLessThanOrEqual(50);
    }),
  );
});
