// The page that checks reports, with the keys that are published at the moment it is asked for: it needs nothing more from us, or anybody.
import { gzipSync } from 'node:zlib';
import { policyIn, type Served, withServed } from '../../lib/verifier-page/document.ts';

export const PAGE_ROUTE = 'GET /verify';

/**
 * @param document as it is deployed, without keys
 * @param encodings that the browser takes (RFC 9110 §12.5.3)
 */
export function pageAnswer(document: string, served: Served, encodings = '') {
  const page = withServed(document, served);
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    // As long as the keys.
    'cache-control': 'public, max-age=300',
    'content-security-policy': policyIn(document),
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    vary: 'accept-encoding',
  };
  if (!/\bgzip\b/.test(encodings)) return { statusCode: 200, headers, body: page };
  const body = gzipSync(page).toString('base64');
  return { statusCode: 200, headers: { ...headers, 'content-encoding': 'gzip' }, body, isBase64Encoded: true };
}
