// What every language of the page has. What the check itself found is told in lib/verification, in English.
import type { Language } from '../../mileage/sentences/sentence-of.ts';

/** Of the whole check. */
export type Outcome = 'verified' | 'not_verified' | 'not_checked';

export interface PageTexts {
  /** The language's own name. */
  readonly name: string;
  readonly title: string;
  readonly intro: string;
  /** In the place of title and intro where a report came with the page. */
  readonly shared: { readonly title: string; readonly intro: string; readonly save: string };
  readonly choose: string;
  readonly hint: string;
  readonly drop: string;
  readonly checking: string;
  readonly outcome: Readonly<Record<Outcome, string>>;
  /** With whose keys it was checked. */
  readonly keys: {
    readonly heading: string;
    /** `issuer` and server, both addresses. */
    readonly served: (issuer: string, server: string) => string;
    /** Names of files. */
    readonly files: (names: string) => string;
    readonly ownLog: string;
    readonly none: string;
  };
  readonly trust: { readonly heading: string; readonly text: string };
  readonly steps: string;
  /** Empty where the steps are in the page's language. */
  readonly stepsLanguage: string;
  readonly marks: Readonly<Record<'ok' | 'no' | '--', string>>;
  readonly languages: string;
}

export type PageTextsIn = Readonly<Record<Language, PageTexts>>;
