// A report as a bundle: everything that an offline check of one contract's statements needs, taken from the same chain, so that statements,
// status list and head of the chain speak of one moment. Refuses a chain that the log does not hold whole yet: it will in a minute.
import { statusListId } from '../attestation/derived-ids.ts';
import { compactSdJwt, hashOfSigningInput } from '../attestation/sd-jwt.ts';
import type { Statement } from '../attestation/statement.ts';
import { signStatusList } from '../attestation/status-list.ts';
import type { NoteSigner } from '../aws/note-signer.ts';
import type { Signer } from '../aws/signer.ts';
import type { Table } from '../aws/table.ts';
import type { LogState } from '../ledger/log-store.ts';
import { readStamped, readState } from '../ledger/log-store.ts';
import { entryProof, logKeyOf } from '../ledger/publish.ts';
import { type BundledStatement, makeBundle } from '../proof/bundle.ts';
import { chainHeadInput } from '../proof/chain-head.ts';
import { attachSignature } from '../proof/jws.ts';
import type { Jwk } from '../proof/key-set.ts';
import type { Dossier } from '../reading/dossier.ts';

export interface Bundling {
  readonly log: Table;
  readonly issuer: string;
  /** The published key set, as of an instant (epoch milliseconds). */
  readonly keySet: (now: number) => Promise<readonly Jwk[]>;
  /** Signs status lists and heads of chains. */
  readonly signer: Signer;
  readonly noteSigner: Pick<NoteSigner, 'publicKey'>;
}

/** Not every statement is in the log yet. */
class NotSealed extends Error {
  readonly code = 'NOT_SEALED';
}

/** Proofs that are made at once. */
const ABREAST = 10;

async function bundled(
  { log }: Bundling,
  { contract, connections }: Dossier,
  statement: Statement,
  state: Head,
): Promise<BundledStatement> {
  const { leafIndex, connectionId } = statement;
  if (leafIndex === undefined || leafIndex >= state.size) throw new NotSealed('a statement is not in the log yet');
  const connection = connections.find((one) => one.connectionId === connectionId);
  return { sdJwt: compactSdJwt(statement, contract, connection), ...(await entryProof(log, leafIndex, state)) };
}

type Head = Pick<LogState, 'size' | 'note'> & { readonly token?: Uint8Array };

/** The newest head with a timestamp, if it covers all statements; else the newest. @throws NotSealed */
async function headFor(log: Table, chain: readonly Statement[]): Promise<Head> {
  const stamped = await readStamped(log);
  const size = stamped?.size ?? 0;
  if (stamped !== undefined && chain.every(({ leafIndex = size }) => leafIndex < size)) return stamped;
  const state = await readState(log);
  if (state === undefined) throw new NotSealed('the log is empty');
  return state;
}

async function signedHead({ signer, issuer }: Bundling, newest: Statement, now: number): Promise<string> {
  const { contractId: contract, seq, signingInput } = newest;
  const head = { issuer, contract, seq, hash: hashOfSigningInput(signingInput), asOf: Math.floor(now / 1000) };
  const input = chainHeadInput(head, (await signer.publicJwk()).kid);
  return attachSignature(input, await signer.sign(input));
}

/**
 * @param chain the whole of it, oldest first, one statement or more
 * @param now epoch milliseconds, from before the chain was read
 * @throws NotSealed
 */
export async function bundleOf(
  bundling: Bundling,
  dossier: Dossier,
  chain: readonly [Statement, ...(readonly Statement[])],
  now: number,
): Promise<string> {
  const { log, issuer, keySet, signer, noteSigner } = bundling;
  const { contract } = dossier;
  const state = await headFor(log, chain);
  const statements: BundledStatement[] = [];
  for (let from = 0; from < chain.length; from += ABREAST) {
    const some = chain.slice(from, from + ABREAST);
    statements.push(...(await Promise.all(some.map((one) => bundled(bundling, dossier, one, state)))));
  }
  return makeBundle({
    issuer,
    contract: contract.contractId,
    statements,
    checkpoint: state.note,
    ...(state.token !== undefined && { timestamp: state.token }),
    logKey: await logKeyOf(issuer, noteSigner),
    jwks: { keys: await keySet(now) },
    chainSecret: Uint8Array.from(Buffer.from(contract.chainSecret, 'base64url')),
    statusList: await signStatusList({ signer, issuer }, statusListId(contract), chain, now),
    chainHead: await signedHead(bundling, chain.at(-1) ?? chain[0], now),
  });
}
