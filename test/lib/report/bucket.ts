// A bucket in this process: what was written, by name.
import { createHash } from 'node:crypto';
import type { Files } from '../../../lib/aws/files.ts';

export const sha256Of = (text: string): string => createHash('sha256').update(text).digest('hex');

export function makeBucket() {
  const files = new Map<string, string>();
  const bucket: Files = {
    write: async (name, _type, pieces) => {
      let text = '';
      for await (const piece of pieces) text += piece;
      files.set(name, text);
      return { bytes: Buffer.byteLength(text), sha256: sha256Of(text) };
    },
    remove: async (name) => void files.delete(name),
  };
  return { files, bucket };
}
