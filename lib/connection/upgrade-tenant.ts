// Moving a tenant to the twin of its vehicle application, page by page: new logins go there at once, each connection as soon as the
// platform lists it there. Repeating a page is safe, and is how the operator sees how far it is. Moves nothing itself: upgrade.ts does,
// from the queue.
import { keys } from '../aws/keys.ts';
import type { Send } from '../aws/queue.ts';
import type { Table } from '../aws/table.ts';
import type { Contract } from '../contract/contract.ts';
import { listContracts } from '../contract/list-contracts.ts';
import { getApplication, mayBeTwins } from '../tenant/application.ts';
import { getTenant } from '../tenant/tenant.ts';
import { upgradeMessage } from './complete-upgrade.ts';
import { type Connection, getConnection, isReadable } from './connection.ts';

/** Contracts of one page: a Query, a read and perhaps a message for each. */
const PAGE = 100;

/** How a contract stands. `upgraded`: read over the new application. `to_do`: not asked yet. `not_connected`: no car can be read. */
type Standing = 'upgraded' | 'to_do' | NonNullable<Connection['upgrade']>['outcome'] | 'not_connected';

export type TenantUpgrade =
  | {
      readonly upgrading: true;
      /** How the contracts of this page stood before their messages were sent. */
      readonly counts: Readonly<Record<Standing, number>>;
      /** Messages that were sent. */
      readonly sent: number;
      /** Where the next page begins; null: that was all. */
      readonly next: string | null;
    }
  | { readonly upgrading: false; readonly reason: 'unknown_tenant' | 'no_twin' };

interface Page {
  readonly tenantId: string;
  /** The application to move to: on V3, and the twin of the one that the tenant has. */
  readonly to: string;
  /** The `next` of the page before. */
  readonly after?: string | undefined;
}

/**
 * One page. The tenant moves first, so that whoever connects from now on needs no moving; a crash after it leaves a tenant on the new
 * application and connections on the old one, which both work, and the same command to be repeated.
 * @throws ApplicationError when `to` does not exist
 */
export async function upgradeTenant(
  { business, sendTend }: { readonly business: Table; readonly sendTend: Send },
  { tenantId, to, after }: Page,
): Promise<TenantUpgrade> {
  const tenant = await getTenant(business, tenantId);
  if (tenant === undefined) return { upgrading: false, reason: 'unknown_tenant' };
  if (!(await moveTenant(business, tenantId, to))) return { upgrading: false, reason: 'no_twin' };
  const { contracts, more } = await listContracts(business, tenantId, { limit: PAGE, after });
  const standings = await Promise.all(contracts.map((contract) => standingOf(business, contract, to)));
  const toSend = standings.flatMap(({ standing, connection }) =>
    connection !== undefined && needsMessage(standing, connection) ? [upgradeMessage(connection)] : [],
  );
  if (toSend.length > 0) await sendTend(toSend);
  const countOf = (one: Standing): number => standings.filter(({ standing }) => standing === one).length;
  return {
    upgrading: true,
    counts: {
      upgraded: countOf('upgraded'),
      to_do: countOf('to_do'),
      listed: countOf('listed'),
      not_listed: countOf('not_listed'),
      missing_permission: countOf('missing_permission'),
      driver_unknown: countOf('driver_unknown'),
      not_connected: countOf('not_connected'),
    },
    sent: toSend.length,
    next: more ? (contracts.at(-1)?.contractId ?? null) : null,
  };
}

async function moveTenant(business: Table, tenantId: string, to: string): Promise<boolean> {
  const there = await getApplication(business, to);
  if (there.platform !== 'v3' || there.twin === undefined) return false;
  if (!mayBeTwins(there, await getApplication(business, there.twin))) return false;
  const condition = { expression: '#applicationId IN (:from, :to)', values: { from: there.twin, to } };
  return (await business.update(keys.tenant(tenantId), { set: { applicationId: to }, condition })) !== undefined;
}

async function standingOf(
  business: Table,
  { tenantId, contractId, connectionId }: Contract,
  to: string,
): Promise<{ readonly standing: Standing; readonly connection?: Connection }> {
  const connection =
    connectionId === undefined ? undefined : await getConnection(business, { tenantId, contractId, connectionId });
  if (connection === undefined) return { standing: 'not_connected' };
  if (connection.applicationId === to) return { standing: 'upgraded', connection };
  if (!isReadable(connection)) return { standing: 'not_connected' };
  const { upgrade } = connection;
  return { standing: upgrade?.applicationId === to ? upgrade.outcome : 'to_do', connection };
}

/** Also for what was refused before: the platform may know better now. And for one whose leavings were not put away. */
const needsMessage = (standing: Standing, { movedFrom }: Connection): boolean =>
  standing === 'upgraded' ? movedFrom !== undefined : standing !== 'listed';
