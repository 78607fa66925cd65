// When a run is looked at, and when it is complete, and that counts of slices add up: without a store.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { followRuns } from '../../../lib/attestation/follow-runs.ts';
import { RUN_STATUSES, type RunLine } from '../../../lib/attestation/run.ts';
import { addCounts, countRun, RUN_REASONS, RUN_VERDICTS } from '../../../lib/attestation/run-counts.ts';
import { goOn, nextLook, type RunWalk } from '../../../lib/attestation/run-walk.ts';
import type { Item, Table } from '../../../lib/aws/table.ts';
import type { Contract } from '../../../lib/contract/contract.ts';
import { periodContaining, periodFromId } from '../../../lib/mileage/period.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** January in Paris. */
const TO = '2026-01-31T23:00:00.000Z';
const END = Date.parse(TO);

const lineOf = (standing: RunLine['standing'], zone = 'Europe/Paris', contract: Partial<Contract> = {}): RunLine => ({
  contract: { contractId: 'con_1', createdAt: '2026-01-02T10:00:00.000Z', deadlineDays: 10, ...contract } as Contract,
  period: periodFromId({ zone, dayOffset: 1 }, '2026-01'),
  standing,
});

const ATTESTED = { status: 'attested', verdict: 'logical' } as const;
const DUE = { status: 'due' } as const;

const look = (lines: readonly RunLine[], now: number, before?: RunWalk): RunWalk =>
  goOn(
    '2026-01',
    before,
    lines.map(({ contract }) => contract),
    lines,
    now,
  );

const minutesTo = (lines: readonly RunLine[], now: number): number | undefined => {
  const next = nextLook('2026-01', look(lines, now), now);
  return next === undefined ? undefined : (Date.parse(next) - now) / MINUTE;
};

describe('the next look', () => {
  it.each([
    ['while all months run: after a week', [lineOf({ status: 'running' })], END - 20 * DAY, 7 * 24 * 60],
    ['a quarter of an hour after the first month ends', [lineOf({ status: 'running' })], END - 2 * HOUR, 135],
    ['when a month just ended: after a quarter of an hour', [lineOf(DUE)], END, 15],
    ['half an hour later the same', [lineOf(DUE)], END + HOUR / 2, 15],
    ['eight hours later: after four', [lineOf(DUE)], END + 8 * HOUR, 240],
    ['not beyond the deadline and what comes then', [lineOf(DUE)], END + 10 * DAY - 5 * MINUTE, 20],
    ['often again when the deadline has passed', [lineOf(DUE)], END + 10 * DAY + HOUR / 2, 15],
    ['ever more rarely where one is never stated', [lineOf({ status: 'failed' })], END + 90 * DAY, 40 * 24 * 60],
    [
      'often for a contract that was made after its month',
      [lineOf(DUE, undefined, { createdAt: '2026-03-01T00:00:00.000Z', deadlineDays: 50 })],
      Date.parse('2026-03-01T04:00:00.000Z'),
      120,
    ],
    ['at the end of the month when all are stated before', [lineOf(ATTESTED)], END - 3 * HOUR, 180],
    ['a week later where no contract has the month', [], END + 10 * DAY, 7 * 24 * 60],
    ['not beyond the end of a month that no contract has', [], Date.parse('2026-02-26T12:00:00.000Z'), 2 * 24 * 60],
  ])('%s', (_, lines, now, minutes) => {
    expect(minutesTo(lines, now)).toBe(minutes);
  });

  it('there is none when all are stated and the month is over where they are', () => {
    expect(minutesTo([lineOf(ATTESTED), lineOf({ status: 'no_reading' })], END)).toBeUndefined();
    expect(minutesTo([lineOf(ATTESTED)], END - 1)).toBeDefined();
    expect(minutesTo([lineOf(ATTESTED), lineOf(ATTESTED, 'America/Los_Angeles')], END)).toBe(9 * 60);
    expect(minutesTo([lineOf(ATTESTED), lineOf(ATTESTED, 'America/Los_Angeles')], END + 9 * HOUR)).toBeUndefined();
  });

  it.each(RUN_STATUSES.filter((status) => status !== 'attested' && status !== 'no_reading'))(
    'there is one while a contract is %s',
    (status) => {
      expect(minutesTo([lineOf(ATTESTED), lineOf({ status })], END + 40 * DAY)).toBeDefined();
    },
  );

  it('there is none for a month that no contract has once it is over for whoever may come', () => {
    const last = Date.parse('2026-02-28T12:00:00.000Z');
    expect([minutesTo([], last - 1), minutesTo([], last)]).toEqual([15, undefined]);
  });

  it('comes 3 times in an hour, 7 times in four, 17 times in ten days', () => {
    const looks: number[] = [];
    let now = END - 1;
    while (now < END + 10 * DAY) {
      now = Date.parse(nextLook('2026-01', look([lineOf(DUE)], now), now) ?? '');
      looks.push(now);
    }
    const within = (span: number) => looks.filter((at) => at <= END + span).length;
    expect([within(HOUR), within(4 * HOUR), within(10 * DAY)]).toEqual([3, 7, 17]);
  });
});

