// Days as callers write them: the local day of an instant in a contract's zone.

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making a format costs more than all else in an answer, and zones are few. */
function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' });
  formats.set(zone, made);
  return made;
}

/** @returns `YYYY-MM-DD` */
export function localDay(zone: string, instant: string): string {
  const parts = formatOf(zone).formatToParts(Date.parse(instant));
  const part = (type: string): string => parts.find((each) => each.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')}`;
}
