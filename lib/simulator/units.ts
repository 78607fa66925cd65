// Units on the wire: header `sc-unit-system`, metric by default. Values inside the simulator are metric.

export type UnitSystem = 'metric' | 'imperial';

const METRES_PER_MILE = 1609.344;
const KILOPASCALS_PER_PSI = 6.894757;
const LITRES_PER_US_GALLON = 3.785412;

/** Kilometres to the metre, or miles to six decimals: whole metres can be had back from either. */
export function distance(metres: number, units: UnitSystem): number {
  return units === 'metric' ? metres / 1000 : round(metres / METRES_PER_MILE, 6);
}

/** Kilopascals or pounds per square inch. */
export function pressure(kilopascals: number, units: UnitSystem): number {
  return units === 'metric' ? kilopascals : round(kilopascals / KILOPASCALS_PER_PSI, 2);
}

/** Litres or US gallons. */
export function volume(litres: number, units: UnitSystem): number {
  return units === 'metric' ? litres : round(litres / LITRES_PER_US_GALLON, 2);
}

export function round(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}

/** @returns null when the header holds something else than a documented value. */
export function parseUnitSystem(header: string | null): UnitSystem | null {
  const value = header ?? 'metric';
  return value === 'metric' || value === 'imperial' ? value : null;
}
