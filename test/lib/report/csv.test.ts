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

/** What a formula begins with, and what programs split a text at. */
const FORMULAS = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
const SPLITS = [';', '|', '\t', '\r', '\n', '"'];
const DANGEROUS = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

const text = fc.oneof(
  fc.string({ unit: fc.constantFrom(...DANGEROUS, ...SPLITS, ',', ' ', "'", 'a', '1', 'é') }),
  fc.string({ unit: 'grapheme' }),
);

const harmless = (cell: string): string => {
  const first = DANGEROUS.some((one) => cell.startsWith(one)) ? "'" : '';
  const marked = [...cell].map((one, n, all) =>
    n > 0 && FORMULAS.includes(one) && SPLITS.includes(all[n - 1] ?? '') ? `'${one}` : one,
  );
  return first + marked.join('');
};

it('are read back as they were, with an apostrophe before what begins as a formula does', () => {
  const rows = fc.array(fc.record({ one: text, two: fc.option(text), three: fc.option(fc.nat()) }), { maxLength: 5 });
  const property = fc.property(rows, (given) => {
    const [head, ...read] = readCsv(csv(['one', 'two', 'three'], given));
    expect(head).toEqual(['one', 'two', 'three']);
    const expected = given.map(({ one, two, three }) =>
      [one, two ?? '', three === null ? '' : String(three)].map(harmless),
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
  ['\t=1', "'\t'=1"],
  ['\r=1', `"'\r'=1"`],
  ['P;=HYPERLINK("http://evil.example")', `"P;'=HYPERLINK(""http://evil.example"")"`],
  ['P|@SUM(A1)', "P|'@SUM(A1)"],
  ['P\t+1', "P\t'+1"],
  ['P\n-1', `"P\n'-1"`],
  ['P;"=1', `"P;""'=1"`],
  ['=1;=2', "'=1;'=2"],
  ['P;ok', 'P;ok'],
  ['a=1', 'a=1'],
  ['a,b', '"a,b"'],
  ['say "so"', '"say ""so"""'],
  [-5, "'-5"],
  [null, ''],
])('%j is %s', (value, cell) => {
  expect(csv(['value'], [{ value }])).toBe(`value\r\n${cell}\r\n`);
});

it('hold no formula for a program that splits lines elsewhere, at whatever it splits them', () => {
  const property = fc.property(text, text, (one, two) => {
    const line = csv(['one', 'two'], [{ one, two }]);
    // As a quote in the middle of a piece is no quote: what is left of them at its start is skipped.
    for (const piece of line.split(/[;|\t\r\n]/)) expect(piece.replace(/^"+/, '')).not.toMatch(/^[=+\-@＝＋－＠]/);
  });
  fc.assert(property, { numRuns: 500 });
});
