// Shared reports over HTTP: GET shows a button, POST the report, on the page that checks it. Nothing of either is kept or passed on by
// anybody; the token is in the path, which nobody logs.
import { preferredLanguage } from '../../lib/connection/language.ts';
import { isForeignForm } from '../../lib/connection/page-answer.ts';
import { makeBundle } from '../../lib/proof/bundle.ts';
import { isOpen, type Opening, openShare } from '../../lib/report/shared/open-share.ts';
import { buttonPage, faultPage, overPage, SHARE_CSP } from '../../lib/report/shared/share-pages.ts';
import type { Served } from '../../lib/verifier-page/document.ts';
import { pageAnswer } from './page-answers.ts';

const ROUTES = ['GET /s/{token}', 'POST /s/{token}'] as const;

export const isShareRoute = (routeKey: string): boolean => ROUTES.some((route) => route === routeKey);

export interface ShareSource extends Opening {
  /** The page that checks, and the keys that it checks with. */
  readonly verifier: () => Promise<{ readonly document: string; readonly served: Served }>;
  readonly report: (fault: unknown) => void;
}

export interface ShareRequest {
  readonly routeKey: string;
  readonly token: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Epoch milliseconds. */
  readonly now: number;
}

const PRIVATE = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer', 'x-robots-tag': 'noindex' } as const;

function html(statusCode: number, body: string) {
  const headers = {
    ...PRIVATE,
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': SHARE_CSP,
    'x-content-type-options': 'nosniff',
  };
  return { statusCode, headers, body };
}

async function show(source: ShareSource, { token, headers, now }: ShareRequest) {
  const { document, served } = await source.verifier();
  const bundle = await openShare(source, token, now);
  if (bundle === undefined) return undefined;
  const shown = pageAnswer(document, { ...served, bundle: makeBundle(bundle) }, headers['accept-encoding']);
  return { ...shown, headers: { ...shown.headers, ...PRIVATE } };
}

export async function shareAnswer(source: ShareSource, request: ShareRequest) {
  const { routeKey, token, headers, now } = request;
  const language = preferredLanguage(headers['accept-language']);
  try {
    if (routeKey === 'GET /s/{token}')
      return (await isOpen(source.business, token, now))
        ? html(200, buttonPage(language))
        : html(404, overPage(language));
    // Another site must not use up what is not its own; whoever came from there has the button.
    if (isForeignForm({ secFetchSite: headers['sec-fetch-site'] })) return html(403, buttonPage(language));
    return (await show(source, request)) ?? html(404, overPage(language));
  } catch (fault) {
    source.report(fault);
    return html(500, faultPage(language));
  }
}
