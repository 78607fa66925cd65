// An odometer that was replaced, and declared after the month was stated: the attestation is stated again, as the insurer asks for it
// over HTTP and as an auditor checks what comes of it, with the program for auditors and what is published.
import { expect } from 'vitest';
import type { Playground } from '../../infra/local/playground.ts';
import { type Ask, type Attestation, askAs, audit, chainOf } from './auditor.ts';

const MINUTE = 60_000;
const REPLACED_AT = '2026-01-20T10:00:00.000Z';

export interface Insured {
  readonly contractId: string;
  readonly apiKey: string;
  /** The simulator's id of the car. */
  readonly carId: string;
}

/** @returns the contract's attestations afterwards, oldest first: two months, and both again */
export async function replaceAttestation(ground: Playground, insured: Insured): Promise<readonly Attestation[]> {
  const { stack, simulator } = ground;
  const { contractId, apiKey, carId } = insured;
  const contract = `/v1/contracts/${contractId}`;
  const ask: Ask = askAs(ground, apiKey);
  const chain = () => chainOf(ask, contractId);
  simulator.fleet.setOdometer(carId, 5_000, Date.parse(REPLACED_AT));
  await stack.clock.advanceTo(Date.parse('2026-03-02T12:00:00.000Z'));
  const before = await chain();
  expect(before.map(({ claims }) => claims.verdict)).toEqual(['illogical', 'logical']);
  const [january, february] = before.map(({ id }) => id);

  const figures = { at: REPLACED_AT, oldMetres: 5_640_000, newMetres: 5_000 };
  const declared = { kind: 'replacement', ...figures, evidence: 'invoice-17' };
  expect((await ask('POST', `${contract}/odometer-events`, declared)).status).toBe(201);
  const wish = `/v1/attestations/${january}/replace`;
  const asked = await ask('POST', wish, { reason: 'odometer_declared' });
  expect([asked.status, await asked.json()]).toMatchObject([202, { attestation: january, state: 'waiting' }]);
  await stack.clock.advanceTo(stack.clock.now() + 10 * MINUTE);
  await stack.drain();

  const { replacementRequest } = (await (await ask('GET', contract)).json()) as { replacementRequest: unknown };
  expect(replacementRequest).toMatchObject({ attestation: january, state: 'replaced' });
  const after = await chain();
  expect(after.slice(0, 2)).toEqual(before);
  expect(after.slice(2)).toMatchObject([
    { replacedFor: 'odometer_declared', claims: { seq: 3, replaces: january, verdict: 'no_judgement' } },
    { replacedFor: 'boundary_moved', claims: { seq: 4, replaces: february, verdict: 'logical' } },
  ]);
  const refused = await ask('POST', wish, { reason: 'other' });
  const detail = `In force is ${after[2]?.id}.`;
  expect([refused.status, await refused.json()]).toMatchObject([409, { code: 'attestation_replaced', detail }]);
  const { items } = (await (await ask('GET', '/v1/attestations?period=2026-01')).json()) as { items: Attestation[] };
  expect(items.map(({ id }) => id)).toEqual([after[2]?.id]);

  const { status, report } = await audit(ground, ask, after);
  expect({ status, report }).toMatchObject({
    status: 0,
    report: {
      verified: true,
      status: {
        statements: [
          { seq: 1, status: 'superseded', replacedBy: 3 },
          { seq: 2, status: 'superseded', replacedBy: 4 },
          { seq: 3, status: 'valid' },
          { seq: 4, status: 'valid' },
        ],
      },
    },
  });
  return after;
}
