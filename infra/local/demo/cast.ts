// Who plays in the demo: an insurer, a leasing firm, five Citroëns, and what happens to each of them in three months.
// Everything is data; instants are UTC.
import type { Playground } from '../playground.ts';

/** The stage opens on a Monday in January; the contracts began with the year. */
export const OPENING = Date.parse('2026-01-05T09:00:00.000Z');

/** By then the third month is stated for everybody: no car sleeps over its end. */
export const CURTAIN = Date.parse('2026-04-02T12:00:00.000Z');

/** Periods that the demo plays to their end. */
export const MONTHS = ['2026-01', '2026-02', '2026-03'] as const;

/**
 * From here to the curtain is counted what a steady month costs: every car answers at once when the month is over. The reading that
 * policy `around` takes the day before comes on top, and is not in the count.
 */
export const STEADY_FROM = Date.parse('2026-03-31T21:54:00.000Z');

export const ZONE = 'Europe/Paris';

/** Vehicle applications: both versions of the platform side by side. */
export const APPLICATIONS = { v2: 'default', v3: 'v3' } as const;

/** The platform tells of one car at most so often: a car that drives all day would tell every ten minutes. */
export const PUSH_EVERY_MS = 20 * 3_600_000;

interface TenantRole {
  readonly tenantId: string;
  readonly name: string;
  readonly applicationId: (typeof APPLICATIONS)[keyof typeof APPLICATIONS];
}

const INSURER: TenantRole = { tenantId: 'rivage', name: 'Rivage Assurances', applicationId: APPLICATIONS.v2 };
const LESSOR: TenantRole = { tenantId: 'canal', name: 'Canal Leasing', applicationId: APPLICATIONS.v3 };

export const TENANTS = [INSURER, LESSOR];

export interface Role {
  readonly tenant: TenantRole;
  readonly kind: 'insurance' | 'lease';
  readonly reference: string;
  readonly policy: 'after' | 'around';
  readonly model: string;
  readonly year: number;
  readonly vin: string;
  readonly account: string;
  readonly odometerKm: number;
  readonly kmPerDay: number;
  /** How often the car records what it shows, while it drives; every five minutes unless told. */
  readonly recordEveryMs?: number;
  /** On V3: tells by itself, and need not be asked. */
  readonly tells?: true;
  /** One line for the programme. */
  readonly story: string;
  readonly asleep?: { readonly from: string; readonly to: string };
  /** Stands in between; a car that stands has nothing to tell. */
  readonly parked?: readonly { readonly from: string; readonly to: string }[];
  /** An odometer that is set to something else. */
  readonly setTo?: { readonly at: string; readonly km: number };
}

export const CAST: readonly Role[] = [
  {
    tenant: INSURER,
    kind: 'insurance',
    reference: 'POL-1001',
    policy: 'around',
    model: 'C3 Aircross',
    year: 2023,
    vin: 'VF72R1HNP4T000101',
    account: 'anna@example.com',
    odometerKm: 21_480,
    kmPerDay: 41,
    recordEveryMs: 62 * 60_000,
    story: 'read before and after each month end, for tight bounds',
  },
  {
    tenant: LESSOR,
    kind: 'lease',
    reference: 'LEASE-77',
    policy: 'after',
    model: 'ë-C4',
    year: 2024,
    vin: 'VF7BAZKXZPE000102',
    account: 'bram@example.com',
    odometerKm: 8_902,
    kmPerDay: 63,
    story: 'sleeps over the end of February, answers a later retry',
    asleep: { from: '2026-02-28T18:00:00.000Z', to: '2026-03-01T11:30:00.000Z' },
  },
  {
    tenant: INSURER,
    kind: 'insurance',
    reference: 'POL-1002',
    policy: 'after',
    model: 'C5 X',
    year: 2023,
    vin: 'VF7XAFHTPNZ000103',
    account: 'chloe@example.com',
    odometerKm: 33_010,
    kmPerDay: 28,
    story: 'sleeps past January’s deadline, February catches up',
    asleep: { from: '2026-01-28T06:00:00.000Z', to: '2026-02-16T07:00:00.000Z' },
  },
  {
    tenant: LESSOR,
    kind: 'lease',
    reference: 'LEASE-78',
    policy: 'after',
    model: 'Berlingo',
    year: 2022,
    vin: 'VF7ECYHYCPN000104',
    account: 'david@example.com',
    odometerKm: 64_250,
    kmPerDay: 88,
    story: 'shows 20,000 km less from 14 February on',
    setTo: { at: '2026-02-14T20:00:00.000Z', km: 47_750 },
  },
  {
    tenant: LESSOR,
    kind: 'lease',
    reference: 'LEASE-79',
    policy: 'after',
    model: 'C3',
    year: 2025,
    vin: 'VF7SXHNPTPT000105',
    account: 'elise@example.com',
    odometerKm: 1_204,
    kmPerDay: 22,
    tells: true,
    story: 'tells by itself, and is never asked',
    parked: [
      { from: '2026-01-08T18:00:00.000Z', to: '2026-01-27T07:00:00.000Z' },
      { from: '2026-02-05T18:00:00.000Z', to: '2026-02-24T07:00:00.000Z' },
      { from: '2026-03-05T18:00:00.000Z', to: '2026-03-27T07:00:00.000Z' },
    ],
  },
];

/** Puts the five cars into the vehicle platform. @returns their vehicle ids, by contract reference */
export function parkCars({ simulator }: Playground): ReadonlyMap<string, string> {
  const ids = new Map<string, string>();
  for (const {
    reference,
    odometerKm,
    kmPerDay,
    recordEveryMs,
    tells = false,
    asleep,
    parked = [],
    setTo,
    ...role
  } of CAST) {
    const { account, model, year, vin } = role;
    const car = simulator.fleet.addCar({
      ...{ account, model, year, vin },
      ...(recordEveryMs === undefined ? {} : { recordEveryMs }),
      silent: !tells,
      odometerMetres: odometerKm * 1_000,
      metresPerDay: kmPerDay * 1_000,
      since: OPENING - 86_400_000,
      sleeps: asleep === undefined ? [] : [{ from: Date.parse(asleep.from), to: Date.parse(asleep.to) }],
    });
    for (const { from, to } of parked) {
      simulator.fleet.drive(car.id, 0, Date.parse(from));
      simulator.fleet.drive(car.id, kmPerDay * 1_000, Date.parse(to));
    }
    ids.set(reference, car.id);
    if (setTo !== undefined) simulator.fleet.setOdometer(car.id, setTo.km * 1_000, Date.parse(setTo.at));
  }
  return ids;
}
