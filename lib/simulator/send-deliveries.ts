// The thin sender: posts what a simulator says is due and tells it what came back. Time and network are the caller's:
// `send` decides about deadlines and redirects, the clock is the simulator's.

import type { Delivery, DeliveryOutcome } from './deliveries.ts';
import type { Simulator } from './simulator.ts';

/** Answers, or rejects when nobody answered in time; must not follow redirects. */
export type SendDelivery = (request: Request) => Promise<Response>;

/** An answered challenge lets first deliveries follow at the same instant, and nothing follows those. */
const MOST_ROUNDS = 3;

/**
 * Sends everything due at this instant, all at once, as the vendor does.
 * @param send such as `(request) => fetch(request, { redirect: 'manual', signal: AbortSignal.timeout(15_000) })`
 * @returns how many attempts were made.
 */
export async function sendDueDeliveries(
  simulator: Pick<Simulator, 'dueDeliveries' | 'settleDelivery'>,
  send: SendDelivery,
): Promise<number> {
  let made = 0;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const due = simulator.dueDeliveries();
    if (due.length === 0) break;
    const outcomes = await Promise.all(due.map(async (each) => [each.id, await attempt(send, each)] as const));
    for (const [id, outcome] of outcomes) simulator.settleDelivery(id, outcome);
    made += due.length;
  }
  return made;
}

async function attempt(send: SendDelivery, { url, headers, body }: Delivery): Promise<DeliveryOutcome> {
  try {
    const response = await send(new Request(url, { method: 'POST', headers, body }));
    return { status: response.status, body: await response.text() };
  } catch {
    return null;
  }
}
