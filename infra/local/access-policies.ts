// The policies that a deployment would have, read from the templates: what each function's role says, and what tables, keys,
// queues and buckets say themselves. Refuses, naming it, whatever the runner could not evaluate faithfully: an element, a condition or a kind of
// policy that it does not know, so that none is ever passed over. Trust policies are not read: who may assume a role is Lambda's matter.
import { FUNCTION_TAG } from '../constructs/function-tag.ts';
import { ATTRIBUTES, type Condition, canEvaluate, LEADING_KEYS, type Statement } from './decide-access.ts';
import type { FunctionSpec } from './deployed-functions.ts';
import { arrayOf, type Finder, type Found, text } from './found-resource.ts';
import { objectOf, type TemplateObject, type TemplateValue } from './template.ts';

/** What one function's role says. */
type RolePolicy = {
  /** The role's tag that resource policies recognise it by; undefined when it has none. */
  readonly functionTag: string | undefined;
  readonly statements: readonly Statement[];
};

export type AccessPolicies = {
  /** By function name. */
  readonly roles: ReadonlyMap<string, RolePolicy>;
  /** What resources say themselves: every one is a Deny for everybody. By ARN. */
  readonly resources: ReadonlyMap<string, readonly Statement[]>;
};

const refuse = (what: string, where: string): never => {
  throw new Error(`the local runner does not evaluate ${what} in a policy of ${where}`);
};

/** A member that may be one value or several. */
const several = (value: TemplateValue | undefined): readonly TemplateValue[] =>
  value === undefined || Array.isArray(value) ? arrayOf(value) : [value];

const ELEMENTS = ['Sid', 'Effect', 'Action', 'Resource', 'Principal', 'Condition'];

/** Calls that name exactly one partition, which is therefore known here. */
const ITEM_ACTIONS = ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query'].map((name) => `dynamodb:${name}`);

const conditionsOf = (value: TemplateValue | undefined, where: string): readonly Condition[] =>
  Object.entries(objectOf(value)).flatMap(([operator, keys]) =>
    Object.entries(objectOf(keys)).map(([key, values]) => {
      const condition = { operator, key, values: several(values).map(text) };
      return canEvaluate(condition) ? condition : refuse(`the condition ${operator} ${key}`, where);
    }),
  );

const statementFrom = (value: TemplateObject, where: string): Statement => {
  const unknown = Object.keys(value).find((element) => !ELEMENTS.includes(element));
  if (unknown !== undefined) refuse(`the element ${unknown}`, where);
  const { Effect, Action, Resource, Condition: given } = value;
  const effect = Effect === 'Allow' || Effect === 'Deny' ? Effect : refuse(`the effect ${text(Effect)}`, where);
  const actions = several(Action).map(text);
  const conditions = conditionsOf(given, where);
  const other = actions.find((action) => !ITEM_ACTIONS.includes(action));
  if (other !== undefined && conditions.some(({ key }) => key === LEADING_KEYS))
    refuse(`${LEADING_KEYS} for ${other}`, where);
  // Which attributes a call touches is read out of updates alone.
  if (conditions.some(({ key }) => key === ATTRIBUTES) && actions.some((action) => action !== 'dynamodb:UpdateItem'))
    refuse(`${ATTRIBUTES} for something else than UpdateItem`, where);
  return { effect, actions, resources: several(Resource).map(text), conditions };
};

const documentOf = (value: TemplateValue | undefined): readonly TemplateObject[] =>
  several(objectOf(value)['Statement']).map(objectOf);

const roleStatements = (role: Found, find: Finder): readonly Statement[] => {
  const { logicalId } = role.resource;
  for (const member of ['ManagedPolicyArns', 'PermissionsBoundary'])
    if (role.properties[member] !== undefined) refuse(member, logicalId);
  const attached = find('AWS::IAM::Policy').filter(({ properties }) => arrayOf(properties['Roles']).includes(role.ref));
  const inline = arrayOf(role.properties['Policies']).map(objectOf);
  return [...attached.map(({ properties }) => properties), ...inline]
    .flatMap(({ PolicyDocument }) => documentOf(PolicyDocument))
    .map((statement) => statementFrom(statement, logicalId));
};

