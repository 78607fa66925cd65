// Tampering with what is stored. Whoever does it may write every table, and has the issuer's keys where a text is signed again.
import { keys } from '../../../lib/aws/keys.ts';
import type { Case } from './case.ts';
import { copied, exchange, flipTile, otherSignature, stateAgain, TWICE, versionFor } from './forgery.ts';

export const inStore: readonly Case[] = [
  {
    of: 'a signed part',
    name: 'a letter of a signature',
    store: async (run) =>
      run.alter('attestations', run.key(2), { signature: otherSignature((await run.statement(2)).signature) }),
    verifier: ['2 signature: bad_signature'],
    fsck: ['statement_refused [signature: bad_signature]'],
  },
  {
    of: 'a signed part',
    name: 'a letter of the signature of the log’s head',
    store: async (run) => run.alter('log', keys.logState(), { note: await run.forgedNote() }),
    verifier: ['checkpoint: bad_signature'],
    log: ['log: bad_signature'],
    earlier: ['log: bad_signature'],
    fsck: ['head_refused'],
  },
  {
    of: 'a claim',
    name: 'a distance',
    store: async (run) =>
      run.alter('attestations', run.key(2), {
        signingInput: (await run.resigned(2, { distanceMetres: 1 })).signingInput,
      }),
    verifier: ['2 signature: bad_signature'],
    fsck: ['leaf_not_of_statement', 'statement_refused [signature: bad_signature]'],
  },
  {
    of: 'a claim',
    name: 'a distance, with the leaf of what it says then',
    store: async (run) => {
      const { signingInput, leaf } = await run.resigned(2, { distanceMetres: 1 });
      return run.alter('attestations', run.key(2), { signingInput, leaf });
    },
    verifier: ['2 signature: bad_signature'],
    fsck: ['leaf_not_of_statement', 'place_of_another_leaf', 'statement_refused [signature: bad_signature]'],
  },
  {
    of: 'a disclosure',
    name: 'the VIN of the car',
    store: (run) => run.alter('business', run.connection(), { vin: 'VF8SXHNPTPT000001' }),
    verifier: [],
    fsck: [],
    unseen: {
      verifier: 'what the digests do not know is not handed out, and nothing false is shown',
      fsck: 'it looks at no disclosure: those may be erased',
    },
  },
  {
    of: 'the order',
    name: 'two months exchanged',
    store: exchange,
    verifier: ['2 chain: seq_hole'],
    fsck: [
      'chain_broken [chain: seq_hole]',
      'leaf_not_of_statement',
      'statement_elsewhere',
      'statement_of_another_item',
    ],
  },
  {
    of: 'a dropped month',
    name: 'the first',
    store: (run) => run.tables.attestations.remove(run.key(1)),
    verifier: ['1 chain: seq_hole'],
    fsck: ['chain_broken [chain: seq_hole]', 'statement_missing'],
  },
  {
    of: 'a dropped month',
    name: 'one in the middle',
    store: (run) => run.tables.attestations.remove(run.key(2)),
    verifier: ['2 chain: seq_hole'],
    fsck: ['chain_broken [chain: seq_hole]', 'statement_missing'],
  },
  {
    of: 'a dropped month',
    name: 'the newest',
    store: (run) => run.tables.attestations.remove(run.key(4)),
    verifier: [],
    log: ['4 log: newest_missing'],
    fsck: ['statement_missing'],
    unseen: { verifier: 'the service signs a head of what it still has' },
  },
  {
    of: 'a doubled month',
    name: 'the same statement under the next number',
    store: async (run) => copied(run, await run.item(4), 5),
    verifier: ['4 chain: seq_repeated', 'end: newest_missing'],
    fsck: ['chain_broken [chain: seq_repeated]', 'statement_of_another_item'],
  },
  {
    of: 'a doubled month',
    name: 'stated again under the next number, signed and sealed',
    store: stateAgain,
    verifier: ['5 chain: period_repeated'],
    fsck: ['chain_broken [chain: period_repeated]'],
  },
  {
    of: 'two versions of one slot for two audiences',
    name: 'both stored and sealed',
    store: (run) => versionFor(run, 'other'),
    verifier: [],
    log: ['4 log: slot_taken_twice'],
    earlier: ['4 log: slot_taken_twice'],
    fsck: ['chain_broken [chain: seq_hole]'],
    unseen: { verifier: 'either version holds by itself' },
  },
  {
    of: 'two versions of one slot for two audiences',
    name: 'both sealed, and one gone',
    store: async (run) => {
      const { tenantId, contractId, seq } = await versionFor(run, 'other');
      await run.tables.attestations.remove(keys.statement(tenantId, contractId, seq));
    },
    verifier: [],
    log: ['4 log: slot_taken_twice'],
    earlier: ['4 log: slot_taken_twice'],
    fsck: ['statement_missing'],
    unseen: { verifier: 'either version holds by itself' },
  },
  {
    of: 'an older month signed again',
    name: 'alone',
    store: async (run) => run.overwrite(await run.resigned(2, TWICE)),
    verifier: ['3 chain: prev_mismatch', '2 inclusion: not_included'],
    log: ['2 log: not_logged'],
    fsck: ['chain_broken [chain: prev_mismatch]', 'leaf_not_of_statement', 'place_of_another_leaf'],
  },
  {
    of: 'an older month signed again',
    name: 'with all that come after it',
    store: async (run) => run.overwrite(...(await run.rewritten(2, TWICE))),
    verifier: ['2 inclusion: not_included', '3 inclusion: not_included', '4 inclusion: not_included'],
    log: ['2 log: not_logged', '3 log: not_logged', '4 log: not_logged'],
    fsck: ['leaf_not_of_statement', 'place_of_another_leaf'],
  },
  {
    of: 'a swapped checkpoint',
    name: 'the head’s for an older one',
    store: async (run) => run.alter('log', keys.logState(), { note: await run.noteAt(6) }),
    verifier: [
      '1 inclusion: not_included',
      '2 inclusion: not_included',
      '3 inclusion: not_included',
      '4 inclusion: not_included',
    ],
    log: ['4 log: not_logged'],
    earlier: ['log: log_too_short', '4 log: not_logged'],
    fsck: ['head_refused'],
  },
  {
    of: 'a swapped checkpoint',
    name: 'one of before for another',
    store: async (run) => run.alter('log', keys.checkpoint(4), { note: await run.noteAt(6) }),
    verifier: [],
    fsck: ['checkpoint_refused'],
    unseen: { verifier: 'a bundle is proven with the head alone' },
  },
  {
    of: 'a forked log',
    name: 'written anew from the same statements',
    store: (run) => run.forkLog(),
    verifier: [],
    earlier: ['log: log_forked'],
    fsck: ['log_forked'],
    unseen: { verifier: 'either of two logs under one key holds by itself' },
  },
  {
    of: 'a forked log',
    name: 'written anew from other statements',
    store: async (run) => {
      await run.overwrite(...(await run.rewritten(2, TWICE)));
      await run.forkLog();
    },
    verifier: [],
    earlier: ['log: log_forked', '2 log: not_logged', '3 log: not_logged', '4 log: not_logged'],
    fsck: ['log_forked'],
    unseen: { verifier: 'either of two logs under one key holds by itself' },
  },
  {
    of: 'a bit in a stored tile',
    name: 'of a hash',
    store: flipTile('hashes'),
    verifier: ['1 inclusion: not_included', '2 inclusion: not_included', '4 inclusion: not_included'],
    fsck: ['checkpoint_of_another_tree', 'entries_not_of_tile', 'head_of_another_tree'],
  },
  {
    of: 'a bit in a stored tile',
    name: 'of an entry',
    store: flipTile('entries'),
    verifier: [],
    log: ['log: entries_not_of_head'],
    earlier: ['log: entries_not_of_head'],
    fsck: ['entries_not_of_tile', 'leaf_not_of_manifest', 'place_of_another_leaf'],
    unseen: { verifier: 'proofs are made of hashes, and those are as they were' },
  },
  {
    of: 'a restored old table',
    name: 'the log',
    store: (run) => run.restoreOld('log'),
    verifier: ['nothing is handed out: NOT_SEALED'],
    earlier: ['log: log_too_short', '4 log: not_logged'],
    fsck: ['log_shorter_than_seen', 'mark_disagrees', 'statement_beyond_log'],
  },
  {
    of: 'a restored old table',
    name: 'the statements',
    store: (run) => run.restoreOld('attestations'),
    verifier: [],
    log: ['4 log: newest_missing'],
    fsck: ['mark_disagrees', 'statement_missing'],
    unseen: { verifier: 'the service signs a head of what it still has' },
  },
  {
    of: 'a restored old table',
    name: 'log and statements',
    store: async (run) => {
      await run.restoreOld('log');
      await run.restoreOld('attestations');
    },
    verifier: [],
    earlier: ['log: log_too_short', '4 log: not_logged'],
    fsck: ['log_shorter_than_seen'],
    unseen: { verifier: 'what was true a month ago still holds' },
  },
];
