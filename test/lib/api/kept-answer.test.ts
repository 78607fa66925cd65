// What is kept of an answer opens with the secrets of all contracts that it tells of, and with nothing else.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openAnswer, type Sealing, sealAnswer } from '../../../lib/api/kept-answer.ts';
import { keys } from '../../../lib/aws/keys.ts';
import { SealError } from '../../../lib/connection/sealed-box.ts';
import { openTables, type Tables } from '../../stores/open-tables.ts';

let tables: Tables;
beforeAll(async () => {
  tables = await openTables();
});
afterAll(() => tables.close());

const ANSWER = { status: 201, headers: { etag: '"of Anna"' }, body: '{"vin":"VF7SXHNPXRT000001"}' };

let made = 0;
/** A contract as it is stored, as far as this looks at it. */
async function contract(saltSecret: string): Promise<Sealing> {
  made += 1;
  const about = { tenantId: 'acme', contractId: `con_${made}`, saltSecret };
  await put(about);
  return about;
}

const put = ({ tenantId, contractId, saltSecret }: Sealing) =>
  tables.business.put({ ...keys.contract(tenantId, contractId), saltSecret });

const open = (kept: ReturnType<typeof sealAnswer>) => openAnswer(tables.business, 'acme', kept);

it('opens as it was given, and is not to be read before', async () => {
  const kept = sealAnswer(ANSWER, [await contract('first'), await contract('second')], randomBytes);
  expect([kept.status, kept.headers, kept.body.includes('VF7SXHNPXRT000001'), kept.body.includes('of Anna')]).toEqual([
    201,
    {},
    false,
    false,
  ]);
  expect(await open(kept)).toEqual(ANSWER);
});

it.each([0, 1])('does not open without the secret of each contract: without the %i-th', async (nth) => {
  const about = [await contract('first'), await contract('second')];
  const kept = sealAnswer(ANSWER, about, randomBytes);
  await put({ ...(about[nth] as Sealing), saltSecret: 'another' });
  await expect(open(kept)).rejects.toThrow(SealError);
  await put({ ...(about[nth] as Sealing), saltSecret: '' });
  expect(await open(kept)).toBeUndefined();
});

it('does not open as the answer of other contracts with the same secrets', async () => {
  const kept = sealAnswer(ANSWER, [await contract('same')], randomBytes);
  const other = await contract('same');
  await expect(open({ ...kept, contracts: [other.contractId] })).rejects.toThrow(SealError);
});
