// What a driver's form sends, which is anybody's: read strictly. Refuses, as a whole, what no form of ours can have sent.

/** Forms of ours hold some 50 bytes. */
const MOST_BYTES = 4_096;

/** @returns undefined for one that is too long to be ours */
export const parseForm = (body: Buffer): URLSearchParams | undefined =>
  body.length > MOST_BYTES ? undefined : new URLSearchParams(body.toString('utf8'));

/** Names that a form has, each with what it may say. */
type Fields<Name extends string> = Readonly<Record<Name, (value: string) => boolean>>;

/** @returns undefined for a form with a name that is unknown or given twice, or with a value that cannot have been chosen */
export function readForm<Name extends string>(
  form: URLSearchParams | undefined,
  fields: Fields<Name>,
): Readonly<Partial<Record<Name, string>>> | undefined {
  if (form === undefined) return undefined;
  const read: Partial<Record<Name, string>> = {};
  for (const [name, value] of form) {
    if (!isOf(fields, name) || Object.hasOwn(read, name) || !fields[name](value)) return undefined;
    read[name] = value;
  }
  return read;
}

const isOf = <Name extends string>(fields: Fields<Name>, name: string): name is Name => Object.hasOwn(fields, name);
