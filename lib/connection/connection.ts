// A connection: the driver's consent and the link to one vehicle. One item per authorization that came back; the contract names the
// one that is read from.
import * as z from 'zod/mini';
import { compiledObject } from '../aws/compiled-object.ts';
import { keys } from '../aws/keys.ts';
import { type Condition, type Item, isNew, type Table } from '../aws/table.ts';
import { type Event, type EventType, eventOf } from '../event/event.ts';
import { appendMarks } from '../event/mark.ts';
import { PLATFORMS } from '../tenant/platforms.ts';
import { troubles } from './troubles.ts';

export const STATES = [
  /** Authorized; the car behind it is not known yet. */
  'pending',
  'active',
  /** The car is known, but the owner has to do something before it answers again. */
  'action_required',
  /** The tokens are dead; a new login is needed, and there is a link for it (reconnect-link.ts). */
  'reauth_required',
  'withdrawn',
  /** The authorization ended without a usable car; `reason` says why. */
  'failed',
  /** A newer connection of the same contract took its place. */
  'replaced',
  /** Its contract is over. */
  'ended',
] as const;

/** What became of asking whether a connection can move to another version of the platform. */
const UPGRADE_OUTCOMES = [
  /** It can, and does with the first reading that comes over the new one. */
  'listed',
  'not_listed',
  'missing_permission',
  /** Nobody can say who the driver is: the pair is dead, or the platform has not answered for hours. */
  'driver_unknown',
] as const;

const storedConnection = compiledObject({
  tenantId: z.string(),
  contractId: z.string(),
  connectionId: z.string(),
  applicationId: z.string(),
  /** The version of the platform it was made on; absent: `v2`. */
  platform: z.optional(z.enum(PLATFORMS)),
  state: z.enum(STATES),
  /** Machine-readable: the vendor's error, or ours. */
  reason: z.optional(z.string()),
  /** `reauth_required` by what the platform told, and by nothing else: nobody was refused anything. */
  byTrouble: z.optional(z.boolean()),
  /** `action_required`: since when. What the car measured before says nothing against it. */
  ownerSince: z.optional(z.string()),
  /** `byTrouble`: what its owner had to do before that, and since when. It is not done because the trouble is over. */
  owed: z.optional(z.object({ reason: z.optional(z.string()), ownerSince: z.optional(z.string()) })),
  createdAt: z.string(),
  /** Finds the driver's personal link to it: erasing one erases the other. */
  myDataHash: z.optional(z.string()),
  connectedAt: z.optional(z.string()),
  withdrawnAt: z.optional(z.string()),
  vendorVehicleId: z.optional(z.string()),
  /** The platform's id of the driver, as it names it itself; never what a browser brought. */
  vendorUserId: z.optional(z.string()),
  /** V3: what the platform was told to call this authorization; the connection is looked up by it. */
  externalId: z.optional(z.string()),
  /** On its way to the twin of its application (upgrade.ts): listed there, or why not. */
  upgrade: z.optional(
    z.object({
      applicationId: z.string(),
      outcome: z.enum(UPGRADE_OUTCOMES),
      at: z.string(),
      /** Who the driver is there. */
      vendorUserId: z.optional(z.string()),
      /** When it was last read there without getting what closes a period. */
      triedAt: z.optional(z.string()),
    }),
  ),
  /** The application that it has left, as long as something of it is still to be put away. */
  movedFrom: z.optional(z.string()),
  /** Work of the queue that the platform put off: what its state asks for, or its move. Not before `until` is the platform asked. */
  waits: z.optional(
    z.object({
      of: z.enum([...STATES, 'upgrade']),
      /** How often it was tried. */
      tries: z.int(),
      until: z.string(),
      /** When it last waited for us (plan, request, credentials, rate budget) and not for the car or the platform. */
      oursAt: z.optional(z.string()),
      /** When the list that tells what kind of car it is was first away. */
      listAwayAt: z.optional(z.string()),
    }),
  ),
  /** V3: the platform tells of this car by itself. */
  subscribed: z.optional(z.boolean()),
  /** What the platform told of it without being asked; moves nothing by itself. */
  troubles: z.optional(troubles),
  /** Grows with every change of `troubles`. */
  troublesRevision: z.optional(z.int()),
  /** It has ended, and the queue has yet to be told to end grant and pair. */
  dueAt: z.optional(z.string()),
  dueShard: z.optional(z.string()),
  /** What its driver granted for the car is ended at the platform, or is ended with the last one who uses the car: nobody asks again for it. */
  grantEndedAt: z.optional(z.string()),
  /** Since when nobody could end it: its pair is dead, and there is no management token. */
  grantLeftAt: z.optional(z.string()),
  /** The connection whose place this one takes; known before it is taken, so that a crash cannot forget to end it. */
  replaces: z.optional(z.string()),
  vin: z.optional(z.string()),
  make: z.optional(z.string()),
  model: z.optional(z.string()),
  year: z.optional(z.int()),
  /** What the driver granted, as the platform tells it. */
  permissions: z.optional(z.array(z.string())),
  /** Which text the driver agreed to, when, and which permissions the driver was asked for. */
  consent: z.optional(
    compiledObject({
      consentId: z.string(),
      textVersion: z.string(),
      agreedAt: z.string(),
      asked: z.optional(z.array(z.string())),
    }),
  ),
});

export type Connection = Readonly<z.infer<typeof storedConnection>>;
export type ConnectionState = Connection['state'];

type ConnectionId = Pick<Connection, 'tenantId' | 'contractId' | 'connectionId'>;

const keyOf = ({ tenantId, contractId, connectionId }: ConnectionId) =>
  keys.connection(tenantId, contractId, connectionId);

export const parseConnection = (item: Item): Connection => storedConnection.parse(item);

