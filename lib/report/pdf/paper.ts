// A tagged A4 document (ISO 32000-1 §14.8) on pdfkit: where the next thing goes, and that everything drawn is either content with a
// meaning or an artifact. Knows nothing of mileage.
import PDFDocument from 'pdfkit';
import { FONTS } from './fonts.ts';

export const MARGIN = 48;
const FOOT = 40;

type Structure = PDFKit.PDFStructureElement;

interface TextStyle {
  readonly font?: 'text' | 'bold';
  readonly size?: number;
  readonly colour?: string;
  readonly x?: number;
  readonly width?: number;
  readonly align?: 'left' | 'right';
}

export interface PaperInfo {
  readonly title: string;
  readonly author: string;
  /** BCP 47. */
  readonly language: string;
  /** Instant. */
  readonly madeAt: string;
}

export interface Paper {
  readonly doc: PDFKit.PDFDocument;
  readonly width: number;
  readonly root: Structure;
  /** An element that holds others. */
  readonly group: (type: string, parent?: Structure) => Structure;
  /** Text with a meaning, at the place where the page has come to. */
  readonly text: (type: string, text: string, style?: TextStyle, parent?: Structure) => void;
  /** Something drawn with a meaning, in words for whoever cannot see it. */
  readonly figure: (alternative: string, draw: () => void) => void;
  /** Something drawn without. */
  readonly artifact: (draw: () => void) => void;
  /** Begins another page unless so much is left of this one. @returns whether it did */
  readonly reserve: (height: number) => boolean;
  readonly down: (height: number) => void;
  /** The bytes, with what stands at the foot of each page. */
  readonly finish: (foot: (page: number, pages: number) => string) => Promise<Uint8Array>;
}

function open({ title, author, language, madeAt }: PaperInfo): PDFKit.PDFDocument {
  const doc = new PDFDocument({
    size: 'A4',
    margins: { top: MARGIN, left: MARGIN, right: MARGIN, bottom: FOOT },
    // The standard fonts are not embedded and not used.
    font: FONTS.text as unknown as string,
    pdfVersion: '1.7',
    // For the colours' output intent.
    subset: 'PDF/A-3a',
    tagged: true,
    lang: language,
    displayTitle: true,
    bufferPages: true,
    info: { Title: title, Author: author, CreationDate: new Date(madeAt), ModDate: new Date(madeAt) },
  });
  // With it the metadata would claim conformance (`pdfaid`, ISO 19005-3 §6.6.4): that is for a validator to say first.
  Object.assign(doc, { _addPdfaMetadata: () => undefined });
  return doc;
}

const collect = async (doc: PDFKit.PDFDocument): Promise<Uint8Array> => {
  const parts: Buffer[] = [];
  for await (const part of doc) parts.push(part as Buffer);
  return new Uint8Array(Buffer.concat(parts));
};

export function openPaper(info: PaperInfo): Paper {
  const doc = open(info);
  doc.registerFont('text', FONTS.text).registerFont('bold', FONTS.bold);
  const width = doc.page.width - 2 * MARGIN;
  const root = doc.struct('Document');
  doc.addStructure(root);

  const group = (type: string, parent = root): Structure => {
    const element = doc.struct(type);
    parent.add(element);
    return element;
  };

  const artifact = (draw: () => void): void => {
    doc.markContent('Artifact', { type: 'Layout' });
    draw();
    doc.endMarkedContent();
  };

  const write = (
    text: string,
    { font = 'text', size = 9, colour = '#1a1a1a', x, width: room, align = 'left' }: TextStyle,
  ) =>
    doc
      .font(font)
      .fontSize(size)
      .fillColor(colour)
      .text(text, x ?? MARGIN, doc.y, { width: room ?? width, align, lineGap: 1.5 });

  const text: Paper['text'] = (type, what, style = {}, parent = root) => {
    const content = doc.markStructureContent(type);
    write(what, style);
    doc.endMarkedContent();
    parent.add(doc.struct(type, {}, [content]));
  };

  const figure: Paper['figure'] = (alternative, draw) => {
    const content = doc.markStructureContent('Figure', { alt: alternative });
    draw();
    doc.endMarkedContent();
    root.add(doc.struct('Figure', { alt: alternative }, [content]));
  };

  const reserve = (height: number): boolean => {
    if (doc.y + height <= doc.page.height - MARGIN - FOOT) return false;
    doc.addPage();
    return true;
  };

  const down = (height: number): void => {
    doc.y += height;
  };

  const finish: Paper['finish'] = async (foot) => {
    const { count } = doc.bufferedPageRange();
    for (let n = 0; n < count; n += 1) {
      doc.switchToPage(n);
      doc.markContent('Artifact', { type: 'Pagination' });
      doc.y = doc.page.height - FOOT - 18;
      // No page may be added by what stands at its foot.
      doc.page.margins.bottom = 0;
      write(foot(n + 1, count), { size: 7, colour: '#555555' });
      doc.endMarkedContent();
    }
    root.end();
    const bytes = collect(doc);
    doc.end();
    return bytes;
  };

  return { doc, width, root, group, text, figure, artifact, reserve, down, finish };
}
