// What every language of a printed report has. Words only: figures and dates come ready for the eye.
import type { Verdict } from '../../../mileage/finding.ts';
import type { NoReadingReason } from '../../../proof/claims.ts';
import type { Status } from '../../../proof/status-list.ts';

/** Addresses of what a check needs. */
export interface PublishedAt {
  readonly keys: string;
  readonly logKey: string;
  /** The page that checks. */
  readonly page: string;
}

export interface Texts {
  readonly title: string;
  /** With the spaces that the language sets around it. */
  readonly colon: string;
  readonly semicolon: string;
  /** What the figures are, and what they are not: stands on every page. */
  readonly disclaimer: string;
  readonly page: (page: number, pages: number) => string;
  readonly facts: Readonly<
    Record<
      'issuer' | 'tenant' | 'contract' | 'reference' | 'vehicle' | 'vin' | 'span' | 'made' | 'odometer' | 'total',
      string
    >
  >;
  readonly withheld: string;
  readonly span: (from: string, to: string) => string;
  /** Kilometres with their unit, and a day. */
  readonly odometer: (distance: string, day: string) => string;
  /** `without`: how many months have no figure of their own. */
  readonly total: (distance: string, without: number) => string;
  readonly chart: {
    readonly heading: string;
    /** For whoever hears the page: what the drawing shows; the table says the rest. */
    readonly alternative: (months: number, most: string) => string;
    readonly legend: Readonly<Record<'distance' | 'bounds' | 'catchUp' | 'none', string>>;
  };
  readonly table: {
    readonly heading: string;
    readonly head: Readonly<
      Record<'seq' | 'month' | 'distance' | 'bounds' | 'readToRead' | 'closing' | 'verdict', string>
    >;
    readonly partial: string;
    /** Kilometres of months before, with their unit. */
    readonly catchUp: (distance: string) => string;
  };
  readonly verdict: Readonly<Record<Verdict, string>>;
  readonly noReading: Readonly<Record<NoReadingReason, string>>;
  readonly standing: Readonly<Record<Exclude<Status, 'valid'>, string>>;
  readonly findings: { readonly heading: string; readonly none: string; readonly unknown: string };
  readonly check: {
    readonly heading: string;
    /** One paragraph each. */
    readonly paragraphs: (at: PublishedAt) => readonly string[];
    /** Beside the code that leads there. */
    readonly scan: string;
  };
}
