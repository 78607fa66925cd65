// Some models for the compatibility endpoints: the Citroëns of the demonstration, and the vendor's documented samples.

import type { Region } from './brands.ts';
import type { Powertrain } from './car.ts';

export interface Model {
  readonly make: string;
  readonly model: string;
  readonly startYear: number;
  readonly endYear: number;
  readonly type: Powertrain;
  readonly regions: readonly Region[];
  /** Manufacturer codes at the start of its VINs. */
  readonly vinStarts: readonly string[];
}

function citroen(model: string, startYear: number, type: Powertrain): Model {
  return { make: 'CITROEN', model, startYear, endYear: 2026, type, regions: ['EUROPE'], vinStarts: ['VF7', 'VR7'] };
}

export const models: readonly Model[] = [
  citroen('Berlingo', 2018, 'ICE'),
  citroen('C3', 2017, 'ICE'),
  citroen('C3 Aircross', 2018, 'ICE'),
  citroen('C5 X', 2022, 'PHEV'),
  citroen('ë-C4', 2021, 'BEV'),
  {
    make: 'NISSAN',
    model: 'LEAF',
    startYear: 2018,
    endYear: 2022,
    type: 'BEV',
    regions: ['US', 'EUROPE'],
    vinStarts: ['1N4'],
  },
  {
    make: 'TESLA',
    model: '3',
    startYear: 2017,
    endYear: 2023,
    type: 'BEV',
    regions: ['US', 'CA', 'EUROPE'],
    vinStarts: ['5YJ'],
  },
];
