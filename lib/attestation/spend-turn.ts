// Spending a turn: what it leaves on the contract, and the message of the next one where that is near. Waiting up to 15 minutes goes back
// through SQS; longer waiting moves `dueAt`, and the planner brings it back.
import { keys } from '../aws/keys.ts';
import { LONGEST_DELAY_SECONDS } from '../aws/queue.ts';
import type { TokenRefusal } from '../connection/tend.ts';
import { askReading } from '../contract/ask.ts';
import { waitsSince } from '../contract/asked.ts';
import type { Contract } from '../contract/contract.ts';
import { type Due, spreadOf } from '../contract/due.ts';
import { endTurn, TURN_LEASE_MS } from '../contract/turn.ts';
import { appendMarks } from '../event/mark.ts';
import type { Period } from '../mileage/period.ts';
import { turnMessage } from '../reading/plan-reads.ts';
import { OPERATOR_RETRY_SECONDS } from '../vehicle/retry.ts';
import type { OpenTurn, Turning } from './open-turn.ts';
import { monthDueAt, type Next, newest, whenNext } from './when-next.ts';

const iso = (epoch: number): string => new Date(epoch).toISOString();

type Progress = Pick<Contract, 'goal' | 'failures' | 'attempts' | 'deadlineAt' | 'tendedAt' | 'lastFetchedAt'>;

export const progressOf = ({ dossier }: OpenTurn): Progress => ({
  goal: dossier.contract.goal,
  failures: dossier.contract.failures,
  attempts: dossier.contract.attempts,
  deadlineAt: dossier.contract.deadlineAt,
  tendedAt: dossier.contract.tendedAt,
  lastFetchedAt: newest(dossier.readings.map(({ fetchedAt }) => fetchedAt)),
});

/** Spends the turn. A crash after a lease and before its message leaves the contract leased; the planner takes it up again. */
export async function moveOn(turning: Turning, turn: OpenTurn, next: Next, now: number): Promise<void> {
  const { contract } = turn.dossier;
  const tendedAt = turn.message.tended === true ? iso(now) : contract.tendedAt;
  const { due, waiting } = whenNext(turn, next, tendedAt, now);
  const delaySeconds = Math.ceil((Date.parse(due.at) - now) / 1000);
  const marks = appendMarks(keys.contract(contract.tenantId, contract.contractId), turn.events ?? []);
  const sameGoal = next.failures > 0 && delaySeconds <= LONGEST_DELAY_SECONDS;
  const progress = { ...progressOf(turn), tendedAt, goal: due.goal, ...waiting, ...turn.answer };
  if (!sameGoal || due.goal === 'deadline') {
    await heedAsked(turning, await endTurn(turning.business, contract, { ...progress, dueAt: due.at }, marks));
    return;
  }
  const leased = { ...progress, dueAt: iso(Date.parse(due.at) + TURN_LEASE_MS) };
  const leasedTurn = await endTurn(turning.business, contract, leased, marks);
  if (leasedTurn !== undefined) await turning.sendRead([{ body: turnMessage(leasedTurn), delaySeconds }]);
}

/**
 * A reading that was asked for while a turn was under way joined it, and that turn did not know. A crash before this leaves the turn's
 * message, which comes again, is dropped, and does this.
 */
export async function heedAsked({ business, clock }: Turning, contract: Contract | undefined): Promise<void> {
  if (waitsSince(contract?.asked) !== undefined && contract !== undefined)
    await askReading(business, contract, clock());
}

/**
 * The access token has to be refreshed first: a new turn, by way of the function that does that. The token is of the application that the
 * connection has: the contract learns of a move a little later.
 */
export async function handToTend(turning: Turning, turn: OpenTurn, rejectedVersion?: number): Promise<void> {
  const dueAt = iso(turning.clock() + TURN_LEASE_MS);
  const { contract, connection } = turn.dossier;
  const next = await endTurn(turning.business, contract, { ...progressOf(turn), dueAt });
  if (next === undefined) return;
  const { applicationId = next.applicationId } = connection ?? {};
  const rejected = rejectedVersion === undefined ? {} : { rejectedVersion };
  await turning.sendTend([{ body: { ...turnMessage({ ...next, applicationId }), ...rejected } }]);
}

/** Nothing is read, and the pair cannot be kept alive either: later, and no attempt. */
export async function tendLater(turning: Turning, turn: OpenTurn, refusal: TokenRefusal): Promise<void> {
  const { meaning, retryAfterSeconds = 0 } = refusal;
  const isOurs = meaning === 'operator' || meaning === 'billing';
  if (isOurs) turning.warn(`vehicle_${meaning}`);
  const now = turning.clock();
  const wait = Math.max(isOurs ? OPERATOR_RETRY_SECONDS : LONGEST_DELAY_SECONDS, retryAfterSeconds) * 1000;
  const { deadlineAt } = turn.dossier.contract;
  const tend: Due = { goal: 'tend', at: iso(now + wait) };
  const due: Due = deadlineAt !== undefined && deadlineAt < tend.at ? { goal: 'deadline', at: deadlineAt } : tend;
  await endTurn(turning.business, turn.dossier.contract, { ...progressOf(turn), goal: due.goal, dueAt: due.at });
}

/** The same again at once, in a new turn that is as fresh as this one. */
export async function readAgain(turning: Turning, turn: OpenTurn): Promise<void> {
  const dueAt = iso(turning.clock() + TURN_LEASE_MS);
  const next = await endTurn(turning.business, turn.dossier.contract, { ...progressOf(turn), dueAt });
  const { tended, refreshed } = turn.message;
  const fresh = { ...(tended === undefined ? {} : { tended }), ...(refreshed === undefined ? {} : { refreshed }) };
  if (next !== undefined) await turning.sendRead([{ body: { ...turnMessage(next), ...fresh } }]);
}

/** Contracts that wait for an empty budget come back at the soonest after this, and spread over as much as an hour more. */
const EMPTY_BUDGET_MS = 15 * 60_000;
const EMPTY_BUDGET_SPREAD_MS = 60 * 60_000;

/**
 * No requests left in the budget: later, and no attempt. Spread, or all who wait would come back at once to find it empty again. What was
 * asked for beside the month comes back when the month is due at the latest.
 */
export async function postpone(turning: Turning, turn: OpenTurn, period: Period, refillMs: number): Promise<void> {
  const { contractId, turn: number } = turn.dossier.contract;
  const now = turning.clock();
  const spread = Math.floor(spreadOf(`${contractId}#${number}`) * EMPTY_BUDGET_SPREAD_MS);
  const later = now + Math.max(refillMs, EMPTY_BUDGET_MS) + spread;
  const monthAt = monthDueAt(turn.dossier, period, now);
  const dueAt = iso(monthAt > now ? Math.min(later, monthAt) : later);
  await endTurn(turning.business, turn.dossier.contract, { ...progressOf(turn), dueAt });
}
