// `npm run build:cli` writes dist/odoseal.mjs, the one file that auditors are told to use, and compares it with the hash that is
// published, the committed odoseal.sha256: exit status 1 where they differ. That hash is written by `npm run build:cli -- --publish` alone.
import { parseArgs } from 'node:util';
import { writeCli } from './build.ts';

const { values } = parseArgs({ options: { publish: { type: 'boolean', default: false } } });
const { line, problem } = await writeCli({
  folder: new URL('../../dist/', import.meta.url),
  published: new URL('odoseal.sha256', import.meta.url),
  publish: values.publish,
});
process.stdout.write(line);
if (problem !== undefined) {
  process.stderr.write(`${problem}\n`);
  process.exitCode = 1;
}
