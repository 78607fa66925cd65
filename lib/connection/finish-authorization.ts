// The driver comes back from the vehicle platform: consume the state, exchange the code, seal the pair as pending, hand the rest to the
// queue (HTTP answers end after 30 s, cars take longer). Refuses a return that this browser did not begin before it exchanges anything.
import type { Send } from '../aws/queue.ts';
import type { Table } from '../aws/table.ts';
import { getApplication } from '../tenant/application.ts';
import type { RandomBytes } from '../tenant/id.ts';
import { hashSecret } from '../tenant/secret-token.ts';
import type { ConnectReturn } from '../vehicle/connect-return.ts';
import { VehicleError } from '../vehicle/vehicle-error.ts';
import { type Authorization, consumeAuthorization } from './authorization.ts';
import { bindMessage } from './bind-message.ts';
import { type Connection, moveConnection, putConnection } from './connection.ts';
import { myDataToken, putMyDataLink } from './my-data-link.ts';
import type { Login } from './platform-login.ts';
import type { Vault } from './vault.ts';

export interface Finishing {
  readonly business: Table;
  readonly vault: Vault;
  readonly login: Login;
  readonly sendTend: Send;
  /** Tells the operator of a fault that the driver cannot mend and need not see. */
  readonly report: (fault: unknown) => void;
  readonly random: RandomBytes;
}

export type Finished =
  /** There is a connection that says how it went, or how it goes. */
  | { readonly kind: 'recorded' }
  /** Nothing was done; `reason` is what the driver is told about. */
  | { readonly kind: 'refused'; readonly reason: 'state_unknown' | 'state_used' };

/** By then this invocation has ended in one way or another: HTTP answers end after 30 s. */
const SAFETY_NET_SECONDS = 60;

/** Our own set-up is wrong: the driver can do nothing about it, the operator must hear of it. */
class SetUpError extends Error {
  readonly code = 'CONNECT_CONFIGURATION';
}

/**
 * A crash before the state is consumed leaves it usable; one right after it leaves nothing: the driver opens the link once more.
 * @param now epoch milliseconds
 */
export async function finishAuthorization(
  finishing: Finishing,
  returned: ConnectReturn,
  browserCookie: string,
  now: number,
): Promise<Finished> {
  if (returned.kind === 'unreadable' || returned.state === undefined)
    return { kind: 'refused', reason: 'state_unknown' };
  const { business, random } = finishing;
  const consumed = await consumeAuthorization(business, returned.state, browserCookie, now, random);
  if (consumed.kind === 'used') return { kind: 'refused', reason: 'state_used' };
  if (consumed.kind === 'refused') return { kind: 'refused', reason: 'state_unknown' };
  const { authorization } = consumed;
  return returned.kind === 'refused'
    ? recordRefusal(finishing, authorization, returned.refusal, now)
    : beginBinding(
        finishing,
        authorization,
        { code: returned.code, myData: myDataToken(returned.state, browserCookie) },
        now,
      );
}

/** The insurer sees how the authorization ended, in a connection that never was. */
async function recordRefusal(
  { business, report }: Finishing,
  authorization: Authorization,
  reason: string,
  now: number,
): Promise<Finished> {
  if (reason === 'configuration_error') report(new SetUpError('the vehicle platform refuses how we open Connect'));
  await putConnection(business, { ...newConnection(authorization, now), state: 'failed', reason });
  return { kind: 'recorded' };
}

/**
 * The message of the safety net goes out first, then the connection is put: whatever happens to this invocation from here on, a minute
 * later the queue finds the pair and binds it, or finds none and ends the connection as failed. Nobody waits for ever and no pair
 * is forgotten. That is why a fault from here on is the operator's to hear, while the driver is shown the page that tells how it goes.
 */
async function beginBinding(
  finishing: Finishing,
  authorization: Authorization,
  { code, myData }: { readonly code: string; readonly myData: string },
  now: number,
): Promise<Finished> {
  const { business, sendTend, report } = finishing;
  await sendTend([{ ...bindMessage(authorization), delaySeconds: SAFETY_NET_SECONDS }]);
  const myDataHash = hashSecret(myData);
  await putConnection(business, { ...newConnection(authorization, now), myDataHash, state: 'pending' });
  await putMyDataLink(business, myDataHash, authorization);
  await sealPending(finishing, authorization, code, now).catch(report);
  return { kind: 'recorded' };
}

async function sealPending(
  { business, vault, login, sendTend, report }: Finishing,
  authorization: Authorization,
  code: string,
  now: number,
): Promise<void> {
  const application = await getApplication(business, authorization.applicationId);
  if (application.platform === 'v3') {
    // Nothing is exchanged, and whatever else the browser brought is not looked at: binding asks the platform by the external id.
    await sendTend([bindMessage(authorization)]);
    return;
  }
  const pair = await login.exchange(application, code, now).catch((refusal: unknown) => {
    if (!(refusal instanceof VehicleError)) throw refusal;
    if (refusal.meaning === 'operator') report(refusal);
    return undefined;
  });
  if (pair === undefined) {
    const failed = { state: 'failed', reason: 'exchange_failed' } as const;
    await moveConnection(business, authorization, ['pending'], failed, now);
    return;
  }
  await vault.storePending(authorization, pair, now);
  await sendTend([bindMessage(authorization)]);
}

const newConnection = (authorization: Authorization, now: number): Omit<Connection, 'state'> => ({
  tenantId: authorization.tenantId,
  contractId: authorization.contractId,
  connectionId: authorization.connectionId,
  applicationId: authorization.applicationId,
  ...(authorization.externalId === undefined ? {} : { platform: 'v3', externalId: authorization.externalId }),
  createdAt: new Date(now).toISOString(),
  consent: {
    consentId: authorization.connectionId.replace(/^cxn_/, 'cns_'),
    textVersion: authorization.textVersion,
    agreedAt: authorization.agreedAt,
    asked: authorization.asked,
  },
});
