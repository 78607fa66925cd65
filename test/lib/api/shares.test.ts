// Links to reports over HTTP: what can be given out, what its tenant sees of it, and what nobody sees again. Every route is also attacked
// by the generated tests (every-route.test.ts, idempotency.test.ts).
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeBundle } from '../../../lib/proof/bundle.ts';
import { findShare } from '../../../lib/report/share.ts';
import { openShare } from '../../../lib/report/shared/open-share.ts';
import { makeFaults } from '../../stores/faults.ts';
import { bundleOf } from '../proof/bundle-fixture.ts';
import { CHAIN } from '../proof/tampering.ts';
import { type ApiWorld, type Asking, CANAL, NOW, ORIGIN, openApiWorld } from './api-world.ts';

const DAY = 86_400_000;

let world: ApiWorld;
let reportId: string;
beforeEach(async () => {
  world = await openApiWorld();
  reportId = await world.readyReport({ contractId: await world.contract(), format: 'bundle' });
});
afterEach(() => world.close());

const at = (of = reportId) => `/v1/reports/${of}/shares`;
const post = (body: Readonly<Record<string, unknown>> = {}, asking: Asking = {}, of = reportId) =>
  world.ask('POST', at(of), { body, ...asking });
const tokenOf = ({ url }: Readonly<Record<string, unknown>>): string => String(url).slice(-43);

describe('giving out', () => {
  it('names the link once, and hides what says whose car it is unless told otherwise', async () => {
    const { status, headers, body } = await post();
    expect([status, headers['location']]).toEqual([201, `${at()}/${body['id']}`]);
    expect(body).toEqual({
      ...{ id: expect.stringMatching(/^shr_[0-9a-f]{32}$/), reportId, state: 'open' },
      url: expect.stringMatching(new RegExp(`^${ORIGIN}/s/[\\w-]{43}$`)),
      ...{ secretShown: false, withheld: ['vin', 'vendorVehicleId', 'consentId', 'reference'], viewLimit: 25 },
      ...{ views: 0, viewedAt: [], refusals: 0, refusedAt: null },
      ...{ createdAt: '2026-01-05T09:00:00.000Z', expiresAt: '2026-02-04T09:00:00.000Z', revokedAt: null },
    });
    const share = await findShare(world.tables.business, tokenOf(body));
    expect(share).toMatchObject({ tenantId: 'rivage', reportId, attempt: 1 });
    const { url: _, secretShown: __, ...rest } = body;
    expect((await world.ask('GET', `${at()}/${body['id']}`)).body).toEqual(rest);
    expect(JSON.stringify(await world.snapshot())).not.toContain(tokenOf(body));
  });

  it('takes what is to be withheld, how often, and until when', async () => {
    const asked = { withhold: [], viewLimit: 1, expiresAt: '2026-01-06T00:00:00Z' };
    const { body } = await post(asked);
    expect(body).toMatchObject({ withheld: [], viewLimit: 1, expiresAt: '2026-01-06T00:00:00.000Z' });
  });

  it.each<[Readonly<Record<string, unknown>>, string, string]>([
    [{ withhold: ['vin', 'vin'] }, 'withhold', 'Names of claims, each once'],
    [{ viewLimit: 0 }, 'viewLimit', 'A whole number from 1 to 100'],
    [{ viewLimit: 101 }, 'viewLimit', 'A whole number from 1 to 100'],
    [{ expiresAt: '2026-01-05T09:00:00Z' }, 'expiresAt', 'In the future'],
    [{ expiresAt: '2026-02-04T09:00:01Z' }, 'expiresAt', 'No later than the report expires'],
  ])('of %j is refused by the field', async (body, field, message) => {
    const { status, body: refusal } = await post(body);
    expect([status, refusal['errors']]).toEqual([400, [{ field, message }]]);
    expect((await world.ask('GET', at())).body['items']).toEqual([]);
  });

  it('is for reports with a bundle that are ready', async () => {
    const csv = await world.readyReport({ periodId: '2025-12' });
    const refused = await post({}, {}, csv);
    expect([refused.status, refused.body['errors']]).toEqual([
      400,
      [{ field: 'reportId', message: 'A report of the format bundle or pdf' }],
    ]);
    const { body } = await world.ask('POST', '/v1/reports', {
      body: { contractId: await world.contract(), format: 'bundle' },
    });
    const early = await post({}, {}, String(body['id']));
    expect([early.status, early.body['code']]).toEqual([409, 'report_not_ready']);
  });

  it.each(['GET', 'POST'] as const)(
    'I13 %s of another tenant’s report is answered like one that is not there, for the same calls',
    async (method) => {
      const asked = async (of: string) => {
        const faults = makeFaults();
        const business = faults.wrap('business', world.tables.business);
        const body = method === 'POST' ? { body: {} } : {};
        const { status, text } = await world.ask(method, at(of), { ...body, caller: CANAL, business });
        return { status, text, calls: faults.calls };
      };
      const theirs = await asked(reportId);
      expect(theirs).toEqual(await asked(`rep_${'7'.repeat(32)}`));
      expect([theirs.status, theirs.calls]).toEqual([404, ['business.get']]);
    },
  );
});

describe('what a tenant sees', () => {
  it('is when each link was used, and that it was tried when it was over', async () => {
    const { body } = await post({ viewLimit: 1 });
    const source = { business: world.tables.business, readFile: async () => Buffer.from(makeBundle(bundleOf(CHAIN))) };
    await openShare(source, tokenOf(body), NOW + 1_000);
    await openShare(source, tokenOf(body), NOW + 2_000);
    const { body: seen } = await world.ask('GET', `${at()}/${body['id']}`);
    expect(seen).toMatchObject({
      ...{ state: 'used_up', views: 1, viewedAt: ['2026-01-05T09:00:01.000Z'] },
      ...{ refusals: 1, refusedAt: '2026-01-05T09:00:02.000Z' },
    });
  });

  it('is every link to a report, newest first, page by page', async () => {
    const ids: unknown[] = [];
    for (let n = 0; n < 3; n += 1) {
      ids.unshift((await post()).body['id']);
      world.later(1);
    }
    const idsOf = (body: Readonly<Record<string, unknown>>) =>
      (body['items'] as readonly { readonly id: string }[]).map(({ id }) => id);
    const { body: first } = await world.ask('GET', at(), { query: 'limit=2' });
    const { body: second } = await world.ask('GET', at(), { query: `limit=2&cursor=${first['next']}` });
    expect([idsOf(first), idsOf(second), second['next']]).toEqual([ids.slice(0, 2), ids.slice(2), null]);
    const other = await world.readyReport({ contractId: await world.contract(), format: 'bundle' });
    const { body: wrong } = await world.ask('GET', at(other), { query: `cursor=${first['next']}` });
    expect(wrong['errors']).toEqual([{ field: 'cursor', message: 'Not a cursor of this list' }]);
  });
});

describe('revoking', () => {
  it('ends a link at once, and again changes nothing', async () => {
    const { body } = await post();
    const path = `${at()}/${body['id']}`;
    expect((await world.ask('DELETE', path)).status).toBe(204);
    const revokedAt = '2026-01-05T09:00:00.000Z';
    expect((await world.ask('GET', path)).body).toMatchObject({ state: 'revoked', revokedAt });
    world.later(DAY);
    expect((await world.ask('DELETE', path)).status).toBe(204);
    expect((await world.ask('GET', path)).body).toMatchObject({ state: 'revoked', revokedAt });
  });
});
