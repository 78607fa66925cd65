// A log and the statements it is about, on real tables, with faults at every boundary; and what must hold of all of it, told by
// reading everything that is stored: with lib/proof alone, as an auditor would.
import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { parseStatement, putStatement, type Statement } from '../../../lib/attestation/statement.ts';
import type { NoteSigner } from '../../../lib/aws/note-signer.ts';
import type { Item } from '../../../lib/aws/table.ts';
import { sha256, verifyEd25519 } from '../../../lib/cli/node-primitives.ts';
import { isKeyEvent, parseKeyEvent, putKeyEvent, type StoredKeyEvent } from '../../../lib/ledger/key-events.ts';
import { parseManifest } from '../../../lib/ledger/log-store.ts';
import { type Ledger, makeSealer, type Seal } from '../../../lib/ledger/seal.ts';
import { type Checkpoint, verifyCheckpoint } from '../../../lib/proof/checkpoint.ts';
import { buildClaims } from '../../../lib/proof/claims.ts';
import { type KeyEvent, keyEventLeaf } from '../../../lib/proof/key-event.ts';
import { verifyConsistency } from '../../../lib/proof/merkle-verify.ts';
import { noteKey } from '../../../lib/proof/signed-note.ts';
import { decodeEntries, tilesBetween } from '../../../lib/proof/tiles.ts';
import { makeFaults } from '../../stores/faults.ts';
import { openTables, type Tables } from '../../stores/open-tables.ts';
import { facts, issue, period, signEs256 } from '../proof/statement-fixture.ts';
import { MemoryTree, toHex } from '../proof/tree-fixture.ts';

export const ORIGIN = 'odoseal.test/log';
export const MINUTE = 60_000;
const START = Date.parse('2026-02-01T00:00:00.000Z');

/** The same key on every run. */
const privateKey = createPrivateKey({
  key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, 7)]),
  format: 'der',
  type: 'pkcs8',
});
const { x = '' } = createPublicKey(privateKey).export({ format: 'jwk' });
export const logKey = noteKey(ORIGIN, Buffer.from(x, 'base64url'), sha256);

export const noteSigner: NoteSigner = {
  publicKey: () => Promise.resolve(Uint8Array.from(logKey.publicKey)),
  sign: (text) => Promise.resolve(sign(null, Buffer.from(text), privateKey)),
};

const nameOf = ({ pk, sk }: Item): string => `${pk} ${sk}`;

/** `contract 3, statement 2`: a statement, signed, that nothing could be read in its month. */
export function statementOf(contract: number, seq: number, prev: string | null = null): Statement {
  const contractId = `con_${String(contract).padStart(32, '0')}`;
  const attestationId = `att_${contractId.slice(4)}_${seq}_${'0'.repeat(22)}`;
  const month = period(seq - 1);
  const issuedAt = Math.max(START, Date.parse(month.to));
  const said = { jti: attestationId, tenant: 'acme', contract: contractId, prev, issuedAt, attempts: { counts: {} } };
  const asleep = { outcome: 'no_reading', reason: 'asleep', rulesVersion: '1' } as const;
  const { signingInput } = issue(buildClaims(facts(seq, asleep, said)));
  const slot = sha256(Buffer.from(`slot ${contract} ${seq}`));
  const leaf = Buffer.concat([slot, sha256(Buffer.from(signingInput))]).toString('base64url');
  return {
    tenantId: 'acme',
    contractId,
    seq,
    attestationId,
    period: month,
    issuedAt: new Date(issuedAt).toISOString(),
    through: month.to,
    signingInput,
    signature: Buffer.from(signEs256(signingInput)).toString('base64url'),
    leaf,
  };
}

/** `key 3`: that it was made. */
export const keyEventOf = (n: number): KeyEvent => ({
  ...{ issuer: `https://${ORIGIN}`, purpose: 'statement', kid: `key-${n}`, event: 'added', at: START / 1000 },
  key: { x: `x of ${n}`, y: `y of ${n}` },
});

export class LedgerWorld {
  now = START;
  readonly faults = makeFaults();
  readonly warnings: string[] = [];
  /** Statements that the outside was told of. */
  readonly told: Set<string>;
  readonly tables: Tables;
  readonly ledger: Ledger;
  #published = new Map<string, string>();
  #contracts: number;
  #keys: number;

