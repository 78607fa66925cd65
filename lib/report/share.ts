// A link to a report that a tenant gives to somebody who has no key: until when, how often, and without which claims. What is stored of its
// token is the hash. A view is counted by the very update that notes when it was, and holds only while the link is open: however many come
// at once, no more see the report than may.
import * as z from 'zod/mini';
import { keys, sharesPartition } from '../aws/keys.ts';
import { exists, type Item, isNew, type Key, type Table } from '../aws/table.ts';
import { DISCLOSABLE } from '../proof/claims.ts';
import { hashSecret, isSecret } from '../tenant/secret-token.ts';

/** Each view is noted in the item of its link. */
export const MOST_VIEWS = 100;

const storedShare = z.object({
  tenantId: z.string(),
  reportId: z.string(),
  shareId: z.string(),
  tokenHash: z.string(),
  /** The attempt whose file is shown. */
  attempt: z.int(),
  withheld: z.array(z.enum(DISCLOSABLE)),
  viewLimit: z.int(),
  views: z.int(),
  /** When each was. Instants. */
  viewedAt: z.array(z.string()),
  /** How often somebody came when it was not open any more, and when last. */
  refusals: z.int(),
  refusedAt: z.exactOptional(z.string()),
  createdAt: z.string(),
  /** Nobody is shown the report from here on. */
  availableUntil: z.string(),
  revokedAt: z.exactOptional(z.string()),
});

export type Share = Readonly<z.infer<typeof storedShare>>;

export type ShareId = Pick<Share, 'tenantId' | 'reportId' | 'shareId'>;

/** What is asked for. */
export type NewShare = ShareId & Pick<Share, 'attempt' | 'withheld' | 'viewLimit' | 'availableUntil'>;

export const SHARE_STATES = ['open', 'used_up', 'expired', 'revoked'] as const;

export const parseShare = (item: Item): Share => storedShare.parse(item);

const keyOf = ({ tenantId, reportId, shareId }: ShareId): Key => keys.share(tenantId, reportId, shareId);

/** @param now epoch milliseconds */
export function shareState(share: Share, now: number): (typeof SHARE_STATES)[number] {
  if (share.revokedAt !== undefined) return 'revoked';
  if (Date.parse(share.availableUntil) <= now) return 'expired';
  return share.views >= share.viewLimit ? 'used_up' : 'open';
}

/**
 * Puts a share and the way to it. A crash between the two leaves a way that leads nowhere, and goes with its time. Whoever does it again
 * under the same id was never told the token before: only the new one counts.
 * @param until when both items go. Epoch seconds.
 */
export async function putShare(
  business: Table,
  asked: NewShare,
  token: string,
  { now, until }: { readonly now: number; readonly until: number },
): Promise<Share> {
  const tokenHash = hashSecret(token);
  const { tenantId, reportId, shareId } = asked;
  await business.put({ ...keys.shareLink(tokenHash), tenantId, reportId, shareId, expiresAt: until });
  const counted = { views: 0, viewedAt: [], refusals: 0, createdAt: new Date(now).toISOString() };
  const share: Share = { ...asked, tokenHash, ...counted };
  if (await business.put({ ...keyOf(asked), ...share, expiresAt: until }, isNew)) return share;
  const renewed = await business.update(keyOf(asked), { set: { tokenHash }, condition: exists });
  return renewed === undefined ? share : parseShare(renewed);
}

/** Undefined for one that is not the tenant's, or not there. One consistent read. */
export async function getShare(business: Table, id: ShareId): Promise<Share | undefined> {
  const item = await business.get(keyOf(id));
  return item === undefined ? undefined : parseShare(item);
}

/** Newest first. @param after the last id of the page before */
export async function listShares(
  business: Table,
  { tenantId, reportId }: Pick<Share, 'tenantId' | 'reportId'>,
  { limit, after }: { readonly limit: number; readonly after?: string | undefined },
): Promise<{ readonly shares: readonly Share[]; readonly more: boolean }> {
  const pk = sharesPartition(tenantId, reportId);
  const where =
    after === undefined
      ? { expression: '#pk = :pk', values: { pk } }
      : { expression: '#pk = :pk AND #sk < :sk', values: { pk, sk: keys.share(tenantId, reportId, after).sk } };
  const { items } = await business.query({ where, newestFirst: true, limit: limit + 1, consistent: true });
  const shares = items.map(parseShare);
  return { shares: shares.slice(0, limit), more: shares.length > limit };
}

/** Nobody sees the report by it from here on; a second time changes nothing. @returns whether it is there */
export async function revokeShare(business: Table, id: ShareId, now: number): Promise<boolean> {
  const condition = { expression: 'attribute_exists(#pk) AND attribute_not_exists(#revokedAt)' };
  const set = { revokedAt: new Date(now).toISOString() };
  if ((await business.update(keyOf(id), { set, condition })) !== undefined) return true;
  return (await getShare(business, id)) !== undefined;
}

const storedLink = z.object({ tenantId: z.string(), reportId: z.string(), shareId: z.string() });

/** What a token leads to, open or not; undefined for one that is malformed, unknown, or was never told anybody. */
export async function findShare(business: Table, token: string): Promise<Share | undefined> {
  if (!isSecret(token)) return undefined;
  const tokenHash = hashSecret(token);
  const link = storedLink.safeParse(await business.get(keys.shareLink(tokenHash)));
  const share = link.success ? await getShare(business, link.data) : undefined;
  return share?.tokenHash === tokenHash ? share : undefined;
}

/** Counts and notes a view. @returns false when the link is not open, whatever it was when it was read */
export async function countView(business: Table, share: Share, now: number): Promise<boolean> {
  const at = new Date(now).toISOString();
  const condition = {
    expression:
      'attribute_exists(#pk) AND #tokenHash = :tokenHash AND #views < #viewLimit AND #availableUntil > :at AND attribute_not_exists(#revokedAt)',
    values: { tokenHash: share.tokenHash, at },
  };
  const change = { add: { views: 1 }, append: { viewedAt: [at] }, condition };
  return (await business.update(keyOf(share), change)) !== undefined;
}

/** Notes that somebody came who is not shown anything. */
export async function countRefusal(business: Table, share: Share, now: number): Promise<void> {
  const change = { add: { refusals: 1 }, set: { refusedAt: new Date(now).toISOString() }, condition: exists };
  await business.update(keyOf(share), change);
}

/** Shares of one report that are deleted in one go. */
const MOST = 100;

/** Deletes every share of a report: the way to each first, so that what is left after a crash is found again. */
export async function forgetShares(business: Table, tenantId: string, reportId: string): Promise<void> {
  for (;;) {
    const { shares, more } = await listShares(business, { tenantId, reportId }, { limit: MOST });
    for (const share of shares) {
      await business.remove(keys.shareLink(share.tokenHash));
      await business.remove(keyOf(share));
    }
    if (!more) return;
  }
}
