// What the vehicle platform says is wrong with a car's account or permission, as far as it has been told: per trouble when it was told of,
// and when it was said to be over. PURE, and the same whatever the order in which the platform's events arrive, and however often.
// Moves nothing: whether a trouble has lasted is for the turn that comes when it has.
import * as z from 'zod/mini';

/** Those that somebody has to act on, the gravest first; a car that sleeps, or a platform that is away, says nothing about a connection. */
export const TROUBLE_MEANINGS = ['reconnect', 'owner_must_act'] as const;

type TroubleMeaning = (typeof TROUBLE_MEANINGS)[number];

export const troubles = z.record(
  z.string(),
  z.object({
    meaning: z.enum(TROUBLE_MEANINGS),
    /** The platform's documented words, else the meaning. */
    reason: z.string(),
    /** Epoch milliseconds, in order, none before `resolvedAt`; the newest. */
    errors: z.array(z.number()),
    resolvedAt: z.optional(z.number()),
  }),
);

type Troubles = Readonly<z.infer<typeof troubles>>;

export interface PushedTrouble {
  /** `TYPE:CODE`. */
  readonly name: string;
  readonly meaning: TroubleMeaning;
  /** Machine-readable, as a refusal of a read would leave it: the platform's documented words, else the meaning. */
  readonly reason: string;
  readonly state: 'ERROR' | 'RESOLVED';
}

/** How long one lasts before it counts: accounts hiccup, and makers have bad nights. */
export const LASTING_MS = 24 * 3_600_000;

/**
 * The platform tells when a trouble begins; more of one are repetitions. The newest are kept: what a measurement or its end comes to leave
 * of them is the same whichever is told first. More than one every five minutes for as long as one has to last.
 */
const MOST = 300;

/** @param at epoch milliseconds of the event, by the platform's clock */
export function noteTroubles(before: Troubles, told: readonly PushedTrouble[], at: number): Troubles {
  const noted = new Map(Object.entries(before));
  for (const one of told) noted.set(one.name, noteOne(noted.get(one.name), one, at));
  return Object.fromEntries(noted);
}

function noteOne(before: Troubles[string] | undefined, { meaning, reason, state }: PushedTrouble, at: number) {
  const { errors = [], resolvedAt } = before ?? {};
  const over = state === 'RESOLVED' ? Math.max(at, resolvedAt ?? at) : resolvedAt;
  const all = [...new Set(state === 'ERROR' ? [...errors, at] : errors)].toSorted((one, other) => one - other);
  const open = all.filter((error) => over === undefined || error > over).slice(-MOST);
  return { meaning, reason, errors: open, ...(over === undefined ? {} : { resolvedAt: over }) };
}

export interface StandingTrouble {
  readonly name: string;
  readonly meaning: TroubleMeaning;
  readonly reason: string;
  /** Epoch milliseconds. */
  readonly since: number;
}

const gravity = ({ meaning }: StandingTrouble): number => TROUBLE_MEANINGS.indexOf(meaning);

/**
 * The troubles that stand: those that need a new login first, then the oldest, then by name; no store promises the order of a map. A car
 * that has measured since has none: it is heard of again.
 * @param measuredAt epoch milliseconds of the newest measurement that is known; undefined without one
 */
export function standingTroubles(
  held: Troubles | undefined,
  measuredAt: number | undefined,
): readonly StandingTrouble[] {
  const standing = Object.entries(held ?? {}).flatMap(([name, { meaning, reason, errors }]) => {
    const since = errors.find((error) => measuredAt === undefined || error >= measuredAt);
    return since === undefined ? [] : [{ name, meaning, reason, since }];
  });
  return standing.toSorted(
    (one, other) => gravity(one) - gravity(other) || one.since - other.since || (one.name < other.name ? -1 : 1),
  );
}

/** The one that decides, if any has lasted. @param now epoch milliseconds */
export const lastingTrouble = (standing: readonly StandingTrouble[], now: number): StandingTrouble | undefined =>
  standing.find(({ since }) => since + LASTING_MS <= now);

/** Epoch milliseconds at which the next of them has lasted, if any has yet to. @param now epoch milliseconds */
export const nextLastingAt = (standing: readonly StandingTrouble[], now: number): number | undefined =>
  standing
    .map(({ since }) => since + LASTING_MS)
    .toSorted((one, other) => one - other)
    .find((at) => at > now);

/** What the owner of a car has to do, and since when (instant). */
export interface OwnersPart {
  readonly reason?: string | undefined;
  readonly ownerSince?: string | undefined;
}

/**
 * Whether what an owner had to do is over: since it was needed the car has measured, or the platform has said that this very trouble is
 * over. That another one is, and what the car measured before, is no word about it.
 * @param measuredAt epoch milliseconds of the newest measurement that is known; undefined without one
 */
export function isOver(
  { reason, ownerSince }: OwnersPart,
  held: Troubles | undefined,
  measuredAt: number | undefined,
): boolean {
  const since = ownerSince === undefined ? 0 : Date.parse(ownerSince);
  if (measuredAt !== undefined && measuredAt > since) return true;
  return Object.values(held ?? {}).some(({ reason: own, resolvedAt }) => own === reason && (resolvedAt ?? -1) >= since);
}

/**
 * Whether the owner of a car has done what there was to do: it is over, and nothing else stands that an owner has to mend.
 * @param measuredAt epoch milliseconds of the newest measurement that is known; undefined without one
 */
export const ownerHasActed = (owed: OwnersPart, held: Troubles | undefined, measuredAt: number | undefined): boolean =>
  isOver(owed, held, measuredAt) &&
  standingTroubles(held, measuredAt).every(({ meaning }) => meaning !== 'owner_must_act');
