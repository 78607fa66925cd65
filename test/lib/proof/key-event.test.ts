// The 64 bytes by which the log knows what happened to a key: made anew here with hashes alone, as anybody can.
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KEY_EVENTS, type KeyEvent, keyEventLeaf, keyEventSlot, keyEventText } from '../../../lib/proof/key-event.ts';
import { slotName } from '../../../lib/proof/leaf.ts';
import { crypto, ISSUER, kid, publicJwk } from './statement-fixture.ts';

const { sha256 } = crypto;
const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
const key = { x: publicJwk.x, y: publicJwk.y };
const added: KeyEvent = { issuer: ISSUER, purpose: 'statement', kid, key, event: 'added', at: 1_767_225_600 };
const compromised: KeyEvent = { ...added, event: 'compromised', at: 7, compromise: { since: 5, logSize: 3 } };

describe('the leaf of a key event', () => {
  it('is the hash of which event it is, and then of all that is said of it', () => {
    const slot = `odoseal key event\n{"event":"added","issuer":"https://odoseal.example","kid":"${kid}","purpose":"statement"}`;
    const text = `{"at":1767225600,"crv":"P-256","event":"added","issuer":"https://odoseal.example","kid":"${kid}","kty":"EC","purpose":"statement","x":"${key.x}","y":"${key.y}"}`;
    expect(keyEventText(added)).toBe(text);
    expect(Buffer.from(keyEventLeaf(added, sha256))).toEqual(Buffer.concat([hash(slot), hash(text)]));
  });

  it('says of a compromise since when, and what the log held before', () => {
    expect(JSON.parse(keyEventText(compromised))).toMatchObject({ at: 7, since: 5, logSize: 3 });
    expect(keyEventText(compromised)).toMatch(/"kty":"EC","logSize":3,"purpose":"statement","since":5,"x"/);
  });

  const event: fc.Arbitrary<KeyEvent> = fc.record({
    issuer: fc.constantFrom(ISSUER, `${ISSUER}","x":"`),
    purpose: fc.constantFrom('statement', 'status-list'),
    kid: fc.constantFrom(kid, `${kid.slice(0, -1)}A`),
    key: fc.constantFrom(key, { x: key.y, y: key.x }),
    event: fc.constantFrom(...KEY_EVENTS),
    at: fc.nat({ max: 3 }),
  });

  it('is another one for whatever is said otherwise, and shares its first half with what is said of the same event', () => {
    const which = ({ issuer, purpose, kid: id, event: name }: KeyEvent) => [issuer, purpose, id, name].join('\n');
    fc.assert(
      fc.property(event, event, (a, b) => {
        const [one, other] = [keyEventLeaf(a, sha256), keyEventLeaf(b, sha256)].map((leaf) => Buffer.from(leaf));
        const equal = JSON.stringify(a) === JSON.stringify(b);
        expect(one?.length).toBe(64);
        expect(one?.equals(other ?? Buffer.alloc(0))).toBe(equal);
        expect(one?.subarray(0, 32).equals(other?.subarray(0, 32) ?? Buffer.alloc(0))).toBe(which(a) === which(b));
      }),
    );
  });

  it('hashes more bytes for its slot than any statement does', () => {
    const sizes: number[] = [];
    const counting = (data: Uint8Array): Uint8Array => {
      sizes.push(data.length);
      return sha256(data);
    };
    keyEventSlot({ issuer: '', purpose: '', kid: '', event: 'added' }, counting);
    slotName({ chainSecret: new Uint8Array(32), seq: 1 }, counting);
    expect(sizes[0]).toBeGreaterThan(sizes[1] ?? 0);
  });
});
