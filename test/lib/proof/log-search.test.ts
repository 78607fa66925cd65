import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sha256 } from '../../../lib/cli/node-primitives.ts';
import { encodeBase64url } from '../../../lib/proof/base64url.ts';
import { findInLog, isHeadOf } from '../../../lib/proof/log-search.ts';
import { leafHashes, rootOfHashes } from '../../../lib/proof/merkle.ts';

const digest = (text: string): Uint8Array => createHash('sha256').update(text).digest();
const entry = (slot: number, said: number): Uint8Array =>
  Buffer.concat([digest(`slot ${slot}`), digest(`said ${said}`)]);
const hashOf = (said: number): string => encodeBase64url(digest(`said ${said}`));

it('I3 every statement of any log is where a reader of all pairs finds it, and what is doubled is named', () => {
  const pair = fc.tuple(fc.nat({ max: 12 }), fc.nat({ max: 12 }));
  fc.assert(
    fc.property(fc.array(pair, { maxLength: 12 }), fc.array(fc.nat({ max: 12 }), { maxLength: 6 }), (pairs, asked) => {
      const places = findInLog(
        pairs.map(([slot, said]) => entry(slot, said)),
        asked.map(hashOf),
      );
      for (const said of asked) {
        const own = pairs.flatMap(([, other], index) => (other === said ? [index] : []));
        const [index = -1, twice] = own;
        const [, same] = pairs
          .flatMap(([slot], at) => (slot === pairs[index]?.[0] ? [at] : []))
          .toSorted((a, b) => +(a !== index) - +(b !== index));
        const expected =
          index < 0
            ? { ok: false, reason: 'not_logged' }
            : twice !== undefined
              ? { ok: false, reason: 'logged_twice', index: twice }
              : same !== undefined
                ? { ok: false, reason: 'slot_taken_twice', index: same }
                : { ok: true, index };
        expect(places.get(hashOf(said))).toEqual(expected);
      }
    }),
  );
});

it('I5 a head is of its entries, and of no others', () => {
  const entries = Array.from({ length: 300 }, (_, n) => entry(n, n));
  const head = { size: 300, root: rootOfHashes(leafHashes(entries, sha256), sha256) };
  const is = (of: typeof head, these: readonly Uint8Array[]) => isHeadOf(of, leafHashes(these, sha256), sha256);
  expect(is(head, entries)).toBe(true);
  expect(is(head, entries.slice(1))).toBe(false);
  expect(is({ ...head, size: 299 }, entries)).toBe(false);
  expect(is(head, entries.with(7, entry(7, 8)))).toBe(false);
});
