// What the checks and their refusals are called when a person reads them.
import type { BundleLogFailure } from '../proof/bundle-log.ts';
import type { ChainRefusal } from '../proof/chain.ts';
import type { EndProblem } from '../proof/chain-head.ts';
import type { JwsRefusal } from '../proof/jws.ts';
import type { KeyEventReason } from '../proof/key-log.ts';
import type { LogRefusal } from '../proof/log-search.ts';
import type { SealRefusal } from '../proof/pdf-seal.ts';
import type { StandingRefusal } from '../proof/standing.ts';
import type { Status, StatusListRefusal } from '../proof/status-list.ts';
import type { TimestampRefusal } from '../proof/timestamp.ts';
import type { RefusalReason, Step } from '../proof/verify.ts';
import type { EndRefusal } from '../proof/verify-bundle.ts';
import type { Failure } from './check-bundles.ts';
import type { HeadRefusal } from './log.ts';

export const stepWords: Readonly<Record<Step, string>> = {
  envelope: 'it is one statement in its one encoding',
  key: 'the signing key is in the key set, under its own thumbprint',
  signature: 'the signature holds',
  payload: 'the content has one reading only',
  issuer: 'the issuer is the expected one',
  disclosures: 'every disclosed claim was signed, unchanged',
  claims: 'every claim is complete and of its kind',
  figures: 'the figures agree with each other',
  times: 'nothing was measured, fetched or signed before it could be',
  validity: 'the signing key was in force when it says it was made',
};

export const refusalWords: Readonly<Record<RefusalReason | 'unreadable', string>> = {
  unreadable: 'the file could not be read',
  too_large: 'the file is too large for a statement',
  wrong_parts: 'the file is not a complete statement',
  key_binding: 'the file ends in a key-binding part, which statements do not have',
  not_base64url: 'the file is not in the one encoding that statements have',
  header_not_json: 'the header cannot be read',
  header_member: 'the header holds something that does not belong there',
  wrong_algorithm: 'the signature algorithm is not ES256',
  wrong_type: 'this is some other kind of signed document',
  unknown_key: 'the signing key is not in the key set',
  unsuitable_key: 'the named key may not sign statements, or is not what its name says',
  bad_signature: 'the signature does not fit: the statement was changed, or signed by someone else',
  payload_not_json: 'the content cannot be read in exactly one way',
  wrong_issuer: 'the issuer is another one',
  digest_algorithm: 'the disclosures use an unknown digest',
  digest_malformed: 'a digest of a disclosure is malformed',
  digest_repeated: 'a digest of a disclosure comes twice',
  disclosure_malformed: 'a disclosed claim is malformed',
  disclosure_repeated: 'a disclosed claim comes twice',
  disclosure_name: 'a disclosed claim has a name that cannot be disclosed here',
  disclosure_unreferenced: 'a disclosed claim was not signed, or was changed',
  wrong_claim: 'a claim is missing or malformed',
  wrong_figures: 'the figures do not agree with each other',
  wrong_times: 'the times do not agree with each other',
  key_not_yet_added: 'it says that it was made before its signing key was',
  key_retired: 'it says that it was made after its signing key was retired',
  key_compromised:
    'the signing key of the statement has leaked, and it is not shown that the log (--log, or a bundle, with --log-key) held it before',
};

export const logWords: Readonly<Record<LogRefusal | HeadRefusal, string>> = {
  not_a_note: "the log's head is not a signed note",
  unknown_signer: "the log's head is not signed by the log's key",
  bad_signature: "the signature of the log's head does not fit",
  not_a_checkpoint: "the log's head is not a checkpoint",
  other_log: "the log's head is of another log than the key",
  entries_malformed: "the log's entries are not what entries are made of",
  entries_not_of_head: "the log's entries are not those of its signed head",
  not_logged: 'not in the log',
  logged_twice: 'in the log twice',
  slot_taken_twice: 'another version of it is in the log',
};

export const statusWords: Readonly<Record<Status, string>> = {
  valid: 'in force',
  superseded: 'superseded: another statement took its place',
  withdrawn: 'withdrawn: a statement without a figure took its place',
};

export const standingWords: Readonly<Record<StandingRefusal, string>> = {
  no_list: 'no status list of its contract was given',
  list_too_old: 'the status list of its contract is older than it',
  status_unknown: 'the status list says something that has no meaning',
  list_contradicted: 'the status list has it in force, though a statement at hand had taken its place by then',
};

const jwsWords = (reason: JwsRefusal, document: string): string =>
  refusalWords[reason].replace(/\bstatements?\b/g, document);

export const statusListWords = (reason: StatusListRefusal): string =>
  reason === 'list_malformed' ? 'it is not made as status lists are' : jwsWords(reason, 'list');

