// Shared reports as the function answers them: what a look at a link shows, what a press of its button does, and what no answer tells.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ShareSource, shareAnswer } from '../../functions/public/share-answers.ts';
import { keys } from '../../lib/aws/keys.ts';
import { STYLE_HASH } from '../../lib/connection/page-frame.ts';
import { makeBundle } from '../../lib/proof/bundle.ts';
import { putShare, type Share } from '../../lib/report/share.ts';
import { buildPage } from '../../lib/verifier-page/build.ts';
import { bundleOf, keys as jwks } from '../lib/proof/bundle-fixture.ts';
import { vkeyOf } from '../lib/proof/log-fixture.ts';
import { ISSUER } from '../lib/proof/statement-fixture.ts';
import { CHAIN } from '../lib/proof/tampering.ts';
import { openTables, type Tables } from '../stores/open-tables.ts';

const NOW = Date.parse('2026-02-02T09:00:00.000Z');
const TOKEN = 'A'.repeat(43);
const document = await buildPage();
const served = { issuer: ISSUER, keys: jwks, logKey: vkeyOf() };

let tables: Tables;
let faults: unknown[];
let source: ShareSource;
beforeEach(async () => {
  tables = await openTables();
  faults = [];
  source = {
    business: tables.business,
    readFile: async () => Buffer.from(makeBundle(bundleOf(CHAIN))),
    verifier: async () => ({ document, served }),
    report: (fault) => void faults.push(fault),
  };
  const asked = { tenantId: 'acme', reportId: 'rep_1', shareId: 'shr_1', attempt: 1, withheld: ['vin'] as const };
  await putShare(
    tables.business,
    { ...asked, withheld: ['vin'], viewLimit: 2, availableUntil: '2026-03-04T09:00:00.000Z' },
    TOKEN,
    { now: NOW, until: 1 },
  );
});
afterEach(() => tables.close());

const ask = (method: 'GET' | 'POST', token = TOKEN, headers: Readonly<Record<string, string>> = {}) =>
  shareAnswer(source, { routeKey: `${method} /s/{token}`, token, headers, now: NOW });

const stored = async () => (await tables.business.get(keys.share('acme', 'rep_1', 'shr_1'))) as unknown as Share;

describe('a link', () => {
  it('that is looked at shows a button and nothing of the report, and counts nothing', async () => {
    const { statusCode, headers, body } = await ask('GET');
    expect(statusCode).toBe(200);
    expect(headers).toEqual({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex',
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `default-src 'none'; style-src ${STYLE_HASH}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
      'x-content-type-options': 'nosniff',
    });
    expect(body).toContain('<form method="post"><button>Show the report</button></form>');
    for (const secret of [TOKEN, 'acme', 'rep_1', 'shr_1', 'Citro']) expect(body).not.toContain(secret);
    expect((await stored()).views).toBe(0);
  });

  it('whose button is pressed shows the report without what is withheld, and is counted', async () => {
    const { statusCode, headers, body } = await ask('POST', TOKEN, { 'sec-fetch-site': 'same-origin' });
    expect(statusCode).toBe(200);
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex',
      'content-security-policy': expect.stringContaining("default-src 'none'; style-src 'sha256-"),
    });
    const [, data = ''] = /id="served">(.*?)<\/script>/.exec(body) ?? [];
    const { bundle, ...keysOf } = JSON.parse(data);
    expect(keysOf).toEqual(served);
    const names = JSON.parse(bundle).statements.map(({ sdJwt }: { readonly sdJwt: string }) =>
      sdJwt
        .split('~')
        .slice(1, -1)
        .map((text) => JSON.parse(Buffer.from(text, 'base64url').toString())[1]),
    );
    expect(new Set(names.flat())).toEqual(
      new Set(['make', 'model', 'year', 'reference', 'vendorVehicleId', 'consentId']),
    );
    expect(await stored()).toMatchObject({ views: 1, viewedAt: ['2026-02-02T09:00:00.000Z'] });
  });

  it('is not used up by another site’s form', async () => {
    const { statusCode, body } = await ask('POST', TOKEN, { 'sec-fetch-site': 'cross-site' });
    expect([statusCode, body.includes('<button>')]).toEqual([403, true]);
    expect(await stored()).toMatchObject({ views: 0, refusals: 0 });
  });

  it('that is used up and one that never was are answered the same', async () => {
    await ask('POST');
    await ask('POST');
    for (const method of ['GET', 'POST'] as const) {
      const over = await ask(method);
      expect(over).toEqual(await ask(method, 'B'.repeat(43)));
      expect([over.statusCode, over.body.includes('This link shows nothing')]).toEqual([404, true]);
    }
    expect(await stored()).toMatchObject({ views: 2, refusals: 1 });
  });

  it('speaks the reader’s language', async () => {
    const german = await ask('GET', TOKEN, { 'accept-language': 'de-AT,de;q=0.9' });
    expect(german.body).toContain('<html lang="de">');
    expect(german.body).toContain('<button>Bericht zeigen</button>');
    for (const [language, words] of [
      ['nl', 'Rapport tonen'],
      ['fr', 'Afficher le rapport'],
    ] as const)
      expect((await ask('GET', TOKEN, { 'accept-language': language })).body).toContain(`<button>${words}</button>`);
  });

  it('whose report cannot be read says that it did not work, tells the operator, and counts nothing', async () => {
    source = { ...source, readFile: () => Promise.reject(new Error('the bucket answered 503')) };
    const { statusCode, body } = await ask('POST');
    expect([statusCode, body.includes('That did not work')]).toEqual([500, true]);
    expect(faults).toEqual([new Error('the bucket answered 503')]);
    expect((await stored()).views).toBe(0);
  });
});
