// One authorization at the vehicle platform: begun by the driver's POST, bound to the browser that began it, used once.
// The `state` parameter and the cookie are both random; only their hashes are stored (RFC 9700 §4.7: state bound to the user agent).
import * as z from 'zod/mini';
import { keys } from '../aws/keys.ts';
import { isNew, type Table } from '../aws/table.ts';
import type { VehicleApplication } from '../tenant/application.ts';
import { newId, type RandomBytes } from '../tenant/id.ts';
import { hashSecret, isSecret, newSecret } from '../tenant/secret-token.ts';
import { LANGUAGES } from './language.ts';
import { PERMISSIONS } from './platform-login.ts';

/** The driver has this long at the vehicle platform, as long as its codes live. */
const AUTHORIZATION_MS = 10 * 60_000;

/** Kept for the page that tells how it went. */
const KEPT_SECONDS = 86_400;

const storedAuthorization = z.object({
  tenantId: z.string(),
  contractId: z.string(),
  connectionId: z.string(),
  applicationId: z.string(),
  cookieHash: z.string(),
  agreedAt: z.string(),
  /** The words the driver had read, and their language. */
  textVersion: z.string(),
  /** What the link wants the pages to be written in. */
  language: z.optional(z.enum(LANGUAGES)),
  /** Where the link wants its driver to be offered a link back to. */
  returnUrl: z.optional(z.string()),
  /** The permissions that the driver is sent to the platform to grant. */
  asked: z.optional(z.array(z.string())),
  /** When this browser was shown the way to the personal link, epoch milliseconds. */
  revealedAt: z.optional(z.number()),
  /**
   * V3: fresh and random for each authorization. In the clear, because the platform is asked by it; whoever knows it can do nothing
   * without the application's token.
   */
  externalId: z.optional(z.string()),
});

export type Authorization = Readonly<z.infer<typeof storedAuthorization>>;

export interface BegunAuthorization {
  readonly state: string;
  /** To be set in the browser; the one it already has when that is well-formed, so that two tabs do not disturb each other. */
  readonly cookie: string;
  readonly externalId: string | undefined;
}

/** @param now epoch milliseconds */
export async function beginAuthorization(
  business: Table,
  {
    tenantId,
    contractId,
    textVersion,
    language,
    returnUrl,
  }: Pick<Authorization, 'tenantId' | 'contractId' | 'textVersion' | 'language' | 'returnUrl'>,
  { applicationId, platform }: Pick<VehicleApplication, 'applicationId' | 'platform'>,
  browserCookie: string | undefined,
  now: number,
  random: RandomBytes,
): Promise<BegunAuthorization> {
  const state = newSecret(random);
  const externalId = platform === 'v3' ? newSecret(random) : undefined;
  const cookie = browserCookie !== undefined && isSecret(browserCookie) ? browserCookie : newSecret(random);
  const authorization: Authorization = {
    tenantId,
    contractId,
    connectionId: newId('cxn', now, random),
    applicationId,
    cookieHash: hashSecret(cookie),
    agreedAt: new Date(now).toISOString(),
    textVersion,
    ...(language === undefined ? {} : { language }),
    ...(returnUrl === undefined ? {} : { returnUrl }),
    asked: [...PERMISSIONS],
    ...(externalId === undefined ? {} : { externalId }),
  };
  await business.put(
    {
      ...keys.authorization(hashSecret(state)),
      ...authorization,
      usableUntil: now + AUTHORIZATION_MS,
      expiresAt: Math.floor(now / 1000) + KEPT_SECONDS,
    },
    isNew,
  );
  return { state, cookie, externalId };
}

export type Consumed =
  | { readonly kind: 'consumed'; readonly authorization: Authorization }
  /** By this browser, before: a reload, a second click, a replay. */
  | { readonly kind: 'used' }
  /** One answer to all of: unknown, expired, begun in another browser (which leaves it usable for the browser it belongs to). */
  | { readonly kind: 'refused' };

/**
 * Uses a state up, in one conditional update, before anything is exchanged.
 * `consumedBy` tells a write of ours whose answer was lost, and which was then sent again, from somebody else's.
 */
export async function consumeAuthorization(
  business: Table,
  state: string,
  browserCookie: string,
  now: number,
  random: RandomBytes,
): Promise<Consumed> {
  if (!isSecret(state) || !isSecret(browserCookie)) return { kind: 'refused' };
  const key = keys.authorization(hashSecret(state));
  const consumedBy = newId('use', now, random);
  const item = await business.update(key, {
    set: { consumedAt: now, consumedBy },
    condition: {
      expression: 'attribute_not_exists(#consumedAt) AND #usableUntil > :now AND #cookieHash = :cookieHash',
      values: { now, cookieHash: hashSecret(browserCookie) },
    },
  });
  const found = item ?? (await business.get(key));
  if (found?.['cookieHash'] !== hashSecret(browserCookie) || found['consumedBy'] === undefined) {
    return { kind: 'refused' };
  }
  if (found['consumedBy'] !== consumedBy) return { kind: 'used' };
  return { kind: 'consumed', authorization: storedAuthorization.parse(found) };
}

/** An answer that got lost may be asked for again for so long: the browser shows its button once more. */
const REVEAL_AGAIN_MS = 10 * 60_000;

/** Whether the personal link of this authorization may (still) be shown to its browser. */
export const mayReveal = ({ agreedAt, revealedAt }: Authorization, now: number): boolean =>
  revealedAt === undefined ? now - Date.parse(agreedAt) <= REVEALED_MS : now - revealedAt <= REVEAL_AGAIN_MS;

/** How long after the driver agreed: as long as the cookie lives. */
const REVEALED_MS = 3_600_000;

/**
 * Uses the one showing up, by the browser whose authorization was found. The first press counts; one that follows it soon, because its
 * answer was lost, finds it used up and is shown the same. A crash here leaves a link that is shown to whoever presses again.
 */
export async function reveal(business: Table, state: string, now: number): Promise<void> {
  const once = 'attribute_exists(#pk) AND attribute_not_exists(#revealedAt)';
  await business.update(keys.authorization(hashSecret(state)), {
    set: { revealedAt: now },
    condition: { expression: once },
  });
}

/** The authorization of this browser, for the page that tells how it went. */
export async function findAuthorization(
  business: Table,
  state: string,
  browserCookie: string,
): Promise<Authorization | undefined> {
  if (!isSecret(state) || !isSecret(browserCookie)) return undefined;
  const found = storedAuthorization.safeParse(await business.get(keys.authorization(hashSecret(state))));
  return found.success && found.data.cookieHash === hashSecret(browserCookie) ? found.data : undefined;
}
