// Reports over HTTP: what can be asked for, whose it is, how long it is kept, and where its file is found. Every route is also attacked by
// the generated tests (every-route.test.ts, idempotency.test.ts).
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keys } from '../../../lib/aws/keys.ts';
import { makeFaults } from '../../stores/faults.ts';
import { type ApiWorld, type Asking, CANAL, NOW, openApiWorld, RIVAGE } from './api-world.ts';

const DAY = 86_400_000;
const COLLECTION = '/v1/reports';

let world: ApiWorld;
beforeEach(async () => {
  world = await openApiWorld();
});
afterEach(() => world.close());

const post = (body: Readonly<Record<string, unknown>>, asking: Asking = {}) =>
  world.ask('POST', COLLECTION, { body: { format: 'csv', ...body }, ...asking });

describe('asking', () => {
  it('for a contract notes it, tells whoever builds it, and says where it will be', async () => {
    const contractId = await world.contract();
    const { status, headers, body } = await post({ contractId, from: '2026-01' });
    expect([status, headers['location']]).toEqual([202, `${COLLECTION}/${body['id']}`]);
    expect(body).toEqual({
      ...{ id: expect.stringMatching(/^rep_[0-9a-f]{32}$/), state: 'queued', format: 'csv' },
      ...{ contractId, from: '2026-01', to: null, periodId: null, language: null },
      ...{ createdAt: '2026-01-05T09:00:00.000Z', endedAt: null, expiresAt: '2026-02-04T09:00:00.000Z' },
      ...{ reason: null, lines: null, bytes: null, sha256: null },
    });
    expect(world.reportMessages).toEqual([{ kind: 'build', tenantId: 'rivage', reportId: body['id'] }]);
    expect((await world.ask('GET', `${COLLECTION}/${body['id']}`)).body).toEqual(body);
  });

  it('for a month notes that', async () => {
    const { status, body } = await post({ periodId: '2025-12' });
    expect([status, body['contractId'], body['periodId']]).toEqual([202, null, '2025-12']);
  });

  it('for a PDF notes in which language: English unless told otherwise', async () => {
    const contractId = await world.contract();
    const asked = { contractId, from: '2026-01', to: '2026-02', format: 'pdf' };
    const { status, body } = await post(asked);
    expect([status, body]).toMatchObject([202, { ...asked, language: 'en' }]);
    const { body: french } = await post({ ...asked, language: 'fr' });
    expect((await world.ask('GET', `${COLLECTION}/${french['id']}`)).body).toEqual({ ...french, language: 'fr' });
    const refused = await post({ ...asked, language: 'it' });
    expect([refused.status, refused.body['errors']]).toEqual([
      400,
      [{ field: 'language', message: 'One of en, nl, fr, de' }],
    ]);
  });

  it('for a PDF with a link notes what the link shows; a key that may share nothing is refused', async () => {
    const contractId = await world.contract();
    const asked = { contractId, format: 'pdf', share: { withhold: [], viewLimit: 3 } };
    const { body } = await post(asked);
    const item = await world.tables.business.get(keys.report('rivage', String(body['id'])));
    expect(item?.['share']).toEqual({ withheld: [], viewLimit: 3 });
    const { body: usual } = await post({ ...asked, share: {} });
    expect((await world.tables.business.get(keys.report('rivage', String(usual['id']))))?.['share']).toEqual({
      ...{ withheld: ['vin', 'vendorVehicleId', 'consentId', 'reference'], viewLimit: 25 },
    });
    const caller = { ...RIVAGE, scopes: RIVAGE.scopes.filter((scope) => scope !== 'reports:share') };
    const refused = await post(asked, { caller });
    expect([refused.status, refused.body['code']]).toEqual([403, 'missing_scope']);
    expect(world.reportMessages).toHaveLength(2);
  });

  it.each([
    [{}, 'contractId', 'This, or periodId'],
    [{ contractId: 'con_1', periodId: '2025-12' }, 'periodId', 'Not with contractId'],
    [{ periodId: '2025-12', from: '2025-12' }, 'from', 'Only with contractId'],
    [{ periodId: '2025-12', to: '2025-12' }, 'to', 'Only with contractId'],
    [{ contractId: 'con_1', from: '2026-02', to: '2026-01' }, 'to', 'Before from'],
    [{ periodId: '2025-12', format: 'bundle' }, 'format', 'A bundle is of one contract: contractId'],
    [{ periodId: '2025-12', format: 'pdf' }, 'format', 'A PDF is of one contract: contractId'],
    [{ contractId: 'con_1', from: '2026-02', to: '2026-01', format: 'pdf' }, 'to', 'Before from'],
    [{ contractId: 'con_1', language: 'nl' }, 'language', 'Only with format pdf'],
    [{ contractId: 'con_1', language: 'nl', format: 'bundle' }, 'language', 'Only with format pdf'],
    [{ contractId: 'con_1', share: {}, format: 'bundle' }, 'share', 'Only with format pdf'],
    [
      { contractId: 'con_1', share: { viewLimit: 0 }, format: 'pdf' },
      'share.viewLimit',
      'A whole number from 1 to 100',
    ],
    [{ contractId: 'con_1', from: '2026-02', format: 'bundle' }, 'from', 'Not in a bundle: it has every statement'],
    [{ contractId: 'con_1', to: '2026-02', format: 'bundle' }, 'to', 'Not in a bundle: it has every statement'],
  ])('for %j is refused by the field, and nothing is asked', async (body, field, message) => {
    const faults = makeFaults();
    const answer = await post(body, { business: faults.wrap('business', world.tables.business) });
    expect([answer.status, answer.body['errors'], faults.calls]).toEqual([400, [{ field, message }], []]);
    expect(world.reportMessages).toEqual([]);
  });

  it('for what is another tenant’s is answered like what is not there, for the same calls', async () => {
    const asked = async (contractId: string) => {
      const faults = makeFaults();
      const { status, text } = await post({ contractId }, { business: faults.wrap('business', world.tables.business) });
      return { status, text, calls: faults.calls };
    };
    const theirs = await asked(await world.contract({}, CANAL));
    expect(theirs).toEqual(await asked(`con_${'7'.repeat(32)}`));
    expect([theirs.status, theirs.calls]).toEqual([404, ['business.get']]);
    expect(world.reportMessages).toEqual([]);
  });

  it('for a contract that is being erased is refused', async () => {
    const contractId = await world.over();
    await world.ask('POST', `/v1/contracts/${contractId}/erase`);
    const { status, body } = await post({ contractId });
    expect([status, body['code'], world.reportMessages]).toEqual([409, 'contract_erased', []]);
  });

  it('that did not reach the queue is done again under the same id', async () => {
    const headers = { 'idempotency-key': 'once' };
    const sendReports = () => Promise.reject(new Error('the queue did not answer'));
    await expect(post({ periodId: '2025-12' }, { headers, sendReports })).rejects.toThrow('queue');
    const { body: left } = await world.ask('GET', COLLECTION);
    const { status, body } = await post({ periodId: '2025-12' }, { headers });
    expect([status, left['items']]).toEqual([202, [body]]);
    expect(world.reportMessages).toEqual([{ kind: 'build', tenantId: 'rivage', reportId: body['id'] }]);
  });
});

