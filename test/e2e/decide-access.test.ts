// How one call is decided, apart from any template. The words of the rules are those of the IAM User Guide, "Policy evaluation logic".
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AccessRequest,
  ATTRIBUTES,
  type Condition,
  canEvaluate,
  decide,
  fits,
  LEADING_KEYS,
  PRINCIPAL_TAG,
  SECURE_TRANSPORT,
  type Statement,
} from '../../infra/local/decide-access.ts';

const TABLE = 'arn:aws:dynamodb:x:0:table/items';
const request = (more: Partial<AccessRequest> = {}): AccessRequest => ({
  action: 'dynamodb:DeleteItem',
  resource: TABLE,
  context: {},
  ...more,
});
const statement = (more: Partial<Statement> = {}): Statement => ({
  effect: 'Allow',
  actions: ['dynamodb:DeleteItem'],
  resources: [TABLE],
  conditions: [],
  ...more,
});
const kind = (own: readonly Statement[], theirs: readonly Statement[] = [], asked = request()) =>
  decide(own, theirs, asked).kind;

describe('a Deny of other attributes than some', () => {
  const values = ['pk', 'place'];
  const other: Condition = { operator: 'ForAnyValue:StringNotEquals', key: ATTRIBUTES, values };
  const deny = statement({ effect: 'Deny', conditions: [other] });
  const touching = (...attributes: readonly string[]): unknown =>
    kind([statement()], [deny], request({ context: { [ATTRIBUTES]: attributes } }));

  it('lets those through, and nothing beside them', () => {
    expect(canEvaluate(other)).toBe(true);
    expect(touching('pk', 'place')).toBe('allowed');
    expect(touching('pk')).toBe('allowed');
    expect(touching('pk', 'place', 'signature')).toBe('refused');
    expect(touching('signature')).toBe('refused');
  });

  it('does not hold for a call that names none', () => {
    expect(kind([statement()], [deny])).toBe('allowed');
  });
});

describe('a call', () => {
  const everything = statement({ actions: ['*'], resources: ['*'] });
  const deny = statement({ effect: 'Deny' });
  it.each([
    ['without any policy', [], [], 'refused'],
    ['that its role allows', [statement()], [], 'allowed'],
    ['that its role allows by wildcards', [everything], [], 'allowed'],
    ['whose action is written in another case', [statement({ actions: ['DynamoDB:deleteitem'] })], [], 'allowed'],
    ['of another action', [statement({ actions: ['dynamodb:PutItem'] })], [], 'refused'],
    ['on another table', [statement({ resources: [`${TABLE}2`] })], [], 'refused'],
    ['on a table in another case', [statement({ resources: [TABLE.toUpperCase()] })], [], 'refused'],
    ['on an index, where only the table is granted', [statement({ resources: [`${TABLE}/index/due`] })], [], 'refused'],
    ['that its role allows and denies', [everything, deny], [], 'refused'],
    ['that its role allows and the resource denies', [everything], [deny], 'refused'],
    ['that only the resource allows', [], [everything], 'refused'],
    ['that something else denies', [everything], [statement({ effect: 'Deny', actions: ['kms:*'] })], 'allowed'],
  ])('%s is decided', (_what, own, theirs, expected) => {
    expect(kind(own, theirs)).toBe(expected);
  });

  it('is refused in AWS’s own words', () => {
    const because = (own: readonly Statement[], theirs: readonly Statement[]): unknown =>
      decide(own, theirs, request());
    expect([because([], []), because([deny], []), because([everything], [deny])]).toEqual([
      { kind: 'refused', because: 'because no identity-based policy allows the dynamodb:DeleteItem action' },
      { kind: 'refused', because: 'with an explicit deny in an identity-based policy' },
      { kind: 'refused', because: 'with an explicit deny in a resource-based policy' },
    ]);
  });

  it('names the grants that let it through, and no other', () => {
    const two = statement({ actions: ['dynamodb:PutItem', 'dynamodb:Delete*'], resources: ['other', TABLE] });
    expect(decide([two, deny].slice(0, 1), [], request())).toEqual({
      kind: 'allowed',
      grants: [`dynamodb:Delete* ${TABLE}`],
    });
  });

  it('tells grants apart that are confined to other items', () => {
    const confined = (pattern: string): Statement =>
      statement({ conditions: [{ operator: 'ForAllValues:StringLike', key: LEADING_KEYS, values: [pattern] }] });
    const context = { [LEADING_KEYS]: ['A#1'] };
    expect(decide([confined('A#*'), confined('B#*'), confined('*')], [], request({ context }))).toEqual({
      kind: 'allowed',
      grants: [`dynamodb:DeleteItem ${TABLE} A#*`, `dynamodb:DeleteItem ${TABLE} *`],
    });
  });
});

