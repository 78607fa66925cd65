// The published key set: every key that was ever announced, with what happened to it, from what is stored of it; and those of the stage's
// settings that nobody has announced yet, from KMS. A key that is disabled or gone at KMS stays in the set.
import type { Table } from '../aws/table.ts';
import type { Jwk } from '../proof/key-set.ts';
import type { KeptKey } from './keep-keys.ts';
import { readKeyEvents, type StoredKeyEvent } from './key-events.ts';

const told = ({ event, at, leafIndex, compromise }: StoredKeyEvent) => ({
  event,
  at,
  ...compromise,
  ...(leafIndex !== undefined && { index: leafIndex }),
});

/** One key, from the first of its events. */
function announced({ key, kid, purpose }: StoredKeyEvent, events: readonly StoredKeyEvent[]): Jwk {
  const own = events.filter((one) => one.kid === kid && one.purpose === purpose);
  const jwk = { kty: 'EC', crv: 'P-256', ...key, kid, alg: 'ES256', use: 'sig', purpose } as const;
  return { ...jwk, events: own.toSorted((a, b) => a.at - b.at).map(told) };
}

/** @param kept the keys of the stage's settings: they come first */
async function publishedKeys(attestations: Table, kept: readonly KeptKey[]): Promise<readonly Jwk[]> {
  const events = await readKeyEvents(attestations);
  const added = events.filter(({ event }) => event === 'added');
  const ofSettings = kept.map(async ({ purpose, keyId, publicJwk }): Promise<Jwk> => {
    const known = added.find((one) => one.keyId === keyId);
    return known === undefined ? { ...(await publicJwk()), purpose } : announced(known, events);
  });
  const others = added.filter(({ keyId }) => kept.every((one) => one.keyId !== keyId));
  return [...(await Promise.all(ofSettings)), ...others.map((one) => announced(one, events))];
}

/** Whoever asks again within a minute gets the same answer. */
const KEPT_MS = 60_000;

/** @returns the set as of `now` (epoch milliseconds), or up to a minute before */
export function makeKeyPublisher(attestations: Table, kept: readonly KeptKey[]) {
  let last: { readonly until: number; readonly keys: Promise<readonly Jwk[]> } | undefined;
  return (now: number): Promise<readonly Jwk[]> => {
    if (last !== undefined && now < last.until) return last.keys;
    const keys = publishedKeys(attestations, kept);
    last = { until: now + KEPT_MS, keys };
    keys.catch(() => {
      last = undefined;
    });
    return keys;
  };
}
