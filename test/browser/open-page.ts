// Pages of ours in Chromium, as a reader has them: served with their headers, every request counted, everything that the policy refuses
// or that the page complains of kept.
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { listen, stopListening } from '../../infra/local/listen.ts';

/** Debian's, unless told. */
const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** Chromium cannot be root inside its own sandbox; it gets nothing here but our own pages. */
export const openBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });

interface Answer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly isBase64Encoded?: boolean;
}

export interface Served {
  readonly origin: string;
  readonly stop: () => Promise<void>;
}

export interface Asked {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Answers as a function does, behind a gateway. @param answer by path; undefined: 404 */
export async function serve(
  answer: (path: string, asked: Asked) => Promise<Answer> | Answer | undefined,
): Promise<Served> {
  const server = createServer(async (request, response) => {
    const [path = '/'] = (request.url ?? '').split('?');
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const found = await answer(path, { method: request.method ?? 'GET', headers });
    response.writeHead(found?.statusCode ?? 404, found?.headers);
    response.end(found && Buffer.from(found.body, found.isBase64Encoded === true ? 'base64' : 'utf8'));
  });
  return { origin: await listen(server, 0), stop: () => stopListening(server) };
}

export interface Opened {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Addresses that were asked for. */
  readonly requests: string[];
  /** What the policy refused, what went wrong in the page, what it complained of. */
  readonly troubles: string[];
}

/** Kept where SCREENSHOTS says, for somebody to look at. */
export async function screenshot(page: Page, name: string): Promise<void> {
  const folder = process.env['SCREENSHOTS'];
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}

/** Whether the page is as wide as its window. */
export const fitsWidth = (page: Page): Promise<boolean> =>
  page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth);

export const PHONE = { width: 390, height: 844 };
export const DESKTOP = { width: 1280, height: 900 };

export async function openPage(
  browser: Browser,
  address: string,
  viewport = DESKTOP,
  locale = 'en-GB',
): Promise<Opened> {
  const context = await browser.newContext({ viewport, locale });
  const page = await context.newPage();
  const requests: string[] = [];
  const troubles: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('pageerror', (error) => troubles.push(error.message));
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && troubles.push(message.text()));
  await page.goto(address);
  return { context, page, requests, troubles };
}
