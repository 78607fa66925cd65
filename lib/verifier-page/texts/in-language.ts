// The page's words in each language.
import { dutch } from './dutch.ts';
import { english } from './english.ts';
import { french } from './french.ts';
import { german } from './german.ts';
import type { PageTextsIn } from './texts.ts';

export const pageTextsIn: PageTextsIn = { en: english, nl: dutch, fr: french, de: german };
