// Events: an id that depends on the change alone, and nothing in them but ids and codes.
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { eventOf, type Happening, parseEvents } from '../../../lib/event/event.ts';

const happening: Happening = {
  key: { pk: 'T#acme#C#con_1', sk: 'Z#CONTRACT' },
  type: 'contract.connected',
  change: 'cxn_1',
  at: '2026-01-05T10:20:00.000Z',
  tenantId: 'acme',
  data: { contractId: 'con_1', connectionId: 'cxn_1' },
};

it('I11 an id is 128 bits of SHA-256 over item, type and change', () => {
  const text = '["T#acme#C#con_1","Z#CONTRACT","contract.connected","cxn_1"]';
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 32);
  expect(eventOf(happening)).toEqual({
    id: `evt_${digest}`,
    type: 'contract.connected',
    at: '2026-01-05T10:20:00.000Z',
    tenantId: 'acme',
    data: { contractId: 'con_1', connectionId: 'cxn_1' },
  });
  expect(digest).toBe('34a9c4c03bb4d286ff279a95196fe4c3');
});

it('I11 two changes have two ids, one change has one whenever it is told', () => {
  const part = fc.string({ maxLength: 4 });
  const changes = fc.record({ pk: part, sk: part, change: part });
  fc.assert(
    fc.property(changes, changes, (one, other) => {
      const same = one.pk === other.pk && one.sk === other.sk && one.change === other.change;
      const idOf = ({ pk, sk, change }: typeof one, at: string) =>
        eventOf({ ...happening, key: { pk, sk }, change, at }).id;
      expect(idOf(one, '2026-01-05T10:20:00.000Z') === idOf(other, '2027-01-01T00:00:00.000Z')).toBe(same);
    }),
    {
      examples: [
        [
          { pk: 'a', sk: 'b', change: '' },
          { pk: 'a', sk: '', change: 'b' },
        ],
        [
          { pk: 'a', sk: 'b', change: 'c' },
          { pk: 'a', sk: 'b', change: 'c' },
        ],
      ],
    },
  );
  expect(eventOf(happening).id).not.toBe(eventOf({ ...happening, type: 'connection.withdrawn' }).id);
});

it('I12 an event that carries anything but ids and codes is none', () => {
  const event = eventOf(happening);
  expect(parseEvents([event])).toEqual([event]);
  const wrong = [
    { ...event, vin: 'VF7SXHNPXRT000001' },
    { ...event, data: { ...event.data, vin: 'VF7SXHNPXRT000001' } },
    { ...event, data: { ...event.data, reason: 'https://odoseal.example/connect/x' } },
    { ...event, data: { ...event.data, reason: 'anna@example.com' } },
    { ...event, id: 'evt_1' },
    { ...event, type: 'contract.erased' },
  ];
  for (const one of wrong) expect(() => parseEvents([event, one])).toThrow();
});
