// Bodies nobody thought of: every valid one is created as it was given, every other one is refused by the field that is wrong, and
// nothing is written for it.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newConnectSession } from '../../../lib/api/connect-sessions.ts';
import { localDay } from '../../../lib/api/local-day.ts';
import { newContract } from '../../../lib/api/new-contracts.ts';
import { isZone, startOfDay } from '../../../lib/mileage/period.ts';
import { makeFaults } from '../../stores/faults.ts';
import { type ApiWorld, openApiWorld } from './api-world.ts';

let world: ApiWorld;
beforeAll(async () => {
  world = await openApiWorld();
});
afterAll(() => world.close());

const zones = Intl.supportedValuesOf('timeZone').filter(isZone);
/** Two zones left out a day when they changed sides of the date line. */
const isThere = (zone: string, day: string): boolean =>
  day !== '2011-12-30' || !['Pacific/Apia', 'Pacific/Fakaofo'].includes(zone);
const dayText = (day: number): string => new Date(Date.UTC(2000, 0, 1) + day * 86_400_000).toISOString().slice(0, 10);
const LAST_DAY = 36_524;

const vinLetters = [...'ABCDEFGHJKLMNPRSTUVWXYZ0123456789'];
const vin = fc
  .array(fc.constantFrom(...vinLetters), { minLength: 17, maxLength: 17 })
  .map((letters) => letters.join(''));
const writtenVin = fc.tuple(vin, fc.constantFrom('', ' ', '-'), fc.boolean()).map(([text, gap, lower]) => ({
  given: (lower ? text.toLowerCase() : text).replace(/(...)(......)/, `$1${gap}$2${gap}`),
  stored: text,
}));
const reference = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
  .filter((text) => text.trim() === text && text.length <= 128 && !text.includes('\ufffd'));
const days = fc
  .tuple(fc.integer({ min: 0, max: LAST_DAY - 1 }), fc.integer({ min: 1, max: 4000 }))
  .map(([start, length]) => ({ start: dayText(start), end: dayText(Math.min(start + length, LAST_DAY)) }));

const metres = fc.integer({ min: 0, max: 10_000_000_000 });
const allowance = fc.record(
  { per: fc.constantFrom('year', 'term'), metres, group: reference },
  { requiredKeys: ['per', 'metres'] },
);
const noteName = fc.stringMatching(/^[A-Za-z0-9_.-]{1,40}$/).filter((name) => name !== '__proto__');

/** Valid terms, and the VIN as it will be stored. */
const valid = fc
  .record({
    kind: fc.constantFrom('insurance', 'lease'),
    reference,
    vin: writtenVin,
    days,
    zone: fc.constantFrom(...zones),
    dayOffset: fc.integer({ min: 1, max: 28 }),
    policy: fc.constantFrom('after', 'around'),
    deadlineDays: fc.integer({ min: 1, max: 20 }),
    allowance,
    metadata: fc.dictionary(noteName, fc.string({ unit: 'grapheme', maxLength: 40 }), { maxKeys: 20 }),
  })
  .filter(({ zone, days: { start, end } }) => isThere(zone, start) && isThere(zone, end))
  .map(({ vin: { given, stored }, days: { start, end }, ...rest }) => ({
    body: { ...rest, vin: given, start, end },
    stored,
  }));

const OPTIONAL = ['vin', 'end', 'dayOffset', 'policy', 'deadlineDays', 'allowance', 'metadata'] as const;
const DEFAULTS = {
  vin: null,
  end: null,
  endsAt: null,
  dayOffset: 1,
  policy: 'after',
  deadlineDays: 10,
  allowance: null,
  metadata: {},
  readingRequest: null,
  replacementRequest: null,
} as const;

const notText = fc.oneof(fc.integer(), fc.constant(null), fc.boolean(), fc.constant([]), fc.constant({}));
const wrongNumber = fc.oneof(
  fc.constantFrom(0, -1, 29, 1.5, 1e21, '1', null, true),
  fc.integer({ min: 29 }),
  fc.integer({ max: 0 }),
);
const otherText = (...right: readonly string[]) => fc.string().filter((text) => !right.includes(text));
const wrong: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  kind: fc.oneof(notText, otherText('insurance', 'lease')),
  reference: fc.oneof(
    notText,
    fc.constantFrom('', ' ', 'x '),
    reference.map((text) => `${text}\u0007`),
    fc.string({ minLength: 129 }),
  ),
  vin: fc.oneof(
    notText,
    vin.map((text) => text.slice(1)),
    vin.map((text) => `${text}A`),
    vin.map((text) => `${text.slice(1)}Q`),
  ),
  start: fc.oneof(notText, fc.string(), fc.constantFrom('2026-02-30', '2026-00-10', '1999-12-31', '2100-01-01')),
  end: fc.oneof(notText, fc.string(), fc.constantFrom('2026-02-30', '2026-12-32', '9999-12-31', '1999-12-31')),
  zone: fc.oneof(
    notText,
    fc.string().filter((text) => !isZone(text)),
    fc.constantFrom('utc', 'CET/X', 'Europe/'),
  ),
  dayOffset: wrongNumber,
  policy: fc.oneof(notText, otherText('after', 'around')),
  deadlineDays: wrongNumber,
  allowance: fc.oneof(
    fc.constantFrom<unknown>(null, 1, 'year', [], {}),
    fc.record({ per: otherText('year', 'term'), metres }),
    fc.record({ per: fc.constant('year'), metres: fc.constantFrom(-1, 1.5, 10_000_000_001, '1', null) }),
    fc.record({ per: fc.constant('year'), metres, group: fc.constantFrom('', ' ', 'x ', 1, null) }),
    fc.record({ per: fc.constant('year'), metres, unit: fc.constant('km') }),
  ),
  metadata: fc.oneof(
    fc.constantFrom<unknown>(null, 1, 'text', [1], { x: 1 }, { x: null }, { x: {} }, { '': 'x' }, { 'a b': 'x' }),
    fc.constant({ x: 'x'.repeat(501) }),
    fc.constant({ ['x'.repeat(41)]: 'x' }),
    fc.constant(Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`n${n}`, 'x']))),
  ),
};