const rolePolicy = (spec: FunctionSpec, find: Finder): RolePolicy => {
  const role = find('AWS::IAM::Role').find(({ arn }) => arn === spec.roleArn);
  if (role === undefined) throw new Error(`the function ${spec.name} has a role that the template does not have`);
  const tags = arrayOf(role.properties['Tags']).map(objectOf);
  const tag = tags.find(({ Key }) => Key === FUNCTION_TAG)?.['Value'];
  return { functionTag: tag === undefined ? undefined : text(tag), statements: roleStatements(role, find) };
};

/** A key's usual first statement: the account's own policies decide. It adds nothing to them. */
const leavesItToRoles = ({ Effect, Action, Resource, Principal, Condition: given }: TemplateObject): boolean =>
  Effect === 'Allow' &&
  Action === 'kms:*' &&
  Resource === '*' &&
  given === undefined &&
  text(objectOf(Principal)['AWS']).endsWith(':root');

const isEverybody = (principal: TemplateValue | undefined): boolean =>
  principal === '*' || (typeof principal === 'object' && objectOf(principal)['AWS'] === '*');

const resourceStatements = (document: TemplateValue | undefined, where: string): readonly Statement[] =>
  documentOf(document)
    .filter((statement) => !leavesItToRoles(statement))
    .map((statement) =>
      statement['Effect'] === 'Deny' && isEverybody(statement['Principal'])
        ? statementFrom(statement, where)
        : refuse('something else than a Deny for everybody', where),
    );

const queuePolicies = (find: Finder): readonly (readonly [string, readonly Statement[]])[] =>
  find('AWS::SQS::QueuePolicy').flatMap(({ resource, properties }) => {
    const statements = resourceStatements(properties['PolicyDocument'], resource.logicalId);
    const queues = find('AWS::SQS::Queue').filter(({ ref }) => arrayOf(properties['Queues']).includes(ref));
    return queues.map(({ arn }) => [arn, statements] as const);
  });

const bucketPolicies = (find: Finder): readonly (readonly [string, readonly Statement[]])[] =>
  find('AWS::S3::BucketPolicy').flatMap(({ resource, properties }) => {
    const statements = resourceStatements(properties['PolicyDocument'], resource.logicalId);
    const buckets = find('AWS::S3::Bucket').filter(({ ref }) => ref === properties['Bucket']);
    return buckets.map(({ arn }) => [arn, statements] as const);
  });

const ownPolicies = (find: Finder, type: string, document: (properties: TemplateObject) => TemplateValue | undefined) =>
  find(type).map(
    ({ arn, resource, properties }) => [arn, resourceStatements(document(properties), resource.logicalId)] as const,
  );

/**
 * KMS asks the key's policy first: what roles grant counts only where it leaves the key to them. A key without a policy gets one that
 * does. Source: KMS Developer Guide, "Default key policy".
 */
const keyPolicies = (find: Finder) => {
  const policies = ownPolicies(find, 'AWS::KMS::Key', ({ KeyPolicy }) => KeyPolicy);
  for (const { properties, resource } of find('AWS::KMS::Key')) {
    const { KeyPolicy } = properties;
    if (KeyPolicy !== undefined && !documentOf(KeyPolicy).some(leavesItToRoles))
      refuse("a key that is not left to the account's roles", resource.logicalId);
  }
  return policies;
};

/** Policies of other kinds would be passed over; there is none. */
const NOT_READ = [
  'AWS::IAM::ManagedPolicy',
  'AWS::IAM::RolePolicy',
  'AWS::SecretsManager::ResourcePolicy',
  'AWS::SQS::QueueInlinePolicy',
];

/** The policies of `functions` and of the resources they call. */
export const accessPoliciesOf = (find: Finder, functions: readonly FunctionSpec[]): AccessPolicies => {
  for (const type of NOT_READ) for (const { resource } of find(type)) refuse(`a ${type}`, resource.logicalId);
  return {
    roles: new Map(functions.map((spec) => [spec.name, rolePolicy(spec, find)])),
    resources: new Map([
      ...ownPolicies(find, 'AWS::DynamoDB::Table', (own) => objectOf(own['ResourcePolicy'])['PolicyDocument']),
      ...keyPolicies(find),
      ...queuePolicies(find),
      ...bucketPolicies(find),
    ]),
  };
};
