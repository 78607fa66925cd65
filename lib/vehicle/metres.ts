// An odometer value as whole metres. PURE. Exact: the decimal digits as sent are scaled with integer arithmetic, so that
// no binary fraction ever moves a metre. Half a metre rounds up. 1 mi = 1609.344 m (international mile, 1959).

export type DistanceUnit = 'km' | 'mi';

// V3 documents one word and sends another.
const UNIT_BY_WORD: Readonly<Record<string, DistanceUnit>> = {
  km: 'km',
  kilometer: 'km',
  kilometers: 'km',
  kilometre: 'km',
  kilometres: 'km',
  mi: 'mi',
  mile: 'mi',
  miles: 'mi',
};

/** The unit a word names, in any case; undefined for every other word: a distance in an unknown unit is no distance. */
export const distanceUnitOf = (word: unknown): DistanceUnit | undefined => {
  const key = typeof word === 'string' ? word.toLowerCase() : '';
  return Object.hasOwn(UNIT_BY_WORD, key) ? UNIT_BY_WORD[key] : undefined;
};

// Thousandths of a metre per unit, so that both are integers.
const MILLIMETRES_PER: Readonly<Record<DistanceUnit, bigint>> = { km: 1_000_000n, mi: 1_609_344n };

const MILLIMETRES_PER_METRE = 1000n;

/**
 * Whole metres of `distance` in `unit`.
 * Throws RangeError for what is no distance: negative, not finite, or beyond what an integer number can hold in metres.
 */
export const metresOf = (distance: number, unit: DistanceUnit): number => {
  if (!(distance >= 0) || !Number.isFinite(distance)) throw new RangeError('a distance is a finite number from 0 up');
  const { digits, scale } = decimalOf(distance);
  const divisor = scale * MILLIMETRES_PER_METRE;
  const metres = Number((2n * digits * MILLIMETRES_PER[unit] + divisor) / (2n * divisor));
  if (!Number.isSafeInteger(metres)) throw new RangeError('a distance must fit a safe integer of metres');
  return metres;
};

// The shortest decimal that names this number (ECMAScript Number::toString) is the one that was sent, up to 15 digits.
const decimalOf = (value: number): { readonly digits: bigint; readonly scale: bigint } => {
  const [mantissa = '0', exponent = '0'] = String(value).split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  const shift = fraction.length - Number(exponent);
  const digits = BigInt(whole + fraction);
  return shift >= 0 ? { digits, scale: 10n ** BigInt(shift) } : { digits: digits * 10n ** BigInt(-shift), scale: 1n };
};
