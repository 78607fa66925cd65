// Decides one call as IAM does inside one account: an explicit Deny wins, then an Allow of the caller's own role is needed; what a
// resource's policy allows adds nothing. Source: IAM User Guide, "Policy evaluation logic" and "IAM JSON policy elements".
// Knows only the condition operators and keys that the service's policies use: whoever reads policies refuses the others.
import { FUNCTION_TAG } from '../constructs/function-tag.ts';

export type Condition = { readonly operator: string; readonly key: string; readonly values: readonly string[] };

/** Everything must hold: an action, a resource and every condition. `*` and `?` are wildcards. */
export type Statement = {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions: readonly Condition[];
};

/** `context` holds the values of each condition key that the call has; a key that it has not is absent. */
export type AccessRequest = {
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, readonly string[]>>;
};

/** `grants`: those that let the call through, as {@link grantsOf} names them. `because`: in AWS's own words. */
export type Decision =
  | { readonly kind: 'allowed'; readonly grants: readonly string[] }
  | { readonly kind: 'refused'; readonly because: string };

export const LEADING_KEYS = 'dynamodb:LeadingKeys';
export const ATTRIBUTES = 'dynamodb:Attributes';
export const SECURE_TRANSPORT = 'aws:SecureTransport';
export const PRINCIPAL_TAG = `aws:PrincipalTag/${FUNCTION_TAG}`;

const KEYS: readonly string[] = [LEADING_KEYS, ATTRIBUTES, SECURE_TRANSPORT, PRINCIPAL_TAG];

/** Whether `text` fits `pattern`, in which `*` stands for any text and `?` for one character. */
export const fits = (pattern: string, text: string): boolean => {
  const escaped = pattern.replace(/[\\^$.+()[\]{}|]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's').test(text);
};

type Operator = (wanted: readonly string[], found: readonly string[] | undefined) => boolean;

const OPERATORS: Readonly<Record<string, Operator>> = {
  // A negated operator holds for a key that is absent, as on AWS.
  StringNotEquals: (wanted, found = []) => !found.some((value) => wanted.includes(value)),
  Bool: (wanted, found = []) => found.some((value) => wanted.includes(value)),
  // Holds as soon as one value is none of those listed; not for a key that is absent.
  'ForAnyValue:StringNotEquals': (wanted, found = []) => found.some((value) => !wanted.includes(value)),
  // Holds for an absent key too: hence `Null` beside it in an Allow.
  'ForAllValues:StringLike': (wanted, found = []) =>
    found.every((value) => wanted.some((pattern) => fits(pattern, value))),
  Null: (wanted, found) => wanted.includes(String(found === undefined)),
};

/** Whether {@link decide} can evaluate a condition. Policy variables (`${…}`) it cannot. */
export const canEvaluate = ({ operator, key, values }: Condition): boolean =>
  Object.hasOwn(OPERATORS, operator) && KEYS.includes(key) && !values.some((value) => value.includes('${'));

const holds = ({ operator, key, values }: Condition, { context }: AccessRequest): boolean =>
  OPERATORS[operator]?.(values, context[key]) ?? false;

/**
 * A statement's grants, one for each action on each resource: `action resource`, and the items that it is confined to: two statements
 * may grant the same action on a table, each for items of its own.
 */
export const grantsOf = ({ actions, resources, conditions }: Omit<Statement, 'effect'>): readonly string[] => {
  const items = conditions.flatMap(({ operator, key, values }) =>
    key === LEADING_KEYS && operator !== 'Null' ? values : [],
  );
  return actions.flatMap((action) => resources.map((resource) => [action, resource, ...items].join(' ')));
};

/** The grants of a statement that cover the request. */
const covering = (statement: Statement, request: AccessRequest): readonly string[] => {
  // Actions compare without case, resources with it.
  const actions = statement.actions.filter((pattern) => fits(pattern.toLowerCase(), request.action.toLowerCase()));
  const resources = statement.resources.filter((pattern) => fits(pattern, request.resource));
  if (!statement.conditions.every((condition) => holds(condition, request))) return [];
  return grantsOf({ ...statement, actions, resources });
};

/**
 * @param own the policies of the caller's role
 * @param theirs the policy of the resource that is called
 */
export const decide = (own: readonly Statement[], theirs: readonly Statement[], request: AccessRequest): Decision => {
  const denies = (statements: readonly Statement[]): boolean =>
    statements.some((statement) => statement.effect === 'Deny' && covering(statement, request).length > 0);
  if (denies(theirs)) return { kind: 'refused', because: 'with an explicit deny in a resource-based policy' };
  if (denies(own)) return { kind: 'refused', because: 'with an explicit deny in an identity-based policy' };
  const allows = own.filter(({ effect }) => effect === 'Allow');
  const grants = allows.flatMap((statement) => covering(statement, request));
  if (grants.length > 0) return { kind: 'allowed', grants };
  return { kind: 'refused', because: `because no identity-based policy allows the ${request.action} action` };
};
