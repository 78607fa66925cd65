// I11 of a whole store: every change that the outside is told of has its event, told or marked to be, and no event is without its change.
// Reads what is stored, not what the code that wrote it thinks.
import { TOLD } from '../../../lib/api/webhook-bodies.ts';
import { eventsPartition } from '../../../lib/aws/keys.ts';
import type { Item, Table } from '../../../lib/aws/table.ts';
import { type Event, parseEvents } from '../../../lib/event/event.ts';

const TOLD_STATES = ['action_required', 'reauth_required', 'withdrawn'];

/** Everything that a tenant was told so far, twice where it was told twice. */
export async function toldEvents(business: Table, tenantId: string): Promise<readonly Event[]> {
  const where = { expression: '#pk = :pk', values: { pk: eventsPartition(tenantId) } };
  const { items } = await business.query({ where });
  // Beside them lie events that wait for the sweep, bare once it was there.
  return items.flatMap(({ sk, events }) => (String(sk).startsWith('E#') ? parseEvents(events) : []));
}

export const marksOn = (items: readonly Item[]): readonly Event[] =>
  items.flatMap(({ marks = [] }) => parseEvents(marks));

interface Wanted {
  readonly type: string;
  readonly id: unknown;
}

/** What the items of one contract say that must have been told. */
const wantedFrom = (items: readonly Item[]): readonly Wanted[] =>
  items.flatMap(({ sk, id, state, connectionId, source }) => {
    const kind = String(sk).slice(0, 2);
    // What a car tells by itself, nobody waits for.
    if (kind === 'R#') return source === 'push' ? [] : [{ type: 'reading.recorded', id }];
    if (kind === 'Z#' && connectionId !== undefined) return [{ type: 'contract.connected', id: connectionId }];
    return kind === 'Y#' && TOLD_STATES.includes(String(state))
      ? [{ type: `connection.${state}`, id: connectionId }]
      : [];
  });

/** Whether an event has the members that tenants are shown of its type; a reason, and what a flagged one replaces, is not always there. */
export function isAsTold({ type, data }: Event): boolean {
  const [own, shown] = [Object.keys(data), Object.keys(TOLD[type].data)];
  const always = shown.filter((name) => name !== 'reason' && (name !== 'replaces' || type === 'attestation.replaced'));
  return own.every((name) => shown.includes(name)) && always.every((name) => own.includes(name));
}

/** @returns what does not hold. @param items the contract's, all of them @param told of its tenant */
export function checkEvents(contractId: string, items: readonly Item[], told: readonly Event[]): string[] {
  const events = [...told, ...marksOn(items)].filter(({ data }) => data.contractId === contractId);
  const named = ({ type, data }: Event) => `${type} ${data.readingId ?? data.connectionId}`;
  const names = new Set(events.map(named));
  const missing = wantedFrom(items).filter(({ type, id }) => !names.has(`${type} ${id}`));
  const readings = items.flatMap(({ sk, id }) => (String(sk).startsWith('R#') ? [id] : []));
  const unreal = events.filter(({ data }) => data.readingId !== undefined && !readings.includes(data.readingId));
  const asleep = events.filter(({ type }) => type === 'period.asleep');
  const perPeriod = Map.groupBy(asleep, ({ data }) => data.periodId);
  const twice = [...perPeriod].filter(([, own]) => new Set(own.map(({ id }) => id)).size > 1);
  const bare = items.filter(
    ({ marks, untoldAt, untoldShard }) =>
      new Set([marks, untoldAt, untoldShard].map((one) => one === undefined)).size > 1,
  );
  return [
    ...events.filter((event) => !isAsTold(event)).map((event) => `${named(event)} is not as the document shows it`),
    ...missing.map(({ type, id }) => `nobody is told of ${type} ${id}`),
    ...unreal.map((event) => `${named(event)} never happened`),
    ...twice.map(([period]) => `two events say that the car slept in ${period}`),
    ...bare.map(({ sk }) => `${sk} has marks and is not in the index, or the other way round`),
  ];
}
