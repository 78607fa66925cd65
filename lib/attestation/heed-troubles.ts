// What a turn makes of the troubles that the platform told of: one move at most, by one rule, in whatever order they were told. Asks no
// platform, and moves nothing that a refused token or read has broken.
import {
  type Connection,
  getConnection,
  isReadable,
  LIVE,
  mayComeBack,
  moveConnection,
} from '../connection/connection.ts';
import {
  isOver,
  lastingTrouble,
  type OwnersPart,
  ownerHasActed,
  type StandingTrouble,
} from '../connection/troubles.ts';
import type { OpenTurn, Turning } from './open-turn.ts';
import { measuredAt, troublesOf } from './when-next.ts';

const iso = (epoch: number): string => new Date(epoch).toISOString();

/** Each is lost to something that was told meanwhile. */
const MOST_TRIES = 5;

/**
 * Moves the connection as the gravest trouble that has lasted says, or back to what it was before a trouble broke it. What is told
 * meanwhile is looked at before anything moves: a trouble that has lasted already brings no turn of its own any more.
 */
export async function heedTroubles(turning: Turning, turn: OpenTurn, now: number, tries = 1): Promise<OpenTurn> {
  const { business } = turning;
  const { connection } = turn.dossier;
  if (connection === undefined) return turn;
  const to = heeded(connection, troublesOf(turn.dossier), measuredAt(turn.dossier), now);
  if (to === undefined) return turn;
  const from = isReadable(connection) ? LIVE : (['reauth_required'] as const);
  const moved = await moveConnection(business, connection, from, to, now, { told: connection });
  if (moved !== undefined) return { ...turn, dossier: { ...turn.dossier, connection: moved } };
  const current = await getConnection(business, connection);
  const isTold = current?.state === connection.state && current.troublesRevision !== connection.troublesRevision;
  if (!isTold || tries === MOST_TRIES) return turn;
  return heedTroubles(turning, { ...turn, dossier: { ...turn.dossier, connection: current } }, now, tries + 1);
}

/**
 * What a trouble alone has broken is as it was before when none of its kind stands any more: nobody was refused anything. What its owner
 * had to do by then is still to be done, unless that is over too.
 * @returns undefined where the connection stays as it is
 */
function heeded(
  connection: Connection,
  standing: readonly StandingTrouble[],
  measured: number | undefined,
  now: number,
): (Partial<Connection> & Pick<Connection, 'state'>) | undefined {
  const isBroken = !isReadable(connection);
  if (isBroken && (!mayComeBack(connection) || standing.some(({ meaning }) => meaning === 'reconnect')))
    return undefined;
  const { troubles } = connection;
  const owed = owedOf(connection);
  const lasting = lastingTrouble(standing, now);
  if (lasting?.meaning === 'reconnect') {
    return {
      state: 'reauth_required',
      reason: lasting.reason,
      byTrouble: true,
      ...(owed === undefined ? {} : { owed }),
    };
  }
  const givesWay = owed === undefined || isOver(owed, troubles, measured) || isTold(owed, standing);
  if (lasting !== undefined && givesWay && owed?.reason !== lasting.reason) {
    return { state: 'action_required', reason: lasting.reason, ownerSince: iso(lasting.since) };
  }
  if (isBroken)
    return owed === undefined || isOver(owed, troubles, measured)
      ? { state: 'active' }
      : { state: 'action_required', ...owed };
  return owed !== undefined && ownerHasActed(owed, troubles, measured) ? { state: 'active' } : undefined;
}

/** What its owner has to do, or had to before a trouble broke it: kept for when that is over. */
function owedOf({ state, reason, ownerSince, owed }: Connection): OwnersPart | undefined {
  return state === 'action_required' ? { reason, ownerSince } : owed;
}

/** What a read was refused for is not: the car said so itself, and that goes on until it is over, whatever else is told. */
const isTold = ({ reason, ownerSince }: OwnersPart, standing: readonly StandingTrouble[]): boolean =>
  standing.some((one) => one.reason === reason && iso(one.since) === ownerSince);
