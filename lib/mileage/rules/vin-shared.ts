// VIN shared: another contract of the same tenant is about the same vehicle. A declared fact; contracts of other tenants are nobody's
// business here.
import type { Finding } from '../finding.ts';

/** @param contracts how many contracts of the tenant are about this vehicle, this one included */
export const vinShared = (contracts: number): Finding | undefined =>
  contracts > 1 ? { rule: 'vin_shared', severity: 'no_judgement', numbers: { contracts } } : undefined;
