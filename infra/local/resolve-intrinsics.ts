// Resolves CloudFormation's intrinsic functions over all stacks of an assembly, as a deployment would.
// Reference: AWS CloudFormation User Guide, "Intrinsic function reference". Refuses, naming it, a function it does not know,
// a reference to nothing, and an attribute the resource does not have: a silent placeholder would hide a broken template.
import { type Identity, identityOf, NAME_PROPERTIES, type Place } from './identities.ts';
import { type Assembly, objectOf, type StackTemplate, type TemplateResource, type TemplateValue } from './template.ts';

/** A template value without intrinsic functions. */
type Resolved = TemplateValue | undefined;

export type Resolver = {
  /** The value as a deployment of `stack` would see it; `undefined` is `AWS::NoValue`. */
  readonly resolve: (value: TemplateValue | undefined, stack: string) => Resolved;
  readonly identity: (resource: TemplateResource) => Identity;
};

const isPlain = (value: TemplateValue): value is string | number | boolean | null =>
  typeof value !== 'object' || value === null;
const listOf = (value: Resolved): readonly TemplateValue[] => (Array.isArray(value) ? value : [value ?? '']);

const stackNamed = (assembly: Assembly, name: string): StackTemplate => {
  const found = assembly.stacks.find(({ stack }) => stack === name);
  if (found === undefined) throw new Error(`the assembly has no stack ${name}`);
  return found;
};

