// One contract whose signing key was rotated in the middle of its chain, and what the key set and the log say of both keys. The first key
// can leak: then a thief signs too.
import { sha256 } from '../../../lib/cli/node-primitives.ts';
import type { Bundle } from '../../../lib/proof/bundle.ts';
import { type KeyEvent, type KeyEventName, keyEventLeaf } from '../../../lib/proof/key-event.ts';
import type { Jwk } from '../../../lib/proof/key-set.ts';
import { goodChain, sign } from '../../vectors/statement-vectors.ts';
import { bundled, bundleOf, keys, leafOf } from './bundle-fixture.ts';
import { headOf } from './log-fixture.ts';
import { header, ISSUER, type Issued, issue, jwk, kid } from './statement-fixture.ts';
import { signStranger, strangerKey, strangerKid } from './tampering.ts';

/** The successor of the statements' key. */
export const nextJwk: Jwk = { ...strangerKey, kid: strangerKid, use: 'sig', alg: 'ES256', purpose: 'statement' };

/** Number of the first statement that the successor signs. */
export const ROTATED = 4;

function signRotated(): readonly Issued[] {
  const chain: Issued[] = [];
  for (const { claims } of goodChain()) {
    const linked = { ...claims, prev: chain.at(-1)?.signingInputHash ?? null };
    const old = claims.seq < ROTATED;
    chain.push(issue(linked, undefined, old ? sign : signStranger, { ...header, kid: old ? kid : strangerKid }));
  }
  return chain;
}

/** Six statements: three by the first key, three by its successor. */
export const rotatedChain = signRotated();

export const iatOf = (chain: readonly Issued[], seq: number): number => chain[seq - 1]?.claims.iat ?? Number.NaN;

export interface Told {
  readonly event: KeyEventName;
  readonly at: number;
  readonly index?: number;
  readonly since?: number;
  readonly logSize?: number;
}

const P256 = (key: Jwk) => ({ x: String(key.x), y: String(key.y) });

/** What the log holds of an event that a key set tells. */
export function leafOfTold(key: Jwk, { event, at, since, logSize }: Told): Uint8Array {
  const said: KeyEvent = {
    ...{ issuer: ISSUER, purpose: String(key.purpose), kid: String(key.kid), key: P256(key), event, at },
    ...(since !== undefined && logSize !== undefined && { compromise: { since, logSize } }),
  };
  return keyEventLeaf(said, sha256);
}

const SIZE = 300;
const filler = (n: number): Uint8Array =>
  Buffer.concat([sha256(Buffer.from(`another slot ${n}`)), sha256(Buffer.from(`another said ${n}`))]);

/** A log with these leaves at these places, among others. */
export const logOf = (leaves: ReadonlyMap<number, Uint8Array>): readonly Uint8Array[] =>
  Array.from({ length: SIZE }, (_, n) => leaves.get(n) ?? filler(n));

/** @param places of the statements in the log, by number from 1 */
export function placed(
  chain: readonly Issued[],
  places: readonly number[],
  events: readonly (readonly [Jwk, Told])[] = [],
) {
  const statements = chain.map((issued, n): [number, Uint8Array] => [places[n] ?? n, leafOf(issued)]);
  const told = events.flatMap(([key, one]): [number, Uint8Array][] =>
    one.index === undefined ? [] : [[one.index, leafOfTold(key, one)]],
  );
  const entries = logOf(new Map([...statements, ...told]));
  const bundle: Bundle = {
    ...bundleOf(chain, entries),
    statements: chain.map((issued, n) => bundled(issued, places[n] ?? n, entries)),
    checkpoint: headOf(entries),
  };
  return { entries, bundle };
}

/** A key with what is said of it. */
export const withEvents = (key: Jwk, ...events: readonly Told[]): Jwk => ({ ...key, events });

/** The published set: the statements' keys as given, and the one of lists and heads. */
export const keySet = (...statementKeys: readonly Jwk[]): readonly Jwk[] => [
  ...statementKeys,
  ...keys.filter(({ kid }) => kid !== jwk.kid),
];
