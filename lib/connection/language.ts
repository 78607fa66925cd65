// Which language the driver reads: the Accept-Language header, RFC 9110 §12.5.4, matched as in RFC 4647 §3.4 (`nl-BE` gets `nl`).
// Never refuses: a driver whose languages we do not have gets English.

/** Languages of the driver's pages, by their BCP 47 tags; the first is given when nothing else decides. */
export const LANGUAGES = ['en', 'nl', 'fr', 'de'] as const;

export type Language = (typeof LANGUAGES)[number];

interface Range {
  /** Primary subtag in lower case, or `*`. */
  readonly primary: string;
  readonly quality: number;
}

function rangeOf(text: string): readonly Range[] {
  const [tag = '', weight = 'q=1', ...more] = text.split(';').map((part) => part.trim().toLowerCase());
  if (!/^(\*|[a-z]{1,8}(-[a-z0-9]{1,8})*)$/.test(tag) || more.length > 0) return [];
  const [, quality] = /^q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.exec(weight) ?? [];
  return quality === undefined ? [] : [{ primary: tag.split('-')[0] ?? tag, quality: Number(quality) }];
}

/** What a driver thinks of one language. Of several ranges for it (`fr-BE, fr;q=0.5`) the kindest counts; `*` is for the others. */
function rate(ranges: readonly Range[], language: Language) {
  const own = ranges.filter(({ primary }) => primary === language);
  const fitting = own.length > 0 ? own : ranges.filter(({ primary }) => primary === '*');
  const quality = Math.max(0, ...fitting.map((range) => range.quality));
  return { language, quality, position: ranges.findIndex((range) => fitting.includes(range)) };
}

/** @param header `Accept-Language`; absent or unreadable: English */
export function preferredLanguage(header: string | undefined): Language {
  const ranges = (header ?? '').split(',').flatMap(rangeOf);
  const rated = LANGUAGES.map((language) => rate(ranges, language)).filter(({ quality }) => quality > 0);
  const [best] = rated.toSorted((a, b) => b.quality - a.quality || a.position - b.position);
  return best?.language ?? LANGUAGES[0];
}
