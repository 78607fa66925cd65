// The tamper table: what a forger, or an issuer with two stories, does to a bundle, and the names under which it is found out. One table
// for the verifier, the command line, the page and the fixed vectors. What is done to a real run, in its store too, is ../tampering.
import { chainCases, statementCases } from './tamper-chain.ts';
import { formatCases, headCases, keyCases, logCases, statusCases } from './tamper-evidence.ts';
import { goodBundle, type Tampering } from './tampering.ts';

export const tamperings = (): readonly Tampering[] => [
  ...statementCases(),
  ...chainCases(),
  ...logCases(),
  ...headCases(),
  ...statusCases(),
  ...keyCases(),
  ...formatCases(),
];

export interface HostileText {
  readonly name: string;
  /** What is done to the good bundle's text without white space, at the first place. */
  readonly find: string;
  readonly put: string;
  readonly reason: string;
}

/** Texts that are no bundle, or have more than one reading. */
export function hostileEdits(): readonly HostileText[] {
  const start = '{"format":';
  const notJson = (name: string, find: string, put: string): HostileText => ({ name, find, put, reason: 'not_json' });
  return [
    notJson('a list', start, `[${start}`),
    notJson('a byte order mark', start, `\uFEFF${start}`),
    notJson('a comment', start, `/* */${start}`),
    notJson('a member twice', start, `{"contract":"ctr_other",${start.slice(1)}`),
    notJson('a member twice, deep', '"index":262', '"index":1,"index":262'),
    notJson('a number with a fraction', '"index":262', '"index":262.0'),
    notJson('a number with an exponent', '"index":262', '"index":2.62e2'),
    notJson('a number below zero that is none', '"index":262', '"index":-0'),
    notJson('half a character', '"ctr_', '"\\ud800'),
    notJson('a control character', '"ctr_', '"\u0000ctr_'),
    notJson('a comma too many', '"index":262', '"index":262,'),
    notJson('a brace too few', '"}', '"'),
    notJson('too deep', start, `{"note":${'['.repeat(20)}${']'.repeat(20)},${start.slice(1)}`),
  ];
}

export function hostileTexts(): readonly (HostileText & { readonly text: string })[] {
  const good = JSON.stringify(goodBundle);
  return hostileEdits().map((edit) => ({ ...edit, text: good.replace(edit.find, () => edit.put) }));
}
