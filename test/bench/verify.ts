// What checking costs over the cryptography alone, side by side in the same run: attestations against their signatures, a tree of 100,000
// leaves and the proofs from it against as many hash calls.
import { randomBytes } from 'node:crypto';
import { sha256 } from '../../lib/aws/digest.ts';
import { leafHashes, rootOfHashes } from '../../lib/proof/merkle.ts';
import { verifyInclusion } from '../../lib/proof/merkle-verify.ts';
import { MemoryTree } from '../lib/proof/tree-fixture.ts';
import { benchAttestations } from './attestations.ts';

const LEAVES = 100_000;
const PROOFS = 20_000;
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
function benchTree(): boolean {
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

/** One thread, all places of the tree in turn. No goal: the floor is printed beside. */
function benchProofs(): void {
  const entries = Array.from({ length: LEAVES }, () => randomBytes(64));
  const tree = new MemoryTree(entries);
  const [root, size] = [tree.root(LEAVES), LEAVES];
  const proofs = Array.from({ length: PROOFS }, (_, n) => {
    const index = (n * 7_919) % LEAVES;
    return { index, size, root, leaf: tree.leaf(index), proof: tree.inclusion(index, size) };
  });
  const hashes = proofs.reduce((sum, { proof }) => sum + proof.length, 0);
  const node = new Uint8Array(1 + 2 * 32);
  const rounds = Array.from({ length: ROUNDS }, () => ({
    checks: timed(() => {
      if (!proofs.every((one) => verifyInclusion(one, sha256))) throw new Error('a proof did not hold');
    }),
    alone: timed(() => {
      for (let n = 0; n < hashes; n += 1) sha256(node);
    }),
  }));
  const best = (which: 'checks' | 'alone'): number => Math.min(...rounds.map((round) => round[which]));
  const perSecond = (which: 'checks' | 'alone'): string => ((PROOFS / best(which)) * 1000).toFixed(0);
  console.log(
    `proofs checked by a thread  ${perSecond('checks')} per second, of ${(hashes / PROOFS).toFixed(1)} hashes`,
  );
  console.log(`their hash calls alone      ${perSecond('alone')} per second`);
}

export async function benchVerify(): Promise<boolean> {
  const attestations = await benchAttestations();
  benchProofs();
  return benchTree() && attestations;
}
