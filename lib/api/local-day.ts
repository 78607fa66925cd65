// Days as callers write them: the local day that begins at an instant. No zone is more than 12 hours behind UTC, none more than 14 ahead: a
// day that begins before 10:00 UTC has the date of UTC, and one that begins after 12:00 the next. Only in between a zone is asked for.

const HOUR = 3_600_000;
const FIRST_UNSURE = 10;
const LAST_UNSURE = 12;

const formats = new Map<string, Intl.DateTimeFormat>();

/** The first format of a process loads the tables of all: 20 ms, which a cold start should not pay for the few zones that need it. */
function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-US', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' });
  formats.set(zone, made);
  return made;
}

function askZone(zone: string, at: number): string {
  const [month, day, year] = formatOf(zone).format(at).split('/');
  return `${year}-${month}-${day}`;
}

/**
 * @param instant at which a day begins in this zone
 * @returns `YYYY-MM-DD`
 */
export function localDay(zone: string, instant: string): string {
  const at = Date.parse(instant);
  const hour = (at / HOUR) % 24;
  if (hour >= FIRST_UNSURE && hour <= LAST_UNSURE) return askZone(zone, at);
  return new Date(hour < FIRST_UNSURE ? at : at + 24 * HOUR).toISOString().slice(0, 10);
}
