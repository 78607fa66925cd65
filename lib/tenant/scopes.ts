// What a key may do, and who calls with one.

export const SCOPES = [
  'contracts:read',
  'contracts:write',
  'contracts:erase',
  'connections:withdraw',
  'readings:request',
  'odometer:declare',
  'attestations:read',
  'attestations:replace',
  'reports:create',
  'reports:read',
  'reports:share',
  'events:read',
  'webhooks:read',
  'webhooks:write',
  'api-keys:manage',
] as const;
export type Scope = (typeof SCOPES)[number];

export interface Caller {
  readonly tenantId: string;
  readonly keyId: string;
  readonly scopes: readonly Scope[];
}