describe('a contract', () => {
  it('has no field that these tests do not know', () => {
    expect(Object.keys(newContract.shape).toSorted()).toEqual(Object.keys(wrong).toSorted());
    expect(Object.keys(newConnectSession.shape)).toEqual(['language', 'expiresInSeconds', 'returnUrl']);
  });

  it('of any valid terms is created as given', async () => {
    const property = fc.asyncProperty(valid, fc.subarray([...OPTIONAL]), async ({ body, stored }, left) => {
      world.later(1);
      const given = Object.fromEntries(Object.entries(body).filter(([name]) => !left.some((out) => out === name)));
      if (left.includes('end') && !left.includes('allowance') && body.allowance.per === 'term') return;
      const { status, body: made } = await world.ask('POST', '/v1/contracts', { body: given });
      if (status === 409) return;
      expect(status).toBe(201);
      const endsAt = startOfDay(body.zone, body.end);
      const all = { ...body, vin: stored, startsAt: startOfDay(body.zone, body.start), endsAt };
      const defaults = Object.entries(DEFAULTS).filter(([name]) => left.some((out) => name.startsWith(out)));
      const expected = { ...all, ...Object.fromEntries(defaults) };
      expect(made).toMatchObject(expected);
      expect((await world.ask('GET', `/v1/contracts/${made['id']}`)).body).toEqual(made);
    });
    await fc.assert(property, { numRuns: 40 });
  });

  it('with one wrong field is refused by that field, and no table is asked', async () => {
    const before = await world.snapshot();
    const change = fc
      .constantFrom(...Object.keys(wrong))
      .chain((field) => fc.tuple(fc.constant(field), wrong[field] ?? fc.constant(undefined)));
    const property = fc.asyncProperty(valid, change, async ({ body }, [field, value]) => {
      const faults = makeFaults();
      const business = faults.wrap('business', world.tables.business);
      const asked = { body: { ...body, [field]: value }, business };
      const { status, body: answer } = await world.ask('POST', '/v1/contracts', asked);
      expect([status, answer['code'], faults.calls]).toEqual([400, 'invalid_request', []]);
      const named = (answer['errors'] as readonly { readonly field: string }[]).map(
        (error) => error.field.split('.')[0],
      );
      expect(new Set(named)).toEqual(new Set([field]));
    });
    await fc.assert(property, { numRuns: 300 });
    expect(await world.snapshot()).toEqual(before);
  });

  it.each(['kind', 'reference', 'start', 'zone'])('without %s is refused by it', async (field) => {
    const property = fc.asyncProperty(valid, async ({ body }) => {
      const { body: answer } = await world.ask('POST', '/v1/contracts', { body: { ...body, [field]: undefined } });
      expect(answer['errors']).toEqual([{ field, message: expect.stringMatching(/^Missing: /) }]);
    });
    await fc.assert(property, { numRuns: 20 });
  });
});

describe('any body at all', () => {
  // Every UTF-16 unit, halves of surrogate pairs among them.
  const anyText = fc
    .array(fc.integer({ min: 0, max: 0xffff }), { minLength: 1 })
    .map((units) => String.fromCharCode(...units));
  it('that is any text is answered with 4xx', async () => {
    const property = fc.asyncProperty(anyText, async (raw) => {
      const { status, body } = await world.ask('POST', '/v1/contracts', { raw });
      expect([status, ['malformed_json', 'invalid_request'].includes(String(body['code']))]).toEqual([400, true]);
    });
    await fc.assert(property, { numRuns: 300 });
  });
});

it('a day comes back as the day it was, in every zone', () => {
  // And the outermost ones, which no list of places has.
  const outermost = fc.constantFrom('Etc/GMT+12', 'Etc/GMT-14');
  const all = fc.oneof({ weight: 19, arbitrary: fc.constantFrom(...zones) }, outermost);
  const property = fc.property(all, fc.integer({ min: 0, max: LAST_DAY }), (zone, day) => {
    fc.pre(isThere(zone, dayText(day)));
    expect(localDay(zone, startOfDay(zone, dayText(day)))).toBe(dayText(day));
  });
  fc.assert(property, { numRuns: 2000 });
});
