// Writes statements.json anew: `node test/vectors/regenerate.ts`. Keys, secrets and nonces are fixed, so every run writes the same
// bytes; a difference means that the format has changed, and with it every statement that is issued from now on.
import { writeFileSync } from 'node:fs';
import { buildVectors } from './statement-vectors.ts';

writeFileSync(new URL('./statements.json', import.meta.url), `${JSON.stringify(buildVectors(), null, 2)}\n`);
