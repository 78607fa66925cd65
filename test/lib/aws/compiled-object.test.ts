// Objects that are read by a function made for them: what comes of it is what walking their fields gives, from the first to the last, and
// no function is made for what is read a few times.
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod/mini';
import { compiledObject } from '../../../lib/aws/compiled-object.ts';

const WALKED = 8;

const shapeWith = (object: typeof z.object) => ({
  id: z.string(),
  count: z.int(),
  kind: z.enum(['one', 'other']),
  note: z.optional(z.string()),
  state: z._default(z.string(), 'new'),
  waits: z.optional(object({ until: z.string(), firm: z.optional(z.boolean()) })),
  counts: z.record(z.string(), z.int()),
  held: z.nullish(object({ by: z.array(z.string()) })),
});

const anything = fc.oneof(fc.string(), fc.integer(), fc.constant(null), fc.constant(undefined), fc.boolean());
const mostly = (right: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 12, arbitrary: right }, { weight: 1, arbitrary: anything });

/** Nearly right: every field is right or wrong, there or not, and one is there that nobody knows. */
const input = mostly(
  fc.record(
    {
      id: mostly(fc.string()),
      count: mostly(fc.integer()),
      kind: mostly(fc.constantFrom('one', 'other')),
      note: mostly(fc.string()),
      state: mostly(fc.string()),
      waits: mostly(fc.record({ until: mostly(fc.string()), firm: fc.boolean() }, { requiredKeys: ['until'] })),
      counts: mostly(fc.dictionary(fc.string(), fc.integer())),
      held: mostly(fc.record({ by: fc.array(mostly(fc.string())) })),
      unknown: anything,
    },
    { requiredKeys: ['id', 'count', 'kind', 'counts'] },
  ),
);

describe('an object that is read again and again', () => {
  afterEach(() => vi.restoreAllMocks());

  it('comes out as one that is walked does, with the same issues', () => {
    const walked = z.object(shapeWith(z.object));
    const compiled = compiledObject(shapeWith(compiledObject as typeof z.object));
    let fine = 0;
    fc.assert(
      fc.property(input, (value) => {
        const expected = walked.safeParse(value);
        const found = compiled.safeParse(value);
        expect(found.data).toStrictEqual(expected.data);
        expect(found.error?.issues).toStrictEqual(expected.error?.issues);
        fine += expected.success ? 1 : 0;
      }),
      { numRuns: 2_000 },
    );
    expect(fine).toBeGreaterThan(400);
    expect(fine).toBeLessThan(1_600);
  });

  it('has its function made for the ninth, once', () => {
    const compiled = compiledObject({ id: z.string() });
    z.core.util.allowsEval.value; // asked once in a process, by making a function
    const made = vi.spyOn(globalThis, 'Function');
    const counts = Array.from({ length: WALKED + 3 }, () => {
      expect(compiled.parse({ id: 'a', more: 1 })).toStrictEqual({ id: 'a' });
      return made.mock.calls.length;
    });
    expect(counts).toEqual([...Array.from({ length: WALKED }, () => 0), 1, 1, 1]);
  });

  it('has its fields, for who asks what they are', () => {
    expect(Object.keys(compiledObject({ id: z.string() }).shape)).toEqual(['id']);
  });
});
