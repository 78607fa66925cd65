// The page in English.
import type { PageTexts } from './texts.ts';

export const english: PageTexts = {
  name: 'English',
  title: 'Check a mileage report',
  intro:
    'Choose the PDF or the bundle that you were given. It is checked here, in your browser: nothing is sent anywhere, and once this page is open it needs no network.',
  shared: {
    title: 'A shared mileage report',
    intro:
      'This report came with what proves it, and is checked here, in your browser. Claims that whoever shared it does not show are left out; what was signed is checked all the same.',
    save: 'Save what was checked, to check it with another program',
  },
  choose: 'Files to check',
  hint: 'A PDF, a bundle (JSON) or statements (SD-JWT). Beside them, if you have them: a key set (JWKS), the key of the log, status lists.',
  drop: 'Or drop them anywhere on this page.',
  checking: 'Checking …',
  outcome: {
    verified: 'Verified: every check held.',
    not_verified: 'Not verified: something does not hold.',
    not_checked: 'Could not be checked.',
  },
  keys: {
    heading: 'Keys',
    served: (issuer, server) => `Checked with the keys of ${issuer}, as ${server} handed them out with this page.`,
    files: (names) => `Checked with the keys in ${names}.`,
    ownLog:
      'The key of the log is the one in the bundle: it shows that the bundle agrees with itself, not whose log it is.',
    none: 'There were no keys to check with.',
  },
  trust: {
    heading: 'What you trust here',
    text: 'This page and its keys came from the server of whoever issued the report: that it checks rightly is their word. If you do not want to trust them, check with odoseal, the program for the command line, and with keys that you got elsewhere: it is one file, and its SHA-256 is published.',
  },
  steps: 'The check, step by step',
  stepsLanguage: '',
  marks: { ok: 'holds', no: 'does not hold', '--': 'not shown' },
  languages: 'Language',
};
