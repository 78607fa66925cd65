// One contract's terms, for tests of everything that happens to it.
import { randomBytes } from 'node:crypto';
import type { Table } from '../../../lib/aws/table.ts';
import type { Contract } from '../../../lib/contract/contract.ts';
import { type ContractTerms, createContract } from '../../../lib/contract/create.ts';

export const NOW = Date.parse('2026-01-05T10:00:00.000Z');

export const terms = {
  kind: 'insurance',
  reference: 'POL-1',
  startsAt: '2025-12-31T23:00:00.000Z',
  zone: 'Europe/Amsterdam',
  dayOffset: 1,
  policy: 'after',
  deadlineDays: 10,
} as const satisfies ContractTerms;

export const application = { applicationId: 'default', platform: 'v2', spreadMinutes: 360 } as const;

/** Makes a contract that must not exist yet. */
export async function made(
  business: Table,
  tenantId: string,
  more: Partial<ContractTerms> = {},
  now = NOW,
): Promise<Contract> {
  const created = await createContract(business, tenantId, { ...terms, ...more }, application, now, randomBytes);
  if (!created.created) throw new Error('the reference is taken');
  return created.contract;
}
