// A vehicle application: one set of credentials at the vehicle platform with its rate budget and its VIN policy.
// The credentials themselves stay in Secrets Manager; the item names the secret.
import * as z from 'zod/mini';
import { keys } from '../aws/keys.ts';
import type { ReadSecret } from '../aws/secrets.ts';
import { isNew, type Table } from '../aws/table.ts';
import { credentialDoubt } from '../vehicle/credential-doubt.ts';
import { PLATFORMS } from './platforms.ts';

/**
 * Requests that a new connection takes in one go: the vehicle list, what kind of car it is of, the permissions, and a batch of attributes
 * and VIN.
 */
export const REQUESTS_TO_BIND = 5;

/** As it is stored, also by versions that bound a car with fewer requests. */
const storedApplication = z.object({
  applicationId: z.string().check(z.regex(/^[a-z0-9-]{1,40}$/)),
  platform: z.enum(PLATFORMS),
  /** Name or ARN of the secret that holds the credentials. */
  secretId: z.string().check(z.minLength(1)),
  /** The platform's bucket: so many requests at once, so many more a minute. */
  burst: z.int().check(z.minimum(1)),
  refillPerMinute: z._default(z.number().check(z.positive()), 2),
  /** First reads of a period are spread over so many minutes after its end. */
  spreadMinutes: z._default(z.int().check(z.minimum(0), z.maximum(1_440)), 360),
  /** How often the VIN is read along: every part of a batch is billed. */
  vinPolicy: z._default(z.enum(['every_read', 'every_n_periods', 'on_connect']), 'every_read'),
  /** For `every_n_periods`: in one period of so many; 3 when not said. */
  vinEveryPeriods: z.optional(z.int().check(z.minimum(2), z.maximum(12))),
  /**
   * The application of ours that is the same one at the vendor, on the other version of its API: a driver's grant is one for both. Each
   * names the other.
   */
  twin: z.optional(z.string()),
  /** The vehicle platform's test or simulated mode instead of live cars. */
  mode: z._default(z.enum(['live', 'simulated']), 'live'),
});

export type VehicleApplication = Readonly<z.infer<typeof storedApplication>>;

/** As an operator makes one: a bucket that a new connection does not fit into is refused. */
export const vehicleApplication = z.extend(storedApplication, {
  burst: z._default(z.int().check(z.minimum(REQUESTS_TO_BIND)), 120),
});

export const createApplication = (business: Table, application: VehicleApplication): Promise<boolean> =>
  business.put({ ...keys.application(application.applicationId), ...application }, isNew);

/** Whether two applications can be one at the vendor: the same mode, on different versions, neither the twin of a third. */
export const mayBeTwins = (one: VehicleApplication, other: VehicleApplication): boolean =>
  one.platform !== other.platform &&
  one.mode === other.mode &&
  (one.twin ?? other.applicationId) === other.applicationId &&
  (other.twin ?? one.applicationId) === one.applicationId;

/** Has the twin of a new application name it too. Repeating it is safe. False when that one is the twin of a third. */
export async function nameTwin(business: Table, { applicationId, twin }: VehicleApplication): Promise<boolean> {
  if (twin === undefined) return true;
  const unnamed = 'attribute_exists(#pk) AND (attribute_not_exists(#twin) OR #twin = :applicationId)';
  const change = { set: { twin: applicationId }, condition: { expression: unnamed, values: { applicationId } } };
  return (await business.update(keys.application(twin), change)) !== undefined;
}

export class ApplicationError extends Error {
  readonly code = 'APPLICATION_UNUSABLE';
}

/** @throws ApplicationError when it does not exist or cannot be read: contracts only ever name existing ones */
export async function getApplication(business: Table, applicationId: string): Promise<VehicleApplication> {
  const item = await business.get(keys.application(applicationId), { eventually: true });
  const found = storedApplication.safeParse(item);
  if (found.success) return found.data;
  const what = item === undefined ? 'does not exist' : 'is malformed';
  throw new ApplicationError(`the vehicle application ${what}`, { cause: found.error });
}

/** How long a container trusts its copy of an application. */
const MAX_AGE_MS = 5 * 60_000;

export type FindApplication = (applicationId: string) => Promise<VehicleApplication>;

/**
 * Applications hardly change and every read needs one: each is read once in a while per container. The messages of one batch share
 * one read; a failure is not remembered.
 */
export function makeFindApplication(business: Table, monotonic: () => number): FindApplication {
  const cache = new Map<string, { readonly application: Promise<VehicleApplication>; readonly readAt: number }>();
  return (applicationId) => {
    const held = cache.get(applicationId);
    if (held !== undefined && monotonic() - held.readAt < MAX_AGE_MS) return held.application;
    const application = getApplication(business, applicationId).catch((cause: unknown) => {
      cache.delete(applicationId);
      throw cause;
    });
    cache.set(applicationId, { application, readAt: monotonic() });
    return application;
  };
}

const secretText = z.string().check(z.minLength(1));

const credentials = {
  v2: z.object({ clientId: z.uuid(), clientSecret: secretText }),
  v3: z.object({
    clientId: secretText,
    clientSecret: secretText,
    applicationId: z.uuid(),
    webhookId: z.optional(secretText),
  }),
} as const;

const expected = {
  v2: 'clientId (a UUID) and clientSecret',
  v3: 'clientId (client_…), clientSecret, applicationId (a UUID) and perhaps webhookId',
} as const;

export interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
  /** What Connect takes; absent where that is the client id itself (V2). */
  readonly applicationId?: string | undefined;
  /** V3: the webhook that new vehicles are subscribed to. */
  readonly webhookId?: string | undefined;
}

export class CredentialsError extends Error {
  readonly code = 'CREDENTIALS_MALFORMED';
}

/** Reads and shape-checks the credentials. @throws CredentialsError that says what is wrong and quotes nothing. */
export async function readCredentials(
  readSecret: ReadSecret,
  { secretId, platform }: VehicleApplication,
  options?: { readonly fresh?: boolean },
): Promise<Credentials> {
  const text = await readSecret(secretId, options);
  const parsed = credentials[platform].safeParse(parseJson(text));
  if (!parsed.success) {
    const fields = parsed.error.issues.map(({ path }) => path.join('.')).join(', ');
    throw new CredentialsError(`the secret must be JSON with ${expected[platform]}; wrong: ${fields || 'not JSON'}`);
  }
  const doubt = platform === 'v3' ? credentialDoubt(parsed.data.clientId) : undefined;
  if (doubt !== undefined) throw new CredentialsError(doubt);
  return parsed.data;
}

const withManagementToken = z.object({ managementToken: secretText });

/**
 * The token that signs what the platform pushes, which stands beside the credentials; undefined where the operator has put none. Not among
 * the credentials: who logs in has no need of it, and who checks a signature none of them.
 */
export async function readManagementToken(
  readSecret: ReadSecret,
  { secretId }: Pick<VehicleApplication, 'secretId'>,
  options?: { readonly fresh?: boolean },
): Promise<string | undefined> {
  return withManagementToken.safeParse(parseJson(await readSecret(secretId, options))).data?.managementToken;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