const standing: fc.Arbitrary<RunLine['standing']> = fc.record({
  status: fc.constantFrom(...RUN_STATUSES),
  verdict: fc.constantFrom(...RUN_VERDICTS),
  reason: fc.constantFrom(...RUN_REASONS),
});

it('counts of slices add up to those of all, and each contract is under one status', () => {
  const lines = fc.array(standing.map((one) => lineOf(one)));
  fc.assert(
    fc.property(lines, lines, (one, other) => {
      const all = countRun([...one, ...other]);
      expect(addCounts(countRun(one), countRun(other))).toEqual(all);
      const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((a, b) => a + b, 0);
      expect(sum(all.byStatus)).toBe(all.contracts);
      expect(sum(all.byVerdict)).toBe(all.byStatus['attested']);
      expect(sum(all.byReason)).toBe(all.byStatus['no_reading']);
    }),
  );
});

it('what a look found does not depend on how it is sliced', () => {
  const lines = fc.array(
    fc
      .tuple(standing, fc.constantFrom('Pacific/Auckland', 'Europe/Paris', 'America/Los_Angeles'), fc.nat(27))
      .map(([one, zone, deadlineDays]) => lineOf(one, zone, { deadlineDays })),
    { minLength: 1 },
  );
  fc.assert(
    fc.property(lines, fc.nat(), fc.integer({ min: -40, max: 40 }), (all, cut, days) => {
      const now = END + days * DAY;
      const first = all.slice(0, cut % all.length);
      expect(look(all.slice(first.length), now, look(first, now))).toEqual(look(all, now));
    }),
  );
});

it('the months that are followed begin with the oldest that runs for anybody, and each from when it is over for the first', async () => {
  const latest = { zone: 'Etc/GMT+12', dayOffset: 28 };
  const moments = fc.date({ min: new Date('2020-01-01'), max: new Date('2060-01-01'), noInvalidDate: true });
  const edges = ['2026-01-28T11:59:59.999Z', '2026-01-28T12:00:00.000Z', '2024-03-01T00:00:00.000Z'];
  await fc.assert(
    fc.asyncProperty(moments, async (moment) => {
      const put: Item[] = [];
      const table = { put: async (item: Item) => put.push(item) > 0 } as unknown as Table;
      await followRuns(table, 'acme', moment.getTime());
      const { id } = periodContaining(latest, moment.toISOString());
      const { to } = periodFromId({ zone: 'Etc/GMT-14', dayOffset: 1 }, id);
      expect(put).toEqual([
        {
          ...{ pk: 'T#acme#RUNS', sk: `RUN#${id}`, tenantId: 'acme', periodId: id, step: 0 },
          ...{ tenantKey: 'RUNS', tenantSort: `${to}#acme#${id}` },
        },
      ]);
      expect(nextLook(id, look([], 0), Date.parse(periodFromId(latest, id).to))).toBeUndefined();
      expect(nextLook(id, look([], 0), Date.parse(periodFromId(latest, id).to) - 1)).toBeDefined();
    }),
    { examples: edges.map((edge) => [new Date(edge)]) },
  );
});
