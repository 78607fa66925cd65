// What a phone, a keyboard and a screen reader need of every driver's page, in every language. Source: WCAG 2.2, success criteria as named.
import { describe, expect, it } from 'vitest';
import type { Connection } from '../../../lib/connection/connection.ts';
import { LANGUAGES, type Language } from '../../../lib/connection/language.ts';
import { type MyDataPage, myDataPage } from '../../../lib/connection/my-data-page.ts';
import { brokenPage, connectedPage, linkPage, problemPage, waitingPage } from '../../../lib/connection/pages.ts';

const TENANT = 'Rivage Assurances';
const BACK = { url: 'https://rivage.example/done', tenantName: TENANT };
const CAR = { make: 'CITROEN', model: 'C3 Aircross', year: 2023 };

const connectionIn = (state: MyDataPage['connection']['state']): MyDataPage['connection'] => {
  const connection: Connection = {
    ...{ tenantId: 'rivage', contractId: 'con_1', connectionId: 'cxn_1', applicationId: 'default' },
    ...{ ...CAR, vin: 'VF72R1HNP4T000101', permissions: ['read_odometer', 'read_vin'] },
    createdAt: '2026-01-05T10:00:00.000Z',
    state,
  };
  return { ...connection, state };
};

const personal = (language: Language, state: MyDataPage['connection']['state']): string =>
  myDataPage({
    language,
    tenantName: TENANT,
    contract: { kind: 'insurance', reference: 'POL-1001', zone: 'Europe/Paris' },
    connection: connectionIn(state),
    readings: { first: '2026-01-05T10:10:00.000Z', last: '2026-02-01T00:10:00.000Z' },
  });

const PAGES: Readonly<Record<string, (language: Language) => string>> = {
  link: (language) => linkPage({ language, tenantName: TENANT, kind: 'insurance', reference: 'POL-1001' }),
  'waiting, soon': (language) => waitingPage(language, false),
  'waiting, late': (language) => waitingPage(language, true),
  connected: (language) => connectedPage({ language, tenantName: TENANT, myData: true, back: BACK, ...CAR }),
  broken: (language) => brokenPage(language, { state: 'reauth_required', reason: 'tokens_gone' }, BACK),
  problem: (language) => problemPage(language, 'wrong_vin', { progress: '/connect/done/x', back: BACK }),
  'my data': (language) => personal(language, 'active'),
  'my data, log in again': (language) => personal(language, 'reauth_required'),
  'my data, withdrawn': (language) => personal(language, 'withdrawn'),
};

const every = LANGUAGES.flatMap((language) =>
  Object.entries(PAGES).map(([name, make]) => [`${name}, ${language}`, language, make(language)] as const),
);

const all = (text: string, pattern: RegExp): readonly string[] =>
  [...text.matchAll(pattern)].map(([, found = '']) => found);

