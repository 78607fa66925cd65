// Trouble between the caller and the platform: a gateway that answers in HTML instead of the platform, before the
// request reached it or after it took effect. The second kind is the one that teaches callers not to guess.

export interface Outage {
  /** Only requests whose path ends so, such as `/oauth/token`; default: any. */
  readonly path?: string;
  /** How many requests; default: 1. 0 forgets every outage that was planned. */
  readonly count?: number;
  /** HTTP status of the gateway's page; default: 504. */
  readonly status?: number;
  /** `before` (default): the platform never sees the request. `after`: it took effect and only the answer is lost. */
  readonly when?: 'before' | 'after';
  /** What comes instead of the answer: a page (default), nothing at all, a reset, or half of the page. Needs a socket. */
  readonly how?: 'page' | 'hang' | 'reset' | 'cut';
}

export class Outages {
  #planned: readonly Outage[] = [];

  add(outage: Outage): void {
    this.#planned = outage.count === 0 ? [] : [...this.#planned, outage];
  }

  /** Takes the next planned outage for a path, if there is one. */
  take(path: string): Outage | null {
    const outage = this.#planned.find((planned) => path.endsWith(planned.path ?? ''));
    if (outage === undefined) return null;
    const left = { ...outage, count: (outage.count ?? 1) - 1 };
    this.#planned = this.#planned.flatMap((other) => (other !== outage ? [other] : left.count > 0 ? [left] : []));
    return outage;
  }
}

/** Tells the server what to do with the socket; it never leaves the server. */
export const outageHeader = 'x-simulated-outage';

/** What a gateway says: not JSON, no request id. */
export function gatewayPage({ status = 504, how = 'page' }: Outage): Response {
  const body = '<html><body><h1>Gateway trouble</h1></body></html>';
  return new Response(body, {
    status,
    headers: { 'content-type': 'text/html', ...(how === 'page' ? {} : { [outageHeader]: how }) },
  });
}