describe('a condition', () => {
  const leading = (...values: readonly string[]): Condition => ({
    operator: 'ForAllValues:StringLike',
    key: LEADING_KEYS,
    values,
  });
  const named: Condition = { operator: 'Null', key: LEADING_KEYS, values: ['false'] };
  const others: Condition = { operator: 'StringNotEquals', key: PRINCIPAL_TAG, values: ['reader', 'writer'] };
  const plain: Condition = { operator: 'Bool', key: SECURE_TRANSPORT, values: ['false'] };
  it.each<[string, readonly Condition[], AccessRequest['context'], boolean]>([
    ['on keys, of one that fits', [leading('APP#*#V#*')], { [LEADING_KEYS]: ['APP#a#V#b'] }, true],
    ['on keys, of one that does not', [leading('APP#*#V#*')], { [LEADING_KEYS]: ['APP#a'] }, false],
    ['on keys, of one that begins otherwise', [leading('APP#*#V#*')], { [LEADING_KEYS]: ['T#APP#a#V#b'] }, false],
    ['on keys, when one of two does not fit', [leading('A*')], { [LEADING_KEYS]: ['A1', 'B1'] }, false],
    ['on keys, with a second pattern that fits', [leading('A*', 'B*')], { [LEADING_KEYS]: ['A1', 'B1'] }, true],
    ['on all keys, when there is none', [leading('A*')], {}, true],
    ['that there are keys, when there is none', [leading('A*'), named], {}, false],
    ['that there are keys, when there is one', [leading('A*'), named], { [LEADING_KEYS]: ['A1'] }, true],
    ['on other tags, of one that is named', [others], { [PRINCIPAL_TAG]: ['writer'] }, false],
    ['on other tags, of another', [others], { [PRINCIPAL_TAG]: ['admin'] }, true],
    ['on other tags, of none', [others], {}, true],
    ['on plain text, over TLS', [plain], { [SECURE_TRANSPORT]: ['true'] }, false],
    ['on plain text, without TLS', [plain], { [SECURE_TRANSPORT]: ['false'] }, true],
    ['on plain text, unknown', [plain], {}, false],
  ])('%s', (_what, conditions, context, holds) => {
    expect(kind([statement({ conditions })], [], request({ context }))).toBe(holds ? 'allowed' : 'refused');
    const denying = statement({ effect: 'Deny', conditions });
    expect(kind([statement()], [denying], request({ context }))).toBe(holds ? 'refused' : 'allowed');
  });

  it.each([
    ['operator', { ...plain, operator: 'StringEqualsIgnoreCase' }],
    ['operator of another kind', { ...plain, operator: 'ForAllValues:StringNotEquals' }],
    ['operator that objects inherit', { ...plain, operator: 'toString' }],
    ['operator with IfExists', { ...plain, operator: 'BoolIfExists' }],
    ['key', { ...plain, key: 'aws:SourceIp' }],
    ['value with a policy variable', leading(`\${aws:userid}`)],
  ])('with an unknown %s cannot be evaluated', (_what, condition) => {
    expect([canEvaluate(condition), canEvaluate(plain), canEvaluate(leading('A*'))]).toEqual([false, true, true]);
  });
});

describe('for any policies', () => {
  const some = <T>(...values: readonly T[]) => fc.subarray([...values], { minLength: 1 });
  const anyStatement: fc.Arbitrary<Statement> = fc.record({
    effect: fc.constantFrom<Statement['effect'][]>('Allow', 'Deny'),
    actions: some('dynamodb:DeleteItem', 'dynamodb:*', 'kms:Sign'),
    resources: some(TABLE, '*', 'other'),
    conditions: fc.subarray<Condition>([
      { operator: 'Bool', key: SECURE_TRANSPORT, values: ['true'] },
      { operator: 'StringNotEquals', key: PRINCIPAL_TAG, values: ['reader'] },
    ]),
  });
  const policies = fc.array(anyStatement, { maxLength: 4 });
  const anyRequest = fc.record({ tag: fc.constantFrom('reader', 'writer'), tls: fc.constantFrom('true', 'false') });
  const asked = ({ tag, tls }: { tag: string; tls: string }) =>
    request({ context: { [PRINCIPAL_TAG]: [tag], [SECURE_TRANSPORT]: [tls] } });

  it('a Deny more never lets a call through, an Allow more never stops one', () => {
    void fc.assert(
      fc.property(policies, policies, anyStatement, anyRequest, (own, theirs, more, circumstances) => {
        const before = kind(own, theirs, asked(circumstances));
        const denied = [{ ...more, effect: 'Deny' as const }];
        const allowed = [{ ...more, effect: 'Allow' as const }];
        if (before === 'refused') {
          expect(kind([...own, ...denied], theirs, asked(circumstances))).toBe('refused');
          expect(kind(own, [...theirs, ...denied], asked(circumstances))).toBe('refused');
        } else expect(kind([...own, ...allowed], theirs, asked(circumstances))).toBe('allowed');
      }),
    );
  });

  it('nothing but a role’s own Allow lets a call through, and the order of statements does not matter', () => {
    void fc.assert(
      fc.property(policies, policies, anyRequest, (own, theirs, circumstances) => {
        const allows = own.filter(({ effect }) => effect === 'Allow');
        const result = kind(own, theirs, asked(circumstances));
        if (allows.length === 0) expect(result).toBe('refused');
        expect(kind(own.toReversed(), theirs.toReversed(), asked(circumstances))).toBe(result);
        if (result === 'allowed') expect(kind(allows, [], asked(circumstances))).toBe('allowed');
      }),
    );
  });
});

describe('a pattern', () => {
  it('fits a text with each piece cut out for a star, and no text that lacks what is left', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '#', '.', '(', '/', '\n', '\\', '[') });
    void fc.assert(
      fc.property(text, text, text, (before, middle, after) => {
        expect(fits(`${before}*${after}`, before + middle + after)).toBe(true);
        expect(fits(before + middle + after, before + middle + after)).toBe(true);
        expect(fits(`${before}z${after}`, before + middle + after)).toBe(false);
      }),
    );
  });

  it('takes a question mark for exactly one character', () => {
    expect(['', 'x', 'xy'].map((text) => fits('a?b', `a${text}b`))).toEqual([false, true, false]);
  });
});
