// The texts of the driver's pages: every language says everything, with the same places to fill, and nothing gets into a page as markup.
import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { adviceFor, driverMust, TASKS } from '../../../lib/connection/advice.ts';
import { consentVersion, knownConsentVersion } from '../../../lib/connection/consent.ts';
import { LANGUAGES, type Language } from '../../../lib/connection/language.ts';
import { fill } from '../../../lib/connection/page-frame.ts';
import { brokenPage, connectedPage, linkPage, problemPage, waitingPage } from '../../../lib/connection/pages.ts';
import { REASONS } from '../../../lib/connection/texts/texts.ts';
import { textsOf } from '../../../lib/connection/texts/texts-of.ts';
import { type Meaning, refusals, v3Refusals } from '../../../lib/vehicle/refusals.ts';

/** Every text under its path. */
const flatten = (value: unknown, path = ''): readonly (readonly [string, string])[] =>
  typeof value === 'string'
    ? [[path, value]]
    : Object.entries(Object(value)).flatMap(([name, inner]) => flatten(inner, `${path}.${name}`));

const placesOf = (text: string): readonly string[] => [...new Set(text.match(/\{[^}]*\}/g) ?? [])].sort();

const english = new Map(flatten(textsOf('en')));
const others = LANGUAGES.filter((language) => language !== 'en');

