// What a report says of contract and car as a whole, in words. PURE; pages draw it.
import type { StatementClaims } from '../../proof/claims.ts';
import type { Figures } from './figures.ts';
import { type ReportPages, totalOf } from './report-pages.ts';
import type { Texts } from './texts/texts.ts';

/** What is not known to whoever shows it is left out. */
export type Facts = Pick<ReportPages, 'issuer' | 'contractId' | 'disclosed'> &
  Partial<Pick<ReportPages, 'tenantName' | 'madeAt'>>;

/**
 * What is said once: who, which car, when, how far.
 * @param claims those in force, by period
 */
export function factsOf(
  report: Facts,
  claims: readonly StatementClaims[],
  texts: Texts,
  figures: Figures,
): readonly (readonly [string, string])[] {
  const { vin, make, model, year, reference } = report.disclosed;
  const car = [make, model, year].filter((word) => word !== undefined).join(' ');
  const [first, last] = [claims[0], claims.at(-1)];
  const measured = claims.filter((one) => one.outcome === 'measured');
  const { metres, without } = totalOf(claims);
  const { facts } = texts;
  const spans =
    first === undefined || last === undefined
      ? []
      : [[facts.span, texts.span(figures.day(first.period.from), figures.dayBefore(last.period.to))] as const];
  const [opening, closing] = [measured[0]?.opening, measured.at(-1)?.closing];
  const odometer =
    opening === undefined || closing === undefined
      ? []
      : [
          texts.odometer(`${figures.km(opening.metres)} km`, figures.day(opening.at)),
          texts.odometer(`${figures.km(closing.metres)} km`, figures.dayBefore(closing.at)),
        ];
  return [
    [facts.issuer, report.issuer],
    ...(report.tenantName === undefined ? [] : [[facts.tenant, report.tenantName] as const]),
    [facts.contract, report.contractId],
    [facts.reference, reference ?? texts.withheld],
    [facts.vehicle, car === '' ? texts.withheld : car],
    [facts.vin, vin ?? texts.withheld],
    ...spans,
    ...(odometer.length === 0 ? [] : [[facts.odometer, odometer.join(texts.semicolon)] as const]),
    [facts.total, texts.total(`${figures.km(metres)} km`, without)],
    ...(report.madeAt === undefined ? [] : [[facts.made, figures.day(report.madeAt)] as const]),
  ];
}
