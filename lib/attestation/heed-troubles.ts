// What a turn makes of the troubles that the platform told of: one move at most, by one rule, in whatever order they were told. Asks no
// platform, and moves nothing that a refused token or read has broken.
import { type Connection, isReadable, LIVE, mayComeBack, moveConnection } from '../connection/connection.ts';
import { changeOnWhatStands } from '../connection/keep-troubles.ts';
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

/**
 * Moves the connection as the gravest trouble that has lasted says, or back to what it was before a trouble broke it. What is told
 * meanwhile is looked at before anything moves: a trouble that has lasted already brings no turn of its own any more. Where others keep
 * telling, it stays as it is for this turn.
 * @param refusedTo the state that the refusal of this turn's read moves it to: the car's own word goes before what was told to the same
 * effect, so that one turn is one change, and the outside is told once
 */
export async function heedTroubles(
  { business }: Turning,
  turn: OpenTurn,
  now: number,
  refusedTo?: 'action_required' | 'reauth_required',
): Promise<OpenTurn> {
  const { dossier } = turn;
  if (dossier.connection === undefined || refusedTo === 'reauth_required') return turn;
  const heededBy = await changeOnWhatStands(business, dossier.connection, async (connection) => {
    const to = heeded(connection, troublesOf({ ...dossier, connection }), measuredAt(dossier), now);
    const from = isReadable(connection) ? LIVE : (['reauth_required'] as const);
    return to === undefined || to.state === refusedTo
      ? connection
      : moveConnection(business, connection, from, to, now, { told: connection, owing: connection });
  });
  return typeof heededBy === 'string' ? turn : { ...turn, dossier: { ...dossier, connection: heededBy } };
}

/**
 * What a trouble alone has broken is as it was before when none of its kind stands any more: nobody was refused anything. Until then it is
 * broken by the one that stands and has lasted, which its driver has yet to hear of if it is another. What its owner
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
  const lasting = lastingTrouble(standing, now);
  if (isBroken && (!mayComeBack(connection) || staysBroken(connection, standing, lasting))) return undefined;
  const { troubles } = connection;
  const owed = owedOf(connection);
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

/** By what is told to have broken it, or, when that is over, until another one that needs a new login has lasted. */
function staysBroken(
  { reason }: Connection,
  standing: readonly StandingTrouble[],
  lasting: StandingTrouble | undefined,
): boolean {
  const logins = standing.filter(({ meaning }) => meaning === 'reconnect');
  return logins.some((one) => one.reason === reason) || (logins.length > 0 && lasting?.meaning !== 'reconnect');
}

/** What its owner has to do, or had to before a trouble broke it: kept for when that is over. */
function owedOf({ state, reason, ownerSince, owed }: Connection): OwnersPart | undefined {
  return state === 'action_required' ? { reason, ownerSince } : owed;
}

/** What a read was refused for is not: the car said so itself, and that goes on until it is over, whatever else is told. */
const isTold = ({ reason, ownerSince }: OwnersPart, standing: readonly StandingTrouble[]): boolean =>
  standing.some((one) => one.reason === reason && iso(one.since) === ownerSince);
