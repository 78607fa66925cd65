// One finding in one language. From its code and numbers alone, as statements carry them.
import type { Finding, Rule } from '../finding.ts';
import { dutch } from './dutch.ts';
import { english } from './english.ts';
import { french } from './french.ts';
import { german } from './german.ts';
import { type Sentences, toldIn } from './sentences.ts';

export type Language = 'en' | 'nl' | 'fr' | 'de';

const languages: Readonly<Record<Language, { readonly sentences: Sentences; readonly decimal: '.' | ',' }>> = {
  en: { sentences: english, decimal: '.' },
  nl: { sentences: dutch, decimal: ',' },
  fr: { sentences: french, decimal: ',' },
  de: { sentences: german, decimal: ',' },
};

/** Whether there are words for a rule: a statement of later rules may name one that is not known here. */
export const isRule = (code: string): code is Rule => Object.hasOwn(english, code);

/** @returns one plain sentence; distances in kilometres with one decimal */
export const sentenceOf = ({ rule, numbers }: Pick<Finding, 'rule' | 'numbers'>, language: Language): string => {
  const { sentences, decimal } = languages[language];
  return sentences[rule](toldIn(numbers, decimal));
};
