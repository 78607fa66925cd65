// Correcting a chain: the statement that somebody wants again is put under the next number with what is known now, and after it every
// later one whose opening that moves, oldest first. The chain alone says what is left: whoever comes after a crash, or loses a number
// to another, reads it again and goes on.

import { type Replacement, wantedOf } from '../contract/replacement.ts';
import { termsOnSameCar } from '../contract/same-car.ts';
import { LONGEST_WINDOW_MS } from '../mileage/limits.ts';
import { consentedReadings, type Dossier, readDossier } from '../reading/dossier.ts';
import { type Issuing, signStatement } from './make-statement.ts';
import type { OpenTurn, Turning } from './open-turn.ts';
import {
  anchorBefore,
  boundaryAfter,
  firstMoved,
  nextRestatement,
  type Restatement,
  type StatedMonth,
  statedMonth,
} from './restate.ts';
import { readSigned } from './sd-jwt.ts';
import { monthsStated, putStatement, type Statement } from './statement.ts';
import { inForce, wholeChain } from './whole-chain.ts';

type Correcting = Issuing & Pick<Turning, 'business'>;

/** What is known of a turn when it begins. */
interface Asked {
  readonly dossier: Pick<OpenTurn['dossier'], 'contract'>;
  readonly head: Statement | undefined;
}

export interface Corrected {
  /** The newest statement. */
  readonly head: Statement | undefined;
  /** The turn was overtaken: somebody else corrects what is left, and nothing new may be stated before. */
  readonly isLeft?: boolean;
  /** What was wanted, where this turn has answered it. */
  readonly answer?: { readonly replace: Replacement };
}

/**
 * From where readings are needed: the last boundary before whatever may be stated again, and behind it the longest window that a month is
 * judged in, or a doubt that was stated could be lost with the page it stands on; '' when all are.
 */
function neededFrom(months: readonly StatedMonth[], wanted: Replacement | undefined): string {
  const places = [months.findIndex(({ statement }) => statement.seq === wanted?.seq), firstMoved(months)];
  const first = Math.min(...places.filter((at) => at >= 0), months.length);
  const anchor = anchorBefore(months, first);
  return anchor === undefined ? '' : new Date(Date.parse(anchor.at) - LONGEST_WINDOW_MS).toISOString();
}

/** Whether the wanted statement is wanted for its key, and that is not the one that signs: said again, it is trustworthy. */
async function isUnderOldKey(
  { signer }: Correcting,
  months: readonly StatedMonth[],
  wanted: Replacement | undefined,
): Promise<boolean> {
  const month = months.find(({ statement }) => statement.seq === wanted?.seq);
  if (wanted?.reason !== 'key_compromised' || month === undefined) return false;
  return readSigned(month.statement).header.kid !== (await signer.publicJwk()).kid;
}

/**
 * Costs nothing where nothing is wanted and the newest statement took no other's place. A crash after any put leaves a chain whose later
 * months may open elsewhere than the ones before them close; what is wanted still stands on the contract, and the message comes again.
 * @param now epoch milliseconds
 */
export async function correctChain(correcting: Correcting, turn: Asked, now: number): Promise<Corrected> {
  const { contract } = turn.dossier;
  const wanted = wantedOf(contract.replace);
  if (wanted === undefined && turn.head?.replaces === undefined) return { head: turn.head };
  const chain = await wholeChain(correcting.attestations, contract);
  const months = inForce(chain).map(statedMonth);
  const [head] = chain;
  const since = () => Promise.resolve(neededFrom(months, wanted));
  const dossier = await readDossier(correcting.business, contract.tenantId, contract.contractId, since);
  if (head === undefined || dossier?.contract.turn !== contract.turn) return { head, isLeft: true };
  const onSameCar = await termsOnSameCar(correcting.business, dossier.contract);
  const judging = { ...dossier, readings: consentedReadings(dossier), onSameCar };
  const { issuer } = correcting;
  const underNewKey = await isUnderOldKey(correcting, months, wanted);
  const step = nextRestatement({ judging, issuer, head, months, wanted: wanted?.seq, underNewKey, now });
  if (step.kind === 'put') {
    // Whether the number was ours or another's: what is left now, the chain says.
    await put(correcting, dossier, { step, months, head, wanted }, now);
    return correctChain(correcting, { ...turn, head }, now);
  }
  const { outcome } = step;
  const answeredAt = new Date(now).toISOString();
  return { head, ...(wanted === undefined ? {} : { answer: { replace: { ...wanted, outcome, answeredAt } } }) };
}

interface Putting {
  readonly step: Restatement;
  readonly months: readonly StatedMonth[];
  readonly head: Statement;
  readonly wanted: Replacement | undefined;
}

async function put(
  { attestations, signer }: Correcting,
  { contract, connections, readings }: Dossier,
  { step, months, head, wanted }: Putting,
  now: number,
): Promise<void> {
  const { claims, closing, at } = step;
  const old = months[at]?.statement;
  if (old === undefined) return;
  const closedBy = readings.find(({ id }) => id === (closing?.after ?? closing?.before)?.id)?.connectionId;
  const connection = connections.find(({ connectionId }) => connectionId === (closedBy ?? old.connectionId));
  const boundary = boundaryAfter(step, months);
  const reason = wanted?.seq === old.seq ? wanted.reason : 'boundary_moved';
  const beside = {
    through: head.through,
    months: monthsStated(head),
    replaces: { attestationId: old.attestationId, reason },
    ...(boundary === undefined ? {} : { boundary }),
    ...(closing === undefined ? {} : { closing }),
  } as const;
  await putStatement(attestations, await signStatement(signer, contract, connection, claims, beside, now));
}
