// What a turn is worked on with, and what is known of it before it is decided.
import type { Send } from '../aws/queue.ts';
import type { Table } from '../aws/table.ts';
import type { PlatformOf } from '../connection/platforms.ts';
import type { TokenRefusal } from '../connection/tend.ts';
import type { Vault } from '../connection/vault.ts';
import type { Contract } from '../contract/contract.ts';
import type { Event } from '../event/event.ts';
import type { Dossier } from '../reading/dossier.ts';
import type { FindApplication } from '../tenant/application.ts';
import type { RandomBytes } from '../tenant/id.ts';
import type { Issuing } from './make-statement.ts';
import { monthsStated, type Statement } from './statement.ts';

export interface Turning extends Issuing {
  readonly business: Table;
  readonly vault: Vault;
  readonly platformOf: PlatformOf;
  readonly sendRead: Send;
  readonly sendTend: Send;
  readonly application: FindApplication;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  readonly random: RandomBytes;
  /** Milliseconds that a vehicle call may take from now on. */
  readonly callDeadlineMs: () => number;
  /** Tells the operator; codes only. */
  readonly warn: (code: string) => void;
}

export interface TurnMessage {
  readonly tenantId: string;
  readonly contractId: string;
  readonly turn: number;
  /** Of which application it was tended, or refused. */
  readonly applicationId?: string | undefined;
  /** It has just been tended: its token is as fresh as the platform makes them. */
  readonly tended?: boolean | undefined;
  /** The token was refreshed because the platform had refused it: a second refusal means that the driver has to reconnect. */
  readonly refreshed?: boolean | undefined;
  /** It has no fresh token, because the platform refused to make one. */
  readonly refusal?: TokenRefusal | undefined;
}

/** Number of the month that is stated next, from 1: what was tried for it is counted under this. */
export const openMonth = ({ head }: Pick<OpenTurn, 'head'>): number => monthsStated(head) + 1;

/** A turn with everything read that it is decided on. */
export interface OpenTurn {
  readonly message: TurnMessage;
  readonly dossier: Dossier;
  readonly head: Statement | undefined;
  /** The reading that was asked for, and what was to be stated again, where this turn has answered. */
  readonly answer?: Pick<Contract, 'asked' | 'replace'>;
  /** What its end tells the outside, on the contract. */
  readonly events?: readonly Event[];
}
