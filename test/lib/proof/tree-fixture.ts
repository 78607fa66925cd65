// A tree whose hashes are all in memory, and the published inputs and roots of the RFC 6962 test tree (as in the test suites of
// certificate-transparency-go and transparency-dev/merkle).
import { sha256 } from '../../../lib/cli/node-primitives.ts';
import {
  consistencyRanges,
  HASH_BYTES,
  inclusionRanges,
  leafHashes,
  type NodeSource,
  type Range,
  rangeHash,
  rootOfHashes,
} from '../../../lib/proof/merkle.ts';

export const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));
export const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

export const INPUTS: readonly Uint8Array[] = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map(hex);

/** By size, from 0. */
export const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
] as const;

/** Entries that differ, `entry 0`, `entry 1`, … */
export const entriesOf = (size: number): readonly Uint8Array[] =>
  Array.from({ length: size }, (_, n) => Buffer.from(`entry ${n}`));

export class MemoryTree {
  readonly #leaves: Uint8Array;

  constructor(entries: readonly Uint8Array[]) {
    this.#leaves = leafHashes(entries, sha256);
  }

  readonly #nodes = new Map<string, Uint8Array>();

  source: NodeSource = ({ level, index }) => {
    const name = `${level}/${index}`;
    const width = 2 ** level * HASH_BYTES;
    const known =
      this.#nodes.get(name) ?? rootOfHashes(this.#leaves.subarray(index * width, (index + 1) * width), sha256);
    this.#nodes.set(name, known);
    return known;
  };

  leaf = (index: number): Uint8Array => this.source({ level: 0, index });

  root = (size: number): Uint8Array => Uint8Array.from(rangeHash({ from: 0, to: size }, this.source, sha256));

  hashes = (ranges: readonly Range[]): readonly Uint8Array[] =>
    ranges.map((range) => rangeHash(range, this.source, sha256));

  inclusion = (index: number, size: number) => this.hashes(inclusionRanges(index, size));

  consistency = (older: number, newer: number) => this.hashes(consistencyRanges(older, newer));
}
