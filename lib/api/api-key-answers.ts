// How API keys, and who asks with one, are told. Not deployed: see contract-answers.ts.
import * as z from 'zod/mini';
import { SCOPES } from '../tenant/scopes.ts';
import { READING_POLICIES } from '../tenant/tenant.ts';
import { about, instant, orNull } from './fields.ts';

const shown = {
  id: z.string(),
  name: about(orNull(z.string()), 'null: the operator gave it none.'),
  scopes: z.array(z.enum(SCOPES)),
  expiresAt: about(orNull(instant), 'From when on it works no more; null: it does not expire.'),
  createdAt: instant,
  createdBy: about(orNull(z.string()), 'Id of the key that it was made with; null: the operator made it.'),
  revokedAt: orNull(instant),
} as const;

export const apiKeyAnswer = z.object(shown).check(z.meta({ id: 'ApiKey' }));

export const apiKeyWithSecret = z
  .object({
    ...shown,
    secret: about(
      orNull(z.string()),
      '`ods_…`: what stands behind `Bearer`. Shown once: null where the request is repeated.',
    ),
    secretShown: about(z.boolean(), 'Whether the key was shown before, and cannot be shown again.'),
  })
  .check(z.meta({ id: 'ApiKeyWithSecret' }));

const RETENTION =
  'Calendar months after a contract’s end, in its zone, after which its personal data is erased as if you had asked: once all is stated, and not while `legalHold`. null: kept until you ask. Set by us, as you tell us; counts a day later.';

export const me = z
  .object({
    tenant: z.object({
      id: z.string(),
      name: z.string(),
      retentionMonths: about(orNull(z.int()), RETENTION),
      schedule: about(
        z.object({ policy: z.enum(READING_POLICIES), deadlineDays: z.int() }),
        'What new contracts are made with that do not say.',
      ),
    }),
    key: apiKeyAnswer,
  })
  .check(z.meta({ id: 'Me' }));
