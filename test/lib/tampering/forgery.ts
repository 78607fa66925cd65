// What whoever tampers writes.
import { putStatement, type Statement } from '../../../lib/attestation/statement.ts';
import { keys } from '../../../lib/aws/keys.ts';
import type { Item } from '../../../lib/aws/table.ts';
import type { Run } from './run.ts';

/** What the issuer could as well have said of a month: that it was read twice. */
export const TWICE = { attempts: { counts: { read: 2 } } };

/** Another letter at the place of one, of base64url. */
export const otherLetter = (text: string, at: number): string =>
  `${text.slice(0, at)}${text.charAt(at) === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`;

/** A signature is what a text ends with: one of its letters is another. */
export const otherSignature = (text: string): string => otherLetter(text, text.length - 40);

/** Another bit of a byte. */
export function otherBit(bytes: unknown, at: number): Uint8Array {
  if (!(bytes instanceof Uint8Array)) throw new Error('no bytes');
  return bytes.with(at, (bytes[at] ?? 0) ^ 1);
}

/** A bit of what a tile has of the third statement. */
export const flipTile = (attribute: 'hashes' | 'entries') => async (run: Run) => {
  const { leafIndex = 0 } = await run.statement(3);
  const at = attribute === 'hashes' ? leafIndex * 32 : leafIndex * 66 + 40;
  const tile = keys.tile(0, 0, 8);
  const item = await run.tables.log.get(tile);
  await run.alter('log', tile, { [attribute]: otherBit(item?.[attribute], at) });
};

/** Puts an item under another number, with that number in it where anybody looks who does not read what was signed. */
export const copied = async (run: Run, item: Item, seq: number): Promise<void> => {
  await run.tables.attestations.put({ ...item, ...run.key(seq), seq });
};

export const exchange = async (run: Run): Promise<void> => {
  const [second, third] = [await run.item(2), await run.item(3)];
  await copied(run, second, 3);
  await copied(run, third, 2);
};

/** The month before the last one, stated once more under the next number, and sealed. */
export const stateAgain = async (run: Run): Promise<void> => {
  const again = await run.resigned(3, { ...(await run.next()), seq: 5 });
  const { leafIndex: _, ...unsealed } = { ...again, seq: 5, attestationId: (await run.next()).jti };
  await putStatement(run.tables.attestations, unsealed);
  await run.seal();
};

/** For somebody else, who is a tenant of his own: put beside the first one, and sealed. */
export const versionFor = async (run: Run, tenantId: string): Promise<Statement> => {
  const { leafIndex: _, ...other } = await run.resigned(4, { ...TWICE, aud: tenantId });
  const statement = { ...other, tenantId };
  await putStatement(run.tables.attestations, statement);
  await run.seal();
  return statement;
};
