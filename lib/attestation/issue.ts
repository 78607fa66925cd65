// Issuing: one statement per contract and period, strictly in order. One consistent read of the newest statement decides what is next;
// the put at the next number commits that decision; whoever loses it starts over from the read.
import type { Connection } from '../connection/connection.ts';
import { attemptsFor, countAttempt } from '../contract/attempts.ts';
import type { Contract } from '../contract/contract.ts';
import { deadlineOf } from '../contract/due.ts';
import { openPeriod } from '../contract/open-period.ts';
import { RULES_VERSION } from '../mileage/limits.ts';
import type { Period } from '../mileage/period.ts';
import type { StatementFacts } from '../proof/claims.ts';
import type { StoredReading } from '../reading/reading.ts';
import { type JudgeCase, judgeMonth } from './judge-month.ts';
import { claimsAfter, type Issuing, platformOf, type Result, signStatement } from './make-statement.ts';
import { reasonFor } from './reason.ts';
import { monthsStated, newestStatement, putStatement, type Statement } from './statement.ts';
import { announceStatusList } from './status-list.ts';

export interface IssueCase extends JudgeCase {
  /** The newest statement, from a consistent read. */
  readonly head: Statement | undefined;
}

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
  // Somebody corrects the chain: nothing new is stated while something of that may be left.
  if (next?.replaces !== undefined) return next;
  return statePeriods(issuing, { ...issueCase, head: next }, now);
}

/** Whether the period can be stated now, and with what. */
function resultOf(issueCase: IssueCase, period: Period, now: number): Result | undefined {
  const { contract, connection, readings, head } = issueCase;
  // Whatever a reading says about its own time: nobody states a month that is not over.
  if (now < Date.parse(period.to)) return undefined;
  const judged = judgeMonth(issueCase, period, head?.boundary);
  if (judged.outcome === 'measured') return judged;
  if (now < deadlineOf(period, contract.deadlineDays)) return undefined;
  const otherCar = judged.why === 'no_trusted_reading' && readings.length > 0;
  const attempts = attemptsFor(contract.attempts, monthsStated(head) + 1);
  const reason = otherCar ? 'refused' : reasonFor(connectionIn(period, connection, readings), attempts);
  return { outcome: 'no_reading', reason, rulesVersion: RULES_VERSION };
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
  const month = monthsStated(head) + 1;
  const attempts = attemptsClaim(contract, readings, month);
  const platform = platformOf(result, readings) ?? contract.platform;
  const claims = claimsAfter(issuer, contract, head, { period, attempts, platform, result }, now);
  const boundary = result.outcome === 'measured' ? result.closing : head?.boundary;
  const beside = {
    through: period.to,
    ...(boundary === undefined ? {} : { boundary }),
    ...(month === claims.seq ? {} : { months: month }),
  };
  return signStatement(signer, contract, connection, claims, beside, now);
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
