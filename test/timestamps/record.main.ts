// Writes test/vectors/timestamps.json anew with `openssl ts`: `node test/timestamps/record.main.ts`. Keys and times are new each time, so
// it is kept as it was recorded, and is not made by regenerate.ts.
import { writeFileSync } from 'node:fs';
import { sha256 } from '../../lib/cli/node-primitives.ts';
import { timestampRequest } from '../../lib/proof/timestamp.ts';
import { type KeyKind, openAuthority } from './authority.ts';

const DATA = 'odoseal.example/log\n3\nrra8/idLcKFPsGel5VeCZNsPqbUa9eC6FZFY8yngbnc=\n';
const NONCE = Uint8Array.of(0x9c, 1, 2, 3, 4, 5, 6, 7);
const imprint = sha256(Buffer.from(DATA));

const derOf = (pem: string): string => pem.replaceAll(/-----[^-]+-----|\s/g, '');

function record(kind: KeyKind, profile: 'tsa' | 'server' = 'tsa') {
  const authority = openAuthority(kind, profile);
  const response = Buffer.from(authority.reply(timestampRequest({ imprint, nonce: NONCE }))).toString('base64');
  authority.close();
  return { root: derOf(authority.root), response };
}

const recorded = {
  data: DATA,
  nonce: Buffer.from(NONCE).toString('hex'),
  rsa: record('rsa'),
  ec: record('ec'),
};
writeFileSync(new URL('../vectors/timestamps.json', import.meta.url), `${JSON.stringify(recorded, null, 2)}\n`);
