// What is said of a share.
import * as z from 'zod/mini';
import { DISCLOSABLE } from '../proof/claims.ts';
import { SHARE_STATES } from '../report/share.ts';
import { about, instant, orNull, pageOf } from './fields.ts';

const shown = {
  id: z.string(),
  reportId: z.string(),
  state: about(
    z.enum(SHARE_STATES),
    '`open`: it shows the report. `used_up`: it has been opened as often as it may. `expired`, `revoked`: it shows nothing any more.',
  ),
  withheld: about(z.array(z.enum(DISCLOSABLE)), 'Claims that it does not show.'),
  viewLimit: about(z.int(), 'How often it shows the report.'),
  views: about(z.int(), 'How often it has.'),
  viewedAt: about(z.array(instant), 'When each of them was.'),
  refusals: about(z.int(), 'How often somebody came when it was not open any more.'),
  refusedAt: about(orNull(instant), 'When that was last.'),
  createdAt: instant,
  expiresAt: about(instant, 'Until when it is open: no longer than there is the report.'),
  revokedAt: orNull(instant),
} as const;

export const shareAnswer = z.object(shown).check(z.meta({ id: 'Share' }));

export const shareWithLink = z
  .object({
    ...shown,
    url: about(
      orNull(z.string()),
      'The link: whoever has it sees the report. Shown once: null where the request is repeated.',
    ),
    secretShown: about(z.boolean(), 'Whether the link was shown before, and cannot be shown again.'),
  })
  .check(z.meta({ id: 'ShareWithLink' }));

export const sharePage = pageOf(shareAnswer);
