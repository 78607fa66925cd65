// The brands a driver in Europe may choose before going to the vehicle platform; Citroën first. Whoever drives another one chooses it
// there: the platform's own list is the complete one. Source: smartcar.com/docs, data freshness for each make.
// Ford is left out on purpose: its drivers cannot connect in a browser.

/** Makes as the vehicle platform spells them, with the names drivers know. */
export const BRANDS: readonly (readonly [make: string, name: string])[] = [
  ['CITROEN', 'Citroën'],
  ['ALFA ROMEO', 'Alfa Romeo'],
  ['AUDI', 'Audi'],
  ['BMW', 'BMW'],
  ['BYD', 'BYD'],
  ['CUPRA', 'CUPRA'],
  ['DACIA', 'Dacia'],
  ['DS', 'DS Automobiles'],
  ['FIAT', 'Fiat'],
  ['HYUNDAI', 'Hyundai'],
  ['JAGUAR', 'Jaguar'],
  ['JEEP', 'Jeep'],
  ['KIA', 'Kia'],
  ['LAND ROVER', 'Land Rover'],
  ['MAZDA', 'Mazda'],
  ['MERCEDES BENZ', 'Mercedes-Benz'],
  ['MG', 'MG'],
  ['MINI', 'MINI'],
  ['NISSAN', 'Nissan'],
  ['OPEL', 'Opel'],
  ['PEUGEOT', 'Peugeot'],
  ['POLESTAR', 'Polestar'],
  ['PORSCHE', 'Porsche'],
  ['RENAULT', 'Renault'],
  ['SKODA', 'Škoda'],
  ['TESLA', 'Tesla'],
  ['VAUXHALL', 'Vauxhall'],
  ['VOLKSWAGEN', 'Volkswagen'],
  ['VOLVO', 'Volvo'],
];

/** The make if it is one we offer: what a form sends is anybody's. */
export const knownMake = (make: string | null): string | undefined => BRANDS.find(([known]) => known === make)?.[0];

const names = new Map<string, string>(BRANDS);

/** A make as its drivers write it; as the platform spells it where we do not know better. */
export const brandName = (make: string): string => names.get(make.toUpperCase()) ?? make;
