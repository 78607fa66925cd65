// The signing keys of a stage's settings, as functions are told of them: by ids at KMS, the oldest first.
import type { kmsClient } from '../aws/clients.ts';
import { keyMadeAt, makeSigner } from '../aws/signer.ts';
import { STATEMENT_PURPOSE } from '../proof/key-set.ts';
import { PDF_SEAL_PURPOSE } from '../proof/pdf-seal.ts';
import { STATUS_LIST_PURPOSE } from '../proof/status-list.ts';
import type { AnnounceableKey } from './keep-keys.ts';

export interface KeyIds {
  /** With commas between. */
  readonly STATEMENT_KEY_IDS: string;
  readonly STATUS_LIST_KEY_IDS: string;
  readonly PDF_SEAL_KEY_IDS: string;
}

const keptFor = (kms: ReturnType<typeof kmsClient>, purpose: string, ids: string): readonly AnnounceableKey[] =>
  ids.split(',').map((keyId) => {
    const { publicJwk } = makeSigner(kms, keyId);
    return { purpose, keyId, publicJwk, madeAt: () => keyMadeAt(kms, keyId) };
  });

/** Those that statements are signed with. */
export const keptStatementKeys = (
  kms: ReturnType<typeof kmsClient>,
  { STATEMENT_KEY_IDS }: Pick<KeyIds, 'STATEMENT_KEY_IDS'>,
): readonly AnnounceableKey[] => keptFor(kms, STATEMENT_PURPOSE, STATEMENT_KEY_IDS);

/** KMS is asked when it has to be, and for each public key once. */
export const keptKeys = (kms: ReturnType<typeof kmsClient>, ids: KeyIds): readonly AnnounceableKey[] => [
  ...keptStatementKeys(kms, ids),
  ...keptFor(kms, STATUS_LIST_PURPOSE, ids.STATUS_LIST_KEY_IDS),
  ...keptFor(kms, PDF_SEAL_PURPOSE, ids.PDF_SEAL_KEY_IDS),
];
