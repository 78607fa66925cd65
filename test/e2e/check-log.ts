// The log over HTTP, as anybody reads it, against the statements it is about: every statement is sealed, at a place of its own, and its
// proof holds under the published key. Knows nothing of how the log is stored.
import type { Table } from '../../lib/aws/table.ts';
import { sha256, verifyEd25519 } from '../../lib/cli/node-primitives.ts';
import { verifyCheckpoint } from '../../lib/proof/checkpoint.ts';
import { parseVkey } from '../../lib/proof/signed-note.ts';
import { verifyTlogProof } from '../../lib/proof/tlog-proof.ts';
import { allStatements, type ContractRef } from '../lib/attestation/check-store.ts';

/** @returns everything that does not hold, empty when all does */
export async function checkLog(
  attestations: Table,
  contracts: readonly ContractRef[],
  issuer: string,
): Promise<string[]> {
  const read = async (path: string): Promise<string> => (await fetch(`${issuer}/log/${path}`)).text();
  const key = parseVkey((await read('vkey')).trim(), sha256);
  if (key === undefined) return ['the published vkey is none'];
  const keys = [key];
  const statements = (await Promise.all(contracts.map((contract) => allStatements(attestations, contract)))).flat();
  const head = verifyCheckpoint(await read('checkpoint'), keys, verifyEd25519);
  if (!head.ok) return [`the checkpoint is refused: ${head.reason}`];
  const size = head.checkpoint.size;
  const problems = size === statements.length ? [] : [`${size} leaves for ${statements.length} statements`];
  const places = new Set(statements.map(({ leafIndex }) => leafIndex));
  if (places.size !== statements.length) problems.push('two statements are at one place');
  for (const { attestationId, leaf, leafIndex } of statements) {
    const proof = leafIndex === undefined ? '' : await read(`proof/${leafIndex}`);
    const entry = Buffer.from(leaf, 'base64url');
    const checked = verifyTlogProof(proof, entry, { keys, crypto: { sha256, verifyEd25519 } });
    if (!checked.ok) problems.push(`${attestationId} is not proven at ${leafIndex}: ${checked.reason}`);
  }
  return problems;
}
