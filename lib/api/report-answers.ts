// What is said of a report.
import * as z from 'zod/mini';
import { LANGUAGES } from '../connection/language.ts';
import { REPORT_FAILURES, REPORT_FORMATS, REPORT_STATES } from '../report/report.ts';
import { about, instant, orNull, pageOf } from './fields.ts';

export const reportAnswer = z
  .object({
    id: z.string(),
    state: about(
      z.enum(REPORT_STATES),
      '`queued`: it will be built. `building`: it is. `ready`: it can be downloaded. `failed`: it was not built; `reason` says why.',
    ),
    format: z.enum(REPORT_FORMATS),
    contractId: about(orNull(z.string()), 'null: it is on all contracts, for one month.'),
    from: orNull(z.string()),
    to: orNull(z.string()),
    periodId: orNull(z.string()),
    language: about(orNull(z.enum(LANGUAGES)), 'Of a PDF.'),
    createdAt: instant,
    endedAt: about(orNull(instant), 'When it was ready, or had failed.'),
    expiresAt: about(instant, 'Until when it can be downloaded; then ask for another.'),
    reason: about(
      orNull(z.enum(REPORT_FAILURES)),
      '`contract_erased`: nothing is left to report on. `nothing_stated`: there is nothing yet that a bundle could hold, or a PDF of these months show. `too_large`: a PDF has at most 500 statements on its pages, of a contract with at most 1,000; ask for fewer months, or for a bundle. `internal`: our fault, and we are told; it may be ready yet.',
    ),
    lines: about(orNull(z.int()), 'Statements in it.'),
    bytes: about(orNull(z.int()), 'How long the file is.'),
    sha256: about(orNull(z.string()), 'SHA-256 of the file, in hex.'),
  })
  .check(z.meta({ id: 'Report' }));

export const reportPage = pageOf(reportAnswer);