/** A resolver over every stack of `assembly`. */
export const makeResolver = (assembly: Assembly, place: Place): Resolver => {
  const identity = (resource: TemplateResource): Identity => {
    const property = NAME_PROPERTIES[resource.type];
    const given = property === undefined ? undefined : resource.properties[property];
    return identityOf(resource, given === undefined ? undefined : String(resolve(given, resource.stack)), place);
  };

  const pseudo = (name: string, stack: string): string | undefined =>
    ({
      'AWS::Region': place.region,
      'AWS::AccountId': place.account,
      'AWS::Partition': 'aws',
      'AWS::URLSuffix': 'amazonaws.com',
      'AWS::StackName': stack,
      'AWS::StackId': `arn:aws:cloudformation:${place.region}:${place.account}:stack/${stack}/local`,
    })[name];

  const reference = (name: string, stack: string): Resolved => {
    if (name === 'AWS::NoValue') return undefined;
    const template = stackNamed(assembly, stack);
    const resource = template.resources.get(name);
    const parameter = template.parameters[name];
    if (resource !== undefined) return identity(resource).ref;
    if (parameter !== undefined) return resolve(objectOf(parameter)['Default'], stack);
    return pseudo(name, stack) ?? fail(`Ref ${name}`, stack);
  };

  const attribute = (logicalId: string, name: string, stack: string): Resolved => {
    const resource = stackNamed(assembly, stack).resources.get(logicalId);
    if (resource === undefined) return fail(`Fn::GetAtt ${logicalId}.${name}`, stack);
    return identity(resource).attributes[name] ?? fail(`Fn::GetAtt ${logicalId}.${name}`, stack);
  };

  const substitute = (argument: TemplateValue, stack: string): string => {
    const [text, names] = Array.isArray(argument) ? argument : [argument, {}];
    const given = objectOf(names);
    return String(text).replace(/\$\{([^}]+)\}/g, (_match, name: string) => {
      if (name.startsWith('!')) return `\${${name.slice(1)}}`;
      if (given[name] !== undefined) return String(resolve(given[name], stack));
      const [logicalId = '', ...rest] = name.split('.');
      return String(rest.length === 0 ? reference(name, stack) : attribute(logicalId, rest.join('.'), stack));
    });
  };

  const output = (
    outputs: (stack: StackTemplate) => Iterable<TemplateValue>,
    from: readonly StackTemplate[],
    what: string,
  ): Resolved => {
    for (const template of from) {
      for (const found of outputs(template)) return resolve(objectOf(found)['Value'], template.stack);
    }
    return fail(what, 'the assembly');
  };

  const imported = (name: string): Resolved =>
    output(
      ({ outputs, stack }) =>
        Object.values(outputs).filter((value) => resolve(objectOf(objectOf(value)['Export'])['Name'], stack) === name),
      assembly.stacks,
      `Fn::ImportValue ${name}`,
    );

  const condition = (name: string, stack: string): boolean =>
    isTrue(stackNamed(assembly, stack).conditions[name], stack);

  // `{ Condition: name }` means another condition only here; elsewhere it may be a member like any other.
  const isTrue = (value: TemplateValue | undefined, stack: string): boolean => {
    const named = typeof value === 'object' && value !== null && 'Condition' in value ? value['Condition'] : undefined;
    return typeof named === 'string' ? condition(named, stack) : resolve(value, stack) === true;
  };

  const functions: Readonly<Record<string, (argument: TemplateValue, stack: string) => Resolved>> = {
    Ref: (argument, stack) => reference(String(argument), stack),
    'Fn::GetAtt': (argument, stack) => {
      const [logicalId, name] = Array.isArray(argument) ? argument : String(argument).split(/\.(.*)/);
      return attribute(String(logicalId), String(resolve(name, stack)), stack);
    },
    'Fn::Join': (argument, stack) => {
      const [separator, parts] = listOf(argument);
      return listOf(resolve(parts, stack)).map(String).join(String(separator));
    },
    'Fn::Sub': (argument, stack) => substitute(argument, stack),
    'Fn::Select': (argument, stack) => {
      const [index, list] = listOf(argument);
      return listOf(resolve(list, stack))[Number(resolve(index, stack))];
    },
    'Fn::Split': (argument, stack) => {
      const [separator, text] = listOf(argument);
      return String(resolve(text, stack)).split(String(separator));
    },
    'Fn::Base64': (argument, stack) => Buffer.from(String(resolve(argument, stack))).toString('base64'),
    'Fn::FindInMap': (argument, stack) => {
      const [map, first, second] = listOf(argument).map((part) => String(resolve(part, stack)));
      const row = objectOf(objectOf(stackNamed(assembly, stack).mappings[map ?? ''])[first ?? '']);
      return row[second ?? ''] ?? fail(`Fn::FindInMap ${map}.${first}.${second}`, stack);
    },
    'Fn::ImportValue': (argument, stack) => imported(String(resolve(argument, stack))),
    'Fn::GetStackOutput': (argument, stack) => {
      const { StackName, OutputName } = objectOf(argument);
      const name = String(resolve(OutputName, stack));
      const from = stackNamed(assembly, String(resolve(StackName, stack)));
      return output(
        ({ outputs }) => (outputs[name] === undefined ? [] : [outputs[name]]),
        [from],
        `Fn::GetStackOutput ${name}`,
      );
    },
    'Fn::If': (argument, stack) => {
      const [name, yes, no] = listOf(argument);
      return resolve(condition(String(name), stack) ? yes : no, stack);
    },
    'Fn::Equals': (argument, stack) => {
      const [left, right] = listOf(argument).map((part) => resolve(part, stack));
      return left === right;
    },
    'Fn::And': (argument, stack) => listOf(argument).every((part) => isTrue(part, stack)),
    'Fn::Or': (argument, stack) => listOf(argument).some((part) => isTrue(part, stack)),
    'Fn::Not': (argument, stack) => !isTrue(listOf(argument)[0], stack),
  };

  const resolve = (value: TemplateValue | undefined, stack: string): Resolved => {
    if (value === undefined || isPlain(value)) return value;
    if (Array.isArray(value)) return value.map((part) => resolve(part, stack)).filter((part) => part !== undefined);
    const entries = Object.entries(value);
    const [only] = entries;
    if (entries.length === 1 && only !== undefined && (only[0] === 'Ref' || only[0].startsWith('Fn::'))) {
      const run = functions[only[0]] ?? fail(only[0], stack);
      return run(only[1], stack);
    }
    const kept = entries.map(([name, part]) => [name, resolve(part, stack)] as const);
    return Object.fromEntries(
      kept.filter((entry): entry is readonly [string, TemplateValue] => entry[1] !== undefined),
    );
  };

  return { resolve, identity };
};

const fail = (what: string, where: string): never => {
  throw new Error(`${what} in ${where} cannot be resolved`);
};
