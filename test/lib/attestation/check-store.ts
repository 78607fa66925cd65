// What must hold of a whole store, whatever happened before: every statement verifies, every chain is whole, each period that can be
// stated has been stated once, no statement rests on a reading that consent does not cover, and every change is told. Knows the rules, not the code that
// keeps them: statements are checked by lib/proof as an auditor would.

import { compactSdJwt, readSigned } from '../../../lib/attestation/sd-jwt.ts';
import { listStatements, monthsStated, type Statement } from '../../../lib/attestation/statement.ts';
import { keys } from '../../../lib/aws/keys.ts';
import type { Item, Table } from '../../../lib/aws/table.ts';
import { makeVerifyEs256, sha256 } from '../../../lib/cli/node-primitives.ts';
import { parseConnection } from '../../../lib/connection/connection.ts';
import { parseContract, queryContractPartition } from '../../../lib/contract/contract.ts';
import { deadlineOf } from '../../../lib/contract/due.ts';
import { openPeriod } from '../../../lib/contract/open-period.ts';
import { BOUNDARY_TOLERANCE_MS } from '../../../lib/mileage/limits.ts';
import { verifyChain } from '../../../lib/proof/chain.ts';
import type { BoundaryClaim, ReadingClaim, StatementClaims } from '../../../lib/proof/claims.ts';
import type { Jwk } from '../../../lib/proof/key-set.ts';
import { type Verified, verifyStatement } from '../../../lib/proof/verify.ts';
import { parseReading } from '../../../lib/reading/reading.ts';
import { checkEvents, toldEvents } from './check-events.ts';

export interface Store {
  readonly business: Table;
  readonly attestations: Table;
  readonly issuer: string;
  readonly keys: readonly Jwk[];
}

export interface ContractRef {
  readonly tenantId: string;
  readonly contractId: string;
}

/** The planner's interval and a turn that is taken again once, with room for what comes between. */
const SLACK_MS = 3 * 3_600_000;

const crypto = { sha256, verifyEs256: makeVerifyEs256() };

export async function allStatements(attestations: Table, contract: ContractRef): Promise<readonly Statement[]> {
  const { statements } = await listStatements(attestations, contract, { limit: 500 });
  return statements.toReversed();
}

/** @returns everything that does not hold, empty when all does. @param now epoch milliseconds */
export async function checkStore(store: Store, contracts: readonly ContractRef[], now: number): Promise<string[]> {
  const found = await Promise.all(contracts.map((contract) => checkContract(store, contract, now)));
  return found.flat();
}

async function checkContract(store: Store, contract: ContractRef, now: number): Promise<string[]> {
  const [dossier, statements, told] = await Promise.all([
    wholeDossier(store.business, contract),
    allStatements(store.attestations, contract),
    toldEvents(store.business, contract.tenantId),
  ]);
  if (dossier === undefined) return [`${contract.contractId}: no such contract`];
  const problems = [
    ...(await checkStatusList(store, contract, statements)),
    ...checkStatements(store, dossier, statements),
    ...checkPeriods(dossier, statements, now),
    ...checkEvents(contract.contractId, dossier.items, told),
    ...statements.flatMap((statement, n) => checkStored(statement, statements[n - 1])),
  ];
  return problems.map((problem) => `${contract.contractId}: ${problem}`);
}

type Dossier = NonNullable<Awaited<ReturnType<typeof wholeDossier>>>;

/** Everything of a contract, however old. */
async function wholeDossier(business: Table, { tenantId, contractId }: ContractRef) {
  const items = await queryContractPartition(business, tenantId, contractId, 5_000);
  const [first] = items;
  const named = (prefix: string) => items.filter(({ sk }) => String(sk).startsWith(prefix));
  if (first === undefined) return undefined;
  return {
    items,
    contract: parseContract(first),
    connections: named('Y#').map(parseConnection),
    readings: named('R#').map(parseReading),
  };
}

function checkStatements(store: Store, dossier: Dossier, statements: readonly Statement[]): string[] {
  const verified: Verified[] = [];
  for (const statement of statements) {
    const connection = dossier.connections.find(({ connectionId }) => connectionId === statement.connectionId);
    const compact = compactSdJwt(statement, dossier.contract, connection);
    const one = verifyStatement(compact, { issuer: store.issuer, keys: store.keys, crypto });
    if (!one.ok) return [`statement ${statement.seq} is refused at ${one.step}: ${one.reason}`];
    if (one.withheld > 0) return [`statement ${statement.seq} withholds ${one.withheld} claims that are known`];
    verified.push(one);
  }
  if (verified.length === 0) return [];
  const chain = verifyChain(verified);
  const broken = chain.ok ? [] : [`the chain breaks at ${chain.seq}: ${chain.reason} ${chain.detail ?? ''}`];
  return [...broken, ...verified.flatMap(({ claims }) => checkConsent(dossier, claims))];
}

