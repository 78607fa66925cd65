// Numbers that remember their unit at compile time, and the meta data every answer carries. PURE.
// A quantity is a plain number at run time: no conversion happens here except of instants to one spelling.

declare const unit: unique symbol;

/** A number in `Unit`. Any number fits where it is built; two quantities of different units do not mix. */
export type Quantity<Unit extends string> = number & { readonly [unit]?: Unit };

/** Kilometres, or miles when `meta.unitSystem` is `imperial`. */
export type Distance = Quantity<'km|mi'>;
/** Kilopascals, or pounds per square inch when `meta.unitSystem` is `imperial`. */
export type Pressure = Quantity<'kPa|psi'>;
/** Litres, or US gallons when `meta.unitSystem` is `imperial`. */
export type Volume = Quantity<'l|gal'>;
/** 0 to 1, in both unit systems. */
export type Fraction = Quantity<'fraction'>;
/** In both unit systems. */
export type KilowattHours = Quantity<'kWh'>;
/** Decimal degrees, WGS 84. */
export type Degrees = Quantity<'deg'>;
/** Kilometres in both unit systems. */
export type Kilometres = Quantity<'km'>;

export type UnitSystem = 'metric' | 'imperial';

/** What the platform says about an answer. Instants are `YYYY-MM-DDTHH:mm:ss.sssZ`; absent or unreadable is undefined. */
export interface Meta {
  readonly requestId: string | undefined;
  /** When the vehicle recorded the value (`SC-Data-Age`). */
  readonly dataAge: string | undefined;
  /** When the platform fetched it from the manufacturer (`SC-Fetched-At`). */
  readonly fetchedAt: string | undefined;
  /** Undefined when the platform did not say, `unknown` when it said something new. */
  readonly unitSystem: UnitSystem | 'unknown' | undefined;
}

/** An answer with its meta data. */
export type Answered<Answer> = Answer & { readonly meta: Meta };

/** Reads meta data from response headers whose names are in lower case. */
export const metaOf = (headers: Readonly<Record<string, unknown>>): Meta => ({
  requestId: typeof headers['sc-request-id'] === 'string' ? headers['sc-request-id'] : undefined,
  dataAge: instantOf(headers['sc-data-age']),
  fetchedAt: instantOf(headers['sc-fetched-at']),
  unitSystem: unitSystemOf(headers['sc-unit-system']),
});

const unitSystemOf = (value: unknown): Meta['unitSystem'] =>
  value === undefined || value === 'metric' || value === 'imperial' ? value : 'unknown';

// ISO 8601 with a zone. Without one, `Date` would read it in the zone of the machine.
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

// Below it a number counts seconds, from it on milliseconds: the year 5138, or March 1973.
const FIRST_MILLISECONDS = 1e11;

/**
 * An instant in any documented spelling as `YYYY-MM-DDTHH:mm:ss.sssZ`: ISO 8601 with a zone, epoch seconds or epoch
 * milliseconds. Undefined for anything else; 0, which stands for "not known" in what the platform sends, included.
 */
export const instantOf = (value: unknown): string | undefined => {
  const at = new Date(epochOf(value));
  const time = at.getTime();
  return time > 0 && time <= LAST_INSTANT ? at.toISOString() : undefined;
};

// Later ones have a sign and six digits for the year.
const LAST_INSTANT = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

const epochOf = (value: unknown): number => {
  if (typeof value === 'string') return INSTANT.test(value) ? Date.parse(value) : Number.NaN;
  if (typeof value !== 'number') return Number.NaN;
  return value < FIRST_MILLISECONDS ? value * 1000 : value;
};
