// The page that checks reports, as the function answers it: its policy, its keys, and that nothing can get out of the place they are in.
import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { pageAnswer } from '../../functions/public/page-answers.ts';
import { buildPage } from '../../lib/verifier-page/build.ts';

const built = await buildPage();
const served = {
  issuer: 'https://odoseal.example',
  keys: [{ kid: '</script><script>alert(1)</script>$&' }],
  logKey: 'k',
};
const { statusCode, headers, body } = pageAnswer(built, served);

const inside = (name: string): readonly string[] =>
  [...body.matchAll(new RegExp(`<${name}( [^>]*)?>(.*?)</${name}>`, 'gs'))].map(([, , text = '']) => text);
const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

describe('the page that checks', () => {
  it('allows its own script and style by their hashes, and nothing else', () => {
    const [data = '', script = ''] = inside('script');
    const [style = ''] = inside('style');
    const policy = [
      "default-src 'none'",
      `style-src ${hashOf(style)}`,
      `script-src ${hashOf(script)}`,
      "base-uri 'none'",
      "form-action 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ].join('; ');
    expect(headers['content-security-policy']).toBe(`${policy}; frame-ancestors 'none'`);
    expect(body).toContain(`<meta http-equiv="Content-Security-Policy" content="${policy}">`);
    expect(JSON.parse(data)).toEqual(served);
  });

  it('names no other place, and has nothing of itself in attributes', () => {
    const [, script = ''] = inside('script');
    const html = body.replace(script, '');
    expect(html.match(/\b(?:src|href|action|style|on[a-z]+)=/g)).toBeNull();
    expect(
      script.match(/https?:\/\/[\w./-]+/g)?.filter((address) => !address.startsWith('http://www.w3.org/')),
    ).toEqual([]);
  });

  it('is kept no longer than the keys, tells no referrer, and is what it says', () => {
    expect({ statusCode, headers }).toMatchObject({
      statusCode: 200,
      headers: {
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'public, max-age=300',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        vary: 'accept-encoding',
      },
    });
  });

  it('is packed for who takes it so, and is the same page', () => {
    const packed = pageAnswer(built, served, 'br;q=1, gzip, deflate');
    expect(packed).toMatchObject({ headers: { 'content-encoding': 'gzip' }, isBase64Encoded: true });
    expect(gunzipSync(Buffer.from(packed.body, 'base64')).toString()).toBe(body);
    expect(packed.body.length).toBeLessThan(100_000);
  });
});
