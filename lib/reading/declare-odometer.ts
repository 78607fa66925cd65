// Declaring what happened to an odometer. Refuses what the readings contradict, and a replacement while another has yet to be told: a
// statement has room for one.
import { keys } from '../aws/keys.ts';
import type { Table } from '../aws/table.ts';
import { ROUNDING_METRES } from '../mileage/limits.ts';
import { sameVin } from '../mileage/vin.ts';
import { consentedReadings, type Dossier } from './dossier.ts';
import { type DeclaredReplacement, type OdometerEvent, putOdometerEvent } from './odometer-event.ts';

/** They are all read with every turn of the contract. */
export const MOST_ODOMETER_EVENTS = 100;

export type Declared =
  | { readonly kind: 'declared'; readonly event: OdometerEvent }
  | { readonly kind: 'refused'; readonly field: 'at' | 'oldMetres' | 'newMetres'; readonly message: string }
  /** A replacement that no measured statement has told. */
  | { readonly kind: 'waits' }
  | { readonly kind: 'too_many' }
  | { readonly kind: 'erased' }
  /** Somebody else declared something: what was decided on has changed. */
  | { readonly kind: 'overtaken' };

const NOT_ERASED = 'attribute_not_exists(#erasureAskedAt)';

interface Stand {
  readonly at: string;
  readonly metres: number;
}

/** What the dashboard is known to have shown around an instant, as far as the newest readings and other replacements tell. */
function standsAround(dossier: Dossier, at: string): { readonly before?: Stand; readonly after?: Stand } {
  const { contract, connection, odometerEvents } = dossier;
  const expected = connection?.vin ?? contract.vin;
  const own = consentedReadings(dossier)
    .filter(({ vin }) => vin === undefined || expected === undefined || sameVin(vin, expected))
    .map(({ recordedAt, metres }): Stand => ({ at: recordedAt, metres }));
  const replaced = odometerEvents.filter((event) => event.kind === 'replacement');
  const until = replaced.map((event): Stand => ({ at: event.at, metres: event.newMetres }));
  const from = replaced.map((event): Stand => ({ at: event.at, metres: event.oldMetres }));
  const byTime = (one: Stand, other: Stand): number => (one.at < other.at ? -1 : 1);
  const before = [...own, ...until]
    .filter((stand) => stand.at <= at)
    .toSorted(byTime)
    .at(-1);
  const after = [...own, ...from].filter((stand) => stand.at > at).toSorted(byTime)[0];
  return { ...(before && { before }), ...(after && { after }) };
}

/** One that the readings contradict would cut the line where the car did nothing, for ever. */
function contradiction(dossier: Dossier, { at, oldMetres, newMetres }: DeclaredReplacement): Declared | undefined {
  const { before, after } = standsAround(dossier, at);
  if (before !== undefined && oldMetres < before.metres - ROUNDING_METRES)
    return { kind: 'refused', field: 'oldMetres', message: 'Below what was read before it' };
  if (after !== undefined && newMetres > after.metres + ROUNDING_METRES)
    return { kind: 'refused', field: 'newMetres', message: 'Above what was read after it' };
  return undefined;
}

function refusalOf(dossier: Dossier, event: OdometerEvent, told: string): Declared | undefined {
  const { contract, odometerEvents } = dossier;
  if (contract.erasureAskedAt !== undefined) return { kind: 'erased' };
  if (event.at > event.declaredAt) return { kind: 'refused', field: 'at', message: 'In the future' };
  if (event.at < contract.startsAt) return { kind: 'refused', field: 'at', message: 'Before the contract' };
  if ((contract.declared ?? 0) >= MOST_ODOMETER_EVENTS) return { kind: 'too_many' };
  if (event.kind !== 'replacement') return undefined;
  const waits = odometerEvents.some(({ kind, at }) => kind === 'replacement' && at > told);
  return waits && event.at > told ? { kind: 'waits' } : contradiction(dossier, event);
}

/**
 * By compare-and-swap on the contract's count of declarations, so that two who declare at once decide one after the other. A crash
 * between the two writes leaves a number that stands for nothing; the repetition takes the next one and puts the same event.
 * @param told instant of the boundary that the chain has fixed last; '' while there is none
 */
export async function declareOdometerEvent(
  business: Table,
  dossier: Dossier,
  event: OdometerEvent,
  told: string,
): Promise<Declared> {
  const { contract } = dossier;
  const there = dossier.odometerEvents.find(({ id }) => id === event.id);
  if (there !== undefined) return { kind: 'declared', event: there };
  const refusal = refusalOf(dossier, event, told);
  if (refusal !== undefined) return refusal;
  const { tenantId, contractId, declared } = contract;
  const condition =
    declared === undefined
      ? { expression: `attribute_exists(#pk) AND attribute_not_exists(#declared) AND ${NOT_ERASED}` }
      : { expression: `#declared = :declared AND ${NOT_ERASED}`, values: { declared } };
  const counted = await business.update(keys.contract(tenantId, contractId), { add: { declared: 1 }, condition });
  if (counted === undefined) return { kind: 'overtaken' };
  await putOdometerEvent(business, contract, event);
  return { kind: 'declared', event };
}
