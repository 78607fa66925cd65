// The driver's personal link: proves nothing but that its holder has been shown it, by the browser that logged in at the maker. Its secret
// is made of two secrets that only this browser has both of, so that the press of the button which shows it can be repeated when its answer
// was lost; stored is its hash alone. Refuses to be made again: another one needs another login.
import { createHmac } from 'node:crypto';
import * as z from 'zod/mini';
import { keys } from '../aws/keys.ts';
import { isNew, type Table } from '../aws/table.ts';
import { hashSecret, isSecret } from '../tenant/secret-token.ts';
import type { Connection } from './connection.ts';

const storedLink = z.object({ tenantId: z.string(), contractId: z.string(), connectionId: z.string() });

type Linked = Pick<Connection, 'tenantId' | 'contractId' | 'connectionId'>;

/** The link's secret: HMAC-SHA-256 (RFC 2104) under the browser's cookie of the state that it was begun with. */
export const myDataToken = (state: string, browserCookie: string): string =>
  createHmac('sha256', browserCookie).update(`my-data:${state}`).digest('base64url');

export const myDataPath = (token: string): string => `/my-data/${token}`;

/** Put once; a second time changes nothing. */
export async function putMyDataLink(business: Table, tokenHash: string, linked: Linked): Promise<void> {
  const { tenantId, contractId, connectionId } = linked;
  await business.put({ ...keys.myDataLink(tokenHash), tenantId, contractId, connectionId }, isNew);
}

/** The connection behind a link; undefined for one that is malformed or unknown. */
export async function findMyDataLink(business: Table, token: string): Promise<Linked | undefined> {
  if (!isSecret(token)) return undefined;
  const found = storedLink.safeParse(await business.get(keys.myDataLink(hashSecret(token))));
  return found.success ? found.data : undefined;
}
