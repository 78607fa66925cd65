// Connect sessions: the link an insurer sends to a driver. It lives until `validUntil`; opening it changes nothing, so that a mail
// scanner cannot use it up. The link's secret is stored as a hash.
import * as z from 'zod/mini';
import { keys } from '../aws/keys.ts';
import { isNew, type Table } from '../aws/table.ts';
import { newId, type RandomBytes } from '../tenant/id.ts';
import { hashSecret, isSecret, newSecret } from '../tenant/secret-token.ts';
import { LANGUAGES, type Language } from './language.ts';
import { DEFAULT_LIFE_SECONDS } from './reconnect-link.ts';

const storedSession = z.object({
  sessionId: z.string(),
  tenantId: z.string(),
  contractId: z.string(),
  validUntil: z.string(),
  /** What the driver's pages are written in; absent: what the browser asks for. */
  language: z.optional(z.enum(LANGUAGES)),
  /** Where the driver is offered a link back to, in the end. */
  returnUrl: z.optional(z.string()),
});

export type ConnectSession = Readonly<z.infer<typeof storedSession>>;

export interface NewSession {
  readonly session: ConnectSession;
  /** The link's secret: its only clear copy. */
  readonly token: string;
}

interface WantedSession extends Pick<ConnectSession, 'tenantId' | 'contractId'> {
  readonly lifeSeconds?: number | undefined;
  readonly language?: Language | undefined;
  readonly returnUrl?: string | undefined;
}

/**
 * @param now epoch milliseconds
 * @param sessionId one that was drawn before. Creating it again makes another link; nobody has seen the one before it.
 */
export async function createConnectSession(
  business: Table,
  { tenantId, contractId, lifeSeconds = DEFAULT_LIFE_SECONDS, language, returnUrl }: WantedSession,
  now: number,
  random: RandomBytes,
  sessionId = newId('cse', now, random),
): Promise<NewSession> {
  const token = newSecret(random);
  const until = now + lifeSeconds * 1000;
  const session = {
    sessionId,
    tenantId,
    contractId,
    validUntil: new Date(until).toISOString(),
    ...(language === undefined ? {} : { language }),
    ...(returnUrl === undefined ? {} : { returnUrl }),
  };
  await business.put(
    { ...keys.connectSession(hashSecret(token)), ...session, expiresAt: Math.ceil(until / 1000) },
    isNew,
  );
  return { session, token };
}

/** The session behind a link, undefined for one that is malformed, unknown or past its time. */
export async function findConnectSession(
  business: Table,
  token: string,
  now: number,
): Promise<ConnectSession | undefined> {
  if (!isSecret(token)) return undefined;
  const found = storedSession.safeParse(await business.get(keys.connectSession(hashSecret(token))));
  return found.success && Date.parse(found.data.validUntil) > now ? found.data : undefined;
}
