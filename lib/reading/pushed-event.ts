// An event that the vehicle platform pushed, as it is kept until it is used: the few fields that the product acts on. It is taken once,
// by the put that is conditional on its id; what has been used keeps its id alone, so that a duplicate is known for one.
import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { keys } from '../aws/keys.ts';
import { exists, type Item, isNew, type Table } from '../aws/table.ts';
import { TROUBLE_MEANINGS } from '../connection/troubles.ts';
import { PLATFORMS } from '../tenant/platforms.ts';

const storedEvent = z.object({
  applicationId: z.string(),
  pushId: z.string(),
  /** The platform's own id: the same in every delivery. */
  eventId: z.string(),
  vehicleId: z.string(),
  /** The version of the platform that its application is on. */
  platform: z.enum(PLATFORMS),
  /** Instant at which it came here first. */
  receivedAt: z.string(),
  /** Epoch milliseconds by the platform's clock: orders events of one car. */
  at: z.number(),
  /** The platform's id of the driver whose account `troubles` are about, where it says. */
  userId: z.optional(z.string()),
  /** Sent because the vehicle was just subscribed: the connection may not be bound yet. */
  first: z.optional(z.boolean()),
  reading: z.optional(
    z.object({
      metres: z.int(),
      distance: z.number(),
      unit: z.enum(['km', 'mi']),
      recordedAt: z.string(),
      vin: z.optional(z.string()),
    }),
  ),
  troubles: z.optional(
    z.array(
      z.object({
        name: z.string(),
        meaning: z.enum(TROUBLE_MEANINGS),
        reason: z.string(),
        state: z.enum(['ERROR', 'RESOLVED']),
      }),
    ),
  ),
  /** Instant from which its message is in the queue. */
  sentAt: z.optional(z.string()),
  usedAt: z.optional(z.string()),
});

export type PushedEvent = Readonly<z.infer<typeof storedEvent>>;

/** Dead letters are kept as long: until then a message may be redriven, and finds what it is about. */
const KEPT_MS = 14 * 86_400_000;

/** An id of our own, which may stand in queues and logs: nothing that the platform made up does. */
export const pushIdOf = (eventId: string): string =>
  `psh_${createHash('sha256').update(eventId).digest('hex').slice(0, 32)}`;

export const parsePush = (item: Item): PushedEvent => storedEvent.parse(item);

type Named = Pick<PushedEvent, 'applicationId' | 'pushId'>;

const keyOf = ({ applicationId, pushId }: Named) => keys.pushedEvent(applicationId, pushId);

/** False when it was taken before. */
export const takePush = (business: Table, event: PushedEvent): Promise<boolean> => {
  const expiresAt = Math.ceil((Date.parse(event.receivedAt) + KEPT_MS) / 1000);
  return business.put({ ...keyOf(event), ...event, expiresAt }, isNew);
};

/** Consistent. */
export async function getPush(business: Table, named: Named): Promise<PushedEvent | undefined> {
  const item = await business.get(keyOf(named));
  return item === undefined ? undefined : parsePush(item);
}

export async function markSent(business: Table, named: Named, sentAt: string): Promise<void> {
  await business.update(keyOf(named), { set: { sentAt }, condition: exists });
}

/** What it said is forgotten; that it came is not. */
export async function markUsed(business: Table, named: Named, usedAt: string): Promise<void> {
  await business.update(keyOf(named), {
    set: { usedAt },
    remove: ['reading', 'troubles', 'userId'],
    condition: exists,
  });
}
