// Days as callers write them: the local day of an instant in a contract's zone.

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making a format costs more than all else in an answer, and zones are few. */
function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-US', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' });
  formats.set(zone, made);
  return made;
}

/** @returns `YYYY-MM-DD` */
export function localDay(zone: string, instant: string): string {
  // Month first; taking the whole apart costs a third of asking for its parts.
  const [month, day, year] = formatOf(zone).format(Date.parse(instant)).split('/');
  return `${year}-${month}-${day}`;
}

// The first format of a process loads the tables of all (20 ms): at the start, where Lambda gives more CPU than to a request.
formatOf('UTC');
