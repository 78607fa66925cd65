// Issuing: one statement per contract and period, strictly in order. One consistent read of the newest statement decides what is next;
// the put at the next number commits that decision; whoever loses it starts over from the read.
import type { Signer } from '../aws/signer.ts';
import type { Table } from '../aws/table.ts';
import type { Connection } from '../connection/connection.ts';
import { attemptsFor, countAttempt } from '../contract/attempts.ts';
import { type Contract, openPeriod } from '../contract/contract.ts';
import { deadlineOf } from '../contract/due.ts';
import { overlap, type Term } from '../contract/same-car.ts';
import type { Facts } from '../mileage/doubts.ts';
import { judge, type Measured } from '../mileage/judge.ts';
import { RULES_VERSION } from '../mileage/limits.ts';
import type { Period } from '../mileage/period.ts';
import { sameVin } from '../mileage/vin.ts';
import { buildClaims, type NoReadingFact, type StatementFacts } from '../proof/claims.ts';
import { statusListUri } from '../proof/status-list.ts';
import { expectedVinOf } from '../reading/dossier.ts';
import { type OdometerEvent, replacementsOf } from '../reading/odometer-event.ts';
import type { StoredReading } from '../reading/reading.ts';
import { attestationId, statusListId } from './derived-ids.ts';
import { reasonFor } from './reason.ts';
import { hashOfSigningInput, leafOf, prepareStatement } from './sd-jwt.ts';
import { monthsStated, newestStatement, putStatement, type Statement } from './statement.ts';
import { announceStatusList } from './status-list.ts';

export interface Issuing {
  readonly attestations: Table;
  readonly signer: Signer;
  /** `iss`: the public origin under which the keys are published. */
  readonly issuer: string;
}

export interface IssueCase {
  readonly contract: Contract;
  readonly connection: Connection | undefined;
  /** All that the contract ever had, as far as they are known. */
  readonly connections: readonly Connection[];
  /** When the tenant's other contracts are about the same car. */
  readonly onSameCar?: readonly Term[];
  /** All that was declared. */
  readonly odometerEvents: readonly OdometerEvent[];
  /** Only readings that consent covers. */
  readonly readings: readonly StoredReading[];
  /** The newest statement, from a consistent read. */
  readonly head: Statement | undefined;
}

type Result = Measured | NoReadingFact;

/**
 * States every period that can be stated: those that a reading closes, and those past their deadline.
 * A crash after any put leaves a chain that is whole; the redelivered message goes on from it.
 * @param now epoch milliseconds
 * @returns the newest statement afterwards
 */
export async function statePeriods(
  issuing: Issuing,
  issueCase: IssueCase,
  now: number,
): Promise<Statement | undefined> {
  const { contract, head } = issueCase;
  const period = openPeriod(contract, head?.through);
  if (period === undefined) return head;
  const result = resultOf(issueCase, period, now);
  if (result === undefined) return head;
  const statement = await sign(issuing, issueCase, period, result, now);
  // A crash here leaves a list of statements without any: the first one comes with the redelivered message.
  if (head === undefined) await announceStatusList(issuing.attestations, contract);
  const won = await putStatement(issuing.attestations, statement);
  // Also after a lost answer: the newest statement is ours then, and the loop goes on from it.
  const next = won ? statement : await newestStatement(issuing.attestations, contract);
  return statePeriods(issuing, { ...issueCase, head: next }, now);
}

/** Whether the period can be stated now, and with what. */
function resultOf(issueCase: IssueCase, period: Period, now: number): Result | undefined {
  const { contract, connection, readings, head } = issueCase;
  // Whatever a reading says about its own time: nobody states a month that is not over.
  if (now < Date.parse(period.to)) return undefined;
  const expectedVin = expectedVinOf(issueCase);
  const judged = judge({
    period,
    anchor: head?.boundary,
    readings,
    expectedVin,
    facts: factsOf(issueCase, period, expectedVin),
  });
  if (judged.outcome === 'measured') return judged;
  if (now < deadlineOf(period, contract.deadlineDays)) return undefined;
  const otherCar = judged.why === 'no_trusted_reading' && readings.length > 0;
  const attempts = attemptsFor(contract.attempts, monthsStated(head) + 1);
  const reason = otherCar ? 'refused' : reasonFor(connectionIn(period, connection, readings), attempts);
  return { outcome: 'no_reading', reason, rulesVersion: RULES_VERSION };
}

