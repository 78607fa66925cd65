// A fleet of cars that are refused, each for a reason of its own, at the end of their month: how each turn ended, when each car was
// asked again, and what was stated in the end. The messages are handed over one by one, so that every warning has its contract.
import { getConnection } from '../../../lib/connection/connection.ts';
import { queryContractPartition } from '../../../lib/contract/contract.ts';
import { marksOn, toldEvents } from './check-events.ts';
import type { ContractRef } from './check-store.ts';
import { DEADLINE, FEBRUARY } from './month.ts';
import { HOUR, MINUTE, type Waiting, type World } from './world.ts';

/** What the first refusal leaves behind. */
export interface Ending {
  /** What became of the message: done, or the fault it comes again with. */
  readonly message: string;
  readonly connection: string;
  readonly reason: string | undefined;
  readonly warned: readonly string[];
  /** What the outside is told of it: types of events. */
  readonly told: readonly string[];
  /** Attempts for the open statement, by outcome. */
  readonly counted: Readonly<Record<string, number>>;
  /** Who brings the contract back: a message that waits in the queue, or the planner. */
  readonly by: 'queue' | 'planner';
  readonly goal: string;
  /** Instant. */
  readonly next: string;
}

interface Refused {
  readonly trouble: Trouble;
  readonly contract: ContractRef;
  readonly carId: string;
  readonly connectionId: string;
}

/** Every car connected and read in January; the clock stands just before the end of the month. */
async function connectFleet(world: World, troubles: readonly Trouble[]): Promise<readonly Refused[]> {
  const fleet: Refused[] = [];
  for (const trouble of troubles) {
    const contract = await world.sign();
    fleet.push({ trouble, contract, ...(await world.connect(contract)) });
  }
  await world.runTo(FEBRUARY - 1);
  return fleet;
}

/** What is told to the operator while a contract's messages are handled, and what became of them. */
interface Told {
  readonly warned: readonly string[];
  readonly message: string;
}

const codeOf = (fault: unknown): string =>
  fault === undefined ? 'done' : String(fault instanceof Error && 'code' in fault ? fault.code : 'fault');

/** Hands messages over one by one from now on; `together` ends that. */
export function watchMessages(world: World): {
  readonly told: ReadonlyMap<string, Told>;
  readonly together: () => void;
} {
  const told = new Map<string, Told>();
  const read = world.read.bind(world);
  const readOne = async (message: Waiting): Promise<unknown> => {
    const before = world.warnings.length;
    const [fault] = await read([message]);
    const id = String(message.body['contractId']);
    const warned = [...(told.get(id)?.warned ?? []), ...world.warnings.slice(before)];
    told.set(id, { warned, message: codeOf(fault) });
    return fault;
  };
  world.read = async (batch) => {
    const faults: unknown[] = [];
    for (const message of batch) faults.push(await readOne(message));
    return faults;
  };
  const together = () => {
    world.read = read;
  };
  return { told, together };
}

/** That a car was connected and read in January is told of every one. */
const USUAL = ['contract.connected', 'reading.recorded'];

async function toldOf(world: World, { tenantId, contractId }: ContractRef): Promise<readonly string[]> {
  const { business } = world.tables;
  const items = await queryContractPartition(business, tenantId, contractId, 1_000);
  const events = [...(await toldEvents(business, tenantId)), ...marksOn(items)];
  const own = events.filter(({ type, data }) => data.contractId === contractId && !USUAL.includes(type));
  return own.map(({ type }) => type);
}

/** How the turns of one contract stand. */
async function endingOf(world: World, told: ReadonlyMap<string, Told>, refused: Refused): Promise<Ending> {
  const { contract: ref, connectionId } = refused;
  const contract = await world.contract(ref);
  const connection = await getConnection(world.tables.business, { ...ref, connectionId });
  const waiting = world.waiting.filter(({ body }) => body['contractId'] === ref.contractId);
  if (waiting.length > 1) throw new Error('more than one message for a contract');
  const [message] = waiting;
  const { read: _january, ...counted } = contract.attempts.counts;
  return {
    message: told.get(ref.contractId)?.message ?? 'never',
    connection: connection?.state ?? 'none',
    reason: connection?.reason,
    warned: told.get(ref.contractId)?.warned ?? [],
    told: await toldOf(world, ref),
    counted,
    by: message === undefined ? 'planner' : 'queue',
    goal: contract.goal,
    next: message === undefined ? String(contract.dueAt) : new Date(message.visibleAt).toISOString(),
  };
}

/** Minutes after the end of the month at which each vehicle was asked, before the deadline. */
export function watchCars(world: World): (carId: string) => readonly number[] {
  const asked: { readonly carId: string; readonly at: number }[] = [];
  const { read } = world.turning.platform;
  const watched: typeof read = (access, vehicle, options) => {
    asked.push({ carId: typeof vehicle === 'string' ? vehicle : vehicle.vehicleId, at: world.now });
    return read(access, vehicle, options);
  };
  Object.assign(world.turning.platform, { read: watched });
  return (carId) =>
    asked
      .filter((one) => one.carId === carId && one.at >= FEBRUARY && one.at < DEADLINE)
      .map(({ at }) => (at - FEBRUARY) / MINUTE);
}

/** When each car was asked, and what its month ended in: measured, or why not. */
export interface Month {
  readonly asked: readonly number[];
  readonly stated: string;
  /** State of the connection when the month was stated. */
  readonly connection: string;
}

/** The trouble ends 14 hours after the month: what could succeed, does; the deadline takes the rest. */
const MENDED_AT = FEBRUARY + 14 * HOUR;

async function monthOf(
  world: World,
  asked: (carId: string) => readonly number[],
  { contract, carId, connectionId }: Refused,
): Promise<Month> {
  const [january, ...more] = (await world.claims(contract)).filter(({ period }) => period.id === '2026-01');
  if (january === undefined || more.length > 0) throw new Error('January has to be stated once');
  const connection = await getConnection(world.tables.business, { ...contract, connectionId });
  const stated = january.outcome === 'measured' ? 'measured' : january.reason;
  return { asked: asked(carId), stated, connection: connection?.state ?? 'none' };
}

/** Something that is wrong with a car, or with the way to it. */
export interface Trouble {
  readonly name: string;
  readonly begin: (world: World, carId: string) => void;
  readonly end: (world: World, carId: string) => void;
}

export interface Walked {
  readonly ending: Ending;
  readonly month: Month;
}

/** One car for each trouble; by its name, what came of it. */
export async function walk(
  world: World,
  troubles: readonly Trouble[],
  mendedAt = MENDED_AT,
): Promise<ReadonlyMap<string, Walked>> {
  const fleet = await connectFleet(world, troubles);
  const { told, together } = watchMessages(world);
  const asked = watchCars(world);
  for (const { trouble, carId } of fleet) trouble.begin(world, carId);
  await world.runTo(FEBRUARY);
  const ended = [];
  for (const refused of fleet) ended.push({ refused, ending: await endingOf(world, told, refused) });
  together();
  await world.runTo(mendedAt);
  for (const { trouble, carId } of fleet) trouble.end(world, carId);
  await world.runTo(DEADLINE + MINUTE);
  const walked = new Map<string, Walked>();
  for (const { refused, ending } of ended) {
    walked.set(refused.trouble.name, { ending, month: await monthOf(world, asked, refused) });
  }
  return walked;
}
