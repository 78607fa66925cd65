// What a tenant declared of a contract's odometer, as stored: that it was replaced, or what somebody read off it. Put once; what was
// declared never changes. A declaration is a word, not a measurement: it closes no period.
import * as z from 'zod/mini';
import { keys } from '../aws/keys.ts';
import { type Item, isNew, type Table } from '../aws/table.ts';
import type { Contract } from '../contract/contract.ts';
import type { Replacement } from '../mileage/line.ts';

const declared = () => ({
  id: z.string(),
  /** When it was so. Instant. */
  at: z.string(),
  declaredAt: z.string(),
  /** The API key that declared it. */
  keyId: z.string(),
  /** The declarer's own name for what proves it. */
  evidence: z.string(),
});

const makeStoredEvent = () =>
  z.discriminatedUnion('kind', [
    /** From `at` on another odometer counts: the last value of the old one and the first of the new one. Whole metres. */
    z.object({ kind: z.literal('replacement'), ...declared(), oldMetres: z.int(), newMetres: z.int() }),
    /** What somebody read off the dashboard at `at`. Whole metres. */
    z.object({ kind: z.literal('reading'), ...declared(), metres: z.int() }),
  ]);

/** Made when the first one is read: few contracts have any, and whoever starts to read a contract need not wait for it. */
let storedEvent: ReturnType<typeof makeStoredEvent> | undefined;

export type OdometerEvent = Readonly<z.infer<ReturnType<typeof makeStoredEvent>>>;
export type DeclaredReplacement = Extract<OdometerEvent, { kind: 'replacement' }>;

export function parseOdometerEvent(item: Item): OdometerEvent {
  storedEvent ??= makeStoredEvent();
  return storedEvent.parse(item);
}

/** Safe to repeat: an event that is there already under this id stays as it is. */
export async function putOdometerEvent(
  business: Table,
  { tenantId, contractId }: Pick<Contract, 'tenantId' | 'contractId'>,
  event: OdometerEvent,
): Promise<void> {
  await business.put({ ...keys.odometerEvent(tenantId, contractId, event.at, event.id), ...event }, isNew);
}

/** Replacements as the rules take them: nobody but their declarer has confirmed one. A reading that was declared is none of theirs. */
export const replacementsOf = (events: readonly OdometerEvent[]): readonly Replacement[] =>
  events
    .filter((event) => event.kind === 'replacement')
    .map(({ id, at, declaredAt, oldMetres, newMetres }) => ({
      ...{ id, at, declaredAt, oldMetres, newMetres },
      confirmed: false,
    }));
