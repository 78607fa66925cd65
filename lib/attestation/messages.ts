// The messages of the read queue: a contract's turn, or an event that the platform pushed. Pushes go first: a period that one of them
// closes needs no call to the car.
import * as z from 'zod/mini';
import { tokenRefusal } from '../connection/tend.ts';
import { type PushMessage, pushMessage, usePush } from '../reading/use-push.ts';
import type { Turning, TurnMessage } from './open-turn.ts';
import { runTurns } from './turn.ts';

export const readMessage = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('turn'),
    tenantId: z.string(),
    contractId: z.string(),
    turn: z.int(),
    applicationId: z.optional(z.string()),
    tended: z.optional(z.boolean()),
    refreshed: z.optional(z.boolean()),
    refusal: z.optional(tokenRefusal),
  }),
  pushMessage,
]);

export type ReadMessage = PushMessage | (TurnMessage & { readonly kind: 'turn' });

/** @returns for each message what went wrong with it, undefined when it is done */
export async function runMessages(turning: Turning, messages: readonly ReadMessage[]): Promise<readonly unknown[]> {
  const turns = messages.filter((message) => message.kind === 'turn');
  const pushes = messages.filter((message) => message.kind === 'push');
  const used = (await Promise.allSettled(pushes.map((push) => usePush(turning, push)))).values();
  const turned = (await runTurns(turning, turns)).values();
  return messages.map(({ kind }) => {
    if (kind === 'turn') return turned.next().value;
    const one = used.next().value;
    return one?.status === 'rejected' ? (one.reason ?? 'unknown') : undefined;
  });
}
