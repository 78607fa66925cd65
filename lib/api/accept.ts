// Which of the forms we have is the one a caller would rather get: the Accept header, RFC 9110 §12.5.1. Parameters other than `q` are
// not looked at.

interface Range {
  readonly name: string;
  readonly quality: number;
}

function rangeOf(text: string): readonly Range[] {
  const [name = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? '1';
  return name !== '' && /^(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(weight) ? [{ name, quality: Number(weight) }] : [];
}

// How closely a range names a type: 2 itself, 1 its family, 0 anything; undefined: it names another.
function closeness(range: string, type: string): number | undefined {
  if (range === type) return 2;
  if (range === `${type.split('/')[0]}/*`) return 1;
  return range === '*/*' ? 0 : undefined;
}

/** The most specific range for a type decides about it, wherever it stands. */
function rate(ranges: readonly Range[], type: string) {
  const fitting = ranges.flatMap(({ name, quality }, position) => {
    const fitness = closeness(name, type);
    return fitness === undefined ? [] : [{ type, quality, fitness, position }];
  });
  return fitting.toSorted((a, b) => b.fitness - a.fitness)[0];
}

/**
 * @param header absent or empty: everything is welcome
 * @param offered what there is; the first is given when nothing else tells them apart
 * @returns undefined when none is acceptable
 */
export function preferredType<T extends string>(header: string | undefined, offered: readonly T[]): T | undefined {
  const ranges = (header ?? '').split(',').flatMap(rangeOf);
  if ((header ?? '').trim() === '') return offered[0];
  const rated = offered.flatMap((type) => rate(ranges, type) ?? []).filter(({ quality }) => quality > 0);
  const [best] = rated.toSorted((a, b) => b.quality - a.quality || b.fitness - a.fitness || a.position - b.position);
  return offered.find((type) => type === best?.type);
}
