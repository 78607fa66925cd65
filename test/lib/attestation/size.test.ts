// KMS signs 4,096 bytes. Whatever a contract is called, wherever it is, however often its car was asked and whatever it answered: what
// is signed stays within 3,500, and keeps its figures.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { statePeriods } from '../../../lib/attestation/issue.ts';
import { readSigned } from '../../../lib/attestation/sd-jwt.ts';
import type { Connection } from '../../../lib/connection/connection.ts';
import { OUTCOMES } from '../../../lib/contract/attempts.ts';
import { createContract } from '../../../lib/contract/create.ts';
import { openPeriod } from '../../../lib/contract/open-period.ts';
import type { OdometerEvent } from '../../../lib/reading/odometer-event.ts';
import type { StoredReading } from '../../../lib/reading/reading.ts';
import { openTables, type Tables } from '../../stores/open-tables.ts';
import { allStatements } from './check-store.ts';
import { countedBytes, makeLocalSigner } from './stand-ins.ts';
import { DAY, HOUR } from './world.ts';

const START = Date.parse('2026-01-01T00:00:00.000Z');
const ZONES = ['America/Argentina/ComodRivadavia', 'America/North_Dakota/New_Salem', 'UTC'];
/** infra/config.ts refuses a longer one. */
const LONGEST_ORIGIN = `https://${'a'.repeat(52)}.com`;

let tables: Tables;
beforeAll(async () => {
  tables = await openTables();
});
afterAll(() => tables.close());

const random = countedBytes();
const instant = (at: number): string => new Date(at).toISOString();

const anyReading = fc.record({
  hours: fc.nat({ max: 24 * 75 }),
  metres: fc.nat({ max: 16_000_000_000 }),
  ageHours: fc.nat({ max: 20 * 24 }),
  requestId: fc.string({ maxLength: 200 }),
  foreign: fc.boolean(),
  unit: fc.constantFrom('km' as const, 'mi' as const),
});

const anyCase = fc.record({
  tenantId: fc.stringMatching(/^[a-z0-9-]{40}$/),
  /** Readings of the contracted car, each further than the one before. */
  honest: fc.boolean(),
  reference: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 128 }),
  zone: fc.constantFrom(...ZONES),
  readings: fc.array(anyReading, { maxLength: 30 }),
  counts: fc.tuple(...OUTCOMES.map(() => fc.integer({ min: 1, max: 999 }))),
  model: fc.string({ maxLength: 200 }),
  /** A statement has room for one that nobody has told. */
  replaced: fc.option(fc.record({ hours: fc.nat({ max: 24 * 75 }), newMetres: fc.nat({ max: 10_000_000_000 }) }), {
    nil: undefined,
  }),
});

type Drawn = typeof anyReading extends fc.Arbitrary<infer Value> ? Value : never;

const stored = (own: Drawn, n: number): StoredReading => ({
  id: `rdg_${n}`,
  metres: own.metres,
  recordedAt: instant(START + own.hours * HOUR),
  fetchedAt: instant(START + (own.hours + own.ageHours) * HOUR),
  requestId: own.requestId,
  unit: own.unit,
  source: 'poll',
  vin: own.foreign ? 'VF7SXHNPTPT999999' : 'VF7SXHNPTPT000001',
  distance: own.metres,
  connectionId: 'cnx_1',
  seq: 1,
  outcome: 'read',
});

const declared = (
  { hours, newMetres }: { readonly hours: number; readonly newMetres: number },
  honest: boolean,
): OdometerEvent => ({
  ...{ kind: 'replacement', id: 'ode_1', keyId: 'key_1', evidence: 'x', newMetres },
  oldMetres: honest ? 9_000_000_000 + hours * 2_000 : 10_000_000_000,
  at: instant(START + hours * HOUR),
  declaredAt: instant(START + 80 * DAY),
});

/** What the dashboard shows of an honest car. */
const shownAt = (hours: number, replaced: Parameters<typeof declared>[0] | undefined): number =>
  replaced === undefined || hours < replaced.hours
    ? 9_000_000_000 + hours * 2_000
    : replaced.newMetres + (hours - replaced.hours) * 2_000;

const onTheWay = ({ hours }: Drawn, replaced: Parameters<typeof shownAt>[1]) => ({
  metres: shownAt(hours, replaced),
  vin: 'VF7SXHNPTPT000001',
});

describe('what is signed', () => {
  it('fits, with every claim that may not be left out', async () => {
    const outcomes = new Set<string>();
    await fc.assert(
      fc.asyncProperty(anyCase, async ({ honest, tenantId, reference, zone, readings, counts, model, replaced }) => {
        const startsAt = instant(START);
        const terms = {
          kind: 'lease',
          reference: `${reference}${outcomes.size}${random(9)}`,
          startsAt,
          zone,
          dayOffset: 28,
          policy: 'around',
          deadlineDays: 20,
        } as const;
        const application = { applicationId: 'a'.repeat(40), platform: 'v2', spreadMinutes: 0 } as const;
        const made = await createContract(tables.business, tenantId, terms, application, START, random);
        if (!made.created) throw new Error('the reference is taken');
        const attempts = {
          seq: 1,
          counts: Object.fromEntries(OUTCOMES.map((outcome, n) => [outcome, counts[n]])),
          firstAt: startsAt,
          lastAt: instant(START + 50 * DAY),
        };
        const contract = { ...made.contract, attempts };
        const id = { tenantId, contractId: contract.contractId, connectionId: 'cnx_1', applicationId: 'a' };
        const connection: Connection = {
          ...id,
          state: 'active',
          createdAt: startsAt,
          connectedAt: startsAt,
          vin: 'VF7SXHNPTPT000001',
          make: model,
          model,
          year: 2024,
          vendorVehicleId: model,
        };
        const { signer } = makeLocalSigner();
        const issuing = { attestations: tables.attestations, signer, issuer: LONGEST_ORIGIN };
        const own = readings.map((reading, n) => ({
          ...stored(reading, n),
          ...(honest ? onTheWay(reading, replaced) : {}),
        }));
        const odometerEvents = replaced === undefined ? [] : [declared(replaced, honest)];
        const issueCase = {
          contract,
          connection,
          connections: [connection],
          odometerEvents,
          readings: own,
          head: undefined,
        };
        await statePeriods(issuing, issueCase, START + 120 * DAY);
        const statements = await allStatements(tables.attestations, id);
        expect(statements.length).toBeGreaterThan(2);
        for (const { signingInput, seq } of statements) {
          expect(signingInput.length).toBeLessThanOrEqual(3_500);
          const { claims } = readSigned({ signingInput });
          outcomes.add(claims.outcome === 'measured' ? claims.verdict : claims.reason);
          if (claims.outcome === 'measured' && claims.replaced !== undefined) outcomes.add('replaced');
          if (seq === 1) expect(Object.keys(claims.attempts.counts)).toHaveLength(OUTCOMES.length);
        }
        expect(openPeriod(contract, statements.at(-1)?.through)?.id).toBe('2026-03');
      }),
      // One seed: below it is asserted that the runs reach every kind of statement.
      { numRuns: 60, seed: 20_260_101 },
    );
    expect([...outcomes].toSorted()).toEqual(['asleep', 'illogical', 'logical', 'no_judgement', 'refused', 'replaced']);
  });
});
