// The page that checks reports, in Chromium: what holds is verified and shown, what was changed is refused under its name, and nothing of
// it needs, or gets, a network.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pageAnswer } from '../../functions/public/page-answers.ts';
import { makeBundle } from '../../lib/proof/bundle.ts';
import { buildPage } from '../../lib/verifier-page/build.ts';
import { bundleOf, keys, statusListFor } from '../lib/proof/bundle-fixture.ts';
import { hostileTexts, tamperings } from '../lib/proof/bundle-tampering.ts';
import { applyPatch } from '../lib/proof/json-patch.ts';
import { vkeyOf } from '../lib/proof/log-fixture.ts';
import { makeSealKey, pdfWith, sealWith } from '../lib/proof/sealed-pdf.ts';
import { ISSUER } from '../lib/proof/statement-fixture.ts';
import { CHAIN, goodBundle, strangerKey, strangerKid } from '../lib/proof/tampering.ts';
import {
  DESKTOP,
  fitsWidth,
  type Opened,
  openBrowser,
  openPage,
  PHONE,
  type Served,
  screenshot,
  serve,
} from './open-page.ts';

const seal = makeSealKey();
const bundle = JSON.stringify(goodBundle);
const pdf = await sealWith(seal, Buffer.from(await pdfWith(makeBundle(bundleOf(CHAIN)))));
const served = { issuer: ISSUER, keys: [...keys, seal.jwk], logKey: vkeyOf() };
const built = await buildPage();