/** Whoever holds a statement finds the list that it names. */
async function checkStatusList(
  { attestations }: Store,
  { tenantId, contractId }: ContractRef,
  statements: readonly Statement[],
): Promise<string[]> {
  const ids = new Set(statements.map((one) => readSigned(one).claims.status.status_list.uri.split('/').at(-1) ?? ''));
  const owners = await Promise.all([...ids].map((id) => attestations.get(keys.statusList(id))));
  const own = owners.every((owner) => owner?.['tenantId'] === tenantId && owner['contractId'] === contractId);
  return own && ids.size <= 1 ? [] : ['the status list of its statements is not there'];
}

/** One statement in force for each period whose deadline is past, in order, and none for a period that is not over. */
function checkPeriods({ contract }: Dossier, statements: readonly Statement[], now: number): string[] {
  const problems: string[] = [];
  let through: string | undefined;
  for (const statement of statements) {
    const { seq, period, issuedAt } = statement;
    // Which period it is of then, the chain's own check says.
    if (readSigned(statement).claims.replaces !== undefined) continue;
    const expected = openPeriod(contract, through);
    if (JSON.stringify(expected) !== JSON.stringify(period)) problems.push(`statement ${seq} is for another period`);
    if (Date.parse(issuedAt) < Date.parse(period.to) - BOUNDARY_TOLERANCE_MS)
      problems.push(`statement ${seq} is early`);
    through = period.to;
  }
  const open = openPeriod(contract, through);
  if (open !== undefined && deadlineOf(open, contract.deadlineDays) + SLACK_MS < now)
    problems.push(`period ${open.id} is past its deadline without a statement`);
  return problems;
}

/** What is stored beside the signed bytes says what they say. */
function checkStored(statement: Statement, before: Statement | undefined): string[] {
  const { seq, period, through, boundary } = statement;
  const problems: string[] = [];
  if (seq !== (before?.seq ?? 0) + 1) problems.push(`statement ${seq} follows ${before?.seq ?? 0}`);
  const replaces = readSigned(statement).claims.replaces !== undefined;
  const expected = replaces ? before?.through : period.to;
  if (through !== expected) problems.push(`statement ${seq} is through another period`);
  const months = (before === undefined ? 0 : monthsStated(before)) + (replaces ? 0 : 1);
  if (monthsStated(statement) !== months) problems.push(`statement ${seq} counts other months than ${months}`);
  if (before?.boundary !== undefined && boundary === undefined) problems.push(`statement ${seq} forgot the boundary`);
  return problems;
}

const readingsOf = (boundary: BoundaryClaim): readonly ReadingClaim[] =>
  [boundary.before, boundary.after].filter((reading) => reading !== undefined);

/** I10: every reading behind a figure is stored, and was fetched while its connection's consent stood. */
function checkConsent({ items, readings, connections }: Dossier, claims: StatementClaims): string[] {
  if (claims.outcome !== 'measured') return [];
  return [...readingsOf(claims.opening), ...readingsOf(claims.closing)].flatMap(
    ({ requestId, recordedAt, fetchedAt, source }) => {
      // What was declared of an odometer stands in as a reading.
      const isDeclared = (item: Item) => item['at'] === recordedAt && item['declaredAt'] === fetchedAt;
      if (source === 'manual' && items.some(isDeclared)) return [];
      // A statement that would be too large leaves the ids of requests out.
      const stored = readings.find(
        (reading) =>
          reading.requestId === (requestId ?? reading.requestId) &&
          reading.recordedAt === recordedAt &&
          reading.fetchedAt === fetchedAt,
      );
      const connection = connections.find(({ connectionId }) => connectionId === stored?.connectionId);
      if (stored === undefined || connection === undefined) return [`statement ${claims.seq} uses an unknown reading`];
      const ended = connection.withdrawnAt;
      return ended !== undefined && fetchedAt > ended ? [`statement ${claims.seq} uses a reading without consent`] : [];
    },
  );
}
