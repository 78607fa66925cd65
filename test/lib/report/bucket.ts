// A bucket in this process: what was written, by name.
import { createHash } from 'node:crypto';
import type { Files } from '../../../lib/aws/files.ts';

export const sha256Of = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

export function makeBucket() {
  /** As texts; a PDF's letters are to be found among the bytes. */
  const files = new Map<string, string>();
  const contents = new Map<string, Buffer>();
  const types = new Map<string, string>();
  const bucket: Files = {
    write: async (name, type, pieces) => {
      const parts: Uint8Array[] = [];
      for await (const piece of pieces) parts.push(Buffer.from(piece));
      const content = Buffer.concat(parts);
      files.set(name, content.toString());
      contents.set(name, content);
      types.set(name, type);
      return { bytes: content.length, sha256: sha256Of(content) };
    },
    remove: async (name) => void files.delete(name),
  };
  return { files, contents, types, bucket };
}
