// What to do with a turn's message, before any vehicle is asked: is anything to be read, and over which way. Reads no car.
import { tokenOwner } from '../connection/application-token.ts';
import { type Connection, isReadable } from '../connection/connection.ts';
import type { TokenRefusal } from '../connection/tend.ts';
import type { HeldPair } from '../connection/vault.ts';
import { type Contract, waitsUntil } from '../contract/contract.ts';
import { deadlineOf, nextDue } from '../contract/due.ts';
import { openPeriod } from '../contract/open-period.ts';
import { wantedOf } from '../contract/replacement.ts';
import type { Period } from '../mileage/period.ts';
import { readDossier } from '../reading/dossier.ts';
import { asksForVin } from '../reading/read-odometer.ts';
import type { VehicleApplication } from '../tenant/application.ts';
import { type VehiclePlatform, whoseToken } from '../vehicle/platform.ts';
import { isStale, wayThere, withoutPair } from './moving.ts';
import type { OpenTurn, Turning, TurnMessage } from './open-turn.ts';
import { newestStatement } from './statement.ts';
import { dueInput } from './when-next.ts';

export interface Reading {
  readonly kind: 'read';
  readonly turn: OpenTurn;
  readonly period: Period;
  readonly application: VehicleApplication;
  readonly platform: VehiclePlatform;
  readonly connection: Connection & { readonly vendorVehicleId: string };
  readonly pair: HeldPair;
  readonly withVin: boolean;
  /** Over the application that the connection is moving to; what is of no use there is read again over its own, at once. */
  readonly upgrading: boolean;
}

export type Prepared =
  | { readonly kind: 'drop'; readonly contract?: Contract }
  | { readonly kind: 'settle'; readonly turn: OpenTurn }
  | { readonly kind: 'tend'; readonly turn: OpenTurn }
  | { readonly kind: 'untended'; readonly turn: OpenTurn; readonly refusal: TokenRefusal; readonly isReadDue: boolean }
  | Reading;

export async function prepare(turning: Turning, message: TurnMessage): Promise<Prepared> {
  const { tenantId, contractId } = message;
  const newest = newestStatement(turning.attestations, { tenantId, contractId });
  const since = async () => (await newest)?.boundary?.at;
  const [dossier, head] = await Promise.all([readDossier(turning.business, tenantId, contractId, since), newest]);
  if (dossier === undefined) return { kind: 'drop' };
  if (dossier.contract.turn !== message.turn) return { kind: 'drop', contract: dossier.contract };
  const turn = { message: ofOwnWay(message, dossier.connection), dossier, head };
  const period = openPeriod(dossier.contract, head?.through);
  const { connection } = dossier;
  const settled: Prepared = { kind: 'settle', turn };
  if (period === undefined || connection?.vendorVehicleId === undefined) return settled;
  if (!isReadable(connection)) return settled;
  // What is to be stated again needs no car, and waits for none: a read that is due comes with the turn after this one.
  if (wantedOf(dossier.contract.replace) !== undefined) return settled;
  const isDue = isReadDue(turn, period, turning.clock());
  const { refusal, tended } = turn.message;
  if (!isDue) return refusal === undefined ? settled : { kind: 'untended', turn, refusal, isReadDue: false };
  const car = { ...connection, vendorVehicleId: connection.vendorVehicleId };
  const there = await readThere(turning, turn, period, car);
  if (there !== undefined) return there;
  if (refusal !== undefined) return { kind: 'untended', turn, refusal, isReadDue: true };
  const pair = await turning.vault.read(tokenOwner(connection));
  if (pair === undefined) return withoutTokens(turning, turn, connection);
  // One that comes from being tended is used as it is: tending it again would get no fresher one, and go round for ever.
  if (isStale(turning, pair) && tended !== true) return { kind: 'tend', turn };
  const application = await turning.application(connection.applicationId);
  const withVin = asksForVin(application, dossier.contract, period);
  const platform = turning.platformOf(application);
  return { kind: 'read', turn, period, application, platform, connection: car, pair, withVin, upgrading: false };
}

/** What a token was made for, or refused to, says nothing of it where the connection has left that application meanwhile. */
function ofOwnWay(message: TurnMessage, connection: Connection | undefined): TurnMessage {
  const { tenantId, contractId, turn, applicationId: of } = message;
  return of === undefined || of === connection?.applicationId ? message : { tenantId, contractId, turn };
}

/** The read over the application that a connection is moving to, when it may be tried; with the VIN, since it is the first one there. */
async function readThere(
  turning: Turning,
  turn: OpenTurn,
  period: Period,
  connection: Reading['connection'],
): Promise<Reading | undefined> {
  const there = await wayThere(turning, connection);
  if (there === undefined) return undefined;
  const platform = turning.platformOf(there.application);
  const car = { ...connection, vendorUserId: there.vendorUserId };
  return { kind: 'read', turn, period, platform, ...there, connection: car, withVin: true, upgrading: true };
}

/**
 * Not when a stored reading closes the period already (a redelivery), past the deadline, or when the next read is still to come: a turn
 * may also be about something else, and what the last attempt has to wait for holds all the same.
 */
function isReadDue(turn: OpenTurn, period: Period, now: number): boolean {
  const { contract } = turn.dossier;
  if (now >= deadlineOf(period, contract.deadlineDays)) return false;
  if (waitsUntil(contract, now) !== undefined) return false;
  const due = nextDue(dueInput(turn.dossier, period), now);
  return due.goal !== 'deadline' && Date.parse(due.at) <= now;
}

/** A driver's pair that is gone is the driver's to renew; an application's token is made by the function that makes tokens fresh. */
async function withoutTokens(turning: Turning, turn: OpenTurn, connection: Connection): Promise<Prepared> {
  if (whoseToken(connection.platform) === 'application') return { kind: 'tend', turn };
  const after = await withoutPair(turning, connection, 'tokens_gone');
  return {
    kind: isReadable(after) ? 'tend' : 'settle',
    turn: { ...turn, dossier: { ...turn.dossier, connection: after } },
  };
}
