// A process that builds one report on a month of as many contracts as it is told, and says how long that took and how much memory the
// process had at most. The tables answer at once, with items made for each answer, so that they hold nothing themselves.
import { randomBytes } from 'node:crypto';
import { S3Client } from '@aws-sdk/client-s3';
import { makeFiles } from '../../lib/aws/files.ts';
import type { Item, Table } from '../../lib/aws/table.ts';
import { buildReport } from '../../lib/report/build.ts';
import { quarter } from '../lib/report/statements.ts';
import { contractItems } from './contract-items.ts';

const COUNT = Number(process.argv[2]);
const REPORT = { tenantId: 'bench', reportId: 'rep_1' };

const [contract = {}] = contractItems;
const [statement] = quarter();
if (statement === undefined) throw new Error('no statement');
const [head, payload = ''] = statement.signingInput.split('.');
const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());

const idOf = (n: number): string => `con_${String(n).padStart(32, '0')}`;

/** A contract of the tenant's, whose first month is January. */
const contractItem = (n: number): Item => ({
  ...contract,
  contractId: idOf(n),
  tenantSort: idOf(n),
  reference: `POL-${n}`,
  startsAt: '2026-01-01T00:00:00.000Z',
  zone: 'Etc/UTC',
});

/** As large as any, and another one for each contract. */
function statementItem(pk: string): Item {
  const contractId = pk.slice(pk.lastIndexOf('#') + 1);
  const body = Buffer.from(JSON.stringify({ ...claims, sub: contractId })).toString('base64url');
  return { ...statement, contractId, signingInput: `${head}.${body}` };
}

const notAsked = (): never => {
  throw new Error('this bench does not ask for that');
};

const tables: Table = {
  get: notAsked,
  put: notAsked,
  remove: notAsked,
  scan: notAsked,
  query: async ({ where: { values = {} }, limit = 0 }) => {
    const from = values['after'] === undefined ? 0 : Number(String(values['after']).slice('con_'.length)) + 1;
    return { items: Array.from({ length: Math.min(limit, COUNT - from) }, (_, n) => contractItem(from + n)) };
  },
  getMany: async (keys) => keys.map(({ pk }) => statementItem(pk)),
  update: async () => ({
    ...REPORT,
    ...{ format: 'csv', periodId: '2026-01', state: 'building', attempts: 1 },
    ...{ createdAt: '2026-02-01T00:00:00.000Z', availableUntil: '2026-03-03T00:00:00.000Z' },
  }),
};

const client = new S3Client({ region: 'eu-central-1' });
let sent = 0;
/** Takes what it is sent, as S3 would. */
Object.assign(client, {
  send: async ({ input }: { readonly input: { readonly Body?: Buffer } }) => {
    sent += input.Body?.length ?? 0;
    return { UploadId: 'upload', ETag: '"etag"' };
  },
});

const from = performance.now();
const files = makeFiles(client, 'reports');
const building = { business: tables, attestations: tables, files, clock: Date.now, random: randomBytes };
const outcome = await buildReport({ ...building, bundling: notAsked as never, print: notAsked }, REPORT, false);
if (outcome !== 'ready') throw new Error(outcome);
const { maxRSS } = process.resourceUsage();
process.send?.(JSON.stringify({ ms: performance.now() - from, megabytes: maxRSS / 1024, sent }));
