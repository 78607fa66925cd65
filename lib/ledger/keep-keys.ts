// The operator's part in the life of signing keys: saying that one was made, that it signs no longer, that it has leaked. Each is put once,
// and is a leaf of the log a minute later. What is said wrong cannot be taken back: what can be checked is checked before.
import type { PublicJwk } from '../aws/signer.ts';
import type { Table } from '../aws/table.ts';
import { putKeyEvent, readKeyEvents, type StoredKeyEvent } from './key-events.ts';
import { readState, readStoredCheckpoint } from './log-store.ts';

/** A key of the stage's settings. */
export interface KeptKey {
  /** What it signs: `purpose` of its JWK. */
  readonly purpose: string;
  /** At KMS. */
  readonly keyId: string;
  readonly publicJwk: () => Promise<PublicJwk>;
}

export interface AnnounceableKey extends KeptKey {
  /** When KMS made it, epoch milliseconds. */
  readonly madeAt: () => Promise<number>;
}

export interface KeyKeeping {
  readonly attestations: Table;
  readonly log: Table;
  readonly issuer: string;
  /** Ids of the keys that sign now. */
  readonly signing: readonly string[];
}

const seconds = (ms: number): number => Math.floor(ms / 1000);

/**
 * Says of every key that it was made, unless that is said. A crash here leaves some that are not announced: repeated, it finds them.
 * @returns those that it announced
 */
export async function announceKeys(
  { attestations, issuer }: KeyKeeping,
  kept: readonly AnnounceableKey[],
  now: number,
): Promise<readonly { readonly purpose: string; readonly kid: string }[]> {
  const known = new Set((await readKeyEvents(attestations)).map(({ keyId }) => keyId));
  const announced: { purpose: string; kid: string }[] = [];
  for (const { purpose, keyId, publicJwk, madeAt } of kept.filter((one) => !known.has(one.keyId))) {
    const { kid, x, y } = await publicJwk();
    const event = { issuer, purpose, kid, key: { x, y }, event: 'added', at: seconds(await madeAt()), keyId } as const;
    if (await putKeyEvent(attestations, event, now)) announced.push({ purpose, kid });
  }
  return announced;
}

/** The key that an event is to be about, from its first one. */
async function findKey(attestations: Table, kid: string): Promise<StoredKeyEvent | undefined> {
  return (await readKeyEvents(attestations)).find((one) => one.kid === kid && one.event === 'added');
}

const subjectOf = ({ issuer, purpose, kid, key, keyId }: StoredKeyEvent) => ({ issuer, purpose, kid, key, keyId });

/** Says that a key signs no longer, as of now. */
export async function retireKey({ attestations, signing }: KeyKeeping, kid: string, now: number) {
  const found = await findKey(attestations, kid);
  if (found === undefined) return { retired: false, reason: 'unknown_key' } as const;
  if (signing.includes(found.keyId)) return { retired: false, reason: 'still_signs' } as const;
  const event = { ...subjectOf(found), event: 'retired', at: seconds(now) } as const;
  if (!(await putKeyEvent(attestations, event, now))) return { retired: false, reason: 'retired_already' } as const;
  return { retired: true, at: new Date(event.at * 1000).toISOString() } as const;
}

export interface Leak {
  readonly kid: string;
  /** From when on others may have signed, ISO 8601. */
  readonly since: string;
  /** Entries that the log had before; those of its newest head when left out. */
  readonly logSize?: number | undefined;
}

/** Whether a log of this size was signed before a moment. An empty one always was. */
async function sizeProblem(log: Table, size: number, since: number) {
  if (size === 0) return undefined;
  const stored = await readStoredCheckpoint(log, size);
  if (stored === undefined) return 'no_such_checkpoint' as const;
  return Date.parse(stored.signedAt) > since * 1000 ? ('checkpoint_after_since' as const) : undefined;
}

/** Says that a key has leaked: whatever the log did not hold before is not trustworthy under it any more. */
export async function compromiseKey({ attestations, log }: KeyKeeping, { kid, ...leak }: Leak, now: number) {
  const since = seconds(Date.parse(leak.since));
  const refused = <Reason extends string>(reason: Reason) => ({ compromised: false, reason }) as const;
  if (since > seconds(now)) return refused('since_in_future');
  const found = await findKey(attestations, kid);
  if (found === undefined) return refused('unknown_key');
  const logSize = leak.logSize ?? (await readState(log))?.size ?? 0;
  const problem = await sizeProblem(log, logSize, since);
  if (problem !== undefined) return refused(problem);
  const event = {
    ...subjectOf(found),
    event: 'compromised',
    at: seconds(now),
    compromise: { since, logSize },
  } as const;
  if (!(await putKeyEvent(attestations, event, now))) return refused('compromised_already');
  return { compromised: true, since: new Date(since * 1000).toISOString(), logSize } as const;
}
