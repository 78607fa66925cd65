// How a printed report writes figures and dates, in its language and the contract's zone.
import { kilometres } from '../../mileage/kilometres.ts';
import type { Language } from '../../mileage/sentences/sentence-of.ts';

export interface Figures {
  /** Kilometres with one decimal, without a unit; a dash for none. @param metres whole metres */
  readonly km: (metres: number | null | undefined) => string;
  /** Whole kilometres, for an axis. */
  readonly wholeKm: (metres: number) => string;
  /** The day on which an instant falls. */
  readonly day: (instant: string) => string;
  /** The last day before an instant: where a half-open span ends. */
  readonly dayBefore: (instant: string) => string;
  /** @param periodId `YYYY-MM` */
  readonly month: (periodId: string) => string;
  readonly shortMonth: (periodId: string) => string;
}

const LOCALES: Readonly<Record<Language, string>> = { en: 'en-GB', nl: 'nl-NL', fr: 'fr-FR', de: 'de-DE' };

export function figuresIn(language: Language, zone: string): Figures {
  const locale = LOCALES[language];
  const number = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: zone });
  const monthOf = (options: Intl.DateTimeFormatOptions) => {
    const format = new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' });
    return (periodId: string): string => format.format(new Date(`${periodId}-01T00:00:00.000Z`));
  };
  // French alone says the first of a month as an ordinal number.
  const dayOf = (ms: number): string => date.format(ms).replace(/^1 /, language === 'fr' ? '1er ' : '1 ');
  return {
    km: (metres) => (metres === null || metres === undefined ? '–' : number.format(Number(kilometres(metres)))),
    wholeKm: (metres) => whole.format(metres / 1000),
    day: (instant) => dayOf(Date.parse(instant)),
    dayBefore: (instant) => dayOf(Date.parse(instant) - 1),
    month: monthOf({ month: 'long', year: 'numeric' }),
    shortMonth: monthOf({ month: 'numeric', year: '2-digit' }),
  };
}
