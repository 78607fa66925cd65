// What a driver agrees to. The words stand on the link page; this names them, and the language they were read in, in every connection.
import { LANGUAGES, type Language } from './language.ts';

/** The texts the driver agrees to; a change of a text is a new version of that language. */
const VERSIONS: Readonly<Record<Language, string>> = {
  en: '2026-11-en',
  nl: '2026-11-nl',
  fr: '2026-11-fr',
  de: '2026-11-de',
};

export const consentVersion = (language: Language): string => VERSIONS[language];

/** The version a form says it showed, if there is such a version now. */
export const knownConsentVersion = (version: string | undefined): string | undefined =>
  LANGUAGES.map(consentVersion).find((known) => known === version);
