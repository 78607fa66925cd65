// Receiving webhooks in ten lines. The README shows this file as it is, and a test runs it.
import { Webhook } from 'standardwebhooks';
import type { components } from './paths.ts';

type Told = Pick<components['schemas']['Event'], 'type' | 'timestamp' | 'data'> & { readonly sequence: number };

/** Gives the status to answer with. `body` is the text as it came: parsed and written anew it has another signature. */
export function openReceiver(secret: string, handle: (event: Told) => void) {
  const webhook = new Webhook(secret);
  const handled = new Set<string>(); // a table of yours: what was told comes again until it was answered with 2xx
  return (headers: Record<string, string>, body: string): number => {
    const { 'webhook-id': id = '' } = headers;
    try {
      webhook.verify(body, headers);
    } catch {
      return 400;
    }
    if (!handled.has(id)) handle(JSON.parse(body));
    handled.add(id);
    return 204;
  };
}
