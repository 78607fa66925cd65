// The addresses of a name, asked of DNS side by side with any number of others. `dns.lookup` waits in one of the four threads that a process
// has for such work: four names whose servers say nothing would hold up everybody's webhooks.
import { lookup, Resolver } from 'node:dns/promises';
import type { Resolve } from './post.ts';

/** In all less than half of what an attempt may take: the rest is for connecting, and for the answer. Milliseconds. */
const EACH_TRY = 3_000;
const TRIES = 2;

interface Asking {
  /** `address:port`; without any, those of the system. */
  readonly servers?: readonly string[];
  readonly eachTryMs?: number;
}

/**
 * Asks for both families at once. One that has no address, or of which nothing is heard, is no fault of the other's; of a name without any
 * the answer is empty. IPv4 comes first: a function outside a VPC has no way out over IPv6.
 */
export function makeResolveName({ servers, eachTryMs = EACH_TRY }: Asking = {}): Resolve {
  const resolver = new Resolver({ timeout: eachTryMs, maxTimeout: eachTryMs, tries: TRIES });
  if (servers !== undefined) resolver.setServers(servers);
  return async (host) => {
    const families = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
    return families.flatMap((family) => (family.status === 'fulfilled' ? family.value : []));
  };
}

/** As the machine knows names: also those of its own, such as `localhost`, which are in no DNS. */
export const lookUpName: Resolve = async (host) => (await lookup(host, { all: true })).map(({ address }) => address);
