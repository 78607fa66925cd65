// Which URLs a webhook may have. PURE. Says nothing about where a name leads: that is looked at when something is sent (post.ts).
import { isIP } from 'node:net';
import { isLoopback, isPublicAddress } from './public-address.ts';

export interface Reach {
  /** Loopback addresses are allowed as well, also in plain HTTP: for a service that runs on one machine. Never where it is deployed. */
  readonly loopback: boolean;
}

const LONGEST = 2_048;

/** Without the brackets of an IPv6 literal. */
export const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '');

/**
 * A URL that a webhook may have: `https`, of a name or a public address, without credentials and fragment, 2,048 characters at most;
 * undefined otherwise. What a parser would drop on the way (white space, control characters) is refused.
 */
export function webhookUrl(text: string, { loopback }: Reach): URL | undefined {
  if (text.length > LONGEST || /[\s\p{C}#]/u.test(text) || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  const host = hostOf(url);
  const bare = url.username === '' && url.password === '';
  const secure = url.protocol === 'https:' && (isIP(host) === 0 || isPublicAddress(host));
  const local = loopback && /^https?:$/.test(url.protocol) && (host === 'localhost' || isLoopback(host));
  return bare && (secure || local) ? url : undefined;
}
