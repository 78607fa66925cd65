// Periods: one month of a contract from its offset day, in its IANA zone, half-open [from, to).
// The only file of the room that loads a calendar: judging needs none. A local day begins at its first instant,
// so a midnight that daylight saving or a change of the date line skipped moves the start, never loses time.
import { Temporal } from 'temporal-polyfill';
import { epochOf, type Instant, instantOf } from './instant.ts';
import { MileageError } from './mileage-error.ts';

export interface Calendar {
  /** IANA name, in its official spelling. */
  readonly zone: string;
  /** Day of the month on which a period starts, 1 to 28. */
  readonly dayOffset: number;
}

export interface Period {
  /** `YYYY-MM` of the start in the zone; a clipped period keeps the id of the whole one. */
  readonly id: string;
  readonly from: Instant;
  readonly to: Instant;
  readonly zone: string;
}

/**
 * Whether a text is an IANA zone name in its official spelling: signed statements carry one spelling only, and an
 * offset such as `+01:00` knows no daylight saving.
 */
export const isZone = (text: string): boolean => {
  if (!/^[A-Za-z]/.test(text)) return false;
  try {
    return new Temporal.PlainDate(2000, 1, 1).toZonedDateTime(text).timeZoneId === text;
  } catch {
    return false;
  }
};

const checked = (calendar: Calendar): Calendar => {
  if (!isZone(calendar.zone)) throw new MileageError('bad_zone');
  const { dayOffset } = calendar;
  if (!Number.isInteger(dayOffset) || dayOffset < 1 || dayOffset > 28) throw new MileageError('bad_day_offset');
  return calendar;
};

/**
 * First instant of a local day, for contracts that begin and end with days.
 *
 * @param date `YYYY-MM-DD`
 * @throws MileageError `bad_zone`, `bad_instant` for a date that does not exist, in the calendar or in the zone: who crosses the date
 * line leaves one out, as Samoa did on 30 December 2011
 */
export const startOfDay = (zone: string, date: string): Instant => {
  checked({ zone, dayOffset: 1 });
  if (!/^\d{4}-\d\d-\d\d$/.test(date)) throw new MileageError('bad_instant');
  const first = firstOf(zone, date);
  // A day that is left out "begins" with the next one.
  if (first?.toPlainDate().toString() !== date) throw new MileageError('bad_instant');
  return instantOf(first.epochMilliseconds);
};

const firstOf = (zone: string, date: string): Temporal.ZonedDateTime | undefined => {
  try {
    return Temporal.PlainDate.from(date).toZonedDateTime(zone);
  } catch {
    return undefined;
  }
};

const monthOf = (id: string): Temporal.PlainYearMonth => {
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(id)) throw new MileageError('bad_period_id');
  return Temporal.PlainYearMonth.from(id);
};

const startOf = (calendar: Calendar, month: Temporal.PlainYearMonth): number =>
  month.toPlainDate({ day: calendar.dayOffset }).toZonedDateTime(calendar.zone).epochMilliseconds;

const ofMonth = (calendar: Calendar, month: Temporal.PlainYearMonth): Period => ({
  id: month.toString(),
  from: instantOf(startOf(calendar, month)),
  to: instantOf(startOf(calendar, month.add({ months: 1 }))),
  zone: calendar.zone,
});

/**
 * The whole period with this id.
 *
 * @throws MileageError `bad_period_id`, `bad_zone`, `bad_day_offset`
 */
export const periodFromId = (calendar: Calendar, id: string): Period => ofMonth(checked(calendar), monthOf(id));

/**
 * The whole period that holds an instant.
 *
 * @throws MileageError `bad_instant`, `bad_zone`, `bad_day_offset`
 */
export const periodContaining = (calendar: Calendar, instant: Instant): Period => {
  checked(calendar);
  const epoch = epochOf(instant);
  const local = Temporal.Instant.fromEpochMilliseconds(epoch).toZonedDateTimeISO(calendar.zone);
  // Months are tried by their instants, the latest first: where clocks go back over midnight one local date occurs
  // twice, and comparing dates would put the second occurrence into two periods.
  let month = local.toPlainDate().toPlainYearMonth().add({ months: 1 });
  while (startOf(calendar, month) > epoch) month = month.subtract({ months: 1 });
  return ofMonth(calendar, month);
};

/** The whole period after this one, also after a clipped one. */
export const nextPeriod = (calendar: Calendar, period: Period): Period =>
  ofMonth(checked(calendar), monthOf(period.id).add({ months: 1 }));

/**
 * A period cut to the time a contract lasts: `from` moves up to the start, `to` down to the end; the id stays.
 *
 * @throws MileageError `bad_span` when nothing of the period is left
 */
export const clipPeriod = (
  period: Period,
  contract: { readonly start?: Instant | undefined; readonly end?: Instant | undefined },
): Period => {
  const from = Math.max(epochOf(period.from), epochOf(contract.start ?? period.from));
  const to = Math.min(epochOf(period.to), epochOf(contract.end ?? period.to));
  if (from >= to) throw new MileageError('bad_span');
  return { ...period, from: instantOf(from), to: instantOf(to) };
};

/** The first period of a contract: the one that holds its start, beginning with it. */
export const firstPeriod = (calendar: Calendar, start: Instant): Period =>
  clipPeriod(periodContaining(calendar, start), { start });

/** The last period of a contract: the one that holds its last instant, ending with `end` (which is outside). */
export const lastPeriod = (calendar: Calendar, end: Instant): Period =>
  clipPeriod(periodContaining(calendar, instantOf(epochOf(end) - 1)), { end });
