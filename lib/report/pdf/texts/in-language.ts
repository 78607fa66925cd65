// A report's words in each language.
import type { Language } from '../../../mileage/sentences/sentence-of.ts';
import { dutch } from './dutch.ts';
import { english } from './english.ts';
import { french } from './french.ts';
import { german } from './german.ts';
import type { Texts } from './texts.ts';

export const textsIn: Readonly<Record<Language, Texts>> = { en: english, nl: dutch, fr: french, de: german };
