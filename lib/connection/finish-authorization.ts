// The driver comes back from the vehicle platform: consume the state, exchange the code, seal the pair as pending, hand the rest to the
// queue (HTTP answers end after 30 s, cars take longer).
import type { Send } from '../aws/queue.ts';
import type { Table } from '../aws/table.ts';
import { getApplication } from '../tenant/application.ts';
import type { ConnectReturn } from '../vehicle/connect-return.ts';
import { VehicleError } from '../vehicle/vehicle-error.ts';
import { type Authorization, consumeAuthorization } from './authorization.ts';
import { type Connection, putConnection } from './connection.ts';
import { CONSENT_VERSION } from './pages.ts';
import { type Login, PERMISSIONS } from './platform-login.ts';
import type { Vault } from './vault.ts';

export interface Finishing {
  readonly business: Table;
  readonly vault: Vault;
  readonly login: Login;
  readonly sendTend: Send;
}

export type Finished =
  /** The pair is sealed; the car is being checked. */
  | { readonly kind: 'pending' }
  /** It ended here; `reason` is what the driver is told about. */
  | { readonly kind: 'failed'; readonly reason: string };

const failed = (reason: string): Finished => ({ kind: 'failed', reason });

/**
 * Nothing is exchanged for a state that is unknown, used, expired or from another browser.
 * A crash after the exchange and before the pair is sealed leaves nothing behind: the driver opens the link again. A crash after
 * sealing leaves a pair that expires by itself.
 * @param now epoch milliseconds
 */
export async function finishAuthorization(
  finishing: Finishing,
  returned: ConnectReturn,
  browserCookie: string,
  now: number,
): Promise<Finished> {
  if (returned.kind === 'unreadable' || returned.state === undefined) return failed('state_unknown');
  const authorization = await consumeAuthorization(finishing.business, returned.state, browserCookie, now);
  if (authorization === undefined) return failed('state_unknown');
  if (returned.kind === 'refused') return recordFailure(finishing.business, authorization, returned.refusal, now);
  return sealPending(finishing, authorization, returned.code, now);
}

async function sealPending(
  { business, vault, login, sendTend }: Finishing,
  authorization: Authorization,
  code: string,
  now: number,
): Promise<Finished> {
  const application = await getApplication(business, authorization.applicationId);
  const pair = await login.exchange(application, code, now).catch((refusal: unknown) => {
    if (refusal instanceof VehicleError) return undefined;
    throw refusal;
  });
  if (pair === undefined) return recordFailure(business, authorization, 'exchange_failed', now);
  const { tenantId, contractId, connectionId } = authorization;
  await vault.storePending(authorization, pair, now);
  await putConnection(business, { ...newConnection(authorization, now), state: 'pending' });
  await sendTend([{ body: { kind: 'bind', tenantId, contractId, connectionId } }]);
  return { kind: 'pending' };
}

/** The insurer sees how the authorization ended, in a connection that never was. */
async function recordFailure(
  business: Table,
  authorization: Authorization,
  reason: string,
  now: number,
): Promise<Finished> {
  await putConnection(business, { ...newConnection(authorization, now), state: 'failed', reason });
  return failed(reason);
}

const newConnection = (authorization: Authorization, now: number): Omit<Connection, 'state'> => ({
  tenantId: authorization.tenantId,
  contractId: authorization.contractId,
  connectionId: authorization.connectionId,
  applicationId: authorization.applicationId,
  createdAt: new Date(now).toISOString(),
  consent: {
    consentId: authorization.connectionId.replace(/^cxn_/, 'cns_'),
    textVersion: CONSENT_VERSION,
    agreedAt: authorization.agreedAt,
  },
  permissions: [...PERMISSIONS],
});
