// The languages that there are, each with its texts.
import type { Language } from '../language.ts';
import { dutch } from './dutch.ts';
import { english } from './english.ts';
import { french } from './french.ts';
import { german } from './german.ts';
import type { Texts } from './texts.ts';

const all: Readonly<Record<Language, Texts>> = { en: english, nl: dutch, fr: french, de: german };

export const textsOf = (language: Language): Texts => all[language];
