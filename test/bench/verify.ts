// What checking costs over the cryptography alone: a tree of 100,000 leaves against as many hash calls, side by side in the same run.
import { randomBytes } from 'node:crypto';
import { sha256 } from '../../lib/aws/digest.ts';
import { leafHashes, rootOfHashes } from '../../lib/proof/merkle.ts';

const LEAVES = 100_000;
const ROUNDS = 9;
/** The tree may take this many times as long as its hash calls. */
const TREE_GOAL = 1.5;

const timed = (work: () => void): number => {
  const from = performance.now();
  work();
  return performance.now() - from;
};

/** One hash call for each leaf and for each inner node, on inputs of their lengths. */
function hashAlone(leaves: number): void {
  const entry = new Uint8Array(1 + 64);
  const node = new Uint8Array(1 + 2 * 32);
  for (let n = 0; n < leaves; n += 1) sha256(entry);
  for (let n = 1; n < leaves; n += 1) sha256(node);
}

/** The best of some rounds each, alternating: whatever else the machine does hits both. */
export async function benchVerify(): Promise<boolean> {
  const entries = Array.from({ length: LEAVES }, () => randomBytes(64));
  const rounds = Array.from({ length: ROUNDS }, () => ({
    tree: timed(() => void rootOfHashes(leafHashes(entries, sha256), sha256)),
    alone: timed(() => hashAlone(LEAVES)),
  }));
  const best = (which: 'tree' | 'alone'): number => Math.min(...rounds.map((round) => round[which]));
  const ratio = best('tree') / best('alone');
  console.log(`tree of ${LEAVES} leaves  ${best('tree').toFixed(0)} ms`);
  console.log(`its hash calls alone   ${best('alone').toFixed(0)} ms`);
  console.log(`ratio                  ${ratio.toFixed(2)} (goal: at most ${TREE_GOAL})`);
  return ratio <= TREE_GOAL;
}
