// The brands are one table: what the platform's documents list, what our page offers, and what a VIN's first characters say.
import { describe, expect, it } from 'vitest';
import { BRANDS, brandName, DOCUMENTED_BRANDS, isOffered, regionOf } from '../../../lib/connection/brands.ts';
import { brandOfVin } from '../../../lib/connection/vin-brand.ts';
import { brands as simulated } from '../../../lib/simulator/brands.ts';

describe('the documented brands', () => {
  it('are those that the simulated platform connects, in the same regions', () => {
    const byMake = (list: readonly { readonly make: string; readonly regions: readonly string[] }[]) =>
      Object.fromEntries(list.map(({ make, regions }) => [make, regions]));
    expect(byMake(DOCUMENTED_BRANDS)).toEqual(byMake(simulated));
  });

  it('on our page are the European ones that connect in a browser, Citroën first', () => {
    expect(BRANDS).toHaveLength(29);
    expect(BRANDS[0]).toEqual(['CITROEN', 'Citroën']);
    expect(['SKODA', '', 'FORD', 'TOYOTA', 'skoda'].map(isOffered)).toEqual([true, true, false, false, false]);
    expect([brandName('skoda'), brandName('TRABANT')]).toEqual(['Škoda', 'TRABANT']);
  });
});

describe('a VIN', () => {
  it.each([
    ['VF7SXHNPTPT000321', 'CITROEN'],
    ['VR7BCZKXCPE500001', 'CITROEN'],
    ['VF3', 'PEUGEOT'],
    ['WVWZZZ1KZAW000001', 'VOLKSWAGEN'],
    ['TMBJJ7NE8J0123456', 'SKODA'],
    ['5YJ3E1EA7KF000316', 'TESLA'],
    ['VSSZZZKLZPR000001', undefined],
    ['W0L', undefined],
    ['', undefined],
  ])('%s is of %s', (vin, make) => {
    expect(brandOfVin(vin)?.make).toBe(make);
  });
});

it('a country lies in the platform’s regions, or in none', () => {
  expect(['US', 'CA', 'NL', 'GB', 'CH', 'NO', 'JP', 'UK', ''].map(regionOf)).toEqual([
    ...['US', 'CA', 'EUROPE', 'EUROPE', 'EUROPE', 'EUROPE'],
    ...[undefined, undefined, undefined],
  ]);
});