let browser: Browser;
let server: Served;
beforeAll(async () => {
  browser = await openBrowser();
  server = await serve((path, { headers }) =>
    path === '/verify' ? pageAnswer(built, served, headers['accept-encoding']) : undefined,
  );
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

interface GivenFile {
  readonly name: string;
  readonly content: string | Uint8Array;
}

const chosen = (files: readonly GivenFile[]) =>
  files.map(({ name, content }) => ({ name, mimeType: '', buffer: Buffer.from(content) }));

/** What the page says when it has checked. */
async function checked(page: Page, ...files: readonly GivenFile[]) {
  await page.locator('#files').setInputFiles(chosen(files));
  const outcome = page.locator('#outcome[data-outcome]');
  await outcome.waitFor();
  return {
    outcome: await outcome.getAttribute('data-outcome'),
    said: (await page.locator('main').textContent()) ?? '',
  };
}

const open = (query = '', viewport = DESKTOP, locale = 'en-GB'): Promise<Opened> =>
  openPage(browser, `${server.origin}/verify${query}`, viewport, locale);

const changedPdf = (): Uint8Array => {
  const at = Buffer.from(pdf).lastIndexOf('stream\n', pdf.length / 2) + 20;
  return Uint8Array.from(pdf, (byte, n) => (n === at ? byte ^ 1 : byte));
};

/** Another digit of the distance of number 1, in what was signed. */
const otherDigit = (): string => {
  const [head = '', payload = '', ...rest] = (CHAIN[0]?.compact ?? '').split('.');
  const said = Buffer.from(payload, 'base64url')
    .toString()
    .replace('"distanceMetres":1234567', '"distanceMetres":1234568');
  return [head, Buffer.from(said).toString('base64url'), ...rest].join('.');
};

describe('the page', () => {
  it('is asked for once, and asks for nothing: its policy would not let it', async () => {
    const { context, page, requests, troubles } = await open();
    expect((await checked(page, { name: 'bundle.json', content: bundle })).outcome).toBe('verified');
    expect(requests).toEqual([`${server.origin}/verify`]);
    expect(troubles).toEqual([]);
    const refused = await page.evaluate(() =>
      fetch('/verify').then(
        () => 'let through',
        () => 'refused',
      ),
    );
    expect(refused).toBe('refused');
    expect(troubles.join()).toContain('Content Security Policy');
    await context.close();
  });

  it('checks without a network, once it is open', async () => {
    const { context, page, requests, troubles } = await open();
    await context.setOffline(true);
    expect((await checked(page, { name: 'bundle.json', content: bundle })).outcome).toBe('verified');
    expect((await checked(page, { name: 'report.pdf', content: pdf })).outcome).toBe('verified');
    expect((await checked(page, { name: 'report.pdf', content: changedPdf() })).outcome).toBe('not_verified');
    expect({ requests, troubles }).toEqual({ requests: [`${server.origin}/verify`], troubles: [] });
    await context.close();
  });

  it('runs no script but its own, wherever one comes from', async () => {
    const { context, page, troubles } = await open();
    const name = '<img src=x onerror="window.ran=1">.json';
    const hostile = applyPatch(goodBundle, [{ op: 'replace', path: '/contract', value: `${name}\u202E` }]);
    const { said } = await checked(page, { name, content: JSON.stringify(hostile) });
    expect(said).toContain(`NOT VERIFIED: ${name}`);
    expect(said).toContain(`of contract ${name}\\u{202e}, 6 statements`);
    expect(await page.locator('main img').count()).toBe(0);
    expect(troubles).toEqual([]);
    await context.close();
  });
});

describe('what holds', () => {
  it('a bundle: verified with the keys of the server, each step told, the months shown', async () => {
    const { context, page } = await open();
    const { outcome, said } = await checked(page, { name: 'bundle.json', content: bundle });
    expect(outcome).toBe('verified');
    expect(said).toContain('Verified: every check held.');
    expect(said).toContain(`Checked with the keys of ${ISSUER}, as ${new URL(server.origin).host} handed them out`);
    expect(said).toContain('VERIFIED: bundle.json');
    expect(said).toContain('complete to number 6 as of 2026-07-02T00:00:00.000Z');
    expect(await page.locator('ul.steps li.no').count()).toBe(0);
    expect(await page.locator('svg[role=img]').getAttribute('aria-label')).toMatch(/^Bars for 5 months, the longest/);
    expect(await page.locator('tbody tr').count()).toBe(6);
    expect(await page.locator('tbody tr').first().textContent()).toMatch(/^1January 20261,234\.6/);
    expect(await page.locator('dd').allTextContents()).toContain('VF7TESTC3AA000017');
    await context.close();
  });

  it('a PDF: its seal, and the bundle in it', async () => {
    const { context, page } = await open();
    const { outcome, said } = await checked(page, { name: 'report.pdf', content: pdf });
    expect(outcome).toBe('verified');
    expect(said).toContain(`the seal of the PDF covers every byte, and holds (${seal.kid})`);
    await context.close();
  });

  it('statements, as a chain, and what a status list says of them', async () => {
    const { context, page } = await open();
    const files = CHAIN.map(({ compact }, n) => ({ name: `${n + 1}.sdjwt`, content: `${compact}\n` }));
    const alone = await checked(page, ...files);
    expect(alone.outcome).toBe('verified');
    expect(alone.said).toContain('numbered 1 to 6 without a hole');
    const withList = await checked(page, ...files, { name: 'list.jwt', content: statusListFor(CHAIN) });
    expect(withList.said).toContain('withdrawn: a statement without a figure took its place (number 6, given here)');
    expect(withList.outcome).toBe('verified');
    await context.close();
  });

  it('keys that are handed over count instead, and that is said', async () => {
    const { context, page } = await open();
    const own = { name: 'own-keys.json', content: JSON.stringify({ issuer: ISSUER, keys }) };
    const good = { name: 'bundle.json', content: bundle };
    const { outcome, said } = await checked(page, good, own);
    expect(outcome).toBe('verified');
    expect(said).toContain('Checked with the keys in own-keys.json. The key of the log is the one in the bundle');
    const withLog = await checked(page, good, own, { name: 'vkey', content: `${vkeyOf()}\n` });
    expect(withLog.said).toContain('Checked with the keys in own-keys.json, vkey.');
    const stranger = { ...strangerKey, kid: strangerKid, use: 'sig', alg: 'ES256', purpose: 'statement' };
    const others = { name: 'others.json', content: JSON.stringify({ issuer: ISSUER, keys: [stranger] }) };
    const refused = await checked(page, good, others);
    expect(refused.outcome).toBe('not_verified');
    expect(refused.said).toContain('the signing key is not in the key set [key: unknown_key]');
    await context.close();
  });
});

describe('what was changed is refused by name, and no month of it is shown', () => {
  it.each<[string, GivenFile, string]>([
    ['a digit of a statement', { name: '1.sdjwt', content: otherDigit() }, '[bad_signature]'],
    [
      'a digit of a statement in a bundle',
      {
        name: 'bundle.json',
        content: JSON.stringify(
          applyPatch(goodBundle, [{ op: 'replace', path: '/statements/0/sdJwt', value: otherDigit() }]),
        ),
      },
      '[signature: bad_signature]',
    ],
    ['a digit on a page of a PDF', { name: 'report.pdf', content: changedPdf() }, '[seal: changed]'],
    [
      'something behind a PDF',
      { name: 'report.pdf', content: Buffer.concat([pdf, Buffer.from('%')]) },
      '[seal: not_over_every_byte]',
    ],
  ])('%s', async (_, file, name) => {
    const { context, page } = await open();
    const { outcome, said } = await checked(page, file);
    expect(outcome).toBe('not_verified');
    expect(said).toContain(name);
    expect(await page.locator('table, svg[role=img]').count()).toBe(0);
    await context.close();
  });

  it('the whole tamper table, with the names that the command line has for it', async () => {
    const { context, page, troubles } = await open();
    for (const { name, patch, failures } of tamperings().filter(({ keys: whose }) => whose !== 'bundle')) {
      const { outcome } = await checked(page, { name: 'x', content: JSON.stringify(applyPatch(goodBundle, patch)) });
      const lines = await page.locator('ul.steps li.no').allTextContents();
      const names = lines.map((line) => line.replace(/^.*\[([a-z]+: \w+).*$/s, '$1'));
      expect({ name, outcome, names }).toEqual({
        name,
        outcome: 'not_verified',
        names: failures.map(({ step, reason }) => `${step}: ${reason}`),
      });
    }
    expect(troubles).toEqual([]);
    await context.close();
  });

  it('texts with more than one reading, and files that are nothing at all', async () => {
    const { context, page, troubles } = await open();
    const others = [
      new Uint8Array(),
      Uint8Array.from({ length: 5_000 }, (_, n) => n % 256),
      '%PDF-1.7',
      '{',
      bundle.slice(0, 9_000),
    ];
    for (const content of [...hostileTexts().map(({ text }) => text), ...others])
      expect((await checked(page, { name: 'x', content })).outcome).toBe('not_verified');
    expect(troubles).toEqual([]);
    await context.close();
  });
});

describe('what cannot be checked is said to be so', () => {
  it('keys alone, and keys that name no issuer', async () => {
    const { context, page } = await open();
    const keySet = (more: object) => ({ name: 'keys.json', content: JSON.stringify({ keys, ...more }) });
    expect(await checked(page, keySet({ issuer: ISSUER }))).toMatchObject({
      outcome: 'not_checked',
      said: expect.stringContaining('there is no report, bundle or statement'),
    });
    expect(await checked(page, keySet({}), { name: 'bundle.json', content: bundle })).toMatchObject({
      outcome: 'not_checked',
      said: expect.stringContaining('the keys name no issuer'),
    });
    await context.close();
  });
});

describe('whoever reads it', () => {
  it('can drop files anywhere', async () => {
    const { context, page } = await open();
    const data = await page.evaluateHandle((text) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([text], 'dropped.json'));
      return transfer;
    }, bundle);
    await page.dispatchEvent('h1', 'drop', { dataTransfer: data });
    await page.locator('#outcome[data-outcome=verified]').waitFor();
    expect(await page.locator('h3').allTextContents()).toEqual(['VERIFIED: dropped.json']);
    await context.close();
  });

  it('needs no mouse, is told the outcome, and finds labels on everything', async () => {
    const { context, page } = await open();
    for (let at = 0; at < 5; at += 1) await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('files');
    expect(await page.locator('#files').evaluate((input) => (input as HTMLInputElement).labels?.[0]?.textContent)).toBe(
      'Files to check',
    );
    expect(await page.locator('#outcome').getAttribute('role')).toBe('status');
    await checked(page, { name: 'bundle.json', content: bundle });
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('outcome');
    await context.close();
  });

  it.each([
    ['nl-BE', 'Geverifieerd: alle controles kloppen.', 'De stappen staan er in het Engels.'],
    ['fr-FR', 'Vérifié : tous les contrôles sont concluants.', 'Les étapes sont en anglais.'],
    ['de-DE', 'Geprüft: Alles stimmt.', 'Die Schritte stehen auf Englisch da.'],
    ['it-IT', 'Verified: every check held.', 'The check, step by step'],
  ])('with a browser in %s reads their language', async (locale, sentence, steps) => {
    const { context, page } = await open('', DESKTOP, locale);
    const { said } = await checked(page, { name: 'bundle.json', content: bundle });
    expect(said).toContain(sentence);
    expect(said).toContain(steps);
    await context.close();
  });

  it('can change the language, without a network and without checking again', async () => {
    const { context, page } = await open('?lang=de');
    await context.setOffline(true);
    await checked(page, { name: 'bundle.json', content: bundle });
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('de');
    await page.getByRole('button', { name: 'Nederlands' }).click();
    expect(await page.locator('#outcome').textContent()).toBe('Geverifieerd: alle controles kloppen.');
    expect(await page.locator('h1').textContent()).toBe('Een kilometerrapport controleren');
    await context.close();
  });

  it.each([
    ['phone', PHONE],
    ['desktop', DESKTOP],
  ])('on a %s never has to scroll sideways', async (name, viewport) => {
    for (const [state, file] of [
      ['empty', undefined],
      ['verified', { name: 'report.pdf', content: pdf }],
      [
        'refused',
        { name: 'a-report-with-a-name-that-is-as-long-as-names-of-files-often-are-2026-01.pdf', content: changedPdf() },
      ],
    ] as const) {
      const { context, page } = await open('', viewport);
      if (file !== undefined) await checked(page, file);
      await screenshot(page, `verify-${name}-${state}`);
      expect(await fitsWidth(page)).toBe(true);
      await context.close();
    }
  });
});
