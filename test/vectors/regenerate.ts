// Writes statements.json, bundle.json, key-events.json and mileage.json anew: `node test/vectors/regenerate.ts`. Keys, secrets and nonces are fixed, so every run
// writes the same bytes; a difference means that format or rules have changed, and with them every statement issued from now on.
import { writeFileSync } from 'node:fs';
import { buildBundleVectors } from './bundle-vectors.ts';
import { buildKeyEventVectors } from './key-event-vectors.ts';
import { buildMileageVectors } from './mileage-vectors.ts';
import { buildVectors } from './statement-vectors.ts';

const write = (name: string, value: unknown): void =>
  writeFileSync(new URL(name, import.meta.url), `${JSON.stringify(value, null, 2)}\n`);

write('./statements.json', buildVectors());
write('./bundle.json', buildBundleVectors());
write('./key-events.json', buildKeyEventVectors());
write('./mileage.json', buildMileageVectors());
