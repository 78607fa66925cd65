// STORAGE.md against the code: the same items under the same keys, both ways, and examples that the code can read.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { parseFollowedRun } from '../../../lib/attestation/followed-run.ts';
import { parseStatement } from '../../../lib/attestation/statement.ts';
import { keys } from '../../../lib/aws/keys.ts';
import type { Item, Key } from '../../../lib/aws/table.ts';
import { parseConnection } from '../../../lib/connection/connection.ts';
import { parseContract } from '../../../lib/contract/contract.ts';
import { parseBookmark } from '../../../lib/ledger/check.ts';
import { parseKeyEvent } from '../../../lib/ledger/key-events.ts';
import { parseMark, parseState } from '../../../lib/ledger/log-store.ts';
import { parseOdometerEvent } from '../../../lib/reading/odometer-event.ts';
import { parsePush } from '../../../lib/reading/pushed-event.ts';
import { parseReading } from '../../../lib/reading/reading.ts';
import { parseReport } from '../../../lib/report/report.ts';
import { parseShare } from '../../../lib/report/share.ts';
import { parseApiKey } from '../../../lib/tenant/api-key.ts';
import { vehicleApplication } from '../../../lib/tenant/application.ts';
import { parseTenant } from '../../../lib/tenant/tenant.ts';

/** Every key, made of the names of its parts. A key that is added to keys.ts does not compile until it stands here too. */
const made: Readonly<Record<keyof typeof keys, Key>> = {
  tenant: keys.tenant('<tenantId>'),
  idempotency: keys.idempotency('<tenantId>', '<keyHash>'),
  requestLimit: keys.requestLimit('<tenantId>', '<window>'),
  apiKey: keys.apiKey('<keyId>'),
  application: keys.application('<applicationId>'),
  budget: keys.budget('<applicationId>'),
  webhookWindow: keys.webhookWindow('<applicationId>'),
  pushedEvent: keys.pushedEvent('<applicationId>', '<pushId>'),
  reference: keys.reference('<tenantId>', '<reference>'),
  vinUse: keys.vinUse('<tenantId>', '<vinDigest>', '<contractId>'),
  contract: keys.contract('<tenantId>', '<contractId>'),
  connection: keys.connection('<tenantId>', '<contractId>', '<connectionId>'),
  odometerEvent: keys.odometerEvent('<tenantId>', '<contractId>', '<at>', '<eventId>'),
  erasure: keys.erasure('<tenantId>', '<contractId>'),
  reading: keys.reading('<tenantId>', '<contractId>', '<recordedAt>', '<readingId>'),
  events: keys.events('<tenantId>', '<toldAt>', '<digest>'),
  untoldEvents: keys.untoldEvents('<tenantId>', '<at>', '<digest>'),
  run: keys.run('<tenantId>', '<periodId>'),
  contractReport: keys.contractReport('<tenantId>', '<contractId>', '<reportId>'),
  report: keys.report('<tenantId>', '<reportId>'),
  share: keys.share('<tenantId>', '<reportId>', '<shareId>'),
  shareLink: keys.shareLink('<tokenHash>'),
  webhookEndpoint: keys.webhookEndpoint('<tenantId>', '<endpointId>'),
  webhookDelivery: keys.webhookDelivery('<tenantId>', '<endpointId>', 1),
  vehicleUse: keys.vehicleUse('<applicationId>', '<vendorVehicleId>', '<connectionId>'),
  connectSession: keys.connectSession('<tokenHash>'),
  authorization: keys.authorization('<stateHash>'),
  myDataLink: keys.myDataLink('<tokenHash>'),
  tokens: keys.tokens('<tenantId>', '<connectionId>'),
  dataKey: keys.dataKey('<tenantId>'),
  statement: keys.statement('<tenantId>', '<contractId>', 1),
  statusList: keys.statusList('<listId>'),
  keyEvent: keys.keyEvent('<purpose>', '<kid>', '<event>'),
  logMark: keys.logMark(),
  logCheck: keys.logCheck(),
  logState: keys.logState(),
  manifest: { ...keys.manifest(1), pk: keys.manifest(1).pk.replace('1', '<size>') },
  tile: { pk: keys.tile(1, 2, 3).pk.replace('1', '<level>').replace('2', '<index>'), sk: keys.tile(1, 2, 3).sk },
  timestamp: { ...keys.timestamp(1), pk: keys.timestamp(1).pk.replace('1', '<size>') },
  logStamped: keys.logStamped(),
  checkpoint: { ...keys.checkpoint(1), pk: keys.checkpoint(1).pk.replace('1', '<size>') },
};

