// What a content security policy has to say to allow the one stylesheet of a page.
import { createHash } from 'node:crypto';

export function styleHashOf(html: string): string {
  const [, style = '', ...more] = html.split(/<style>|<\/style>/);
  if (more.length !== 1) throw new Error('not exactly one stylesheet');
  return `sha256-${createHash('sha256').update(style).digest('base64')}`;
}
