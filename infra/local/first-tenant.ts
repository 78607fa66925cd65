// A tenant with an API key, made as an operator makes one (the admin function), and a contract with a connect link, made as the
// tenant's own software makes one (the HTTP API).
import { SCOPES } from '../../lib/tenant/scopes.ts';
import type { LocalStack } from './stack-interface.ts';

export type NewTenant = { readonly tenantId: string; readonly name: string; readonly applicationId: string };

/** A vehicle application that uses the credentials in `secretId`; further members are those of the admin command. */
export const createVehicleApplication = async (
  stack: Pick<LocalStack, 'invoke'>,
  application: { readonly applicationId: string; readonly secretId: string } & Readonly<Record<string, unknown>>,
): Promise<void> => {
  await stack.invoke('admin', { action: 'createApplication', application: { platform: 'v2', ...application } });
};

/** @returns the tenant's API key, for everything that the API offers; shown this once */
export const createTenantWithKey = async (stack: Pick<LocalStack, 'invoke'>, tenant: NewTenant): Promise<string> => {
  await stack.invoke('admin', { action: 'createTenant', ...tenant });
  const made = await stack.invoke('admin', { action: 'createApiKey', tenantId: tenant.tenantId, scopes: SCOPES });
  if (typeof made !== 'object' || made === null || !('apiKey' in made) || typeof made.apiKey !== 'string') {
    throw new Error('the admin function answered without an API key');
  }
  return made.apiKey;
};

const post = async (url: string, apiKey: string, body: unknown): Promise<Readonly<Record<string, unknown>>> => {
  const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  const answer: unknown = await response.json();
  if (!response.ok || typeof answer !== 'object' || answer === null)
    throw new Error(`the API answered ${response.status}`);
  return { ...answer };
};

/** Creates a contract over the API; `contract` is the request body. @returns its id and the link for the driver */
export const createContractWithLink = async (
  publicOrigin: string,
  apiKey: string,
  contract: unknown,
): Promise<{ readonly contractId: string; readonly link: string }> => {
  const created = await post(`${publicOrigin}/v1/contracts`, apiKey, contract);
  const contractId = String(created['id']);
  const session = await post(`${publicOrigin}/v1/contracts/${contractId}/connect-sessions`, apiKey, {});
  return { contractId, link: String(session['url']) };
};
