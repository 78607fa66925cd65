// Checking log and store against each other, piece by piece: what is new and a thirtieth of the rest every day, or all of it for an
// operator. Both stop when their time is over and go on from there. Finds and names; changes nothing but its own bookmark.
import * as z from 'zod/mini';
import { keys } from '../aws/keys.ts';
import type { Item, Table } from '../aws/table.ts';
import { TILE_WIDTH } from '../proof/tiles.ts';
import { type Checking, checkHead, checkTile, type Disagreement, type Report } from './fsck-log.ts';
import { checkStorePage, SEGMENTS } from './fsck-store.ts';

const DAY_MS = 86_400_000;

const key = z.object({ pk: z.string(), sk: z.string() });

const position = z.object({
  /** Tiles of the plan that are done. */
  tiles: z.int(),
  /** Parts of the store that are done, and where the one in hand goes on. */
  segments: z.int(),
  startAfter: z.exactOptional(key),
});

type Position = Readonly<z.infer<typeof position>>;

const START: Position = { tiles: 0, segments: 0 };

/** Where a walk over everything goes on: the plan has to be the same one. */
export const fullPosition = z.object({ size: z.int(), position });

export type FullPosition = Readonly<z.infer<typeof fullPosition>>;

interface Plan {
  /** Of the log when the plan was made. */
  readonly size: number;
  readonly tiles: readonly number[];
  readonly segments: readonly number[];
}

export interface Checked {
  readonly disagreements: readonly Disagreement[];
  /** Absent when everything has been looked at. */
  readonly next?: FullPosition;
}

const makeReport = () => {
  const disagreements: Disagreement[] = [];
  const report: Report = (code, at) => void disagreements.push({ code, at: String(at) });
  return { disagreements, report };
};

/** @returns where it stopped, undefined when the plan is done */
async function walk(
  checking: Checking,
  { size, tiles, segments }: Plan,
  from: Position,
  until: number,
  report: Report,
): Promise<Position | undefined> {
  let at = from;
  while (checking.clock() < until) {
    const tile = tiles[at.tiles];
    const segment = segments[at.segments];
    if (tile !== undefined) {
      await checkTile(checking, tile, size, report);
      at = { ...at, tiles: at.tiles + 1 };
    } else if (segment !== undefined) {
      const next = await checkStorePage(checking, { segment, startAfter: at.startAfter }, report);
      const { tiles: done } = at;
      at = next === undefined ? { tiles: done, segments: at.segments + 1 } : { ...at, startAfter: next };
    } else return undefined;
  }
  return at;
}

const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, n) => from + n);

const tilesOf = (size: number): number => Math.ceil(size / TILE_WIDTH);

/** Everything. @param from where the last one stopped */
export async function checkAll(checking: Checking, until: number, from?: FullPosition): Promise<Checked> {
  const { disagreements, report } = makeReport();
  const state = await checkHead(checking, report);
  const size = from?.size ?? state?.size ?? 0;
  const plan = { size, tiles: range(0, tilesOf(size)), segments: range(0, SEGMENTS) };
  const next = await walk(checking, plan, from?.position ?? START, until, report);
  return { disagreements, ...(next === undefined ? {} : { next: { size, position: next } }) };
}

const bookmark = z.object({
  /** Days since 1970. */
  day: z.int(),
  /** Entries that had been looked at before today. */
  checkedTo: z.int(),
  /** Of the log when the day's plan was made. */
  size: z.int(),
  /** Absent when the day is done. */
  position: z.exactOptional(position),
});

export type Bookmark = Readonly<z.infer<typeof bookmark>>;

export const parseBookmark = (item: Item): Bookmark => bookmark.parse(item);

/** A day's share: one of each thirty tiles, and all tiles with entries that nobody has looked at. */
function planOf({ day, checkedTo, size }: Omit<Bookmark, 'position'>): Plan {
  const share = day % SEGMENTS;
  const tiles = range(0, tilesOf(size)).filter(
    (tile) => tile % SEGMENTS === share || (checkedTo < size && tile >= Math.floor(checkedTo / TILE_WIDTH)),
  );
  return { size, tiles, segments: [share] };
}

/** A day that was not finished in time begins anew: what was new then still is. */
function planToday(last: Bookmark | undefined, day: number, size: number): Bookmark {
  if (last?.day === day) return last;
  const checkedTo = last === undefined ? 0 : last.position === undefined ? last.size : last.checkedTo;
  return { day, checkedTo, size, position: START };
}

/**
 * What is left of today's share; nothing when it is done. A crash here leaves the bookmark where it was: the same piece is looked at
 * again.
 */
export async function checkDaily(checking: Checking, business: Table, until: number): Promise<readonly Disagreement[]> {
  const day = Math.floor(checking.clock() / DAY_MS);
  const item = await business.get(keys.logCheck());
  const last = item === undefined ? undefined : parseBookmark(item);
  if (last?.day === day && last.position === undefined) return [];
  const { disagreements, report } = makeReport();
  const state = await checkHead(checking, report);
  const { position = START, ...mark } = planToday(last, day, state?.size ?? 0);
  const next = await walk(checking, planOf(mark), position, until, report);
  await business.put({ ...keys.logCheck(), ...mark, ...(next === undefined ? {} : { position: next }) });
  return disagreements;
}
