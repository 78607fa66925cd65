// Endpoints: never more than there may be, no secret lost that somebody holds, no event lost with what told it, whoever dies in between,
// and whichever write the SDK repeats.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keys } from '../../../lib/aws/keys.ts';
import type { Table } from '../../../lib/aws/table.ts';
import { clearMarks, parseMarked } from '../../../lib/event/mark.ts';
import { sweep } from '../../../lib/event/sweep.ts';
import { newId } from '../../../lib/tenant/id.ts';
import {
  createEndpoint,
  type Endpoint,
  type EndpointId,
  getEndpoint,
  listEndpoints,
  MOST_ENDPOINTS,
  OVERLAP_MS,
  rotateSecret,
  secretsOf,
} from '../../../lib/webhook/endpoint.ts';
import { changeEndpoint, deleteEndpoint, disableEndpoint } from '../../../lib/webhook/endpoint-state.ts';
import { type Fault, makeFaults } from '../../stores/faults.ts';
import { openTables, type Tables } from '../../stores/open-tables.ts';
import { countedBytes } from '../attestation/stand-ins.ts';

const START = Date.parse('2026-02-01T01:00:00.000Z');
const HOUR = 3_600_000;
const FAULTS: readonly Fault[] = ['not_applied', 'applied'];

let tables: Tables;
let business: Table;
const random = countedBytes();

beforeEach(async () => {
  tables = await openTables();
  business = tables.business;
});
afterEach(() => tables.close());

const seal = (text: string) => Promise.resolve(Buffer.from(text).toString('base64'));
const open = (sealed: string) => Promise.resolve(Buffer.from(sealed, 'base64').toString());

const freshId = (): EndpointId => ({ tenantId: 'acme', endpointId: newId('whe', START, random) });

const create = (id = freshId(), table = business, sealing = seal) =>
  createEndpoint(
    { business: table, seal: sealing, random },
    { ...id, url: 'https://acme.example/hooks', types: undefined },
    START,
  );

async function made(): Promise<{ readonly endpoint: Endpoint; readonly secret: string }> {
  const created = await create();
  if (created === undefined) throw new Error('there are too many endpoints');
  return created;
}

const rotate = (id: EndpointId, now = START, table = business, sealing = seal) =>
  rotateSecret({ business: table, seal: sealing, random }, id, now);

const signing = async (id: EndpointId, now: number): Promise<readonly string[]> => {
  const endpoint = await getEndpoint(business, id);
  return endpoint === undefined ? [] : secretsOf(open, endpoint, now);
};

/** A table whose every write is made twice, as by an SDK that got no answer the first time; the second answer is given. */
const repeating = (table: Table): Table => ({
  ...table,
  put: (item, condition) => table.put(item, condition).then(() => table.put(item, condition)),
  update: (key, change) => table.update(key, change).then(() => table.update(key, change)),
  remove: (key, condition) => table.remove(key, condition).then(() => table.remove(key, condition)),
});

/** Runs `work` with a fault at each call that it makes when nothing fails, `repeat` after it. */
async function withEveryFault(
  prepare: () => Promise<EndpointId>,
  work: (id: EndpointId, table: Table, sealing: typeof seal) => Promise<unknown>,
  check: (id: EndpointId, where: string) => Promise<void>,
): Promise<number> {
  const healthy = makeFaults();
  const wrapped = (faults: typeof healthy) =>
    [faults.wrap('business', business), faults.wrap('kms', { seal }).seal] as const;
  await work(await prepare(), ...wrapped(healthy));
  const calls = healthy.calls.length;
  for (let nth = 1; nth <= calls; nth += 1) {
    for (const fault of FAULTS) {
      const id = await prepare();
      const faults = makeFaults();
      faults.failNext(fault, nth);
      await expect(work(id, ...wrapped(faults))).rejects.toThrow();
      await check(id, `call ${nth} of ${calls}, ${fault}`);
    }
  }
  return calls;
}

