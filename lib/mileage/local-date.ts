// Local dates, told from instants by the calendar that the runtime has: for those who compare days and need no other calendar loaded.

const formats = new Map<string, Intl.DateTimeFormat>();

/** The first format of a process loads the tables of all zones: 20 ms. */
function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-US', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' });
  formats.set(zone, made);
  return made;
}

/**
 * @param zone IANA name
 * @param at epoch milliseconds, of years with four digits
 * @returns `YYYY-MM-DD`
 */
export function localDate(zone: string, at: number): string {
  const [month, day, year] = formatOf(zone).format(at).split('/');
  return `${year}-${month}-${day}`;
}

/** The date so many calendar months after another; a day that the month does not have is its last. Both `YYYY-MM-DD`. */
export function monthsLater(date: string, months: number): string {
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number);
  const lastDay = new Date(Date.UTC(year, month + months, 0)).getUTCDate();
  return new Date(Date.UTC(year, month - 1 + months, Math.min(day, lastDay))).toISOString().slice(0, 10);
}
