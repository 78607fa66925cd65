// A public log as files, as c2sp.org/tlog-tiles lays it out, signed with a fixed key.
import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { sha256 } from '../../../lib/cli/node-primitives.ts';
import { formatCheckpoint } from '../../../lib/proof/checkpoint.ts';
import { leafHashes, rootOfHashes } from '../../../lib/proof/merkle.ts';
import { formatNote, formatVkey, noteKey } from '../../../lib/proof/signed-note.ts';
import { encodeEntries, entriesPath, TILE_WIDTH } from '../../../lib/proof/tiles.ts';

export interface PublicLog {
  readonly files: readonly (readonly [path: string, content: string | Uint8Array])[];
}

interface SignedHead {
  /** The head's signature is over another text. */
  readonly forged?: boolean;
  /** The log that signs. */
  readonly origin?: string;
  /** What its key is made of: 32 times this byte. */
  readonly seed?: number;
}

interface Oddities extends SignedHead {
  /** The entries that the bundles hold, instead of those that the head is of. */
  readonly shown?: readonly Uint8Array[];
}

const ORIGIN = 'odoseal.example/log';
/** RFC 8410: PKCS #8 of an Ed25519 seed. */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const keyOf = (seed: number) =>
  createPrivateKey({ key: Buffer.concat([PKCS8, Buffer.alloc(32, seed)]), format: 'der', type: 'pkcs8' });
const SEED = 7;
const publicKeyOf = (seed: number): Uint8Array =>
  createPublicKey(keyOf(seed)).export({ format: 'der', type: 'spki' }).subarray(-32);

/** The key that a log is read with. */
export const vkeyOf = (seed = SEED): string => formatVkey(noteKey(ORIGIN, publicKeyOf(seed), sha256));

/** The signed head of a log that has exactly these entries. */
export function headOf(
  entries: readonly Uint8Array[],
  { forged = false, origin = ORIGIN, seed = SEED }: SignedHead = {},
): string {
  const root = rootOfHashes(leafHashes(entries, sha256), sha256);
  const text = formatCheckpoint({ origin, size: entries.length, root });
  const signature = sign(null, Buffer.from(forged ? `${text}x` : text), keyOf(seed));
  return formatNote(text, [{ ...noteKey(origin, publicKeyOf(seed), sha256), signature }]);
}

/** The files of a log that has this checkpoint and these entries, whether or not they fit. */
export function layOut(checkpoint: string, entries: readonly Uint8Array[]): PublicLog {
  const bundles = Array.from({ length: Math.ceil(entries.length / TILE_WIDTH) }, (_, index) => {
    const bundle = entries.slice(index * TILE_WIDTH, (index + 1) * TILE_WIDTH);
    return [entriesPath({ index, width: bundle.length }), encodeEntries(bundle)] as const;
  });
  return { files: [['vkey', `${vkeyOf()}\n`], ['checkpoint', checkpoint], ...bundles] };
}

export const layLog = (entries: readonly Uint8Array[], { shown = entries, ...head }: Oddities = {}): PublicLog =>
  layOut(headOf(entries, head), shown);
