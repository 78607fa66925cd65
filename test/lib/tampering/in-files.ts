// Tampering with what was handed out.
import { alterPdf } from '../../../infra/local/demo/alter-pdf.ts';
import type { Statement } from '../../../lib/attestation/statement.ts';
import { applyPatch, type Operation } from '../proof/json-patch.ts';
import { headOf } from '../proof/log-fixture.ts';
import type { Case } from './case.ts';
import { otherSignature, TWICE } from './forgery.ts';
import type { Run } from './run.ts';

const IN_A_FILE = 'it looks at log and store, and a file in somebody’s hands is in neither';
const unseen = { fsck: IN_A_FILE };

const patched = (bundle: string, ...operations: readonly Operation[]): string =>
  JSON.stringify(applyPatch(JSON.parse(bundle), operations));

const compact = ({ signingInput, signature }: Statement): string => `${signingInput}.${signature}~`;
const sdJwtOf = (bundle: string, seq: number): string => JSON.parse(bundle).statements[seq - 1].sdJwt;

const instead = (seq: number, sdJwt: string): Operation => ({
  op: 'replace',
  path: `/statements/${seq - 1}/sdJwt`,
  value: sdJwt,
});
const drop = (seq: number): Operation => ({ op: 'remove', path: `/statements/${seq - 1}` });
const checkpoint = (value: unknown): Operation => ({ op: 'replace', path: '/checkpoint', value });

const signatureChanged = (bundle: string): string => {
  const [jwt = '', ...disclosures] = sdJwtOf(bundle, 2).split('~');
  return patched(bundle, instead(2, [otherSignature(jwt), ...disclosures].join('~')));
};

/** The first disclosure with another letter of its value. */
const disclosureChanged = (bundle: string): string => {
  const [jwt = '', vin = '', ...others] = sdJwtOf(bundle, 2).split('~');
  const altered = Buffer.from(vin, 'base64url').toString().replace('VF7', 'VF8');
  return patched(bundle, instead(2, [jwt, Buffer.from(altered).toString('base64url'), ...others].join('~')));
};

/** With the signature of what was signed. */
const distanceChanged = async (run: Run, bundle: string): Promise<string> => {
  const { signature } = await run.statement(2);
  return patched(bundle, instead(2, compact({ ...(await run.resigned(2, { distanceMetres: 1 })), signature })));
};