/** States in which the car behind it may be asked. */
export const LIVE = ['active', 'action_required'] as const;

/** States from which nothing comes but the end of the grant. */
export const ENDED = ['withdrawn', 'failed', 'replaced', 'ended'] as const;

export const isReadable = (connection: Connection | undefined): boolean =>
  LIVE.some((state) => state === connection?.state);

/** Whether what is told may bring it back. A refusal that broke it, or whoever ended it, can only be answered by its driver. */
export const mayComeBack = ({ byTrouble }: Connection): boolean => byTrouble === true;

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
 * `withdrawn`, `replaced` and `ended` are in nobody's `from`: what has ended stays ended. A state that the outside is told of carries its
 * event in the same update.
 * @param now epoch milliseconds
 */
export async function moveConnection(
  business: Table,
  id: ConnectionId,
  from: readonly ConnectionState[],
  to: Partial<Connection> & Pick<Connection, 'state'>,
  now: number,
  { forget = [], ...further }: Further = {},
): Promise<Connection | undefined> {
  const own = (['reason', 'byTrouble', 'ownerSince', 'owed'] as const).filter((member) => to[member] === undefined);
  const { set, ...marks } = appendMarks(keyOf(id), eventsOf(id, to, now));
  const condition = whileIn(from, further);
  const item = await business.update(keyOf(id), {
    ...marks,
    set: { ...set, ...to },
    remove: [...own, ...forget],
    condition,
  });
  return item === undefined ? undefined : parseConnection(item);
}

interface Further {
  /** Only if it is (still) of this application: what is known of a pair of another one says nothing. */
  readonly of?: string | undefined;
  /** Only if it (still) waits until then. */
  readonly until?: string | undefined;
  /** Only if nothing else was told of its troubles since it was read so. */
  readonly told?: Pick<Connection, 'troublesRevision'> | undefined;
  /** Only if its owner has the same to do as when it was read, or nothing, as then. */
  readonly owing?: Pick<Connection, 'ownerSince'> | undefined;
  /** Only if it has nowhere to move to. */
  readonly unlisted?: boolean | undefined;
  readonly forget?: readonly (keyof Connection)[];
}

function whileIn(
  from: readonly ConnectionState[],
  { of, until, unlisted, told, owing }: Omit<Further, 'forget'>,
): Condition {
  const states = Object.fromEntries(from.map((state, n) => [`from${n}`, state]));
  const inState = `#state IN (${from.map((_, n) => `:from${n}`).join(', ')})`;
  const ofApplication = of === undefined ? '' : ' AND #applicationId = :of';
  const waiting = until === undefined ? '' : ' AND #waits.#until = :until';
  const staying = unlisted === true ? ' AND (attribute_not_exists(#upgrade) OR #upgrade.#outcome <> :listed)' : '';
  const known = told === undefined ? undefined : asTold(told);
  const asKnown = known === undefined ? '' : ` AND ${known.expression}`;
  const owed = owing === undefined ? undefined : asOwed(owing);
  const asBefore = owed === undefined ? '' : ` AND ${owed.expression}`;
  return {
    expression: `${inState}${ofApplication}${waiting}${staying}${asKnown}${asBefore}`,
    values: {
      ...states,
      ...known?.values,
      ...owed?.values,
      ...(of === undefined ? {} : { of }),
      ...(until === undefined ? {} : { until }),
      ...(unlisted === true ? { listed: 'listed' } : {}),
    },
  };
}

/** A number is compared, and not the troubles: not every store compares maps by what is in them. */
const asTold = ({ troublesRevision: revision }: Pick<Connection, 'troublesRevision'>) =>
  revision === undefined
    ? { expression: 'attribute_not_exists(#troublesRevision)', values: {} }
    : { expression: '#troublesRevision = :revision', values: { revision } };

/** Since when tells one task from another: nothing else moves with it. */
const asOwed = ({ ownerSince }: Pick<Connection, 'ownerSince'>) =>
  ownerSince === undefined
    ? { expression: 'attribute_not_exists(#ownerSince)', values: {} }
    : { expression: '#ownerSince = :ownerSince', values: { ownerSince } };

/** Changes members of a connection that is in one of the states `where`, and leaves its state; undefined when it is in none of them. */
export async function changeConnection(
  business: Table,
  id: ConnectionId,
  where: readonly ConnectionState[],
  to: Partial<Connection>,
  { forget = [], ...further }: Further = {},
): Promise<Connection | undefined> {
  const item = await business.update(keyOf(id), { set: to, remove: forget, condition: whileIn(where, further) });
  return item === undefined ? undefined : parseConnection(item);
}

/** Notes whose place a connection takes; false when its state is not the one that was seen. */
export async function nameReplaced(business: Table, connection: Connection, replaces: string): Promise<boolean> {
  const condition = { expression: '#state = :state', values: { state: connection.state } };
  return (await business.update(keyOf(connection), { set: { replaces }, condition })) !== undefined;
}

/** States that are not the connection's own matter. */
const TOLD_STATES: Readonly<Partial<Record<ConnectionState, EventType>>> = {
  action_required: 'connection.action_required',
  reauth_required: 'connection.reauth_required',
  withdrawn: 'connection.withdrawn',
};

function eventsOf(
  id: ConnectionId,
  { state, reason }: Pick<Connection, 'state' | 'reason'>,
  now: number,
): readonly Event[] {
  const type = TOLD_STATES[state];
  if (type === undefined) return [];
  const { tenantId, contractId, connectionId } = id;
  const at = new Date(now).toISOString();
  const data = { contractId, connectionId, ...(reason === undefined ? {} : { reason }) };
  return [eventOf({ key: keyOf(id), type, change: at, at, tenantId, data })];
}
