// CloudFormation as far as the CDK CLI deploys by it: change sets, and stacks that stand at once. Keeps every template as it was sent.
// Source: CloudFormation API Reference. Refuses what CloudFormation would: a change set of the wrong type, a template that is too large or
// not there, roles without the capability, a role to work with that nobody made; and, with 501, every action that is not listed.
import { AwsError, notImplemented } from './aws-error.ts';
import { listIn, type Xml } from './query-protocol.ts';
import { type Contents, contentsOf, type Made } from './stack-contents.ts';
import { parseTemplate } from './template-values.ts';

export interface Place {
  readonly account: string;
  readonly region: string;
  /** The body of an object, by `bucket/key`. */
  readonly object: (path: string) => Buffer | undefined;
}

interface ChangeSet {
  readonly id: string;
  readonly name: string;
  readonly form: URLSearchParams;
  readonly template: string;
}

/** A stack from its first change set on. */
export interface Stack extends Contents {
  readonly name: string;
  readonly id: string;
  readonly status: 'REVIEW_IN_PROGRESS' | 'CREATE_COMPLETE' | 'UPDATE_COMPLETE';
  readonly at: string;
  /** As it was sent. */
  readonly template: string;
  readonly tags: readonly Readonly<Record<string, string>>[];
  readonly terminationProtection: boolean;
  readonly changeSet: ChangeSet | undefined;
}

/** Bytes of a template in a request, and of one in a bucket. Source: CloudFormation User Guide, "Quotas". */
const BODY_LIMIT = 51_200;
const OBJECT_LIMIT = 1_000_000;

const limited = (text: string, limit: number): string => {
  if (Buffer.byteLength(text) <= limit) return text;
  throw new AwsError('ValidationError', `The template has more than ${limit} bytes`);
};

const describeStack = (stack: Stack): Xml => ({
  ...{ StackName: stack.name, StackId: stack.id, StackStatus: stack.status, CreationTime: stack.at },
  EnableTerminationProtection: stack.terminationProtection,
  Parameters: Object.entries(stack.parameters).map(([ParameterKey, ParameterValue]) => ({
    ...{ ParameterKey, ParameterValue },
  })),
  Outputs: stack.outputs.map((output) => ({ ...output })),
  Tags: stack.tags,
});

const describeChangeSet = (stack: Stack, { id, name, template }: ChangeSet): Xml => ({
  ...{ ChangeSetName: name, ChangeSetId: id, StackId: stack.id, StackName: stack.name, CreationTime: stack.at },
  ...{ Status: 'CREATE_COMPLETE', ExecutionStatus: 'AVAILABLE' },
  Changes: Object.entries(parseTemplate(template).Resources).map(([LogicalResourceId, { Type }]) => ({
    Type: 'Resource',
    ResourceChange: { Action: 'Add', LogicalResourceId, ResourceType: Type },
  })),
});

const describeEvents = ({ id, name, status }: Stack): Xml => [
  {
    ...{ StackId: id, StackName: name, LogicalResourceId: name, PhysicalResourceId: id, EventId: `${id}/${status}` },
    ...{ ResourceType: 'AWS::CloudFormation::Stack', ResourceStatus: status, Timestamp: new Date().toISOString() },
  },
];