  /** @param contracts how many have their statements in the tables already */
  constructor(tables: Tables, told = new Set<string>(), contracts = 0, keysMade = 0) {
    this.tables = tables;
    this.told = told;
    this.#contracts = contracts;
    this.#keys = keysMade;
    this.ledger = {
      attestations: this.faults.wrap('attestations', tables.attestations),
      log: this.faults.wrap('log', tables.log),
      signer: this.faults.wrap('signer', noteSigner),
      origin: ORIGIN,
      clock: () => this.now,
      tell: this.faults.wrap('events', {
        tell: async (statements: readonly Statement[]) => {
          for (const { attestationId } of statements) this.told.add(attestationId);
        },
      }).tell,
      warn: (code) => void this.warnings.push(code),
    };
  }

  /** A sealer that remembers nothing yet. */
  sealer = (): Seal => makeSealer(this.ledger);

  /** One run of a fresh sealer. */
  seal = (): Promise<number> => this.sealer()(this.now + MINUTE);

  /** Puts statements of as many new contracts. */
  async issue(count: number): Promise<readonly Statement[]> {
    const statements = Array.from({ length: count }, () => statementOf(++this.#contracts, 1));
    await Promise.all(statements.map((statement) => putStatement(this.tables.attestations, statement)));
    return statements;
  }

  /** Has the operator say that as many keys were made. */
  async announce(count: number): Promise<readonly KeyEvent[]> {
    const events = Array.from({ length: count }, () => keyEventOf(++this.#keys));
    for (const event of events) await putKeyEvent(this.tables.attestations, { ...event, keyId: event.kid }, this.now);
    return events;
  }

  async scan(table: 'attestations' | 'log'): Promise<readonly Item[]> {
    const items: Item[] = [];
    let next: Record<string, unknown> | undefined;
    do {
      const page = await this.tables.client.send(
        new ScanCommand({ TableName: table, ConsistentRead: true, ...(next && { ExclusiveStartKey: next }) }),
      );
      items.push(...(page.Items ?? []));
      next = page.LastEvaluatedKey;
    } while (next !== undefined);
    return items;
  }

  async statements(): Promise<readonly (Statement & { readonly pending: boolean })[]> {
    const items = (await this.scan('attestations')).filter(({ sk }) => String(sk).startsWith('S#'));
    return items.map((item) => ({ ...parseStatement(item), pending: item['pendingShard'] !== undefined }));
  }

  async keyEvents(): Promise<readonly (StoredKeyEvent & { readonly pending: boolean })[]> {
    const items = (await this.scan('attestations')).filter(isKeyEvent);
    return items.map((item) => ({ ...parseKeyEvent(item), pending: item['pendingShard'] !== undefined }));
  }

  /** Every signed head, by size. */
  async checkpoints(): Promise<readonly Checkpoint[]> {
    const notes = (await this.scan('log')).filter(({ sk }) => sk === 'CHECKPOINT').map(({ note }) => String(note));
    const read = notes.map((note) => {
      const checked = verifyCheckpoint(note, [logKey], verifyEd25519);
      if (!checked.ok) throw new Error(`a stored checkpoint is refused: ${checked.reason}`);
      return checked.checkpoint;
    });
    return read.toSorted((a, b) => a.size - b.size);
  }

  /** Leaves in the order of the manifests. */
  async leaves(): Promise<readonly Uint8Array[]> {
    const manifests = (await this.scan('log')).filter(({ sk }) => sk === 'MANIFEST').map(parseManifest);
    return manifests.toSorted((a, b) => a.from - b.from).flatMap(({ leaves }) => leaves);
  }

  /**
   * Everything that does not hold, empty when all does.
   * @param rest whether all is expected to be done: nothing pending, the newest head covers every leaf
   */
  async check({ rest = true } = {}): Promise<readonly string[]> {
    const [statements, keyEvents, checkpoints, leaves, items] = await Promise.all([
      this.statements(),
      this.keyEvents(),
      this.checkpoints(),
      this.leaves(),
      this.scan('log'),
    ]);
    const problems: string[] = [];
    const places = Map.groupBy(
      leaves.map((leaf, index) => ({ leaf: toHex(leaf), index })),
      ({ leaf }) => leaf,
    );
    for (const { attestationId, leaf, leafIndex, pending } of statements) {
      const found = places.get(Buffer.from(leaf, 'base64url').toString('hex')) ?? [];
      if (found.length > 1) problems.push(`I4 ${attestationId} has ${found.length} leaves`);
      if (leafIndex !== undefined && found[0]?.index !== leafIndex)
        problems.push(`I4 ${attestationId} is not at ${leafIndex}`);
      if (pending === (leafIndex !== undefined)) problems.push(`${attestationId} is pending and sealed, or neither`);
      if (rest && found.length === 0) problems.push(`I4 ${attestationId} has no leaf`);
      if (rest && pending) problems.push(`${attestationId} is still pending`);
      if (!pending && !this.told.has(attestationId)) problems.push(`I11 nobody was told of ${attestationId}`);
    }
    for (const { leafIndex, pending, ...event } of keyEvents) {
      const name = `${event.kid} ${event.event}`;
      const found = places.get(toHex(keyEventLeaf(event, sha256))) ?? [];
      if (found.length > 1) problems.push(`I4 ${name} has ${found.length} leaves`);
      if (leafIndex !== undefined && found[0]?.index !== leafIndex) problems.push(`I4 ${name} is not at ${leafIndex}`);
      if (pending === (leafIndex !== undefined)) problems.push(`${name} is pending and sealed, or neither`);
      if (rest && (found.length === 0 || pending)) problems.push(`I4 ${name} has no leaf, or is pending`);
    }
    const sources = statements.length + keyEvents.length;
    if (rest && leaves.length !== sources) problems.push(`I4 ${leaves.length} leaves of ${sources} sources`);
    const tree = new MemoryTree(leaves);
    for (const [n, { size, root }] of checkpoints.entries()) {
      if (toHex(root) !== toHex(tree.root(size))) problems.push(`I5 the head of ${size} is of another tree`);
      const older = checkpoints[n - 1] ?? { size: 0, root: tree.root(0) };
      const proof = tree.consistency(older.size, size);
      if (!verifyConsistency({ older, newer: { size, root }, proof }, sha256))
        problems.push(`I5 the head of ${size} does not continue that of ${older.size}`);
    }
    const covered = checkpoints.at(-1)?.size ?? 0;
    if (rest && covered !== leaves.length) problems.push(`${leaves.length - covered} leaves are under no head`);
    problems.push(...this.#tileProblems(checkpoints, tree, leaves, items), ...this.#changed(items));
    return problems;
  }

  #tileProblems(
    checkpoints: readonly Checkpoint[],
    tree: MemoryTree,
    leaves: readonly Uint8Array[],
    items: readonly Item[],
  ) {
    const stored = new Map(items.map((item) => [nameOf(item), item]));
    return checkpoints.flatMap(({ size }, n) =>
      tilesBetween(checkpoints[n - 1]?.size ?? 0, size).flatMap(({ level, index, width }) => {
        const item = stored.get(`TILE#${level}#${index} W#${String(width).padStart(3, '0')}`);
        const wanted = Array.from({ length: width }, (_, at) =>
          tree.source({ level: 8 * level, index: 256 * index + at }),
        );
        const name = `tile ${level}/${index} of ${width}`;
        if (item === undefined) return [`${name} is missing`];
        const hashes = item['hashes'] instanceof Uint8Array ? toHex(item['hashes']) : '';
        const entries = item['entries'] instanceof Uint8Array ? decodeEntries(item['entries'])?.map(toHex) : undefined;
        const bundle = leaves.slice(256 * index, 256 * index + width).map(toHex);
        const fits = level > 0 ? entries === undefined : JSON.stringify(entries) === JSON.stringify(bundle);
        return hashes === wanted.map(toHex).join('') && fits ? [] : [`${name} holds something else`];
      }),
    );
  }

  /** I6: whatever was readable once is readable ever after, byte for byte. */
  #changed(items: readonly Item[]): readonly string[] {
    const now = new Map(
      items.filter(({ sk }) => sk !== 'STATE').map((item) => [nameOf(item), JSON.stringify(item)] as const),
    );
    const changed = [...this.#published].filter(([name, text]) => now.get(name) !== text).map(([name]) => name);
    this.#published = new Map([...this.#published, ...now]);
    return changed.map((name) => `I6 ${name} has changed`);
  }
}

export async function openLedgerWorld(): Promise<{ readonly world: LedgerWorld; readonly close: () => Promise<void> }> {
  const tables = await openTables();
  return { world: new LedgerWorld(tables), close: tables.close };
}
