// The page as one file: its script bundled, minified, and allowed by its hash. Deterministic: the same sources give the same bytes.
import { hash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { pageDocument, STYLE } from './document.ts';

const ROOM = fileURLToPath(new URL('.', import.meta.url));

const hashOf = (text: string): string => hash('sha256', text, 'base64');

/** @throws when anything of Node would be left to be imported, or esbuild warns */
export async function buildPage(): Promise<string> {
  const { outputFiles, warnings, metafile } = await build({
    absWorkingDir: ROOM,
    entryPoints: ['dom/page.ts'],
    bundle: true,
    write: false,
    metafile: true,
    minify: true,
    platform: 'browser',
    target: 'es2023',
    format: 'esm',
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'silent',
  });
  const left = Object.values(metafile.outputs).flatMap(({ imports }) => imports);
  const [file] = outputFiles;
  if (file === undefined || warnings.length > 0 || left.length > 0)
    throw new Error('the verification page is not one file that stands alone');
  const script = file.text;
  return pageDocument({ script, scriptHash: hashOf(script), styleHash: hashOf(STYLE) });
}
