// The strict JSON reader: everything that JSON.parse reads and that has one meaning, and nothing else.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isObject, member, parseStrictJson } from '../../../lib/proof/strict-json.ts';

const parse = (text: string) => parseStrictJson(text, 10_000);

describe('strict JSON', () => {
  it('reads what JSON.stringify writes, indented or not', () => {
    const { tie } = fc.letrec((self) => ({
      tie: fc.oneof(
        { maxDepth: 3 },
        fc.constant(null),
        fc.boolean(),
        fc.maxSafeInteger().map((n) => (Object.is(n, -0) ? 0 : n)),
        fc.string({ unit: 'binary' }),
        fc.array(self('tie'), { maxLength: 4 }),
        fc.dictionary(fc.string({ unit: 'grapheme' }), self('tie'), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(tie, fc.constantFrom(0, 1), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        if (text.length <= 10_000) expect(parse(text)).toEqual(JSON.parse(text));
      }),
      { numRuns: 200 },
    );
  });

  it('never reads what JSON.parse refuses, and reads the same', () => {
    const pieces = fc.constantFrom(
      ...[
        '{',
        '}',
        '[',
        ']',
        ':',
        ',',
        '"a"',
        '"b"',
        '"\\u0041"',
        '"\\x"',
        '1',
        '-',
        '0',
        '1.5',
        'e3',
        'true',
        'nul',
        ' ',
        '\t',
        '\u000b',
        '"',
      ],
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 8 }), (parts) => {
        const text = parts.join('');
        const value = parse(text);
        if (value !== undefined) expect(value).toEqual(JSON.parse(text));
      }),
      { numRuns: 5000 },
    );
  });

  it.each([
    ['a member twice', '{"a":1,"a":1}'],
    ['a member twice, once escaped', '{"a":1,"\\u0061":2}'],
    ['a member twice, deep', '{"x":[{"a":1,"b":2,"a":3}]}'],
    ['a fraction', '{"a":1.0}'],
    ['an exponent', '[1e3]'],
    ['minus zero', '-0'],
    ['a leading zero', '01'],
    ['a number beyond 2^53', '9007199254740993'],
    ['half a character, escaped', '"\\ud800"'],
    ['half a character', '"\ud800"'],
    ['a control character', '"\u0001"'],
    ['an unknown escape', '"\\a"'],
    ['a short escape', '"\\u12"'],
    ['an open string', '"abc'],
    ['a trailing comma', '[1,]'],
    ['a second value', '1 2'],
    ['a comment', '/**/1'],
    ['a byte order mark', '\uFEFF1'],
    ['nothing', ''],
  ])('refuses %s', (_, text) => {
    expect(parse(text)).toBeUndefined();
  });

  it('refuses the same in a text of any length, however it is written', () => {
    const odd = [
      '1.0',
      '1e3',
      '-0',
      '9007199254740993',
      '{"a":1,"a":1}',
      '{"1":0,"1":0}',
      `${'['.repeat(12)}1${']'.repeat(12)}`,
    ];
    for (const length of [1, 20_000])
      for (const one of odd) {
        expect(parseStrictJson(`["${'x'.repeat(length)}",${one}]`, 100_000)).toBeUndefined();
        expect(parseStrictJson(`["${'x'.repeat(length)}",1, 2]`, 100_000)).toBeDefined();
      }
    // Members that are numbers come first when JSON is written: such a text is read the slow way, and as it stands.
    expect(parse('{"b":1,"1":2}')).toEqual({ b: 1, 1: 2 });
  });

  it('refuses what is long or deep without running out of stack', () => {
    expect(parseStrictJson('[1]', 3)).toEqual([1]);
    expect(parseStrictJson('[1] ', 3)).toBeUndefined();
    expect(parse(`${'['.repeat(12)}1${']'.repeat(12)}`)).toBeDefined();
    expect(parse(`${'['.repeat(13)}1${']'.repeat(13)}`)).toBeUndefined();
    expect(parseStrictJson('['.repeat(1_000_000), 1_000_000)).toBeUndefined();
  });

  it('refuses an object of more members than any document has', () => {
    const wide = (count: number): string => `{${Array.from({ length: count }, (_, n) => `"m${n}":0`).join()}}`;
    expect(parseStrictJson(wide(1_000), 20_000)).toBeDefined();
    expect(parseStrictJson(wide(1_001), 20_000)).toBeUndefined();
  });

  it('keeps a member called __proto__ a member', () => {
    const value = parse('{"__proto__":{"vin":"x"}}');
    expect(isObject(value) && member(value, 'vin')).toBeUndefined();
    expect(isObject(value) && Object.keys(value)).toEqual(['__proto__']);
    expect(isObject(value) && member(value, 'toString')).toBeUndefined();
  });
});