export const inFiles: readonly Case[] = [
  {
    of: 'a signed part',
    name: 'a letter of a signature',
    bundle: (_, bundle) => signatureChanged(bundle),
    verifier: ['2 signature: bad_signature'],
    fsck: [],
    unseen,
  },
  {
    of: 'a claim',
    name: 'a distance',
    bundle: distanceChanged,
    verifier: ['2 signature: bad_signature'],
    fsck: [],
    unseen,
  },
  {
    of: 'a disclosure',
    name: 'the VIN',
    bundle: (_, bundle) => disclosureChanged(bundle),
    verifier: ['2 disclosures: disclosure_unreferenced'],
    fsck: [],
    unseen,
  },
  {
    of: 'the order',
    name: 'two months the other way round',
    bundle: (_, bundle) => patched(bundle, { op: 'move', from: '/statements/2', path: '/statements/1' }),
    verifier: ['2 chain: seq_hole'],
    fsck: [],
    unseen,
  },
  {
    of: 'a dropped month',
    name: 'the first',
    bundle: (_, bundle) => patched(bundle, drop(1)),
    verifier: ['1 chain: seq_hole'],
    fsck: [],
    unseen,
  },
  {
    of: 'a dropped month',
    name: 'one in the middle',
    bundle: (_, bundle) => patched(bundle, drop(2)),
    verifier: ['2 chain: seq_hole'],
    fsck: [],
    unseen,
  },
  {
    of: 'a dropped month',
    name: 'the newest',
    bundle: (_, bundle) => patched(bundle, drop(4)),
    verifier: ['end: newest_missing'],
    log: ['4 log: newest_missing'],
    fsck: [],
    unseen,
  },
  {
    of: 'a dropped month',
    name: 'the newest, with the head of the chain',
    bundle: (_, bundle) => patched(bundle, drop(4), { op: 'remove', path: '/chainHead' }),
    verifier: [],
    log: ['4 log: newest_missing'],
    fsck: [],
    unseen: {
      fsck: IN_A_FILE,
      verifier: 'nothing that is left shows that there was more; it is said that the end is not shown',
    },
  },
  {
    of: 'a doubled month',
    name: 'the same statement twice',
    bundle: (_, bundle) => patched(bundle, { op: 'copy', from: '/statements/2', path: '/statements/3' }),
    verifier: ['3 chain: seq_repeated'],
    fsck: [],
    unseen,
  },
  {
    of: 'two versions of one slot for two audiences',
    name: 'one of them under the other’s proof',
    bundle: async (run, bundle) => patched(bundle, instead(4, compact(await run.resigned(4, TWICE)))),
    verifier: ['end: head_of_other_statement', '4 inclusion: not_included'],
    log: ['4 log: not_logged'],
    fsck: [],
    unseen,
  },
  {
    of: 'two versions of one slot for two audiences',
    name: 'each in a log of its own',
    bundle: async (run) => {
      await run.overwrite(await run.resigned(4, TWICE));
      await run.forkLog();
      const other = Buffer.from(await run.handOut('bundle')).toString();
      await run.reset();
      return other;
    },
    verifier: [],
    log: ['log: log_forked', '4 log: not_logged'],
    fsck: [],
    unseen: { fsck: IN_A_FILE, verifier: 'either of two logs under one key holds by itself' },
  },
  {
    of: 'an older month signed again',
    name: 'alone',
    bundle: async (run, bundle) => patched(bundle, instead(2, compact(await run.resigned(2, TWICE)))),
    verifier: ['3 chain: prev_mismatch', '2 inclusion: not_included'],
    log: ['2 log: not_logged'],
    fsck: [],
    unseen,
  },
  {
    of: 'an older month signed again',
    name: 'with all that come after it',
    bundle: async (run, bundle) =>
      patched(bundle, ...(await run.rewritten(2, TWICE)).map((one) => instead(one.seq, compact(one)))),
    verifier: [
      'end: head_of_other_statement',
      '2 inclusion: not_included',
      '3 inclusion: not_included',
      '4 inclusion: not_included',
    ],
    log: ['2 log: not_logged', '3 log: not_logged', '4 log: not_logged'],
    fsck: [],
    unseen,
  },
  {
    of: 'a digit on the PDF page',
    name: 'of a figure in the table',
    pdf: (pdf) => alterPdf(pdf).altered,
    verifier: ['seal: changed'],
    fsck: [],
    unseen,
  },
  {
    of: 'a swapped checkpoint',
    name: 'for an older one',
    bundle: async (run, bundle) => patched(bundle, checkpoint(await run.noteAt(6))),
    verifier: [
      '1 inclusion: not_included',
      '2 inclusion: not_included',
      '3 inclusion: not_included',
      '4 inclusion: not_included',
    ],
    fsck: [],
    unseen,
  },
  {
    of: 'a swapped checkpoint',
    name: 'for that of a stranger’s log',
    bundle: async (run, bundle) =>
      patched(bundle, checkpoint(headOf(await run.entries(), { origin: 'odoseal.test/log', seed: 8 }))),
    verifier: ['checkpoint: unknown_signer'],
    fsck: [],
    unseen,
  },
  {
    of: 'a forked log',
    name: 'the checkpoint of the other branch',
    bundle: async (run, bundle) =>
      patched(bundle, checkpoint(headOf((await run.entries()).toReversed(), { origin: 'odoseal.test/log' }))),
    verifier: [
      '1 inclusion: not_included',
      '2 inclusion: not_included',
      '3 inclusion: not_included',
      '4 inclusion: not_included',
    ],
    log: ['log: log_forked'],
    fsck: [],
    unseen,
  },
];
