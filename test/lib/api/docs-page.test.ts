// The document as a page: what it shows of every route, event and object, and that it needs nobody else.
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { allRoutes } from '../../../lib/api/all-routes.ts';
import { DOCS_CSP, docsPage } from '../../../lib/api/docs-page.ts';
import committed from '../../../lib/api/openapi.json' with { type: 'json' };
import { styleHashOf } from './style-hash.ts';

const told = committed.webhooks.event.post.requestBody.content['application/json'].examples;

interface Shape {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Shape>>;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly oneOf?: readonly Shape[];
  readonly anyOf?: readonly Shape[];
}

/** Names of the fields of a form, or of every form of a union. */
const topFields = ({ $ref, $defs = {}, properties = {}, oneOf = [], anyOf = [] }: Shape): readonly string[] => {
  const named = Object.entries($defs).flatMap(([name, shape]) => (`#/$defs/${name}` === $ref ? [shape] : []));
  return [...Object.keys(properties), ...[...oneOf, ...anyOf, ...named].flatMap(topFields)];
};

const namesIn = (schema: z.ZodMiniType | undefined): readonly string[] =>
  schema === undefined ? [] : topFields(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }));

const escaped = (text: string): string => text.replaceAll("'", '&#39;').replaceAll('"', '&quot;');

describe('the page', () => {
  const html = docsPage(committed);
  const sectionOf = (id: string): string => {
    const [, rest = ''] = html.split(`<section class="operation" id="${id}">`);
    return rest.split('</section>')[0] ?? '';
  };

  it.each(allRoutes.map((route) => [route.name, route] as const))(
    'shows %s, its parameters and fields',
    (name, route) => {
      const section = sectionOf(name);
      for (const words of [route.path, escaped(route.summary)]) expect(section).toContain(words);
      const parameters = [route.query, route.body].flatMap(namesIn);
      for (const field of parameters) expect(section).toContain(`<dt><code>${field}</code>`);
      expect(parameters.length > 0).toBe(route.query !== undefined || route.body !== undefined);
    },
  );

  it('shows every event and object', () => {
    const shown = html.replace(/<[^>]+>/g, '');
    for (const [type, { description, value }] of Object.entries(told)) {
      expect(html).toContain(`<section class="operation" id="${type}">`);
      expect(shown).toContain(description.replaceAll('`', ''));
      for (const id of Object.values(value.data)) expect(html).toContain(`&quot;${id}&quot;`);
    }
    for (const name of Object.keys(committed.components.schemas)) expect(html).toContain(`id="object-${name}"`);
  });

  it('leads somewhere with every link', () => {
    const links = [...html.matchAll(/href="([^"]*)"/g)].map(([, link = '']) => link);
    expect(links.length).toBeGreaterThan(allRoutes.length);
    for (const link of links.filter((each) => each !== '/openapi.json')) {
      expect(html).toContain(`id="${link.replace(/^#/, '')}"`);
    }
  });

  it('asks nobody for anything: no script, no image, no address but its own', () => {
    expect(html).not.toMatch(/<(?:script|img|link|iframe|object|embed|form|base)\b|\bsrc=|\bon\w+=|@import|url\(/i);
    expect(DOCS_CSP).toBe(
      `default-src 'none'; style-src '${styleHashOf(html)}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
  });

  it('escapes what it shows', () => {
    const canary = '<i>"\'&';
    const info = { title: canary, summary: canary, description: `\`${canary}\`` };
    const page = docsPage({ ...committed, info, tags: [{ name: canary, description: canary }] });
    expect(page).toContain('&lt;i&gt;&quot;&#39;&amp;');
    expect(page).not.toContain('<i>');
  });

  it('shows both forms of an odometer event, each with its fields and their limits', () => {
    const [, replacement = '', reading = ''] = (
      sectionOf('declareOdometerEvent').split('<h4>Answers</h4>')[0] ?? ''
    ).split('<p>When <code>kind</code> is ');
    expect(replacement).toMatch(/^<code>replacement<\/code>:/);
    expect(replacement).toContain(
      '<dt><code>oldMetres</code> <span class="type">integer, 0 to 10,000,000,000</span> <span class="needed">required</span>',
    );
    expect(reading).toMatch(/^<code>reading<\/code>:/);
    expect(reading).toContain('<dt><code>metres</code> <span class="type">integer, 0 to 10,000,000,000</span>');
    expect(reading).not.toContain('oldMetres');
  });

  it.each([
    [
      'createContract',
      'reference',
      'string, 1 to 128 characters',
      'No control characters and no broken Unicode. No spaces at either end.',
    ],
    ['createContract', 'metadata', 'object, at most 20 entries', 'At most 20 texts of at most 500 characters'],
    ['createContract', 'vin', 'string', 'A VIN: 17 letters and digits, without I, O and Q.'],
    ['createContract', 'start', 'string', 'A day, YYYY-MM-DD, from 2000-01-01 to 2099-12-31.'],
    ['createContracts', 'contracts', '<a href="#object-NewContract">NewContract</a>, 1 to 100 items', ''],
    ['createConnectSession', 'expiresInSeconds', 'integer, 300 to 7,776,000', ''],
    ['getMileage', 'from', 'string', 'A day, YYYY-MM-DD'],
  ])('says of %s what %s may hold', (name, field, type, rule) => {
    const [, rest = ''] = sectionOf(name).split(`<dt><code>${field}</code> `);
    const [shown = ''] = rest.split('<dt>');
    expect(shown.split('</span>')[0]).toContain(type);
    expect(shown).toContain(rule);
  });

  it('shows the fields of an object that may be null', () => {
    for (const name of ['allowance.projection.metres', 'readToRead.from'])
      expect(html).toContain(`<dt><code>${name}</code>`);
  });

  it('shows the headers of answers and of refusals', () => {
    const [, answered = ''] = sectionOf('getContract').split('<dt><code>200</code></dt>');
    expect(answered.split('<dt><code>304</code></dt>')[0]).toContain('<dt><code>etag</code> ');
    const [, refused = ''] = sectionOf('getContract').split('<dt><code>429</code></dt>');
    expect(refused.split('<dt>')[0]).toContain('<code>retry-after</code>');
  });

  it('shows headings, code and paragraphs', () => {
    const description = 'One `two`.\n\n## Three\n\n```\nfour `five`\nsix\n```';
    const page = docsPage({ ...committed, info: { ...committed.info, description } });
    expect(page).toContain(
      '<p>One <code>two</code>.</p><h2 id="three">Three</h2><pre tabindex="0">four `five`\nsix</pre><h2>Contracts</h2>',
    );
    expect(page).toContain('<ul><li><a href="#three">Three</a></li></ul>');
  });
});
