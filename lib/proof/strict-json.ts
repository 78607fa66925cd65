// A JSON reader (RFC 8259) for signed documents, stricter than JSON.parse: it refuses a member named twice (two readers would see two
// documents), numbers that are not plain integers in the safe range, lone surrogates, and documents that are long, wide or deep. It never
// throws and never coerces.

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [member: string]: Json;
}

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A member of an object itself; never something inherited. */
export const member = (object: JsonObject, name: string): Json | undefined =>
  Object.hasOwn(object, name) ? object[name] : undefined;

/** Sets a member of the object itself, also one called __proto__. */
export function define(object: Record<string, Json>, name: string, value: Json): void {
  if (name === '__proto__') Object.defineProperty(object, name, { value, enumerable: true });
  else object[name] = value;
}

const MAX_DEPTH = 12;
/** Of one object: far more than any document has; a million takes seconds. */
const MAX_MEMBERS = 1_000;
const failed = Symbol('not strict JSON');
type Parsed = Json | typeof failed;

const integer = /-?(?:0|[1-9][0-9]*)/y;
const escaped: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): Parsed {
    const value = this.#value(0);
    this.#space();
    return this.#at === this.#text.length ? value : failed;
  }

  #space(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.#at++;
    }
  }

  /** Steps over `token` (and white space before it) if it comes next. */
  #take(token: string): boolean {
    this.#space();
    if (!this.#text.startsWith(token, this.#at)) return false;
    this.#at += token.length;
    return true;
  }

  /** Characters of a string up to a quote, a backslash or a control character. */
  #plain(): string {
    const start = this.#at;
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (Number.isNaN(code) || code < 0x20 || code === 0x22 || code === 0x5c) return this.#text.slice(start, this.#at);
      this.#at++;
    }
  }

  #value(depth: number): Parsed {
    if (depth > MAX_DEPTH) return failed;
    this.#space();
    switch (this.#text.charAt(this.#at)) {
      case '{':
        return this.#object(depth);
      case '[':
        return this.#array(depth);
      case '"':
        return this.#string();
      case 't':
        return this.#take('true') ? true : failed;
      case 'f':
        return this.#take('false') ? false : failed;
      case 'n':
        return this.#take('null') ? null : failed;
      default:
        return this.#number();
    }
  }

  #number(): Parsed {
    integer.lastIndex = this.#at;
    const text = integer.exec(this.#text)?.[0];
    if (text === undefined || text === '-0') return failed;
    this.#at += text.length;
    const next = this.#text.charAt(this.#at);
    if (next === '.' || next === 'e' || next === 'E') return failed;
    const value = Number(text);
    return Number.isSafeInteger(value) ? value : failed;
  }

  #string(): string | typeof failed {
    if (!this.#take('"')) return failed;
    let value = '';
    for (;;) {
      value += this.#plain();
      const next = this.#text.charAt(this.#at++);
      if (next === '"') return value.isWellFormed() ? value : failed;
      if (next !== '\\') return failed;
      const character = this.#escape();
      if (character === undefined) return failed;
      value += character;
    }
  }

  #escape(): string | undefined {
    const letter = this.#text.charAt(this.#at++);
    if (letter !== 'u') return Object.hasOwn(escaped, letter) ? escaped[letter] : undefined;
    const digits = this.#text.slice(this.#at, this.#at + 4);
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) return undefined;
    this.#at += 4;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  #array(depth: number): Parsed {
    const items: Json[] = [];
    this.#at++;
    if (this.#take(']')) return items;
    do {
      const item = this.#value(depth + 1);
      if (item === failed) return failed;
      items.push(item);
    } while (this.#take(','));
    return this.#take(']') ? items : failed;
  }

  #object(depth: number): Parsed {
    const members: Record<string, Json> = {};
    let count = 0;
    this.#at++;
    if (this.#take('}')) return members;
    do {
      const name = this.#string();
      if (++count > MAX_MEMBERS) return failed;
      if (name === failed || Object.hasOwn(members, name) || !this.#take(':')) return failed;
      const value = this.#value(depth + 1);
      if (value === failed) return failed;
      define(members, name, value);
    } while (this.#take(','));
    return this.#take('}') ? members : failed;
  }
}

/** Longest text that is read twice. */
const MAX_PLAIN = 16_384;

/** Whether everything in it is what this reader would let in. */
function isStrict(value: Json, depth: number): boolean {
  if (depth > MAX_DEPTH) return false;
  if (typeof value === 'number') return Number.isSafeInteger(value);
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every((item) => isStrict(item, depth + 1));
  const members = Object.values(value);
  return members.length <= MAX_MEMBERS && members.every((item) => isStrict(item, depth + 1));
}

/**
 * The quick way, for what our own documents are: text that JSON.stringify would write. That has one reading, with no member twice and no
 * number that is written in another way, and without a backslash no half characters either.
 * @returns undefined for everything else, strict or not
 */
function readPlain(text: string): Json | undefined {
  if (text.length > MAX_PLAIN || text.includes('\\')) return undefined;
  try {
    const value: Json = JSON.parse(text);
    return JSON.stringify(value) === text && isStrict(value, 0) ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * @param maxLength longest accepted text, in UTF-16 units
 * @returns undefined for whatever is not strict JSON
 */
export function parseStrictJson(text: string, maxLength: number): Json | undefined {
  if (text.length > maxLength) return undefined;
  const plain = readPlain(text);
  if (plain !== undefined) return plain;
  const value = new Reader(text).document();
  return value === failed ? undefined : value;
}
