// Who may work under a key, and whose answer it keeps: exactly one of those who find a worker dead, and never one who was overtaken.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keys } from '../../../lib/aws/keys.ts';
import type { Table } from '../../../lib/aws/table.ts';
import { type Begun, beginIdempotent } from '../../../lib/tenant/idempotency.ts';
import { hashSecret } from '../../../lib/tenant/secret-token.ts';
import { openTables, type Tables } from '../../stores/open-tables.ts';

const NOW = Date.parse('2026-01-05T09:00:00.000Z');
const LEASE = 60_000;

let tables: Tables;
let business: Table;
beforeAll(async () => {
  tables = await openTables();
  business = tables.business;
});
afterAll(() => tables.close());

let sent = 0;
const request = () => {
  sent += 1;
  return { tenantId: 'acme', key: `key-${sent}`, fingerprint: 'of the request' };
};
type Asked = ReturnType<typeof request>;

const begin = (asked: Asked, now: number, store = business): Promise<Begun> =>
  beginIdempotent(store, asked, now, randomBytes);

/** @throws when it is not for this one to do */
const attemptOf = (begun: Begun) => {
  if (begun.state !== 'ours') throw new Error(`not ours: ${begun.state}`);
  return begun.attempt;
};

const answer = (body: string) => ({ status: 201, headers: {}, body });
const record = ({ tenantId, key }: Asked) => business.get(keys.idempotency(tenantId, hashSecret(key)));

/** A store in which nobody writes over a record before `all` have read it. */
function readBeforeAnyWrites(all: number): Table {
  const ready = Promise.withResolvers<void>();
  let come = 0;
  const update: Table['update'] = async (...change) => {
    come += 1;
    if (come === all) ready.resolve();
    await ready.promise;
    return business.update(...change);
  };
  return { ...business, update };
}

describe('a request whose worker is dead', () => {
  it('I7 goes to exactly one of ten that found it so, under the ids of the first', async () => {
    const asked = request();
    const first = attemptOf(await begin(asked, NOW));
    const store = readBeforeAnyWrites(10);
    const begun = await Promise.all(Array.from({ length: 10 }, () => begin(asked, NOW + LEASE, store)));
    expect(begun.map(({ state }) => state).toSorted()).toEqual(['ours', ...Array(9).fill('under_way')]);
    const ours = begun.flatMap((one) => (one.state === 'ours' ? [one.attempt] : []));
    expect(ours.map(({ id }) => id('con'))).toEqual([first.id('con')]);
  });

  it('I7 is not done again when its worker, slow and not dead, answers after the next one has looked', async () => {
    const asked = request();
    const first = attemptOf(await begin(asked, NOW));
    const update: Table['update'] = async (...change) => {
      await first.finish(answer('the first'));
      return business.update(...change);
    };
    const begun = await begin(asked, NOW + LEASE, { ...business, update });
    expect(begun).toEqual({ state: 'under_way', secondsLeft: 1 });
    expect(await begin(asked, NOW + LEASE)).toEqual({ state: 'answered', answer: answer('the first') });
  });

  it('is taken by one whose update the SDK sends twice', async () => {
    const asked = request();
    await begin(asked, NOW);
    const update: Table['update'] = async (...change) => {
      await business.update(...change);
      return business.update(...change);
    };
    expect((await begin(asked, NOW + LEASE, { ...business, update })).state).toBe('ours');
  });
});

describe('a worker that was overtaken', () => {
  it('I7 stores no answer, before the other one did or after', async () => {
    const asked = request();
    const slow = attemptOf(await begin(asked, NOW));
    const next = attemptOf(await begin(asked, NOW + LEASE));
    expect(await slow.finish(answer('the slow one'))).toBe(false);
    expect((await record(asked))?.['answer']).toBeUndefined();
    expect(await next.finish(answer('the next one'))).toBe(true);
    expect(await slow.finish(answer('the slow one'))).toBe(false);
    expect(await begin(asked, NOW + LEASE)).toEqual({ state: 'answered', answer: answer('the next one') });
  });

  it('ends no lease but its own', async () => {
    const asked = request();
    const slow = attemptOf(await begin(asked, NOW));
    await begin(asked, NOW + LEASE);
    await slow.giveUp();
    await slow.letGo();
    expect(await begin(asked, NOW + LEASE)).toEqual({ state: 'under_way', secondsLeft: 60 });
  });
});
