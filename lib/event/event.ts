// What happened, for the outside: a type, an instant, and ids. Ids only: whoever is told asks the API for the rest, with a key.
// Refuses anything else: no VIN, distance, place, name or link has a member to stand in.
import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import type { Key } from '../aws/table.ts';

export const EVENT_TYPES = [
  /** A contract reads from a connection from now on: its first car, or the same one connected anew. */
  'contract.connected',
  /** The car does not answer until its owner does something; `reason` says what stands in the way. */
  'connection.action_required',
  /** The driver has to log in again: the contract's connection has the link (`reconnect`), the event has not. */
  'connection.reauth_required',
  /** The driver, or somebody for the driver, ended the consent. */
  'connection.withdrawn',
  /** An odometer reading was stored. */
  'reading.recorded',
  /** A period's car slept when it was asked; told once a period, it is asked again. */
  'period.asleep',
  /** A period was stated: measured, or without a reading. */
  'attestation.issued',
  /** A statement's verdict is `illogical`; told beside `attestation.issued` or `attestation.replaced`. */
  'attestation.flagged',
  /** A statement took the place of another one. */
  'attestation.replaced',
  /** Every contract that has the month is stated; told once for a tenant and a month. */
  'run.completed',
  /** A report can be downloaded. */
  'report.ready',
  /** A report could not be built; `reason` says why. */
  'report.failed',
  /** A webhook endpoint is not told any more: the tenant asked for that, it answered 410, or nothing has arrived for days. */
  'webhook.disabled',
  /** The tenant asked for something to be sent to an endpoint. */
  'webhook.test',
] as const;

export type EventType = (typeof EVENT_TYPES)[number];

const id = z.optional(z.string().check(z.regex(/^[\w.:-]{1,80}$/)));

/** Ids, and codes; a member that is not here cannot be told. */
const eventData = z.strictObject({
  contractId: id,
  connectionId: id,
  readingId: id,
  attestationId: id,
  /** The statement that `attestationId` replaces. */
  replaces: id,
  endpointId: id,
  reportId: id,
  /** `YYYY-MM`. */
  periodId: id,
  /** The vehicle platform's code, or ours. */
  reason: id,
});

type EventData = Readonly<z.infer<typeof eventData>>;

const storedEvent = z.strictObject({
  /** `evt_` and 32 hex digits, the same however often it is told. */
  id: z.string().check(z.regex(/^evt_[0-9a-f]{32}$/)),
  type: z.enum(EVENT_TYPES),
  /** Instant of the change. */
  at: z.string(),
  tenantId: z.string(),
  data: eventData,
});

export type Event = Readonly<z.infer<typeof storedEvent>>;

/** @throws when one of them is malformed */
export const parseEvents = (value: unknown): readonly Event[] => z.array(storedEvent).parse(value);

/** A change of an item that the outside is told of. */
export interface Happening {
  /** The item that changed. */
  readonly key: Key;
  readonly type: EventType;
  /** What tells this change of the item from every other of the same type. */
  readonly change: string;
  /** Instant. */
  readonly at: string;
  readonly tenantId: string;
  readonly data: EventData;
}

/** The id depends on item, type and change alone: 128 bits of SHA-256. Whoever tells a change twice tells it under one id. */
export function eventOf({ key, type, change, at, tenantId, data }: Happening): Event {
  const digest = createHash('sha256')
    .update(JSON.stringify([key.pk, key.sk, type, change]))
    .digest('hex');
  return { id: `evt_${digest.slice(0, 32)}`, type, at, tenantId, data };
}
