// The vehicle identification number as ISO 3779 forms it, and the check digit in position 9 that 49 CFR 565.15 demands in North
// America. Most European cars have none: whoever looks at it must know where the car is from.

/** Upper case, without the spaces and hyphens people write between groups. Normalising twice changes nothing. */
export const normaliseVin = (text: string): string => text.replace(/[\s-]/gu, '').toUpperCase();

/** Whether a text is a normalised VIN: 17 characters, digits and capital letters without I, O and Q. */
export const isVin = (text: string): boolean => /^[A-HJ-NPR-Z0-9]{17}$/.test(text);

/** Whether two spellings name the same vehicle. */
export const sameVin = (one: string, other: string): boolean => normaliseVin(one) === normaliseVin(other);

/** Whether the first character is one of North America's (ISO 3780: 1 to 5). */
export const isNorthAmerican = (vin: string): boolean => /^[1-5]/.test(normaliseVin(vin));

/** 49 CFR 565.15, table III: what each letter counts as; digits count as themselves. */
const LETTERS: Readonly<Record<string, number>> = {
  ...{ A: 1, B: 2, C: 3, D: 4, E: 5, F: 6, G: 7, H: 8 },
  ...{ J: 1, K: 2, L: 3, M: 4, N: 5, P: 7, R: 9 },
  ...{ S: 2, T: 3, U: 4, V: 5, W: 6, X: 7, Y: 8, Z: 9 },
};

/** Table IV: the weight of each position; the check digit's own is none. */
const WEIGHTS = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2] as const;

/** Whether position 9 is the check digit of the others: the weighted sum modulo 11, ten written as X. */
export const fitsCheckDigit = (vin: string): boolean => {
  const text = normaliseVin(vin);
  if (!isVin(text)) return false;
  const sum = WEIGHTS.reduce<number>((total, weight, at) => {
    const character = text.charAt(at);
    return total + weight * (LETTERS[character] ?? Number(character));
  }, 0);
  return text.charAt(8) === (sum % 11 === 10 ? 'X' : String(sum % 11));
};
