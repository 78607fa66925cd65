// What a tenant's servers are told, type by type, for the document: when it is told, and a body as it arrives. Not deployed.
import * as z from 'zod/mini';
import { EVENT_TYPES, type Event, type EventType } from '../event/event.ts';
import { about, instant } from './fields.ts';

export const webhookBody = z
  .object({
    type: z.enum(EVENT_TYPES),
    timestamp: about(instant, 'When it happened.'),
    sequence: about(
      z.int(),
      'Counts the deliveries of the endpoint without a hole: what is missing was not received. What happens while it is disabled has no number.',
    ),
    data: about(z.record(z.string(), z.string()), 'Ids of what it is about, and a reason where there is one.'),
  })
  .check(z.meta({ id: 'WebhookBody', description: 'Ids alone: whoever is told asks the API for the rest.' }));

interface Told {
  readonly when: string;
  /** All that there may be; `reason`, and `replaces` of what is flagged, are not always there. */
  readonly data: Event['data'];
}

const contractId = 'con_019b8d51c1008a2a8a2a8a2a8a2a8a2a';
const connection = { contractId, connectionId: 'cxn_019b8d51c1009a2a8a2a8a2a8a2a8a2a' };
const periodId = '2026-01';
const january = `att_${contractId.slice(4)}_1_fQ8_b0yLGi6dXGt6j5ASNA`;
const januaryAgain = `att_${contractId.slice(4)}_2_Z0kQm1uTn3v8R5aXcYdEfg`;
const reportId = 'rep_019c1d94d4b870c49df182c9dc1813c8';
const endpointId = 'whe_019b8d51c100aa2a8a2a8a2a8a2a8a2a';

export const TOLD: Readonly<Record<EventType, Told>> = {
  'contract.connected': {
    when: 'The contract reads from this connection from now on: its first car, or the same one connected anew.',
    data: connection,
  },
  'connection.action_required': {
    when: 'The car does not answer until its owner does something; `reason` is what stands in the way, and what to tell the driver is `driverMust` of the contract’s connection. Told once for a reason, not at every retry.',
    data: { ...connection, reason: 'CONNECTED_SERVICES_ACCOUNT:SUBSCRIPTION' },
  },
  'connection.reauth_required': {
    when: 'The driver has to log in again. The link for that is `reconnect` of the contract’s connection.',
    data: { ...connection, reason: 'token_refused' },
  },
  'connection.withdrawn': {
    when: 'The consent ended: nothing is read from now on. `reason` is there where it was not the driver who ended it.',
    data: { ...connection, reason: 'ended_by_insurer' },
  },
  'reading.recorded': {
    when: 'The car was asked, and a reading was stored. What a car tells by itself is not told.',
    data: { ...connection, readingId: 'rdg_019c16c2a1e873c5a1b2c3d4e5f60718', periodId },
  },
  'period.asleep': {
    when: 'The car slept when it was asked for this month; it is asked again by itself. Told once a month.',
    data: { ...connection, periodId },
  },
  'attestation.issued': {
    when: 'A month was stated: with a distance, or with why there is none.',
    data: { contractId, attestationId: january, periodId },
  },
  'attestation.flagged': {
    when: 'The verdict of an attestation is `illogical`. Told beside `attestation.issued` or, with `replaces`, `attestation.replaced`.',
    data: { contractId, attestationId: januaryAgain, periodId, replaces: january },
  },
  'attestation.replaced': {
    when: 'An attestation took the place of another one, `replaces`.',
    data: { contractId, attestationId: januaryAgain, periodId, replaces: january },
  },
  'run.completed': {
    when: 'Every contract that has the month is stated (`GET /v1/runs/{period}`). Told once a month.',
    data: { periodId },
  },
  'report.ready': {
    when: 'A report can be downloaded (`GET /v1/reports/{reportId}/download`). One on a month of all contracts has `periodId` in the place of `contractId`.',
    data: { reportId, contractId },
  },
  'report.failed': {
    when: 'A report was not built, because its contract is erased (`contract_erased`), because there is nothing to show (`nothing_stated`), or too much for a PDF (`too_large`), or through our fault (`internal`): then it may be `report.ready` yet.',
    data: { reportId, contractId, reason: 'internal' },
  },
  'webhook.disabled': {
    when: 'An endpoint is told nothing any more: you asked for that (`tenant`), it answered 410 (`gone`), or nothing has arrived for five days (`failing`).',
    data: { endpointId, reason: 'failing' },
  },
  'webhook.test': { when: 'You asked for something to be sent to this endpoint.', data: { endpointId } },
};

/** A body of this type as it arrives. */
export const exampleOf = (type: EventType) => ({
  type,
  timestamp: '2026-02-01T01:12:40.000Z',
  sequence: EVENT_TYPES.indexOf(type) + 1,
  data: TOLD[type].data,
});
