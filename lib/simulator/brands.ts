// The brands that can be connected, where they are offered, and how fresh their data are, in minutes.
// Source: smartcar.com/docs, data freshness for each make. Without regions a brand is offered in all of them.

export type Region = 'US' | 'CA' | 'EUROPE';

export interface Brand {
  readonly make: string;
  readonly name: string;
  readonly regions: readonly Region[];
  readonly freshMinutes: readonly [least: number, most: number];
}

const everywhere: readonly Region[] = ['US', 'CA', 'EUROPE'];
const america: readonly Region[] = ['US', 'CA'];

function brand(name: string, least: number, most: number, regions: readonly Region[] = everywhere): Brand {
  return { make: name.toUpperCase(), name, regions, freshMinutes: [least, most] };
}

export const brands: readonly Brand[] = [
  brand('Acura', 30, 60, america),
  brand('Alfa Romeo', 5, 10),
  brand('Audi', 3, 5),
  brand('BMW', 5, 10),
  brand('Buick', 30, 45, america),
  brand('BYD', 1, 3, ['EUROPE']),
  brand('Cadillac', 30, 45),
  brand('Chevrolet', 30, 45),
  brand('Chrysler', 5, 10),
  brand('Citroen', 5, 10, ['EUROPE']),
  brand('Cupra', 5, 10, ['EUROPE']),
  brand('Dacia', 30, 60, ['EUROPE']),
  brand('Dodge', 5, 10),
  brand('DS', 5, 10, ['EUROPE']),
  brand('Fiat', 5, 10),
  brand('Ford', 5, 10),
  brand('GMC', 30, 45),
  brand('Honda', 15, 30, america),
  brand('Hyundai', 5, 5),
  brand('Infiniti', 5, 10, ['US']),
  brand('Jaguar', 15, 30),
  brand('Jeep', 5, 10),
  brand('Kia', 5, 5),
  brand('Land Rover', 15, 30),
  brand('Lexus', 5, 10, ['US']),
  brand('Lincoln', 5, 10),
  brand('Mazda', 5, 10),
  brand('Mercedes Benz', 5, 10),
  brand('MG', 30, 60, ['EUROPE']),
  brand('MINI', 30, 60),
  brand('Nissan', 5, 10, ['US', 'EUROPE']),
  brand('Opel', 5, 10, ['EUROPE']),
  brand('Peugeot', 5, 10, ['EUROPE']),
  brand('Polestar', 1, 3),
  brand('Porsche', 30, 60, ['EUROPE']),
  brand('RAM', 5, 10),
  brand('Renault', 30, 60, ['EUROPE']),
  brand('Rivian', 3, 5),
  brand('Skoda', 5, 5, ['EUROPE']),
  brand('Subaru', 5, 10, ['US']),
  brand('Tesla', 0, 5),
  brand('Toyota', 30, 60, ['US']),
  brand('Vauxhall', 5, 10, ['EUROPE']),
  brand('Volkswagen', 1, 10, ['US', 'EUROPE']),
  brand('Volvo', 1, 3),
];

/** @returns the brands offered in a country, given as two letters; all of them when no country is given. */
export function brandsOf(country: string | null): readonly Brand[] {
  if (country === null) return brands;
  const region = country === 'US' || country === 'CA' ? country : 'EUROPE';
  return brands.filter((candidate) => candidate.regions.includes(region));
}
