// What benches have in common: medians of what was measured in turn, and how it is printed.
import { loadavg } from 'node:os';

export const median = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;

/** The median ratio of neighbours in time, because a shared machine is slow for both or for neither. */
export const neighbours = <T>(own: readonly T[], other: readonly T[], figure: (one: T) => number): number =>
  median(own.flatMap((one, n) => (other[n] === undefined ? [] : [figure(one) / figure(other[n])])));

export const ratio = (value: number): string => `${value.toFixed(2)}×`;

export const verdict = (fine: boolean): string => (fine ? 'goal met' : 'GOAL MISSED');

/** Of the last 1, 5 and 15 minutes. */
export const load = (): string =>
  loadavg()
    .map((value) => value.toFixed(2))
    .join(' ');
