// The AWS Query protocol, which CloudFormation and STS speak: a form in, XML out, lists as members.
// Source: Smithy specification, "AWS Query protocol".

/** What can be answered; members that are undefined are left out. */
export type Xml = string | number | boolean | undefined | readonly Xml[] | { readonly [member: string]: Xml };

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const element = (name: string, value: Xml): string => (value === undefined ? '' : `<${name}>${xml(value)}</${name}>`);

/** A value as the content of an element. */
export const xml = (value: Xml): string => {
  if (Array.isArray(value)) return value.map((one: Xml) => element('member', one)).join('');
  if (typeof value !== 'object') return escaped(String(value ?? ''));
  const members = Object.entries(value).map(([name, member]) => element(name, member));
  return members.join('');
};

export const resultOf = (action: string, result: Xml): string =>
  xml({ [`${action}Response`]: { [`${action}Result`]: result } });

export const errorOf = (code: string, message: string): string =>
  xml({ ErrorResponse: { Error: { Type: 'Sender', Code: code, Message: message } } });

type Entry = Readonly<Record<string, string>>;

/** The entries of a list in a form (`Tags.member.1.Key`), by the names of their members; a plain entry has one, of no name. */
export const listIn = (form: URLSearchParams, name: string): readonly Entry[] => {
  const entries = new Map<string, Entry>();
  for (const [key, value] of form) {
    const [list, , index = '', ...member] = key.split('.');
    if (list === name) entries.set(index, { ...entries.get(index), [member.join('.')]: value });
  }
  return [...entries.values()];
};