const endProblems: Readonly<Record<EndProblem | 'head_malformed', string>> = {
  head_malformed: 'it is not made as heads of chains are',
  head_of_other_issuer: 'it is of another issuer',
  head_of_other_contract: 'it is of another contract',
  newest_missing: 'the newest statements are missing: it names a higher number than the last one here',
  head_outdated: 'it is older than the last statement here',
  head_of_other_statement: 'it names another statement under the number of the last one here',
  head_too_early: 'it was made before the last statement here',
};

const isEndProblem = (reason: EndRefusal): reason is keyof typeof endProblems => Object.hasOwn(endProblems, reason);

export const endWords = (reason: EndRefusal): string =>
  isEndProblem(reason) ? endProblems[reason] : jwsWords(reason, 'head');

export const sealWords: Readonly<Record<SealRefusal, string>> = {
  not_sealed: 'the PDF has no seal, or more than one',
  not_over_every_byte: 'the seal of the PDF does not cover every byte of it: something was added',
  seal_malformed: 'the seal of the PDF is not made as seals are',
  changed: 'the PDF was changed after it was sealed',
  bad_signature: 'the signature of the seal does not fit',
  unknown_key: 'the key of the seal is not in the key set',
  unsuitable_key: 'the key of the seal is not one for seals',
  key_compromised: 'the key of the seal has leaked: anybody may have made it',
};

export const timeWords: Readonly<Record<TimestampRefusal, string>> = {
  timestamp_malformed: 'the timestamp is not made as timestamps are',
  timestamp_of_something_else: 'the timestamp is of another checkpoint',
  timestamp_changed: 'the timestamp was changed',
  timestamp_signer: 'the timestamp is not signed with a certificate for timestamps',
  timestamp_signature: 'the signature of the timestamp does not fit',
  timestamp_untrusted: 'none of the given roots leads to whoever signed the timestamp, as of then',
};

export const formatWords: Readonly<Record<Extract<Failure, { readonly step: 'format' }>['reason'], string>> = {
  no_bundle: 'the PDF has no bundle attached',
  two_bundles: 'the PDF has more than one attachment',
  bundle_unreadable: 'what is attached to the PDF cannot be read',
  unknown_format: 'the file is neither a PDF, a bundle nor a statement',
  not_utf8: 'the file is not in UTF-8',
  too_large: 'the file is too large for a bundle',
  not_json: 'the file is not one JSON document that is read in exactly one way',
  not_a_bundle: 'the file is a JSON document, but no bundle',
  other_version: 'the bundle is of a version that is not known here',
  unknown_member: 'the bundle holds a member that does not belong there',
  wrong_member: 'a member of the bundle is missing or not of its kind',
};

export const keysWords = {
  wrong_issuer: 'the bundle is of another issuer',
  log_key_malformed: "what it has for the log's key is no such key",
} as const;

export const keyEventWords: Readonly<Record<KeyEventReason, string>> = {
  key_event_not_told: 'the log knows of an event of a key that the key set does not tell: get the newest one',
  key_event_contradicted: 'the log does not hold an event of a key as the key set tells it',
  key_event_twice: 'the log holds two versions of an event of a key',
};

type WholeLogRefusal = Exclude<BundleLogFailure['reason'], LogRefusal>;

export const bundleLogWords: Readonly<Record<WholeLogRefusal | LogRefusal | HeadRefusal, string>> = {
  ...logWords,
  log_too_short: "the log ends before the bundle's checkpoint",
  log_forked: "the log does not begin with what the bundle's checkpoint is of: there are two stories",
  newest_missing: 'the log held this statement already, and the bundle does not',
  ...keyEventWords,
};

export const chainWords: Readonly<Record<ChainRefusal, string>> = {
  empty: 'there is no statement',
  seq_hole: 'a statement is missing',
  seq_repeated: 'two different statements carry the same number',
  prev_mismatch: 'a statement is not bound to the one before it',
  other_contract: 'a statement belongs to another contract or issuer',
  status_list_changed: 'the address of the status list changes',
  zone_changed: 'the time zone changes',
  statement_repeated: 'two statements carry the same id',
  period_repeated: 'a period is stated twice without replacement',
  period_gap: 'a period is left out',
  replaces_unknown: 'a statement replaces one that is not in force',
  replaces_other_period: 'a statement replaces one of another period',
  boundary_mismatch: 'a period does not open where the one before it closed',
  catch_up_mismatch: 'a period does not catch up from where the last read one closed',
  wrong_figures: 'the figures of a statement do not agree with each other',
  wrong_times: 'the times of a statement do not agree with each other',
};
