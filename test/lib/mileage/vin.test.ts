import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isVin, normaliseVin, sameVin } from '../../../lib/mileage/vin.ts';

it('a VIN is 17 digits and capital letters without I, O and Q', () => {
  expect(isVin('VF7SXHNPXRT000001')).toBe(true);
  const bad = [
    'VF7SXHNPXRT00001',
    'VF7SXHNPXRT0000011',
    'VF7SXHNPXRT00000I',
    'OF7SXHNPXRT000001',
    'VF7SXHQPXRT000001',
    'vf7sxhnpxrt000001',
    'VF7SXHNPXRT00000\n1',
  ];
  expect(bad.map(isVin)).toEqual(bad.map(() => false));
});

it('a European VIN without a valid check digit is one', () => {
  expect(isVin('VF7000000XX000000')).toBe(true);
});

it('spaces, hyphens and case do not make another vehicle', () => {
  expect(normaliseVin(' vf7-sxhn pxrt000001\n')).toBe('VF7SXHNPXRT000001');
  expect(sameVin('vf7 sxhn pxrt 000001', 'VF7SXHNPXRT000001')).toBe(true);
  expect(sameVin('VF7SXHNPXRT000001', 'VF7SXHNPXRT000002')).toBe(false);
});

it('normalising twice changes nothing', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(normaliseVin(normaliseVin(text))).toBe(normaliseVin(text));
    }),
  );
});