describe.each(LANGUAGES)('texts in %s', (language) => {
  const texts = flatten(textsOf(language));

  it('are all there, and none is empty', () => {
    expect(texts.map(([path]) => path).toSorted()).toEqual([...english.keys()].toSorted());
    expect(texts.filter(([, text]) => text.trim() !== text || text.length < 2)).toEqual([]);
  });

  it('are plain text, with the apostrophes of print', () => {
    expect(texts.filter(([, text]) => /[<>&"']/.test(text))).toEqual([]);
  });

  it('have advice for every reason, and for those that nobody has thought of', () => {
    const { advice } = textsOf(language);
    expect(Object.keys(advice).toSorted()).toEqual(REASONS.toSorted());
    for (const reason of ['invented_tomorrow', 'constructor', '__proto__', '']) {
      expect(adviceFor(reason, textsOf(language))).toEqual(advice.unknown);
    }
  });
});

describe('what only the driver can mend', () => {
  const all: Readonly<Record<string, Meaning>> = { ...refusals, ...v3Refusals };
  const mendable = Object.keys(all)
    .filter((pair) => ['owner_must_act', 'reconnect'].includes(all[pair] ?? ''))
    .map((pair) => pair.replace(/:null$/, ''));

  it('has a task for every such refusal of the table, and for no other', () => {
    expect(Object.keys(TASKS).toSorted()).toEqual(mendable.toSorted());
    expect(mendable.length).toBe(11);
  });

  it.each(LANGUAGES)('is said in %s, and what comes after it', (language) => {
    const { tasks, endings, advice } = textsOf(language);
    for (const pair of mendable) {
      const owner = (all[pair] ?? all[`${pair}:null`]) === 'owner_must_act';
      const state = owner ? 'action_required' : 'reauth_required';
      const must = driverMust({ state, reason: pair }, textsOf(language));
      const words = Object.values(tasks).find(({ title }) => title === must?.title);
      expect(must?.text).toBe(`${words?.text} ${owner ? endings.byItself : endings.freshLogin}`);
      expect(adviceFor(pair, textsOf(language)).text).toBe(`${words?.text} ${endings.again}`);
    }
    // What nobody has named gets general words, never those of a connection that failed.
    for (const reason of ['owner_must_act', 'constructor', undefined]) {
      const must = driverMust({ state: 'action_required', reason }, textsOf(language));
      expect(must).toEqual({ title: tasks.look.title, text: `${tasks.look.text} ${endings.byItself}` });
    }
    const dead = driverMust({ state: 'reauth_required', reason: 'token_refused' }, textsOf(language));
    expect(dead).toEqual({ title: tasks.login.title, text: `${tasks.login.text} ${endings.freshLogin}` });
    expect(driverMust({ state: 'failed', reason: 'wrong_vin' }, textsOf(language))).toEqual(advice.wrong_vin);
    for (const state of ['pending', 'active', 'withdrawn', 'replaced'] as const) {
      expect(driverMust({ state }, textsOf(language))).toBeUndefined();
    }
  });
});

it.each(others)('every text in %s has the places that its English has', (language) => {
  const places = (all: Iterable<readonly [string, string]>) =>
    Object.fromEntries([...all].map(([path, text]) => [path, placesOf(text)]));
  expect(places(flatten(textsOf(language)))).toEqual(places(english));
});

it.each(others)('no text in %s is left in English', (language) => {
  const left = flatten(textsOf(language)).filter(([path, text]) => english.get(path) === text);
  expect(left).toEqual([]);
});

describe('what a driver agrees to', () => {
  // A red line here: the words have changed, so raise the version of that language in consent.ts, then note their new hash.
  it.each([
    ['2026-11-en', 'en', 'BIrGgQKV7F8dGG0Gb_S8oTXUHfna0ee5G9apG1uBRM4'],
    ['2026-11-nl', 'nl', 'HWIoCaCYZbcW9wuoPkxAMBRgyzpXEf5z7aQIJp_de1U'],
    ['2026-11-fr', 'fr', 'SN1ZiSQEGKGix3XZ_9UWIHC_fbSI49jV7zTdUYopLGU'],
    ['2026-11-de', 'de', 'Ivsm4crSkmWIJ6PomlEj2OhITlDUXsrfdgcRPVPWlok'],
  ] as const)('as %s are these very words', (version, language, words) => {
    expect(consentVersion(language)).toBe(version);
    expect(hash('sha256', JSON.stringify(flatten(textsOf(language).link)), 'base64url')).toBe(words);
  });

  it('is named by no other name', () => {
    expect(LANGUAGES.map((language) => knownConsentVersion(consentVersion(language)))).toEqual(
      LANGUAGES.map(consentVersion),
    );
    for (const version of ['', 'en', '2020-01-en', '__proto__']) expect(knownConsentVersion(version)).toBeUndefined();
  });
});

describe('a value within a text', () => {
  const EVIL = `<img src=x onerror=alert(1)>"'&{tenant}{reference}`;
  const ESCAPED = '&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;{tenant}{reference}';

  it.each(LANGUAGES.flatMap((language) => flatten(textsOf(language)).map(([path, text]) => [language + path, text])))(
    'of %s is escaped, and filled in once',
    (_, text = '') => {
      const places = placesOf(text).map((place) => [place.slice(1, -1), EVIL]);
      const filled = fill(text, Object.fromEntries(places));
      expect(filled.split(ESCAPED).length - 1).toBe((text.match(/\{[^}]*\}/g) ?? []).length);
      expect(filled).not.toMatch(/[<>"']/);
    },
  );

  it('that is missing leaves its place to be seen', () => {
    expect(fill('a {b} <c>', {})).toBe('a {b} &lt;c&gt;');
    expect(fill('{constructor}', {})).toBe('{constructor}');
  });

  const pages = (language: Language): readonly string[] => [
    linkPage({ language, tenantName: EVIL, kind: 'insurance', reference: EVIL }),
    linkPage({ language, tenantName: EVIL, kind: 'lease', reference: EVIL }),
    connectedPage({
      language,
      tenantName: EVIL,
      make: EVIL,
      model: EVIL,
      year: 2024,
      myData: true,
      back: { url: EVIL, tenantName: EVIL },
    }),
    connectedPage({ language, tenantName: EVIL, myData: false, back: undefined }),
    brokenPage(language, { state: 'reauth_required', reason: EVIL }, { url: EVIL, tenantName: EVIL }),
    waitingPage(language, false),
    waitingPage(language, true),
    ...REASONS.map((reason) =>
      problemPage(language, reason, { progress: EVIL, back: { url: EVIL, tenantName: EVIL } }),
    ),
  ];

  it.each(LANGUAGES)('is markup on no page in %s, and no place is left open', (language) => {
    for (const body of pages(language)) {
      expect(body).not.toMatch(/<img|<script|javascript:|\son[a-z]+="/i);
      expect(body.replaceAll(ESCAPED, '').replace(/<style>.*<\/style>/s, '')).not.toMatch(/\{[a-z]+\}|undefined/);
      expect(body).toMatch(new RegExp(`^<!doctype html><html lang="${language}"><head>`));
    }
  });
});
