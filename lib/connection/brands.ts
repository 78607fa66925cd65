// The brands that the vehicle platform connects, and where. Source: smartcar.com/docs, data freshness for each make; it names the
// regions that a brand is confined to, and no country.

export type Region = 'US' | 'CA' | 'EUROPE';

export interface Brand {
  /** As the vehicle platform spells it. */
  readonly make: string;
  /** As its drivers write it. */
  readonly name: string;
  readonly regions: readonly Region[];
}

const EVERYWHERE: readonly Region[] = ['US', 'CA', 'EUROPE'];
const AMERICA: readonly Region[] = ['US', 'CA'];
const EUROPE: readonly Region[] = ['EUROPE'];

const brand = (make: string, name: string, regions: readonly Region[] = EVERYWHERE): Brand => ({ make, name, regions });

/** Every documented brand; Citroën first. */
export const DOCUMENTED_BRANDS: readonly Brand[] = [
  brand('CITROEN', 'Citroën', EUROPE),
  brand('ACURA', 'Acura', AMERICA),
  brand('ALFA ROMEO', 'Alfa Romeo'),
  brand('AUDI', 'Audi'),
  brand('BMW', 'BMW'),
  brand('BUICK', 'Buick', AMERICA),
  brand('BYD', 'BYD', EUROPE),
  brand('CADILLAC', 'Cadillac'),
  brand('CHEVROLET', 'Chevrolet'),
  brand('CHRYSLER', 'Chrysler'),
  brand('CUPRA', 'CUPRA', EUROPE),
  brand('DACIA', 'Dacia', EUROPE),
  brand('DODGE', 'Dodge'),
  brand('DS', 'DS Automobiles', EUROPE),
  brand('FIAT', 'Fiat'),
  brand('FORD', 'Ford'),
  brand('GMC', 'GMC'),
  brand('HONDA', 'Honda', AMERICA),
  brand('HYUNDAI', 'Hyundai'),
  brand('INFINITI', 'Infiniti', ['US']),
  brand('JAGUAR', 'Jaguar'),
  brand('JEEP', 'Jeep'),
  brand('KIA', 'Kia'),
  brand('LAND ROVER', 'Land Rover'),
  brand('LEXUS', 'Lexus', ['US']),
  brand('LINCOLN', 'Lincoln'),
  brand('MAZDA', 'Mazda'),
  brand('MERCEDES BENZ', 'Mercedes-Benz'),
  brand('MG', 'MG', EUROPE),
  brand('MINI', 'MINI'),
  brand('NISSAN', 'Nissan', ['US', 'EUROPE']),
  brand('OPEL', 'Opel', EUROPE),
  brand('PEUGEOT', 'Peugeot', EUROPE),
  brand('POLESTAR', 'Polestar'),
  brand('PORSCHE', 'Porsche', EUROPE),
  brand('RAM', 'RAM'),
  brand('RENAULT', 'Renault', EUROPE),
  brand('RIVIAN', 'Rivian'),
  brand('SKODA', 'Škoda', EUROPE),
  brand('SUBARU', 'Subaru', ['US']),
  brand('TESLA', 'Tesla'),
  brand('TOYOTA', 'Toyota', ['US']),
  brand('VAUXHALL', 'Vauxhall', EUROPE),
  brand('VOLKSWAGEN', 'Volkswagen', ['US', 'EUROPE']),
  brand('VOLVO', 'Volvo'),
];

/** Not on our page: drivers of Ford and Lincoln cannot connect in a browser, the others are not sold in Europe. */
const NOT_ON_OUR_PAGE = ['FORD', 'LINCOLN', 'CADILLAC', 'CHEVROLET', 'CHRYSLER', 'DODGE', 'GMC', 'RAM', 'RIVIAN'];

/**
 * What a driver in Europe may choose before going to the vehicle platform. Whoever drives another brand chooses it there: the
 * platform's own list is the complete one.
 */
export const BRANDS: readonly (readonly [make: string, name: string])[] = DOCUMENTED_BRANDS.filter(
  ({ make, regions }) => regions.includes('EUROPE') && !NOT_ON_OUR_PAGE.includes(make),
).map(({ make, name }) => [make, name]);

/** Whether our form can have sent it; empty stands for another brand. */
export const isOffered = (make: string): boolean => make === '' || BRANDS.some(([offered]) => offered === make);

const byMake = new Map(DOCUMENTED_BRANDS.map((each) => [each.make, each]));

/** A documented brand by its make. */
export const brandOf = (make: string): Brand | undefined => byMake.get(make);

/** A make as its drivers write it; as the platform spells it where we do not know better. */
export const brandName = (make: string): string => brandOf(make.toUpperCase())?.name ?? make;

/** The European Union, the European Free Trade Association and the United Kingdom, ISO 3166-1 alpha-2. */
const EUROPEAN =
  'AT BE BG CH CY CZ DE DK EE ES FI FR GB GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK'.split(' ');

/** Where a country (ISO 3166-1 alpha-2) lies for the vehicle platform; undefined where its documents name no region. */
export function regionOf(country: string): Region | undefined {
  if (country === 'US' || country === 'CA') return country;
  return EUROPEAN.includes(country) ? 'EUROPE' : undefined;
}
