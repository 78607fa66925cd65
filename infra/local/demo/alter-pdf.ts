// What a forger would do to a printed report: have a page show another figure, and leave everything else as it is. Understands the files
// that lib/report/pdf makes, and no others: a page's content is deflated, and its text is numbers of glyphs, which the font's ToUnicode
// map turns into letters (ISO 32000-1 §9.10.3).
import { deflateSync, inflateSync } from 'node:zlib';
import { DemoFailure } from './demo-failure.ts';

interface Stream {
  /** Where its bytes begin and end in the file. */
  readonly from: number;
  readonly to: number;
  /** Inflated, a character for each byte. */
  readonly text: string;
}

/** A file as characters, one for each byte: places in it are places in the file. */
const charactersOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

function inflated(bytes: Buffer): string | undefined {
  try {
    return inflateSync(bytes).toString('latin1');
  } catch {
    return undefined;
  }
}

function streamsOf(pdf: Buffer, file: string): readonly Stream[] {
  return [...file.matchAll(/\/Length (\d+)\n\/Filter \/FlateDecode\n>>\nstream\n/g)].flatMap(
    ({ 0: head, 1: length, index }) => {
      const from = index + head.length;
      const to = from + Number(length);
      const text = inflated(pdf.subarray(from, to));
      return text === undefined ? [] : [{ from, to, text }];
    },
  );
}

/** Letters by the glyphs of the font that figures are set in (`F1`): four hexadecimal digits each. */
function lettersOf(file: string, streams: readonly Stream[]): ReadonlyMap<string, string> {
  const [, font] = /\/F1 (\d+) 0 R/.exec(file) ?? [];
  const [, map] = new RegExp(`\\n${font} 0 obj\\n<<[^>]*/ToUnicode (\\d+) 0 R`).exec(file) ?? [];
  const at = file.indexOf(`\n${map} 0 obj\n`);
  const { text = '' } = streams.find(({ from }) => from > at) ?? {};
  const [, letters = ''] = /<0000> <[0-9a-f]{4}> \[([^\]]*)\]/.exec(text) ?? [];
  const codes = letters.split(/>\s*<|[<>]/).filter((code) => code !== '');
  return new Map(
    codes.map((code, glyph) => [glyph.toString(16).padStart(4, '0'), String.fromCharCode(Number.parseInt(code, 16))]),
  );
}

/** What one operator (TJ) writes: its glyphs, whatever space is between them. */
const glyphsIn = (operand: string): readonly string[] =>
  [...operand.matchAll(/<([0-9a-f]+)>/g)].flatMap(([, hex = '']) => hex.match(/.{4}/g) ?? []);

/** A figure of the table of statements: kilometres with one decimal. */
const FIGURE = /^\d[\d.,\s]*[.,]\d$/;

export interface AlteredPdf {
  readonly altered: Uint8Array;
  readonly shown: string;
  /** What it shows there instead. */
  readonly instead: string;
}

/** The digit that follows, 0 after 9, of which the font has a glyph because the page shows one elsewhere. */
const nextDigit = (digit: string): string => String((Number(digit) + 1) % 10);

/** The content with the last digit of the first figure of the table another one. */
function otherDigit(content: string, letters: ReadonlyMap<string, string>) {
  for (const { 0: operator, index } of content.matchAll(/\/F1 8 Tf\n\[[^\]]*\] TJ/g)) {
    const glyphs = glyphsIn(operator);
    const shown = glyphs.map((glyph) => letters.get(glyph) ?? '').join('');
    if (!FIGURE.test(shown)) continue;
    const last = nextDigit(shown.slice(-1));
    const [glyph = ''] = [...letters].find(([, letter]) => letter === last) ?? [];
    const at = index + operator.lastIndexOf(glyphs.at(-1) ?? '');
    const text = content.slice(0, at) + glyph + content.slice(at + glyph.length);
    if (glyph !== '') return { text, shown, instead: shown.slice(0, -1) + last };
  }
  return undefined;
}

/** Places of text in hundredths of a point, which nobody sees: deflated, the page takes less room than it had. */
const rounded = (content: string): string =>
  content.replaceAll(/(\.\d\d)\d+(?=[ \d.]*Tm\n)/g, (_, decimals: string) => decimals);

/**
 * The same file with one digit changed that a reader sees: the last one of the first figure of the table. The page's content is deflated
 * anew into the very room it had, so that every other byte of the file is where it was.
 * @throws DemoFailure when it finds no figure that it can change
 */
export function alterPdf(pdf: Uint8Array): AlteredPdf {
  const bytes = Buffer.from(pdf);
  const file = charactersOf(bytes);
  const streams = streamsOf(bytes, file);
  const letters = lettersOf(file, streams);
  for (const { from, to, text } of streams) {
    const other = otherDigit(text, letters);
    if (other === undefined) continue;
    const deflated = deflateSync(Buffer.from(rounded(other.text), 'latin1'), { level: 9 });
    if (deflated.length > to - from) break;
    const altered = Buffer.from(bytes);
    // What stands behind the end of deflated data is passed over.
    altered.fill(0, from, to);
    deflated.copy(altered, from);
    return { altered, shown: other.shown, instead: other.instead };
  }
  throw new DemoFailure('no figure of a page could be changed');
}
