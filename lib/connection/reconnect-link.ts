// The link of a connection whose login is dead: signed and not stored, so that whoever may have one is given it on asking, and reading stays
// reading. Names the connection it is to replace; refuses whatever is not letter by letter what was signed, and knows nothing of whether
// that connection still stands so: that is asked when the link is opened.
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Contract } from '../contract/contract.ts';
import { isId } from '../tenant/id.ts';
import type { Connection } from './connection.ts';

/** What the key is used for here: no MAC that is made with it for anything else is one of a link. */
const PURPOSE = 'odoseal reconnect link 1';

/** A driver's link lives this long unless the insurer says otherwise: 14 days. */
export const DEFAULT_LIFE_SECONDS = 1_209_600;

const HOUR_MS = 3_600_000;

export type Reconnecting = Pick<Connection, 'tenantId' | 'contractId' | 'connectionId'>;

export interface ReconnectToken {
  readonly token: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

/** An id that was not made by us: nothing can be signed for it. */
class ForeignId extends Error {
  readonly code = 'ID_UNKNOWN_FORM';
}

/** HMAC-SHA-256 (RFC 2104) over purpose and payload, in base64url. */
const macOf = (key: string, payload: string): string =>
  createHmac('sha256', key).update(`${PURPOSE}.${payload}`).digest('base64url');

function bytesOf(prefix: string, id: string): Buffer {
  if (!isId(prefix, id)) throw new ForeignId(`no id that begins with ${prefix}_`);
  return Buffer.from(id.slice(prefix.length + 1), 'hex');
}

/** Hours of the epoch (3 bytes), contract (16), connection (16), tenant (the rest, ASCII). */
const HOURS = 3;
const CONTRACT = HOURS + 16;
const CONNECTION = CONTRACT + 16;

/**
 * `payload.mac`. Full hours, so that who asks again within one is given the same link: at least 14 days, and less than an hour more.
 * @param now epoch milliseconds
 * @throws ForeignId for a contract or a connection whose id was not made by `newId`
 */
export function reconnectToken(
  key: string,
  { tenantId, contractId, connectionId }: Reconnecting,
  now: number,
): ReconnectToken {
  const hours = Math.ceil((now + DEFAULT_LIFE_SECONDS * 1000) / HOUR_MS);
  const until = Buffer.alloc(HOURS);
  until.writeUIntBE(hours, 0, HOURS);
  const bytes = [until, bytesOf('con', contractId), bytesOf('cxn', connectionId), Buffer.from(tenantId)];
  const payload = Buffer.concat(bytes).toString('base64url');
  return { token: `${payload}.${macOf(key, payload)}`, expiresAt: hours * HOUR_MS };
}

/** Of a tenant's id, 1 to 40 characters. */
const FORM = /^([\w-]{48,100})\.([\w-]{43})$/;

/** Whether a token is meant to be one of these: a connect session's has no dot. */
export const isReconnectToken = (token: string): boolean => token.includes('.');

/** Which connection a token is to replace; undefined for one that is malformed, altered, of another key or purpose, or past its time. */
export function readReconnectToken(key: string, token: string, now: number): Reconnecting | undefined {
  const [, payload, mac] = FORM.exec(token) ?? [];
  if (payload === undefined || mac === undefined) return undefined;
  // The text is compared and not its bytes: base64url spells the same bytes in several ways.
  if (!timingSafeEqual(Buffer.from(mac), Buffer.from(macOf(key, payload)))) return undefined;
  const bytes = Buffer.from(payload, 'base64url');
  if (bytes.readUIntBE(0, HOURS) * HOUR_MS <= now) return undefined;
  return {
    tenantId: bytes.toString('latin1', CONNECTION),
    contractId: `con_${bytes.toString('hex', HOURS, CONTRACT)}`,
    connectionId: `cxn_${bytes.toString('hex', CONTRACT, CONNECTION)}`,
  };
}

/** Whether only a new login helps this connection, of which its contract reads: then there is a link, and it leads somewhere. */
export const needsLogin = (
  { connectionId, dueAt }: Pick<Contract, 'connectionId' | 'dueAt'>,
  connection: Pick<Connection, 'connectionId' | 'state'> | undefined,
): boolean =>
  dueAt !== undefined && connection?.connectionId === connectionId && connection?.state === 'reauth_required';
