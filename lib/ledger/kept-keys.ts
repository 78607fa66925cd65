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

/** KMS is asked when it has to be, and for each public key once. */
export function keptKeys(
  kms: ReturnType<typeof kmsClient>,
  { STATEMENT_KEY_IDS, STATUS_LIST_KEY_IDS, PDF_SEAL_KEY_IDS }: KeyIds,
): readonly AnnounceableKey[] {
  const of = (purpose: string, ids: string) =>
    ids.split(',').map((keyId) => {
      const { publicJwk } = makeSigner(kms, keyId);
      return { purpose, keyId, publicJwk, madeAt: () => keyMadeAt(kms, keyId) };
    });
  return [
    ...of(STATEMENT_PURPOSE, STATEMENT_KEY_IDS),
    ...of(STATUS_LIST_PURPOSE, STATUS_LIST_KEY_IDS),
    ...of(PDF_SEAL_PURPOSE, PDF_SEAL_KEY_IDS),
  ];
}
