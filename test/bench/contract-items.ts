// The partition of one contract as the table holds it after a year: the contract, its connection, a reading a month.

const OF = { tenantId: 'bench', contractId: 'con_019b8d9968e87d3b8c0d9e8f7a6b5c4d' } as const;
const CONNECTION = 'cxn_019b8da5f6007a1b8c2d3e4f5a6b7c8d';
const SECRET = '3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
const VIN = 'VF7SXHNPXRT000001';
const PARTITION = `T#${OF.tenantId}#C#${OF.contractId}`;
const MONTHS = 12;

type Item = Readonly<Record<string, unknown>>;

const contract: Item = {
  ...OF,
  pk: PARTITION,
  sk: 'Z#CONTRACT',
  tenantKey: `T#${OF.tenantId}`,
  tenantSort: OF.contractId,
  kind: 'insurance',
  reference: 'POL-1001',
  vin: VIN,
  startsAt: '2025-12-31T23:00:00.000Z',
  zone: 'Europe/Amsterdam',
  dayOffset: 1,
  policy: 'after',
  deadlineDays: 10,
  applicationId: 'default',
  platform: 'v2',
  spreadMinutes: 360,
  createdAt: '2026-01-05T10:00:00.000Z',
  chainSecret: SECRET,
  saltSecret: SECRET,
  dueShard: 'D#2',
  dueAt: '2027-02-01T01:12:33.210Z',
  deadlineAt: '2027-02-10T23:00:00.000Z',
  goal: 'close',
  turn: 25,
  failures: 0,
  attempts: { seq: 13, counts: {} },
  connectionId: CONNECTION,
  boundVin: VIN,
  lastFetchedAt: '2027-01-01T01:20:04.000Z',
};

const connection: Item = {
  ...OF,
  pk: PARTITION,
  sk: `Y#CONNECTION#${CONNECTION}`,
  connectionId: CONNECTION,
  applicationId: 'default',
  state: 'active',
  createdAt: '2026-01-05T10:19:30.000Z',
  connectedAt: '2026-01-05T10:20:00.000Z',
  vendorVehicleId: '36ab27d0-fd9d-4455-823a-ce30af709ffc',
  vin: VIN,
  make: 'CITROEN',
  model: 'C3 Aircross',
  year: 2025,
  permissions: ['read_odometer', 'read_vin', 'read_vehicle_info'],
  consent: {
    consentId: 'cns_019b8da5f6007a1b8c2d3e4f5a6b7c8d',
    textVersion: '2026-11-nl',
    agreedAt: '2026-01-05T10:18:00.000Z',
    asked: ['read_odometer', 'read_vin', 'read_vehicle_info'],
  },
};

function reading(month: number): Item {
  const recordedAt = new Date(Date.UTC(2026, month, 1, 0, 55, 10)).toISOString();
  const id = `rdg_019c16c2a1e873c5a1b2c3d4e5f6${String(month).padStart(4, '0')}`;
  return {
    pk: PARTITION,
    sk: `R#${recordedAt}#${id}`,
    id,
    metres: 12_345_678 + month * 1_200_000,
    distance: 12_345.678 + month * 1_200,
    unit: 'km',
    recordedAt,
    fetchedAt: new Date(Date.UTC(2026, month, 1, 1, 12, 40)).toISOString(),
    requestId: '26c14915-0c26-43c5-8e42-9edfc2a66a0f',
    vin: VIN,
    source: 'poll',
    connectionId: CONNECTION,
    platform: 'v2',
    seq: month,
    outcome: 'read',
  };
}

/** Newest first, as the query that reads them does. */
export const contractItems: readonly Item[] = [
  contract,
  connection,
  ...Array.from({ length: MONTHS }, (_, n) => reading(MONTHS - n)),
];

export const CONTRACT_PATH = `/v1/contracts/${OF.contractId}`;

/** What the authorizer says of the caller. */
export const CALLER = { tenantId: OF.tenantId, keyId: 'key_1', scopes: 'contracts:read attestations:read' } as const;