describe('making one', () => {
  it('is refused when there are as many as there may be, without sealing or writing anything', async () => {
    const all = await Promise.all(Array.from({ length: MOST_ENDPOINTS }, () => made()));
    const faults = makeFaults();
    const table = faults.wrap('business', business);
    expect(await create(freshId(), table, faults.wrap('kms', { seal }).seal)).toBeUndefined();
    expect(faults.calls).toEqual(['business.query']);
    const [first] = all;
    expect(await deleteEndpoint(business, first?.endpoint ?? freshId(), START)).toBe(true);
    expect(await create()).toBeDefined();
    expect(await listEndpoints(business, 'acme')).toHaveLength(MOST_ENDPOINTS);
  });

  it('leaves no more than there may be when many are made at one moment, and just those that were told of', async () => {
    for (let n = 0; n < MOST_ENDPOINTS - 3; n += 1) await made();
    const before = await listEndpoints(business, 'acme');
    const raced = await Promise.all(Array.from({ length: 20 }, () => create()));
    const told = raced.flatMap((one) => (one === undefined ? [] : [one.endpoint.endpointId]));
    const there = (await listEndpoints(business, 'acme')).map(({ endpointId }) => endpointId);
    expect(there.toSorted()).toEqual([...before.map(({ endpointId }) => endpointId), ...told].toSorted());
    expect(there.length).toBeLessThanOrEqual(MOST_ENDPOINTS);
    expect(await create()).toEqual(there.length < MOST_ENDPOINTS ? expect.anything() : undefined);
  });

  it('ends in one endpoint whichever call fails and it is repeated, and what is answered signs', async () => {
    const calls = await withEveryFault(
      async () => freshId(),
      (id, table, sealing) => create(id, table, sealing),
      async (id, where) => {
        const again = await create(id);
        const [newest] = await signing(id, START);
        expect([where, newest, again?.endpoint.endpointId]).toEqual([where, again?.secret, id.endpointId]);
        await deleteEndpoint(business, id, START);
      },
    );
    expect(calls).toBe(4);
  });

  it('that the SDK repeats has one secret', async () => {
    const id = freshId();
    const created = await create(id, repeating(business));
    expect(await signing(id, START)).toEqual([created?.secret]);
  });
});

describe('rotating', () => {
  it('lets those before sign as long as they were told they would', async () => {
    const { endpoint, secret: first } = await made();
    const second = (await rotate(endpoint))?.secret;
    const third = (await rotate(endpoint, START + HOUR))?.secret;
    expect(await signing(endpoint, START + HOUR)).toEqual([third, second, first]);
    expect(await signing(endpoint, START + OVERLAP_MS)).toEqual([third, second]);
    expect(await signing(endpoint, START + OVERLAP_MS + HOUR)).toEqual([third]);
    const fourth = (await rotate(endpoint, START + OVERLAP_MS))?.secret;
    expect((await getEndpoint(business, endpoint))?.secrets).toHaveLength(3);
    expect(await signing(endpoint, START + OVERLAP_MS)).toEqual([fourth, third, second]);
  });

  it('more often than four times in a day does without the oldest', async () => {
    const { endpoint } = await made();
    const secrets: (string | undefined)[] = [];
    for (let n = 0; n < 6; n += 1) secrets.unshift((await rotate(endpoint))?.secret);
    expect(await signing(endpoint, START)).toEqual(secrets.slice(0, 5));
  });

  it('by several at once gives each a secret that signs, beside the one before', async () => {
    const { endpoint, secret } = await made();
    const rotated = await Promise.all([rotate(endpoint), rotate(endpoint), rotate(endpoint)]);
    const held = [secret, ...rotated.map((one) => one?.secret)];
    expect((await signing(endpoint, START)).toSorted()).toEqual(held.toSorted());
  });

  it('takes no secret that somebody holds away, whichever call fails and it is repeated', async () => {
    let held = '';
    const calls = await withEveryFault(
      async () => {
        const { endpoint, secret } = await made();
        held = secret;
        return endpoint;
      },
      (id, table, sealing) => rotate(id, START, table, sealing),
      async (id, where) => {
        const again = await rotate(id);
        const signs = await signing(id, START);
        expect([where, signs[0], signs.includes(held)]).toEqual([where, again?.secret, true]);
        await deleteEndpoint(business, id, START);
      },
    );
    expect(calls).toBe(4);
  });

  it('that the SDK repeats makes one secret', async () => {
    const { endpoint, secret } = await made();
    const rotated = await rotate(endpoint, START, repeating(business));
    expect(await signing(endpoint, START)).toEqual([rotated?.secret, secret]);
  });

  it('of one that is gone, also while it is rotated, makes none', async () => {
    const { endpoint } = await made();
    const goneMeanwhile = async (text: string) => {
      await deleteEndpoint(business, endpoint, START);
      return seal(text);
    };
    expect(await rotate(endpoint, START, business, goneMeanwhile)).toBeUndefined();
    expect(await business.get(keys.webhookEndpoint('acme', endpoint.endpointId))).toBeUndefined();
  });
});

