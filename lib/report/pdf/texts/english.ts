// A printed report in English.
import type { Texts } from './texts.ts';

export const english: Texts = {
  title: 'Mileage report',
  colon: ': ',
  semicolon: '; ',
  disclaimer: 'Distances are as the vehicle’s odometer reported them. How far the vehicle truly went is not stated.',
  page: (page, pages) => `Page ${page} of ${pages}`,
  facts: {
    issuer: 'Issued by',
    tenant: 'For',
    contract: 'Contract',
    reference: 'Reference',
    vehicle: 'Vehicle',
    vin: 'VIN',
    span: 'Period',
    made: 'Made on',
    odometer: 'Odometer',
    total: 'Distance',
  },
  withheld: 'not shown',
  span: (from, to) => `${from} to ${to}`,
  odometer: (distance, day) => `${distance} on ${day}`,
  total: (distance, without) =>
    without === 0
      ? distance
      : `${distance}; ${without === 1 ? 'one month has' : `${without} months have`} no figure of ${without === 1 ? 'its' : 'their'} own`,
  chart: {
    heading: 'Distance by month',
    alternative: (months, most) => `Bars for ${months} months, the longest ${most}. The table below has every figure.`,
    legend: {
      distance: 'distance',
      bounds: 'between these it certainly lies',
      catchUp: 'of months before',
      none: 'no figure',
    },
  },
  table: {
    heading: 'Statements',
    head: {
      seq: 'No.',
      month: 'Month',
      distance: 'km',
      bounds: 'at least – at most',
      readToRead: 'reading to reading',
      closing: 'odometer at the end',
      verdict: 'Verdict',
    },
    partial: 'part of the month',
    catchUp: (distance) => `and ${distance} of months before`,
  },
  verdict: { logical: 'logical', illogical: 'illogical', no_judgement: 'no judgement' },
  noReading: {
    asleep: 'no reading: the car did not answer',
    not_connected: 'no reading: no car was connected',
    reconnect_needed: 'no reading: the driver had to log in again',
    consent_withdrawn: 'no reading: the driver withdrew consent',
    refused: 'no reading: the maker refused it',
  },
  standing: { superseded: 'replaced by a later statement', withdrawn: 'withdrawn by a later statement' },
  findings: {
    heading: 'What was found',
    none: 'Nothing that would cast doubt on a reading.',
    unknown: 'A finding that this report has no words for',
  },
  check: {
    heading: 'How to check this report',
    paragraphs: ({ keys, logKey, page }) => [
      'Every line of the table is a statement that was signed when its month was closed. The signed statements are attached to this file as bundle.json, with everything that a check needs. What counts is what was signed: this page only shows it.',
      'Check this file, seal and statements, without us and without a network:',
      `odoseal verify FILE.pdf --jwks keys.json --log-key log.vkey\nkeys.json: ${keys}\nlog.vkey: ${logKey}`,
      `The program is one file; compare its SHA-256 with the published one. Or open ${page}: that page checks this file in a browser and sends nothing.`,
      `Without our program: each statement is a JSON Web Token up to its first “~”. Any JOSE library verifies it (ES256) with those keys.`,
    ],
    scan: 'This report online',
  },
};
