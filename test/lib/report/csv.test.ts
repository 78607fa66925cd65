// Tables as text: what a reader of RFC 4180 gets back is what went in, and nothing that a program could run.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { csv } from '../../../lib/report/csv.ts';

/** A reader of its own: RFC 4180 §2, and nothing that it does not allow. */
function readCsv(text: string): readonly (readonly string[])[] {
  const records: string[][] = [];
  let rest = text;
  for (let record: string[] = []; rest !== ''; ) {
    const [cell = ''] = /^(?:"(?:[^"]|"")*"|[^",\r\n]*)/.exec(rest) ?? [];
    record.push(cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell);
    rest = rest.slice(cell.length);
    if (rest.startsWith(',')) rest = rest.slice(1);
    else if (rest.startsWith('\r\n')) {
      rest = rest.slice(2);
      records.push(record);
      record = [];
    } else throw new Error('this is no CSV');
  }
  return records;
}

const DANGEROUS = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

const text = fc.oneof(
  fc.string({ unit: fc.constantFrom(...DANGEROUS, '"', ',', ' ', "'", 'a', '1', 'é') }),
  fc.string({ unit: 'grapheme' }),
);

it('are read back as they were, with an apostrophe before what begins as a formula does', () => {
  const rows = fc.array(fc.record({ one: text, two: fc.option(text), three: fc.option(fc.nat()) }), { maxLength: 5 });
  const property = fc.property(rows, (given) => {
    const [head, ...read] = readCsv(csv(['one', 'two', 'three'], given));
    expect(head).toEqual(['one', 'two', 'three']);
    const expected = given.map(({ one, two, three }) =>
      [one, two ?? '', three === null ? '' : String(three)].map((cell) =>
        DANGEROUS.some((first) => cell.startsWith(first)) ? `'${cell}` : cell,
      ),
    );
    expect(read).toEqual(expected);
  });
  fc.assert(property, { numRuns: 300 });
});

it.each([
  ['=HYPERLINK("http://evil.example")', `"'=HYPERLINK(""http://evil.example"")"`],
  ['+1', "'+1"],
  ['-1', "'-1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\t=1', "'\t=1"],
  ['\r=1', `"'\r=1"`],
  ['a=1', 'a=1'],
  ['a,b', '"a,b"'],
  ['say "so"', '"say ""so"""'],
  [-5, "'-5"],
  [null, ''],
])('%j is %s', (value, cell) => {
  expect(csv(['value'], [{ value }])).toBe(`value\r\n${cell}\r\n`);
});
