// The vehicle identification number as ISO 3779 forms it. The check digit in position 9 is an American duty
// (49 CFR 565.15) and most European cars have none, so it is not looked at here.

/** Upper case, without the spaces and hyphens people write between groups. Normalising twice changes nothing. */
export const normaliseVin = (text: string): string => text.replace(/[\s-]/gu, '').toUpperCase();

/** Whether a text is a normalised VIN: 17 characters, digits and capital letters without I, O and Q. */
export const isVin = (text: string): boolean => /^[A-HJ-NPR-Z0-9]{17}$/.test(text);

/** Whether two spellings name the same vehicle. */
export const sameVin = (one: string, other: string): boolean => normaliseVin(one) === normaliseVin(other);
