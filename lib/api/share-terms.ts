// On which terms a report is shared: what its link shows, and how often.
import * as z from 'zod/mini';
import { DISCLOSABLE, type DisclosableName } from '../proof/claims.ts';
import type { Report } from '../report/report.ts';
import { MOST_VIEWS } from '../report/share.ts';
import { about, oneOf, wholeNumber } from './fields.ts';

const SOME_CLAIMS = 'Names of claims, each once';

/** What says which car, or whose contract, it is. */
const UNLESS_TOLD: readonly DisclosableName[] = ['vin', 'vendorVehicleId', 'consentId', 'reference'];
const VIEWS = 25;

export const shareTerms = {
  withhold: z.optional(
    about(
      z
        .array(oneOf(DISCLOSABLE), SOME_CLAIMS)
        .check(z.refine((given) => new Set(given).size === given.length, SOME_CLAIMS)),
      'Claims that the link does not show; everything verifies all the same. Default: `vin`, `vendorVehicleId`, `consentId` and `reference`.',
    ),
  ),
  viewLimit: z.optional(about(wholeNumber(1, MOST_VIEWS), `How often it shows the report. Default ${VIEWS}.`)),
} as const;

interface Terms {
  readonly withhold?: readonly DisclosableName[] | undefined;
  readonly viewLimit?: number | undefined;
}

export const termsOf = ({ withhold = UNLESS_TOLD, viewLimit = VIEWS }: Terms): NonNullable<Report['share']> => ({
  withheld: [...withhold],
  viewLimit,
});
