// The two fonts of a printed report, embedded where they are used (PDF/A asks for that). DejaVu Sans has the letters of every language
// that a reference or a tenant's name may be written in.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const { resolve } = createRequire(import.meta.url);

const fontOf = (name: string): Buffer => readFileSync(resolve(`dejavu-fonts-ttf/ttf/${name}.ttf`));

export const FONTS = { text: fontOf('DejaVuSansCondensed'), bold: fontOf('DejaVuSansCondensed-Bold') } as const;
