// A PDF as a reader of another make finds it (Mozilla's pdf.js): words, tags, attachments.
import { getDocumentProxy } from 'unpdf';

interface Tag {
  readonly role?: string;
  readonly alt?: string;
  readonly children?: readonly Tag[];
}

export interface Found {
  /** Words of each page, one space between them. */
  readonly pages: readonly string[];
  /** What stands at one height of a page. */
  readonly lines: readonly string[];
  readonly attachments: Readonly<Record<string, string>>;
  readonly info: Readonly<Record<string, unknown>>;
  /** Roles in the order of the document, with the words for drawings. */
  readonly roles: readonly string[];
  readonly alternatives: readonly string[];
}

const flat = (tag: Tag): readonly Tag[] => [tag, ...(tag.children ?? []).flatMap(flat)];

const linesOf = (items: readonly object[]): readonly string[] => {
  const lines = new Map<number, string>();
  for (const item of items)
    if ('str' in item && 'transform' in item) {
      const [, , , , , y] = item.transform as readonly number[];
      lines.set(y ?? 0, `${lines.get(y ?? 0) ?? ''}${String(item.str)}`);
    }
  return [...lines.values()];
};

export async function readPdf(bytes: Uint8Array): Promise<Found> {
  // The reader takes its bytes away.
  const document = await getDocumentProxy(Uint8Array.from(bytes));
  const pages = await Promise.all(Array.from({ length: document.numPages }, (_, n) => document.getPage(n + 1)));
  const texts = await Promise.all(pages.map((page) => page.getTextContent()));
  const trees = await Promise.all(pages.map((page) => page.getStructTree()));
  const tags = trees.flatMap((tree) => flat(tree as Tag));
  const attached = (await document.getAttachments()) as ReadonlyMap<string, unknown> | null;
  const contents = [...(attached ?? new Map<string, unknown>()).keys()].map(
    async (name) => [name, new TextDecoder().decode((await document.getAttachmentContent(name)) ?? undefined)] as const,
  );
  const { info } = await document.getMetadata();
  return {
    pages: texts.map(({ items }) =>
      items
        .map((item) => ('str' in item ? item.str : ''))
        .join(' ')
        .replace(/\s+/g, ' '),
    ),
    lines: texts.flatMap(({ items }) => linesOf(items)),
    attachments: Object.fromEntries(await Promise.all(contents)),
    info: info as Readonly<Record<string, unknown>>,
    roles: tags.flatMap(({ role }) => role ?? []),
    alternatives: tags.flatMap(({ alt }) => alt ?? []),
  };
}
