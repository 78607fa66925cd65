// The advice in every language there is, without the pages.
import type { Language } from '../language.ts';
import { dutchAdvice } from './advice/dutch.ts';
import { englishAdvice } from './advice/english.ts';
import { frenchAdvice } from './advice/french.ts';
import { germanAdvice } from './advice/german.ts';
import type { AdviceTexts } from './texts.ts';

const all: Readonly<Record<Language, AdviceTexts>> = {
  en: englishAdvice,
  nl: dutchAdvice,
  fr: frenchAdvice,
  de: germanAdvice,
};

export const adviceOf = (language: Language): AdviceTexts => all[language];
