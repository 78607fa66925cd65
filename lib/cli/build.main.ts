// Writes dist/odoseal.mjs, the one file that auditors are told to use, and what `sha256sum --check` compares it with:
// `npm run build:cli`. The committed odoseal.sha256 is the hash that is published; a test compares it with what is built.
import { mkdirSync, writeFileSync } from 'node:fs';
import { buildCli } from './build.ts';

const DIST = new URL('../../dist/', import.meta.url);

const { bytes, sha256 } = await buildCli();
const line = `${sha256}  odoseal.mjs\n`;
mkdirSync(DIST, { recursive: true });
writeFileSync(new URL('odoseal.mjs', DIST), bytes, { mode: 0o755 });
writeFileSync(new URL('odoseal.sha256', import.meta.url), line);
process.stdout.write(line);
