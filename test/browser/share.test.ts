// A shared report, in Chromium: a button, then the report on the page that checks it, without what is withheld.
import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ShareSource, shareAnswer } from '../../functions/public/share-answers.ts';
import { makeBundle, readBundle } from '../../lib/proof/bundle.ts';
import { failuresOf } from '../../lib/proof/bundle-failures.ts';
import { verifyBundle } from '../../lib/proof/verify-bundle.ts';
import { putShare } from '../../lib/report/share.ts';
import { buildPage } from '../../lib/verifier-page/build.ts';
import { bundleOf, givenTrust, keys } from '../lib/proof/bundle-fixture.ts';
import { vkeyOf } from '../lib/proof/log-fixture.ts';
import { ISSUER } from '../lib/proof/statement-fixture.ts';
import { CHAIN } from '../lib/proof/tampering.ts';
import { openTables, type Tables } from '../stores/open-tables.ts';
import { DESKTOP, fitsWidth, openBrowser, openPage, PHONE, type Served, screenshot, serve } from './open-page.ts';

const NOW = Date.parse('2026-07-02T09:00:00.000Z');
const TOKENS = ['A', 'B', 'C'].map((letter) => letter.repeat(43));

let browser: Browser;
let server: Served;
let tables: Tables;
beforeAll(async () => {
  browser = await openBrowser();
  tables = await openTables();
  for (const [n, token] of TOKENS.entries()) {
    const asked = { tenantId: 'acme', reportId: 'rep_1', shareId: `shr_${n}`, attempt: 1, viewLimit: 2 };
    const withheld = ['vin', 'reference', 'vendorVehicleId', 'consentId'] as const;
    const until = { withheld: [...withheld], availableUntil: '2026-08-01T00:00:00.000Z' };
    await putShare(tables.business, { ...asked, ...until }, token, { now: NOW, until: 1 });
  }
  const document = await buildPage();
  const source: ShareSource = {
    business: tables.business,
    readFile: async () => Buffer.from(makeBundle(bundleOf(CHAIN))),
    verifier: async () => ({ document, served: { issuer: ISSUER, keys, logKey: vkeyOf() } }),
    report: (fault) => {
      throw fault;
    },
  };
  server = await serve((path, { method, headers }) => {
    const [, token] = /^\/s\/([\w-]+)$/.exec(path) ?? [];
    if (token === undefined) return undefined;
    return shareAnswer(source, { routeKey: `${method} /s/{token}`, token, headers, now: NOW });
  });
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await tables?.close();
});

const open = (token: string | undefined, viewport = DESKTOP, locale = 'en-GB') =>
  openPage(browser, `${server.origin}/s/${token}`, viewport, locale);

describe('a shared report', () => {
  it('is behind a button, checks itself, and hides what is withheld', async () => {
    const { context, page, troubles } = await open(TOKENS[0]);
    await page.getByRole('button', { name: 'Show the report' }).click();
    await page.locator('#outcome[data-outcome=verified]').waitFor();
    expect(await page.locator('h1').textContent()).toBe('A shared mileage report');
    const said = (await page.locator('main').textContent()) ?? '';
    expect(said).toContain('VINnot shown');
    expect(said).toContain('VehicleCitroën C3 Aircross 2024');
    expect(said).toContain('4 claims withheld');
    expect(said).not.toContain('VF7TESTC3AA000017');
    expect(await page.content()).not.toContain('VF7TESTC3AA000017');
    expect(await page.locator('svg[role=img]').count()).toBe(1);
    expect(await page.locator('tbody tr').count()).toBe(6);
    expect(await page.locator('#files').isVisible()).toBe(false);
    expect(troubles).toEqual([]);
    await context.close();
  });

  it('can be kept as a file, which holds for whoever checks it elsewhere', async () => {
    const { context, page } = await open(TOKENS[0]);
    await page.getByRole('button').click();
    const link = page.getByRole('link', { name: 'Save what was checked' });
    await context.setOffline(true);
    const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
    expect(download.suggestedFilename()).toBe('bundle.json');
    const read = readBundle(readFileSync(await download.path(), 'utf8'));
    expect(read.ok && failuresOf(verifyBundle(read.bundle, givenTrust))).toEqual([]);
    await context.close();
  });

  it('is shown no more often than may be, and no link tells whether it ever was one', async () => {
    const over = await open(TOKENS[0]);
    const unknown = await open('D'.repeat(43));
    expect(await over.page.content()).toBe(await unknown.page.content());
    expect(await over.page.locator('h1').textContent()).toBe('This link shows nothing');
    for (const { context } of [over, unknown]) await context.close();
  });

  it.each([
    ['phone', PHONE, 'fr-FR', 1],
    ['desktop', DESKTOP, 'de-DE', 2],
  ] as const)('on a %s never has to be scrolled sideways', async (name, viewport, locale, n) => {
    const { context, page, troubles } = await open(TOKENS[n], viewport, locale);
    await screenshot(page, `share-${name}-button`);
    await page.getByRole('button').click();
    await page.locator('#outcome[data-outcome=verified]').waitFor();
    await screenshot(page, `share-${name}-report`);
    expect(await fitsWidth(page)).toBe(true);
    expect(troubles).toEqual([]);
    await context.close();
  });
});
