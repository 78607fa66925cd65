// build-report in a deployment whose certificate is of another key than the one that seals: everything but a PDF is built.
import { afterAll, expect, it } from 'vitest';
import { issue, makeParty } from '../lib/report/authority.ts';
import { build, delivered, openBuildReportWorld } from './build-report-world.ts';
import { captureLog } from './load-handler.ts';

const lines = captureLog();
const world = await openBuildReportWorld(issue(makeParty('Odoseal Seals'), makeParty('Authority')));
afterAll(() => world.api.tables.close());

it('a certificate of another key seals nothing, which is said, and leaves tables alone', async () => {
  await world.ask('rep_pdf', { format: 'pdf', contractId: world.contractId });
  await world.ask('rep_csv', { format: 'csv', contractId: world.contractId });
  const answer = await world.handler(delivered([build('rep_pdf'), build('rep_csv')], 5));
  expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-0' }] });
  expect(await world.report('rep_pdf')).toMatchObject({ state: 'failed', reason: 'internal' });
  expect((await world.report('rep_csv')).state).toBe('ready');
  expect(world.put().map(({ name }) => name)).toEqual(['reports/rivage/rep_csv/1']);
  expect(lines.join('')).toContain('"code":"SEAL_CERTIFICATE"');
});
