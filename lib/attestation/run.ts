// The run of a month: which contracts have it, and where each stands, from its statement or, before there is one, from what its next turn
// would see. Decides nothing and writes nothing: a run is looked at while it happens, and afterwards.
import type { Table } from '../aws/table.ts';
import { attemptsFor } from '../contract/attempts.ts';
import type { Contract } from '../contract/contract.ts';
import { deadlineOf } from '../contract/due.ts';
import { TURN_LEASE_MS } from '../contract/turn.ts';
import type { Verdict } from '../mileage/finding.ts';
import { clipPeriod, type Period, periodContaining, periodFromId } from '../mileage/period.ts';
import { closes } from '../mileage/reading.ts';
import type { NoReadingReason } from '../proof/claims.ts';
import { hasSlept } from '../reading/asleep.ts';
import { consentedReadings, type Dossier, readDossier } from '../reading/dossier.ts';
import { reasonFor } from './reason.ts';
import { readSigned } from './sd-jwt.ts';
import { getStatements, type Statement } from './statement.ts';

export const RUN_STATUSES = [
  'upcoming',
  'running',
  'due',
  'read',
  'asleep',
  'waiting_for_driver',
  'failed',
  'attested',
  'no_reading',
] as const;

interface Standing {
  readonly status: (typeof RUN_STATUSES)[number];
  readonly verdict?: Verdict;
  /** Of `waiting_for_driver`: what the month is stated with if it stays so. */
  readonly reason?: NoReadingReason | 'overdue';
  readonly distanceMetres?: number | null;
  readonly attestationId?: string;
}

export interface RunLine {
  readonly contract: Contract;
  readonly period: Period;
  readonly standing: Standing;
}

interface Month {
  readonly contract: Contract;
  readonly period: Period;
  /** Number of its statement in the contract's chain. */
  readonly seq: number;
}

const monthsOf = (id: string): number => Number(id.slice(0, 4)) * 12 + Number(id.slice(5));

/**
 * A contract's month of this id, clipped to the contract; undefined when it has none. Every month has one statement, in order: the number
 * of months tells that of the statement.
 */
function monthOf(contract: Contract, id: string): Month | undefined {
  const { zone, dayOffset, startsAt, endsAt } = contract;
  const whole = periodFromId({ zone, dayOffset }, id);
  const isOutside = endsAt !== undefined && (endsAt <= whole.from || endsAt <= startsAt);
  if (isOutside || whole.to <= startsAt) return undefined;
  const period = clipPeriod(whole, { start: startsAt, end: endsAt });
  const first = periodContaining({ zone, dayOffset }, startsAt).id;
  return { contract, period, seq: monthsOf(id) - monthsOf(first) + 1 };
}

function stated({ attestationId, ...signed }: Statement): Standing {
  const { claims } = readSigned(signed);
  const { verdict } = claims;
  if (claims.outcome === 'no_reading') return { status: 'no_reading', verdict, reason: claims.reason, attestationId };
  const { distanceMetres } = claims;
  return { status: 'attested', verdict, distanceMetres, attestationId };
}

/** A contract that was made long after its first months owes their statements from then on. Epoch ms. */
const owedAt = ({ contract, period }: Month): number =>
  Math.max(deadlineOf(period, contract.deadlineDays), Date.parse(contract.createdAt));

/**
 * Of a month that is over and not stated.
 * @param dossier as the next turn would read it
 * @param now epoch milliseconds
 */
function standingOf(month: Month, dossier: Dossier, now: number): Standing {
  const { period, seq } = month;
  const { connection } = dossier;
  // The turn that states it without a reading has had its time, and what comes after it has to be looked into.
  if (now >= owedAt(month) + TURN_LEASE_MS) return { status: 'failed', reason: 'overdue' };
  const readings = consentedReadings(dossier);
  if (readings.some((reading) => closes(reading, period))) return { status: 'read' };
  const attempts = attemptsFor(dossier.contract.attempts, seq);
  const reason = reasonFor(connection, attempts);
  if (reason === 'asleep') return { status: hasSlept({ ...dossier, readings }, seq) ? 'asleep' : 'due' };
  const isOurs = connection?.state === 'active' && attempts.last === 'refused';
  return { status: isOurs ? 'failed' : 'waiting_for_driver', reason };
}

interface Stores {
  readonly business: Table;
  readonly attestations: Table;
}

const monthsWith = (contracts: readonly Contract[], id: string): readonly Month[] =>
  contracts.flatMap((contract) => monthOf(contract, id) ?? []);

/** One consistent read of at most 100. By contract. */
async function statedOf(
  attestations: Table,
  months: readonly Month[],
  id: string,
): Promise<ReadonlyMap<string, Statement>> {
  const places = months.map(({ contract: { tenantId, contractId }, seq }) => ({ tenantId, contractId, seq }));
  const statements = await getStatements(attestations, places);
  // Better no answer than one about another month.
  if (statements.some(({ period }) => period.id !== id)) throw new Error('this number is of another month');
  return new Map(statements.map((statement) => [statement.contractId, statement]));
}

/**
 * What was stated of this month, contract by contract in their order: nothing of those that do not have it, or whose is to come.
 * @param contracts at most 100
 */
export async function statementsOfMonth(
  attestations: Table,
  contracts: readonly Contract[],
  id: string,
): Promise<readonly Statement[]> {
  const stated = await statedOf(attestations, monthsWith(contracts, id), id);
  return contracts.flatMap(({ contractId }) => stated.get(contractId) ?? []);
}

/** Contracts that are read at once. */
const ABREAST = 10;

/** A contract that is gone since it was listed was as it is listed. */
async function unstated(business: Table, month: Month, now: number): Promise<Standing> {
  if (now < Date.parse(month.period.from)) return { status: 'upcoming' };
  if (now < Date.parse(month.period.to)) return { status: 'running' };
  const { tenantId, contractId } = month.contract;
  const dossier = await readDossier(business, tenantId, contractId);
  return dossier === undefined ? { status: 'due' } : standingOf(month, dossier, now);
}

/**
 * Where those of some contracts stand that have the month, in their order. One read of all their statements, and for each that is over and
 * not stated one of what the contract has.
 * @param contracts at most 100
 * @param now epoch milliseconds
 */
export async function runOf(
  { business, attestations }: Stores,
  contracts: readonly Contract[],
  id: string,
  now: number,
): Promise<readonly RunLine[]> {
  const months = monthsWith(contracts, id);
  const byContract = await statedOf(attestations, months, id);
  const lines: RunLine[] = [];
  for (let from = 0; from < months.length; from += ABREAST) {
    const some = months.slice(from, from + ABREAST).map(async (month): Promise<RunLine> => {
      const { contract, period } = month;
      const statement = byContract.get(contract.contractId);
      const standing = statement === undefined ? await unstated(business, month, now) : stated(statement);
      return { contract, period, standing };
    });
    lines.push(...(await Promise.all(some)));
  }
  return lines;
}