describe('the list', () => {
  it('has the tenant’s own, newest first, page by page', async () => {
    const ids: unknown[] = [];
    for (const month of ['2025-10', '2025-11', '2025-12']) {
      ids.unshift((await post({ periodId: month })).body['id']);
      world.later(1);
    }
    await post({ periodId: '2025-12' }, { caller: CANAL });
    const idsOf = (body: Readonly<Record<string, unknown>>) =>
      (body['items'] as readonly { readonly id: string }[]).map(({ id }) => id);
    const { body: first } = await world.ask('GET', COLLECTION, { query: 'limit=2' });
    const { body: second } = await world.ask('GET', COLLECTION, { query: `limit=2&cursor=${first['next']}` });
    expect([idsOf(first), idsOf(second), second['next']]).toEqual([ids.slice(0, 2), ids.slice(2), null]);
  });

  it('has nothing that is older than thirty days, nor is such a one there', async () => {
    const id = await world.readyReport({ periodId: '2025-12' });
    const shown = async () => {
      const { body } = await world.ask('GET', COLLECTION);
      const { status } = await world.ask('GET', `${COLLECTION}/${id}`);
      const download = await world.ask('GET', `${COLLECTION}/${id}/download`);
      return [(body['items'] as readonly unknown[]).length, status, download.status];
    };
    world.later(30 * DAY - 1);
    expect(await shown()).toEqual([1, 200, 303]);
    world.later(1);
    expect(await shown()).toEqual([0, 404, 404]);
  });
});

describe('the file', () => {
  it('is where the answer sends to, for a minute, and nobody is to remember it', async () => {
    const id = await world.readyReport({ periodId: '2025-12' });
    const { status, headers, text } = await world.ask('GET', `${COLLECTION}/${id}/download`);
    expect([status, text, headers['cache-control']]).toEqual([303, '', 'no-store']);
    const { origin, pathname, searchParams } = new URL(headers['location'] ?? '');
    expect([origin, pathname]).toEqual(['https://odoseal-reports.s3.eu-central-1.amazonaws.com', `/rivage/${id}/1`]);
    expect(searchParams.get('X-Amz-Expires')).toBe('60');
    expect(searchParams.get('X-Amz-Date')).toBe(new Date(NOW).toISOString().replace(/[-:]|\.\d+/g, ''));
    expect(searchParams.get('response-content-disposition')).toBe(`attachment; filename="${id}.csv"`);
  });

  it.each([
    ['bundle', 'json'],
    ['pdf', 'pdf'],
  ])('of a %s is saved as what it is', async (format, ending) => {
    const contractId = await world.contract();
    const id = await world.readyReport({ contractId, format });
    const { headers } = await world.ask('GET', `${COLLECTION}/${id}/download`);
    const { searchParams } = new URL(headers['location'] ?? '');
    expect(searchParams.get('response-content-disposition')).toBe(`attachment; filename="${id}.${ending}"`);
  });

  it('is not there before the report is ready', async () => {
    const { body } = await post({ periodId: '2025-12' });
    const answer = await world.ask('GET', `${COLLECTION}/${body['id']}/download`);
    expect([answer.status, answer.body['code']]).toEqual([409, 'report_not_ready']);
  });

  it('of another tenant is not there, for the same calls', async () => {
    const id = await world.readyReport({ periodId: '2025-12' });
    const asked = async (which: string) => {
      const faults = makeFaults();
      const business = faults.wrap('business', world.tables.business);
      const { status, text } = await world.ask('GET', `${COLLECTION}/${which}/download`, { caller: CANAL, business });
      return { status, text, calls: faults.calls };
    };
    expect(await asked(id)).toEqual(await asked(`rep_${'7'.repeat(32)}`));
    expect((await asked(id)).status).toBe(404);
  });
});
