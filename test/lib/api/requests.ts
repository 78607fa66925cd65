// Requests that work, for tests that are generated from the route table: the path with its ids, a body for each route that needs one.
import type { Described } from '../../../lib/api/route.ts';
import { TERMS } from './api-world.ts';

/** By route name; `different` asks for a body of the same kind that says something else. */
const BODIES: Readonly<Record<string, (reference: string, different: boolean) => unknown>> = {
  createContract: (reference) => ({ ...TERMS, reference }),
  createContracts: (reference, different) => {
    const lines = [
      { ...TERMS, reference },
      { ...TERMS, reference: `${reference}-2` },
    ];
    return { contracts: different ? lines.slice(1) : lines };
  },
  changeContract: (reference) => ({ metadata: { reference } }),
  endContract: (_, different) => ({ end: different ? '2026-06-01' : '2026-09-01' }),
  eraseContract: () => undefined,
  askForReading: () => undefined,
  presentAttestation: () => ({ withhold: ['vin'] }),
  replaceAttestation: (_, different) => ({ reason: different ? 'other' : 'disputed' }),
  declareOdometerEvent: (reference, different) => ({
    kind: 'reading',
    at: '2026-01-02T10:00:00Z',
    metres: different ? 1_000_000 : 1_000_001,
    evidence: reference,
  }),
  createConnectSession: (_, different) => (different ? { language: 'fr' } : {}),
  createWebhookEndpoint: (reference) => ({ url: `https://rivage.example/${reference}` }),
  changeWebhookEndpoint: (_, different) => ({ types: [different ? 'reading.recorded' : 'period.asleep'] }),
  rotateWebhookSecret: () => undefined,
  testWebhookEndpoint: () => undefined,
  redeliverWebhook: () => undefined,
  createReport: (_, different) => ({ periodId: different ? '2025-12' : '2025-11', format: 'csv' }),
  createShare: (_, different) => ({ viewLimit: different ? 2 : 1 }),
  createApiKey: (name, different) => ({ name: different ? 'other' : name, scopes: ['api-keys:manage'] }),
};

export const bodyFor = ({ name, method }: Described, reference: string, different = false): unknown => {
  if (method === 'GET' || method === 'DELETE') return undefined;
  const make = BODIES[name];
  if (make === undefined) throw new Error(`these tests know no body for ${name} yet`);
  return make(reference, different);
};

export const fill = (path: string, values: Readonly<Record<string, string>>): string =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`these tests know no ${name} yet`);
    return value;
  });

/** Queries without which a route has nothing to do. */
const QUERIES: Readonly<Record<string, string>> = {
  getCompatibility: `vin=${TERMS.vin}&country=NL`,
  listAttestations: 'period=2025-11',
};

export const queryFor = ({ name }: Described): string => QUERIES[name] ?? '';

/** Headers without which a route does nothing. */
export const headersFor = ({ method }: Described): Readonly<Record<string, string>> =>
  method === 'PATCH' ? { 'if-match': '*' } : {};
