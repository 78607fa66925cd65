// A connection: the driver's consent and the link to one vehicle. One item per authorization that came back; the contract names the
// one that is read from.
import * as z from 'zod/mini';
import { keys } from '../aws/keys.ts';
import { type Item, isNew, type Table } from '../aws/table.ts';
import { PLATFORMS } from '../tenant/application.ts';

export const STATES = [
  /** Authorized; the car behind it is not known yet. */
  'pending',
  'active',
  /** The car is known, but the owner has to do something before it answers again. */
  'action_required',
  /** The tokens are dead; a fresh link is needed. */
  'reauth_required',
  'withdrawn',
  /** The authorization ended without a usable car; `reason` says why. */
  'failed',
  /** A newer connection of the same contract took its place. */
  'replaced',
] as const;

const storedConnection = z.object({
  tenantId: z.string(),
  contractId: z.string(),
  connectionId: z.string(),
  applicationId: z.string(),
  /** The version of the platform it was made on; absent: `v2`. */
  platform: z.optional(z.enum(PLATFORMS)),
  state: z.enum(STATES),
  /** Machine-readable: the vendor's error, or ours. */
  reason: z.optional(z.string()),
  createdAt: z.string(),
  connectedAt: z.optional(z.string()),
  withdrawnAt: z.optional(z.string()),
  vendorVehicleId: z.optional(z.string()),
  /** The platform's id of the driver, as it names it itself; never what a browser brought. */
  vendorUserId: z.optional(z.string()),
  /** V3: what the platform was told to call this authorization; the connection is looked up by it. */
  externalId: z.optional(z.string()),
  /** The connection whose place this one takes; known before it is taken, so that a crash cannot forget to end it. */
  replaces: z.optional(z.string()),
  vin: z.optional(z.string()),
  make: z.optional(z.string()),
  model: z.optional(z.string()),
  year: z.optional(z.int()),
  /** What the driver granted, as the platform tells it. */
  permissions: z.optional(z.array(z.string())),
  /** Which text the driver agreed to, and when. */
  consent: z.optional(z.object({ consentId: z.string(), textVersion: z.string(), agreedAt: z.string() })),
});

export type Connection = Readonly<z.infer<typeof storedConnection>>;
export type ConnectionState = Connection['state'];

type ConnectionId = Pick<Connection, 'tenantId' | 'contractId' | 'connectionId'>;

const keyOf = ({ tenantId, contractId, connectionId }: ConnectionId) =>
  keys.connection(tenantId, contractId, connectionId);

export const parseConnection = (item: Item): Connection => storedConnection.parse(item);

/** Whether the car behind it may be asked. */
export const isReadable = (connection: Connection | undefined): boolean =>
  connection?.state === 'active' || connection?.state === 'action_required';

/** False when the item is there already: a redelivered callback changes nothing. */
export const putConnection = (business: Table, connection: Connection): Promise<boolean> =>
  business.put({ ...keyOf(connection), ...connection }, isNew);

/** Consistent. */
export async function getConnection(business: Table, id: ConnectionId): Promise<Connection | undefined> {
  const item = await business.get(keyOf(id));
  return item === undefined ? undefined : parseConnection(item);
}

/**
 * Moves a connection from one of the states `from`; undefined when it is in none of them (any more).
 * `withdrawn` and `replaced` are in nobody's `from`: what the driver ended stays ended.
 */
export async function moveConnection(
  business: Table,
  id: ConnectionId,
  from: readonly ConnectionState[],
  to: Partial<Connection> & Pick<Connection, 'state'>,
): Promise<Connection | undefined> {
  const values = Object.fromEntries(from.map((state, n) => [`from${n}`, state]));
  const condition = { expression: `#state IN (${from.map((_, n) => `:from${n}`).join(', ')})`, values };
  const remove = to.reason === undefined ? ['reason'] : [];
  const item = await business.update(keyOf(id), { set: to, remove, condition });
  return item === undefined ? undefined : parseConnection(item);
}
