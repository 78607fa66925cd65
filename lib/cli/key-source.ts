// The public keys to check with: a file, or an address.
import { type KeySetRead, MAX_KEY_SET, readKeySet } from '../verification/key-set.ts';
import { readSource } from './source.ts';

/** @param source a path, or an address beginning with https:// */
export async function loadKeys(source: string): Promise<KeySetRead> {
  const loaded = await readSource(source, MAX_KEY_SET);
  const read = loaded.ok ? readKeySet(loaded.bytes) : loaded;
  return read.ok ? read : { ok: false, problem: `the key set ${read.problem}` };
}
