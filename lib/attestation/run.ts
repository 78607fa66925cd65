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
import { inForce, wholeChain } from './whole-chain.ts';

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
  /** From 1, by the contract's own calendar. While none was stated again, its statement has this number in the chain. */
  readonly number: number;
}

const monthsOf = (id: string): number => Number(id.slice(0, 4)) * 12 + Number(id.slice(5));

/** A contract's month of this id, clipped to the contract; undefined when it has none. */
function monthOf(contract: Contract, id: string): Month | undefined {
  const { zone, dayOffset, startsAt, endsAt } = contract;
  const whole = periodFromId({ zone, dayOffset }, id);
  const isOutside = endsAt !== undefined && (endsAt <= whole.from || endsAt <= startsAt);
  if (isOutside || whole.to <= startsAt) return undefined;
  const period = clipPeriod(whole, { start: startsAt, end: endsAt });
  const first = periodContaining({ zone, dayOffset }, startsAt).id;
  return { contract, period, number: monthsOf(id) - monthsOf(first) + 1 };
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
  const { period, number } = month;
  const { connection } = dossier;
  // The turn that states it without a reading has had its time, and what comes after it has to be looked into.
  if (now >= owedAt(month) + TURN_LEASE_MS) return { status: 'failed', reason: 'overdue' };
  const readings = consentedReadings(dossier);
  if (readings.some((reading) => closes(reading, period))) return { status: 'read' };
  const attempts = attemptsFor(dossier.contract.attempts, number);
  const reason = reasonFor(connection, attempts);
  if (reason === 'asleep') return { status: hasSlept({ ...dossier, readings }, number) ? 'asleep' : 'due' };
  const isOurs = connection?.state === 'active' && attempts.last === 'refused';
  return { status: isOurs ? 'failed' : 'waiting_for_driver', reason };
}

interface Stores {
  readonly business: Table;
  readonly attestations: Table;
}

const monthsWith = (contracts: readonly Contract[], id: string): readonly Month[] =>
  contracts.flatMap((contract) => monthOf(contract, id) ?? []);

/** Contracts that are read at once. */
const ABREAST = 10;

async function abreast<Of, Result>(all: readonly Of[], read: (one: Of) => Promise<Result>): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (let from = 0; from < all.length; from += ABREAST) {
    results.push(...(await Promise.all(all.slice(from, from + ABREAST).map(read))));
  }
  return results;
}

/**
 * Months are stated in order, so the number of a month is that of its statement, and one consistent read finds those of at most 100
 * contracts. Where one was ever stated again the whole chain is read instead. A contract whose item is older than that (the index that
 * lists contracts lags) may name a statement of another month: then the chain is read too. By contract.
 */
async function statedOf(
  attestations: Table,
  months: readonly Month[],
  id: string,
): Promise<ReadonlyMap<string, Statement>> {
  const asNumbered = months.filter(({ contract }) => contract.corrected !== true);
  const places = asNumbered.map(({ contract: { tenantId, contractId }, number: seq }) => ({
    tenantId,
    contractId,
    seq,
  }));
  const found = Map.groupBy(await getStatements(attestations, places), ({ period }) => period.id === id);
  const strays = new Set(found.get(false)?.map(({ contractId }) => contractId));
  const corrected = months.filter(({ contract }) => contract.corrected === true || strays.has(contract.contractId));
  const read = await abreast(corrected, async ({ contract }) => {
    const statements = inForce(await wholeChain(attestations, contract));
    return statements.filter(({ period }) => period.id === id);
  });
  return new Map([...(found.get(true) ?? []), ...read.flat()].map((statement) => [statement.contractId, statement]));
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

/** A contract that is gone since it was listed was as it is listed. */
async function unstated(business: Table, month: Month, now: number): Promise<Standing> {
  if (now < Date.parse(month.period.from)) return { status: 'upcoming' };
  if (now < Date.parse(month.period.to)) return { status: 'running' };
  const { tenantId, contractId } = month.contract;
  const dossier = await readDossier(business, tenantId, contractId);
  return dossier === undefined ? { status: 'due' } : standingOf(month, dossier, now);
}

/**
 * Where those of some contracts stand that have the month, in their order. One read of all their statements, one more for each contract
 * that was ever corrected, and for each month that is over and not stated one of what the contract has.
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
  return abreast(months, async (month) => {
    const { contract, period } = month;
    const statement = byContract.get(contract.contractId);
    const standing = statement === undefined ? await unstated(business, month, now) : stated(statement);
    return { contract, period, standing };
  });
}