interface Section {
  readonly name: string;
  readonly key: Key;
  readonly text: string;
  readonly examples: readonly Item[];
}

const item = z.record(z.string(), z.unknown());

const sectionOf = (text: string): Section => {
  const [, pk = '', sk = ''] = /^- Key: `([^`]+)` \/ `([^`]+)`/m.exec(text) ?? [];
  const examples = [...text.matchAll(/^```json\n(.*?)^```$/gms)].map(([, json = '']) => item.parse(JSON.parse(json)));
  return { name: text.slice(0, text.indexOf('\n')), key: { pk, sk }, text, examples };
};

const page = readFileSync(new URL('../../../lib/aws/STORAGE.md', import.meta.url), 'utf8');
const sections = page
  .split(/^## .*$/m)
  .flatMap((part) => part.split(/^### /m).slice(1))
  .map(sectionOf);

/** Keys as sections name them: numbers and the width of a tile are not written out. */
const named = ({ pk, sk }: Key): Key => ({ pk, sk: sk.replace(/(00)?00000001/, '<seq>').replace('003', '<width>') });

it('every key of keys.ts is on the page, and every key on the page is in keys.ts', () => {
  expect(Object.keys(keys).toSorted()).toEqual(Object.keys(made).toSorted());
  const onPage = Object.fromEntries(sections.map(({ name, key }) => [name, key]));
  expect(sections).toHaveLength(Object.keys(onPage).length);
  expect(onPage).toEqual(Object.fromEntries(Object.entries(made).map(([name, key]) => [name, named(key)])));
});

it('no two items can have one key', () => {
  const shapes = Object.values(made).map(({ pk, sk }) => `${pk} ${sk}`.replace(/<[^>]+>/g, '<>'));
  expect(new Set(shapes).size).toBe(shapes.length);
});

/** A key of the page as a pattern: a part is anything that is not a separator. */
const pattern = (text: string): RegExp =>
  new RegExp(`^${text.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&').replace(/<[^>]+>/g, '[^#]+')}$`);

const readers: Readonly<Record<string, (example: Item) => unknown>> = {
  tenant: parseTenant,
  apiKey: parseApiKey,
  application: (example) => vehicleApplication.parse(example),
  contract: parseContract,
  connection: parseConnection,
  odometerEvent: parseOdometerEvent,
  reading: parseReading,
  statement: parseStatement,
  keyEvent: parseKeyEvent,
  pushedEvent: parsePush,
  logCheck: parseBookmark,
  run: parseFollowedRun,
  report: parseReport,
  share: parseShare,
};

/** Items that code turns into something else than it reads. */
const heads: Readonly<Record<string, (example: Item) => { readonly size: number; readonly root: Uint8Array }>> = {
  logMark: parseMark,
  logState: parseState,
};

it.each(Object.entries(heads))('the examples of %s are heads', (name, read) => {
  const examples = sections.filter((section) => section.name === name).flatMap((section) => section.examples);
  expect(examples.map((example) => Buffer.from(read(example).root).toString('base64'))).toEqual(
    examples.map(({ root }) => root),
  );
});

describe.each(sections.map((section) => [section.name, section] as const))('%s', (_, section) => {
  it('has an example or more, each under its key', () => {
    expect(section.examples.length).toBeGreaterThan(0);
    for (const { pk, sk } of section.examples) {
      expect(pk).toMatch(pattern(section.key.pk));
      expect(sk).toMatch(pattern(section.key.sk));
    }
  });

  it('says for how long it is kept, as its examples do', () => {
    const [, ttl = ''] = /^- TTL: (.*)$/m.exec(section.text) ?? [];
    const expires = section.examples.some((example) => Number.isInteger(example['expiresAt']));
    expect(ttl.startsWith(expires ? '`expiresAt`, ' : 'none')).toBe(true);
  });

  it('names functions that exist, and somebody who writes and somebody who reads it', () => {
    const functions = readdirSync(new URL('../../../functions', import.meta.url));
    for (const verb of ['Written by', 'Read by']) {
      const [, who = ''] = new RegExp(`${verb}: (.*?)(?:\\. Read by|$)`, 'm').exec(section.text) ?? [];
      const listed = functions.filter((one) => new RegExp(`(^|[ ,])${one}\\b`).test(who));
      expect(listed.length > 0 || /^the same/.test(who)).toBe(true);
    }
  });
});

it.each(Object.entries(readers))('the examples of %s are read as they stand', (name, read) => {
  const examples = sections.filter((section) => section.name === name).flatMap((section) => section.examples);
  expect(examples.length).toBeGreaterThan(0);
  for (const example of examples) expect(example).toMatchObject(Object(read(example)));
});
