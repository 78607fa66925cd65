// A thread of the bench of verification, one for each core: it makes its share of a round's attestations, and checks them in the way that
// it is told to. What is prepared before the clock runs is what each way begins with: our verifier with the text that somebody has in
// hand, the cryptography alone with bytes, signature and key.
import { createPublicKey, verify } from 'node:crypto';
import { parentPort } from 'node:worker_threads';
import { buildClaims } from '../../lib/proof/claims.ts';
import { rsToDer } from '../../lib/proof/es256.ts';
import { verifyStatement } from '../../lib/proof/verify.ts';
import { boundary, facts, issue, jwk, measured, publicJwk, trust } from '../lib/proof/statement-fixture.ts';
import type { Ask } from './attestations.ts';

const key = createPublicKey({ key: publicJwk, format: 'jwk' });
const jose = { key, dsaEncoding: 'ieee-p1363' } as const;

interface Prepared {
  readonly compact: string;
  readonly signed: Uint8Array;
  /** r‖s, as an attestation has it. */
  readonly signature: Uint8Array;
  /** The same as OpenSSL wants it. */
  readonly der: Uint8Array;
}

/** Measured and with everything disclosed: no attestation has more to check. */
function prepare(n: number): Prepared {
  const jti = `att_${String(n).padStart(32, '0')}`;
  const opening = boundary(0, 12_000_000 + n);
  const { compact, signingInput } = issue(
    buildClaims(facts(1, measured(opening, boundary(1, 13_234_567 + n)), { jti })),
  );
  const [, , encoded = ''] = compact.slice(0, compact.indexOf('~')).split('.');
  const signature = Uint8Array.from(Buffer.from(encoded, 'base64url'));
  return { compact, signed: Buffer.from(signingInput), signature, der: rsToDer(signature) };
}

let prepared: readonly Prepared[] = [];

const ways = {
  verifier: ({ compact }: Prepared): boolean => verifyStatement(compact, { ...trust, keys: [jwk] }).ok,
  jose: ({ signed, signature }: Prepared): boolean => verify('sha256', signed, jose, signature),
  der: ({ signed, der }: Prepared): boolean => verify('sha256', signed, key, der),
} as const;

parentPort?.on('message', ({ way, from, count }: Ask) => {
  if (way === 'prepare') prepared = Array.from({ length: count }, (_, n) => prepare(from + n));
  // A check that does not check would be fast.
  else if (!prepared.every(ways[way])) throw new Error(`${way}: an attestation did not hold`);
  parentPort?.postMessage('done');
});
