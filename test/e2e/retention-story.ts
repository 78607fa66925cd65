// A tenant who keeps personal data for a month: a contract ends, and is erased without anybody asking; what was attested still verifies.
import { expect } from 'vitest';
import type { Playground } from '../../infra/local/playground.ts';
import { askAs, audit, chainOf } from './auditor.ts';
import type { Insured } from './replace-story.ts';

/** The contract's months to the end of February are stated. */
export async function keepForAMonth(ground: Playground, { contractId, apiKey }: Insured, vin: string): Promise<void> {
  const { stack } = ground;
  const ask = askAs(ground, apiKey);
  const contract = `/v1/contracts/${contractId}`;
  const shown = async () => (await ask('GET', contract)).text();
  const to = async (instant: string) => {
    await stack.clock.advanceTo(Date.parse(instant));
    await stack.drain();
  };
  expect((await ask('POST', `${contract}/end`, { end: '2026-03-05' })).status).toBe(200);
  await to('2026-04-02T12:00:00.000Z');
  const chain = await chainOf(ask, contractId);
  const month = { tenantId: 'rivage', retentionMonths: 1 };
  expect(await stack.invoke('admin', { action: 'updateTenant', ...month })).toEqual({ updated: true });
  // The last walk before its month is over in Paris.
  await to('2026-04-04T21:59:00.000Z');
  expect(await shown()).toContain(vin);
  await to('2026-04-05T14:00:00.000Z');
  expect(JSON.parse(await shown())).toMatchObject({
    ...{ reference: contractId, vin: null, connection: null },
    erasure: { askedAt: expect.stringMatching(/^2026-04-05/), erasedAt: expect.stringMatching(/^2026-04-05/) },
  });
  expect(chain).toHaveLength(5);
  expect((await chainOf(ask, contractId)).map(({ id }) => id)).toEqual(chain.map(({ id }) => id));
  expect(await audit(ground, ask, chain)).toMatchObject({ status: 0, report: { verified: true } });
}