/** An account's stacks. */
export const makeStacks = (place: Place) => {
  /** By name, in the order in which they were last made. */
  const stacks = new Map<string, Stack>();
  const standing = (): readonly Stack[] => [...stacks.values()].filter(({ status }) => status !== 'REVIEW_IN_PROGRESS');

  /** What stacks have made of a type: the properties of each. */
  const made = (type: string): readonly Made['properties'][] =>
    standing().flatMap(({ resources }) => resources.filter((one) => one.type === type).map((one) => one.properties));

  /** @throws AwsError */
  const storedParameter = (name: string): string => {
    const found = made('AWS::SSM::Parameter').find(({ Name }) => Name === name);
    if (found === undefined) throw new AwsError('ParameterNotFound', `There is no parameter ${name}`);
    return String(found['Value']);
  };

  const hasRole = (arn: string): boolean =>
    made('AWS::IAM::Role').some(({ RoleName }) => arn === `arn:aws:iam::${place.account}:role/${RoleName}`);

  const stackIn = (form: URLSearchParams): Stack => {
    const name = form.get('StackName') ?? '';
    const stack = stacks.get(name) ?? [...stacks.values()].find(({ id }) => id === name);
    if (stack === undefined) throw new AwsError('ValidationError', `Stack with id ${name} does not exist`);
    return stack;
  };

  const change = (stack: Stack, changed: Partial<Stack>): void => void stacks.set(stack.name, { ...stack, ...changed });

  const changeSetIn = (form: URLSearchParams): readonly [Stack, ChangeSet] => {
    const stack = stackIn(form);
    const { changeSet } = stack;
    const name = form.get('ChangeSetName') ?? '';
    if (changeSet !== undefined && [changeSet.id, changeSet.name].includes(name)) return [stack, changeSet];
    throw new AwsError('ChangeSetNotFound', `ChangeSet [${name}] does not exist`, 404);
  };

  const templateIn = (form: URLSearchParams): string => {
    const body = form.get('TemplateBody');
    if (body !== null) return limited(body, BODY_LIMIT);
    const object = place.object(new URL(form.get('TemplateURL') ?? '', 'http://none').pathname.slice(1));
    if (object === undefined) throw new AwsError('ValidationError', 'S3 error: the template was not found');
    return limited(object.toString('utf8'), OBJECT_LIMIT);
  };

  const checkRights = (form: URLSearchParams, template: string): void => {
    const role = form.get('RoleARN');
    if (role !== null && !hasRole(role)) throw new AwsError('ValidationError', `Role ${role} is invalid`);
    const named = listIn(form, 'Capabilities').some((one) => one[''] === 'CAPABILITY_NAMED_IAM');
    if (!named && template.includes('AWS::IAM::'))
      throw new AwsError('InsufficientCapabilitiesException', 'Requires capabilities : [CAPABILITY_NAMED_IAM]');
  };

  const begin = (name: string): Stack => ({
    ...{ name, id: `arn:aws:cloudformation:${place.region}:${place.account}:stack/${name}/1`, template: '{}' },
    ...{ status: 'REVIEW_IN_PROGRESS', at: new Date().toISOString(), terminationProtection: false },
    ...{ parameters: {}, resources: [], outputs: [], tags: [], changeSet: undefined },
  });

  const createChangeSet = (form: URLSearchParams): Xml => {
    const [stackName, type] = [form.get('StackName') ?? '', form.get('ChangeSetType')];
    const old = standing().find(({ name }) => name === stackName);
    if (type !== (old === undefined ? 'CREATE' : 'UPDATE'))
      throw new AwsError('ValidationError', `Stack [${stackName}] and the type ${type} do not go together`);
    const template = templateIn(form);
    checkRights(form, template);
    const stack = old ?? begin(stackName);
    const name = form.get('ChangeSetName') ?? '';
    const id = `${stack.id.replace(':stack/', ':changeSet/')}/${name}`;
    change(stack, { changeSet: { id, name, form, template } });
    return { Id: id, StackId: stack.id };
  };

  const execute = (stack: Stack, { form, template }: ChangeSet): void => {
    const { account, region, object } = place;
    const pseudo = {
      ...{ 'AWS::AccountId': account, 'AWS::Region': region, 'AWS::Partition': 'aws', 'AWS::NoValue': '' },
      ...{ 'AWS::StackId': stack.id, 'AWS::StackName': stack.name, 'AWS::URLSuffix': 'amazonaws.com' },
    };
    const given = listIn(form, 'Parameters').map(
      (one) => [one['ParameterKey'] ?? '', one['ParameterValue'] ?? ''] as const,
    );
    const others = standing().filter(({ name }) => name !== stack.name);
    const exported = others.flatMap(({ outputs }) => outputs);
    const exports = new Map(exported.map(({ ExportName = '', OutputValue }) => [ExportName, OutputValue]));
    const holdings = { exports, storedParameter, hasObject: (path: string) => object(path) !== undefined };
    const contents = contentsOf(template, new Map(given), pseudo, holdings);
    const status = stack.status === 'REVIEW_IN_PROGRESS' ? 'CREATE_COMPLETE' : 'UPDATE_COMPLETE';
    stacks.delete(stack.name);
    change(stack, { ...contents, status, template, tags: listIn(form, 'Tags'), changeSet: undefined });
  };

  const actions: Readonly<Record<string, (form: URLSearchParams) => Xml>> = {
    DescribeStacks: (form) => ({ Stacks: [describeStack(stackIn(form))] }),
    DescribeStackEvents: (form) => ({ StackEvents: describeEvents(stackIn(form)) }),
    GetTemplate: (form) => ({ TemplateBody: stackIn(form).template }),
    CreateChangeSet: createChangeSet,
    DescribeChangeSet: (form) => describeChangeSet(...changeSetIn(form)),
    ExecuteChangeSet: (form) => {
      execute(...changeSetIn(form));
      return {};
    },
    UpdateTerminationProtection: (form) => {
      change(stackIn(form), { terminationProtection: form.get('EnableTerminationProtection') === 'true' });
      return {};
    },
  };

  /** @throws AwsError */
  const answer = (action: string, form: URLSearchParams): Xml => {
    const act = actions[action];
    if (act === undefined) throw notImplemented(`CloudFormation ${action}`);
    return act(form);
  };

  return { answer, standing, made, storedParameter, hasRole };
};