/** What the judgement knows besides the readings of its own period. */
function factsOf(issueCase: IssueCase, period: Period, expectedVin: string | undefined): Facts {
  const { contract, connections, odometerEvents, readings, head, onSameCar = [] } = issueCase;
  const { boundary } = head ?? {};
  const own = ({ vin }: StoredReading) => vin === undefined || expectedVin === undefined || sameVin(vin, expectedVin);
  const earlier = readings
    .filter((reading) => boundary !== undefined && reading.recordedAt <= boundary.at && own(reading))
    .map(({ recordedAt, metres }) => ({ at: recordedAt, metres }))
    .toSorted((one, other) => (one.at < other.at ? -1 : 1));
  const disconnectedAt = connections.flatMap(({ withdrawnAt }) => withdrawnAt ?? []);
  const replacements = replacementsOf(odometerEvents);
  const month = { startsAt: period.from, endsAt: period.to };
  const contractsOnVehicle = 1 + onSameCar.filter((term) => overlap(term, month)).length;
  return { contractStart: contract.startsAt, replacements, disconnectedAt, contractsOnVehicle, earlier };
}

/** A car that was connected when the period was over, and never read before, was no car of this period. */
function connectionIn(
  { to }: Period,
  connection: Connection | undefined,
  readings: readonly StoredReading[],
): Connection | undefined {
  const { connectedAt = '' } = connection ?? {};
  return connectedAt >= to && readings.every(({ recordedAt }) => recordedAt >= to) ? undefined : connection;
}

async function sign(
  { signer, issuer }: Issuing,
  { contract, connection, readings, head }: IssueCase,
  period: Period,
  result: Result,
  now: number,
): Promise<Statement> {
  const { tenantId, contractId } = contract;
  const seq = (head?.seq ?? 0) + 1;
  const month = monthsStated(head) + 1;
  const { kid } = await signer.publicJwk();
  const claims = buildClaims({
    issuer,
    issuedAt: now,
    jti: attestationId(contract, seq),
    tenant: tenantId,
    contract: contractId,
    seq,
    statusUri: statusListUri(issuer, statusListId(contract)),
    prev: head === undefined ? null : hashOfSigningInput(head.signingInput),
    period,
    attempts: attemptsClaim(contract, readings, month),
    platform: platformOf(result, readings) ?? contract.platform,
    result,
  });
  const { signingInput } = prepareStatement(contract, connection, kid, claims);
  const signature = Buffer.from(await signer.sign(signingInput)).toString('base64url');
  const boundary = result.outcome === 'measured' ? result.closing : head?.boundary;
  return {
    tenantId,
    contractId,
    seq,
    ...(month === seq ? {} : { months: month }),
    attestationId: claims.jti,
    period,
    issuedAt: new Date(now).toISOString(),
    through: period.to,
    ...(boundary === undefined ? {} : { boundary }),
    ...(connection === undefined ? {} : { connectionId: connection.connectionId }),
    signingInput,
    signature,
    leaf: leafOf(contract, seq, signingInput),
  };
}

/** What the newest reading that the statement rests on came over; undefined where there is none. */
function platformOf(result: Result, readings: readonly StoredReading[]): Contract['platform'] | undefined {
  if (result.outcome !== 'measured') return undefined;
  const { before, after } = result.closing;
  const id = (after ?? before)?.id;
  const closing = readings.find((reading) => reading.id === id);
  return closing && (closing.platform ?? 'v2');
}

/**
 * Failed attempts are remembered by the contract, successful ones by their readings: neither is lost or doubled by a crash. What a car
 * told unasked is no attempt.
 */
function attemptsClaim(
  contract: Contract,
  readings: readonly StoredReading[],
  month: number,
): StatementFacts['attempts'] {
  const own = readings.filter((reading) => reading.seq === month);
  const { counts, firstAt, lastAt } = own.reduce(
    (attempts, { outcome, fetchedAt }) =>
      outcome === undefined ? attempts : countAttempt(attempts, outcome, fetchedAt),
    attemptsFor(contract.attempts, month),
  );
  return { counts, ...(firstAt === undefined ? {} : { firstAt }), ...(lastAt === undefined ? {} : { lastAt }) };
}
