// Checking log and store against each other, piece by piece: what is new and a thirtieth of the rest every day, or all of it for an
// operator. Both stop when their time is over and go on from there. What the log was when it was last looked at is remembered beside it:
// log and store that were both restored, or written anew, agree with each other. Finds and names; changes nothing but its own bookmark.
import * as z from 'zod/mini';
import { keys } from '../aws/keys.ts';
import type { Item } from '../aws/table.ts';
import { encodeBase64 } from '../proof/base64.ts';
import { verifyCheckpoint } from '../proof/checkpoint.ts';
import { TILE_WIDTH } from '../proof/tiles.ts';
import { type Checking, checkHead, checkTile, type Disagreement, type Report } from './fsck-log.ts';
import { checkStorePage, SEGMENTS } from './fsck-store.ts';
import { EMPTY, type LogState, readStoredCheckpoint } from './log-store.ts';

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
  const report: Report = (code, at, reason) =>
    void disagreements.push({ code, at: String(at), ...(reason !== undefined && { reason }) });
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
  if (from === undefined) await checkSeen(checking, await readBookmark(checking), state, report);
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
  /** Of the tree that it was then, base64; absent of an empty one. */
  root: z.exactOptional(z.string()),
  /** Absent when the day is done. */
  position: z.exactOptional(position),
});

export type Bookmark = Readonly<z.infer<typeof bookmark>>;

export const parseBookmark = (item: Item): Bookmark => bookmark.parse(item);

async function readBookmark({ business }: Checking): Promise<Bookmark | undefined> {
  const item = await business.get(keys.logCheck());
  return item === undefined ? undefined : parseBookmark(item);
}

/** The log is still the one that was looked at, and has only grown. */
async function checkSeen(
  { log, keys: logKeys, verifyEd25519 }: Checking,
  seen: Bookmark | undefined,
  state: LogState | undefined,
  report: Report,
): Promise<void> {
  if (seen?.root === undefined) return;
  if ((state?.size ?? 0) < seen.size) return report('log_shorter_than_seen', seen.size);
  const stored = await readStoredCheckpoint(log, seen.size);
  const head = stored && verifyCheckpoint(stored.note, logKeys, verifyEd25519);
  if (head?.ok !== true || encodeBase64(head.checkpoint.root) !== seen.root) report('log_forked', seen.size);
}

/** A day's share: one of each thirty tiles, and all tiles with entries that nobody has looked at. */
function planOf({ day, checkedTo, size }: Pick<Bookmark, 'day' | 'checkedTo' | 'size'>): Plan {
  const share = day % SEGMENTS;
  const tiles = range(0, tilesOf(size)).filter(
    (tile) => tile % SEGMENTS === share || (checkedTo < size && tile >= Math.floor(checkedTo / TILE_WIDTH)),
  );
  return { size, tiles, segments: [share] };
}

/** A day that was not finished in time begins anew: what was new then still is. */
function planToday(last: Bookmark | undefined, day: number, state: LogState | undefined): Bookmark {
  if (last?.day === day) return last;
  const { size, root } = state ?? EMPTY();
  const checkedTo = last === undefined ? 0 : last.position === undefined ? last.size : last.checkedTo;
  return { day, checkedTo, size, ...(size > 0 && { root: encodeBase64(root) }), position: START };
}

/**
 * What is left of today's share; nothing when it is done. A crash here leaves the bookmark where it was: the same piece is looked at
 * again.
 */
export async function checkDaily(checking: Checking, until: number): Promise<readonly Disagreement[]> {
  const day = Math.floor(checking.clock() / DAY_MS);
  const last = await readBookmark(checking);
  if (last?.day === day && last.position === undefined) return [];
  const { disagreements, report } = makeReport();
  const state = await checkHead(checking, report);
  await checkSeen(checking, last, state, report);
  const { position = START, ...mark } = planToday(last, day, state);
  const next = await walk(checking, planOf(mark), position, until, report);
  await checking.business.put({ ...keys.logCheck(), ...mark, ...(next === undefined ? {} : { position: next }) });
  return disagreements;
}
