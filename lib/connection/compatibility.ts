// Whether a car can be connected, asked before its driver is invited. On V2 the platform is asked by VIN, with the application's own
// credentials: no driver is needed. V3 has no such question (it lists models, and a VIN does not name its model), so there the brand
// and the country decide what they can, and the rest stays unknown. Keeps nothing, and never repeats a VIN.
import type { ReadSecret } from '../aws/secrets.ts';
import type { VehicleApplication } from '../tenant/application.ts';
import type { Transport } from '../vehicle/transport.ts';
import { checkCompatibility } from '../vehicle/v2.ts';
import { regionOf } from './brands.ts';
import { PERMISSIONS, withCredentials } from './platform-login.ts';
import { brandOfVin } from './vin-brand.ts';

/** Answers well inside the 29 s after which the caller gives up. */
const DEADLINE_MS = 20_000;

/** Requests that one check takes from the application's budget. */
export const requestsToCheck = ({ platform }: Pick<VehicleApplication, 'platform'>): number =>
  platform === 'v2' ? 1 : 0;

export interface Question {
  /** Normalised. A person's: for the platform alone. */
  readonly vin: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
}

/** Why a car cannot be connected, or why nobody can say. */
export const REASONS = [
  'vehicle_not_compatible',
  'brand_not_compatible',
  'permission_not_available',
  'only_brand_known',
  'brand_unknown',
  'country_unknown',
] as const;

type Reason = (typeof REASONS)[number];

interface Capability {
  readonly permission: string;
  /** Null: the platform does not say (outside the United States it never does). */
  readonly capable: boolean | null;
  readonly reason: 'vehicle_not_capable' | 'platform_not_capable' | null;
}

export interface Compatibility {
  /** Whether a driver can be invited; null: nobody can say before the driver connects. */
  readonly compatible: boolean | null;
  readonly reason: Reason | null;
  /** What the answer rests on. */
  readonly basis: 'vin' | 'brand';
  /** One for each permission that we cannot do without. */
  readonly capabilities: readonly Capability[];
}

/** @throws VehicleError, SecretError, CredentialsError */
export type CheckCompatibility = (application: VehicleApplication, question: Question) => Promise<Compatibility>;

export interface CompatibilityEndpoint {
  readonly transport: Transport;
  readonly readSecret: ReadSecret;
  /** V2: scheme and host. */
  readonly apiOrigin: string;
}

export const makeCheckCompatibility =
  ({ transport, readSecret, apiOrigin }: CompatibilityEndpoint): CheckCompatibility =>
  async (application, question) => {
    if (application.platform === 'v3') return byBrand(question);
    const v2 = { transport, apiOrigin, deadlineMs: DEADLINE_MS };
    const { mode } = application;
    const answer = await withCredentials(readSecret, application, ({ clientId, clientSecret }) =>
      checkCompatibility(v2, { clientId, clientSecret, ...question, scope: PERMISSIONS, mode }),
    );
    return byVin(answer);
  };

type Answer = Awaited<ReturnType<typeof checkCompatibility>>;

const ours = { VEHICLE_NOT_CAPABLE: 'vehicle_not_capable', SMARTCAR_NOT_CAPABLE: 'platform_not_capable' } as const;

function capabilityOf(permission: string, { capabilities }: Answer): Capability {
  const told = capabilities.filter((each) => each.permission === permission);
  const lacking = told.find(({ capable }) => !capable);
  if (lacking === undefined) return { permission, capable: told.length > 0 ? true : null, reason: null };
  const reason = Object.entries(ours).find(([theirs]) => theirs === lacking.reason)?.[1] ?? null;
  return { permission, capable: false, reason };
}

function byVin(answer: Answer): Compatibility {
  const capabilities = PERMISSIONS.map((permission) => capabilityOf(permission, answer));
  if (!answer.compatible) {
    const reason = answer.reason === 'MAKE_NOT_COMPATIBLE' ? 'brand_not_compatible' : 'vehicle_not_compatible';
    return { compatible: false, reason, basis: 'vin', capabilities };
  }
  const lacks = capabilities.some(({ capable }) => capable === false);
  return { compatible: !lacks, reason: lacks ? 'permission_not_available' : null, basis: 'vin', capabilities };
}

function byBrand({ vin, country }: Question): Compatibility {
  const [brand, region] = [brandOfVin(vin), regionOf(country)];
  const capabilities = PERMISSIONS.map((permission) => ({ permission, capable: null, reason: null }));
  const unknown = (reason: Reason): Compatibility => ({ compatible: null, reason, basis: 'brand', capabilities });
  if (brand === undefined) return unknown('brand_unknown');
  if (region === undefined) return unknown('country_unknown');
  if (brand.regions.includes(region)) return unknown('only_brand_known');
  return { compatible: false, reason: 'brand_not_compatible', basis: 'brand', capabilities };
}