describe('changing one', () => {
  const marksOf = async ({ tenantId, endpointId }: EndpointId) =>
    (await business.get(keys.webhookEndpoint(tenantId, endpointId)))?.['marks'];

  it('disables and enables it, and tells of the first', async () => {
    const { endpoint } = await made();
    const at = '2026-02-01T01:00:00.000Z';
    const disabled = await changeEndpoint(business, endpoint, { state: 'disabled', types: ['period.asleep'] }, START);
    expect(disabled).toMatchObject({ state: 'disabled', reason: 'tenant', disabledAt: at, types: ['period.asleep'] });
    const { endpointId } = endpoint;
    const told = [{ type: 'webhook.disabled', at, data: { endpointId, reason: 'tenant' } }];
    expect(await marksOf(endpoint)).toMatchObject(told);
    const enabled = await changeEndpoint(business, disabled ?? endpoint, { state: 'enabled', types: null }, START);
    expect(enabled).toEqual({ ...endpoint, revision: 2 });
    expect(await marksOf(endpoint)).toMatchObject(told);
  });

  it('that somebody else has changed since is not done, but for what is as it was to be', async () => {
    const { endpoint } = await made();
    const first = await changeEndpoint(business, endpoint, { types: ['period.asleep'] }, START);
    expect(await changeEndpoint(business, endpoint, { types: ['reading.recorded'] }, START)).toBeUndefined();
    expect(await changeEndpoint(business, endpoint, { state: 'disabled' }, START)).toBeUndefined();
    expect(await changeEndpoint(business, endpoint, { types: null }, START)).toBeUndefined();
    expect(await changeEndpoint(business, endpoint, { types: ['period.asleep'] }, START)).toEqual(first);
    expect(await getEndpoint(business, endpoint)).toEqual(first);
  });

  it('loses to the sender that disables it at the same time', async () => {
    const { endpoint } = await made();
    await disableEndpoint(business, endpoint, 'gone', START);
    expect(await changeEndpoint(business, endpoint, { types: ['reading.recorded'] }, START)).toBeUndefined();
    expect(await getEndpoint(business, endpoint)).toMatchObject({ state: 'disabled', reason: 'gone' });
  });

  it('that the SDK repeats is done once', async () => {
    const { endpoint } = await made();
    const changed = await changeEndpoint(repeating(business), endpoint, { state: 'disabled', types: null }, START);
    expect(changed).toMatchObject({ state: 'disabled', revision: 1 });
    expect(await marksOf(endpoint)).toHaveLength(1);
  });

  it('makes none of one that is gone', async () => {
    const { endpoint } = await made();
    await deleteEndpoint(business, endpoint, START);
    expect(await changeEndpoint(business, endpoint, { state: 'disabled' }, START)).toBeUndefined();
    const first = await changeEndpoint(business, { ...endpoint, revision: 1 }, { state: 'disabled' }, START);
    expect([first, await listEndpoints(business, 'acme')]).toEqual([undefined, []]);
  });
});

describe('deleting one', () => {
  const swept = async (): Promise<readonly unknown[]> => {
    const told: unknown[] = [];
    const offer = async (_: string, events: readonly unknown[]) => void told.push(...events);
    await sweep({ business, offer }, () => START);
    return told;
  };

  const disabled = async (): Promise<Endpoint> => {
    const { endpoint } = await made();
    return (await changeEndpoint(business, endpoint, { state: 'disabled' }, START)) ?? endpoint;
  };

  it('is done once, and only for its tenant', async () => {
    const { endpoint } = await made();
    expect(await deleteEndpoint(business, { ...endpoint, tenantId: 'other' }, START)).toBe(false);
    expect(await deleteEndpoint(business, endpoint, START)).toBe(true);
    expect(await deleteEndpoint(business, endpoint, START)).toBe(false);
    expect(await swept()).toEqual([]);
  });

  it('that the SDK repeats is done', async () => {
    const plain = (await made()).endpoint;
    for (const endpoint of [plain, await disabled()])
      expect(await deleteEndpoint(repeating(business), endpoint, START)).toBe(true);
    expect(await listEndpoints(business, 'acme')).toEqual([]);
  });

  it('I11 hands on what it has to tell, also what comes while it does, whichever call fails and it is repeated', async () => {
    const calls = await withEveryFault(
      disabled,
      (id, table) => deleteEndpoint(table, id, START),
      async (id, where) => {
        await deleteEndpoint(business, id, START);
        expect([where, await getEndpoint(business, id)]).toEqual([where, undefined]);
        const told = await swept();
        expect(told).toContainEqual(
          expect.objectContaining({ type: 'webhook.disabled', data: { endpointId: id.endpointId, reason: 'tenant' } }),
        );
      },
    );
    expect(calls).toBe(3);
  });

  it('I11 of what was told meanwhile, or has more to tell, looks again', async () => {
    const endpoint = await disabled();
    const key = keys.webhookEndpoint('acme', endpoint.endpointId);
    const meanwhile = [
      // The sweep was faster.
      async () => clearMarks(business, parseMarked({ ...(await business.get(key)) })),
      // It was enabled, and failed.
      async () => {
        const found = await getEndpoint(business, endpoint);
        await changeEndpoint(business, found ?? endpoint, { state: 'enabled' }, START);
        await disableEndpoint(business, endpoint, 'failing', START + 1);
      },
    ];
    const slow: Table = {
      ...business,
      remove: async (...args) => {
        await meanwhile.shift()?.();
        return business.remove(...args);
      },
    };
    expect(await deleteEndpoint(slow, endpoint, START)).toBe(true);
    expect(meanwhile).toEqual([]);
    expect(await getEndpoint(business, endpoint)).toBeUndefined();
    expect(await swept()).toContainEqual(
      expect.objectContaining({ data: expect.objectContaining({ reason: 'failing' }) }),
    );
  });
});