describe.each(every)('%s', (_, language, html) => {
  it('says its language and what it is about, under one heading and in order (3.1.1, 2.4.2, 1.3.1)', () => {
    const [title] = all(html, /<title>(.*?)<\/title>/g);
    expect(all(html, /<html lang="([^"]*)">/g)).toEqual([language]);
    expect(all(html, /<h1>(.*?)<\/h1>/g)).toEqual([title]);
    expect(title).toMatch(/\p{L}/u);
    const levels = all(html, /<h([1-6])>/g).map(Number);
    expect(levels.filter((level, n) => level > (levels[n - 1] ?? 0) + 1)).toEqual([]);
    expect(all(html, /<(main|\/main)>/g)).toEqual(['main', '/main']);
  });

  it('fits a phone and can be enlarged (1.4.4, 1.4.10)', () => {
    expect(all(html, /<meta name="viewport" content="([^"]*)">/g)).toEqual(['width=device-width, initial-scale=1']);
    const [style = ''] = all(html, /<style>([\s\S]*?)<\/style>/g);
    // Nothing is wider than the phone, and no text has a size that does not grow with the reader's.
    expect(all(style, /(?<=[{;])(?:min-)?width:([^;}]*)/g).filter((width) => width !== '100%')).toEqual([]);
    expect(style).not.toMatch(/font(?:-size)?:[^;}]*\dpx/);
  });

  it('works without script, and names everything that can be pressed or chosen (4.1.2, 3.3.2)', () => {
    expect(html).not.toMatch(/<script|\son[a-z]+=|javascript:/i);
    for (const name of all(html, /<(?:button|a|summary)\b[^>]*>(.*?)<\/(?:button|a|summary)>/g))
      expect(name).toMatch(/\p{L}/u);
    const asked = [...html.matchAll(/<(select|input|textarea)\b([^>]*)>/g)].filter(
      ([, , rest = '']) => !rest.includes('type="hidden"'),
    );
    const labelled = all(html, /<label for="([^"]*)">/g);
    expect(asked.map(([, , rest = '']) => /id="([^"]*)"/.exec(rest)?.[1])).toEqual(labelled);
    expect(html).not.toMatch(/tabindex="[1-9]|autofocus/);
    const ids = all(html, /\sid="([^"]*)"/g);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('what happened', () => {
  it.each([
    ['waiting, soon', 'status'],
    ['connected', 'status'],
    ['broken', 'alert'],
    ['problem', 'alert'],
    ['my data, withdrawn', 'status'],
  ])('%s is told as %s to a screen reader (4.1.3)', (name, role) => {
    expect(all(PAGES[name]?.('en') ?? '', /role="([^"]*)"/g)).toEqual([role]);
  });
});

const [STYLE = ''] = all(waitingPage('en', false), /<style>([\s\S]*?)<\/style>/g);

/** What the last rule for a selector says of a property. */
function told(selector: string, property: string): string {
  const rules = [...STYLE.matchAll(/([^{}]+)\{([^{}]*)\}/g)].filter(([, of = '']) =>
    of.trim().split(',').includes(selector),
  );
  const values = rules.flatMap(([, , body = '']) => body.split(';').filter((line) => line.startsWith(`${property}:`)));
  return values.at(-1)?.slice(property.length + 1) ?? '';
}

/** Relative luminance as WCAG defines it. */
function luminance(colour: string): number {
  const [, hex = ''] = /#([0-9a-f]{3,6})/.exec(colour) ?? [];
  const pairs = hex.length === 3 ? [...hex].map((digit) => digit + digit) : (hex.match(/../g) ?? []);
  const [r = 0, g = 0, b = 0] = pairs
    .map((pair) => Number.parseInt(pair, 16) / 255)
    .map((share) => (share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

const contrast = (one: string, other: string): number => {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
};

describe('colours', () => {
  const PAPER = told('main', 'background');

  it.each([
    ['text', told('body', 'color'), PAPER],
    ['terms', told('dt', 'color'), PAPER],
    ['notes', told('.note', 'color'), PAPER],
    ['links', told('a', 'color'), PAPER],
    ['a button', told('button', 'color'), told('button', 'background')],
    ['a button under the pointer', told('button', 'color'), told('button:hover', 'background')],
    ['the way out', told('button', 'color'), told('.end', 'background')],
    ['the way out under the pointer', told('button', 'color'), told('.end:hover', 'background')],
  ])('%s can be read (1.4.3)', (_, front, back) => {
    expect([front, back]).toEqual([expect.stringMatching(/^#/), expect.stringMatching(/^#/)]);
    expect(contrast(front, back)).toBeGreaterThanOrEqual(4.5);
  });

  it.each(['button', 'select', 'a', 'summary'])('the focus on a %s can be seen (2.4.7, 1.4.11)', (element) => {
    const outline = told(`${element}:focus-visible`, 'outline');
    expect(outline).toMatch(/^3px solid #/);
    expect(contrast(outline, PAPER)).toBeGreaterThanOrEqual(3);
  });

  it.each(['button', 'select'])('a %s can be hit with a finger (2.5.8)', (element) => {
    const [, rem = '0'] = /^([\d.]+)rem$/.exec(told(element, 'min-height')) ?? [];
    expect(Number(rem) * 16).toBeGreaterThanOrEqual(24);
  });
});
