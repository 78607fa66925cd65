// What the values in a template are once its stack stands: as many of CloudFormation's intrinsic functions as the stacks here use.
// Shares nothing with infra/local, which runs the same templates. Refuses, naming it, what it does not know and what does not resolve.
import { parse } from 'yaml';
import { AwsError } from './aws-error.ts';

export type Value = string | number | boolean | null | readonly Value[] | { readonly [key: string]: Value };
export type Fields = { readonly [key: string]: Value };

type Resource = { readonly Type: string; readonly Properties?: Fields; readonly Condition?: string };
type Output = { readonly Value: Value; readonly Export?: { readonly Name: Value }; readonly Condition?: string };

export interface Template {
  readonly Parameters?: Readonly<Record<string, { readonly Type: string; readonly Default?: Value }>>;
  readonly Conditions?: Fields;
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs?: Readonly<Record<string, Output>>;
}

/** Templates are JSON or YAML; the CLI sends what it bootstraps with as YAML. */
export const parseTemplate = (text: string): Template => (text.startsWith('{') ? JSON.parse(text) : parse(text));

/** What a template's values are looked up in. */
export interface Surroundings {
  readonly template: Template;
  /** Its parameters, and `AWS::…`. */
  readonly given: Readonly<Record<string, string>>;
  /** What other stacks export. */
  readonly exports: ReadonlyMap<string, string>;
}

/** Which property is what `Ref` gives; to anything else CloudFormation gives a name. */
const NAMES: Readonly<Record<string, string>> = {
  'AWS::IAM::Role': 'RoleName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::S3::Bucket': 'BucketName',
  'AWS::SSM::Parameter': 'Name',
};

const unresolved = (what: string): AwsError => new AwsError('ValidationError', `${what} does not resolve`);
const listOf = (value: Value): readonly Value[] => (Array.isArray(value) ? value : [value]);

/** @returns `resolve`, which throws AwsError, and whether what carries a condition is made */
export const valuesOf = ({ template, given, exports }: Surroundings) => {
  const reference = (name: string): string => {
    const resource = template.Resources[name];
    const own = resource?.Properties?.[NAMES[resource.Type] ?? ''];
    if (own !== undefined) return String(resolve(own));
    const value = resource === undefined ? given[name] : `${given['AWS::StackName']}-${name}`;
    if (value === undefined) throw unresolved(name);
    return value;
  };

  /** Made up from the resource's name, and the same for each. */
  const attribute = (path: string): string => {
    const [name = ''] = path.split('.');
    if (template.Resources[name] === undefined) throw unresolved(path);
    return reference(name) + path.slice(name.length);
  };

  const lookUp = (path: string): string => (path.includes('.') ? attribute(path) : reference(path));

  const imported = (name: string): string => {
    const value = exports.get(name);
    if (value === undefined) throw new AwsError('ValidationError', `No export named ${name} found.`);
    return value;
  };

  const holds = (value: Value = null): boolean => {
    const named = typeof value === 'object' && value !== null && 'Condition' in value ? value['Condition'] : undefined;
    return named === undefined ? resolve(value) === true : holds(template.Conditions?.[String(named)]);
  };

  const functions: Readonly<Record<string, (argument: Value) => Value>> = {
    Ref: (name) => reference(String(name)),
    'Fn::GetAtt': (path) => attribute(listOf(path).join('.')),
    'Fn::Sub': (text) => String(text).replace(/\$\{([^!}]+)\}/g, (_, path: string) => lookUp(path)),
    'Fn::Join': (argument) => {
      const [separator, parts = []] = listOf(argument);
      return listOf(resolve(parts)).join(String(separator));
    },
    'Fn::ImportValue': (name) => imported(String(name)),
    'Fn::If': (argument) => {
      const [name = '', yes = null, no = null] = listOf(argument);
      return resolve(holds({ Condition: name }) ? yes : no);
    },
    'Fn::Equals': (argument) => {
      const [left, right] = listOf(resolve(argument));
      return left === right;
    },
    'Fn::Not': (argument) => !listOf(argument).every(holds),
    'Fn::And': (argument) => listOf(argument).every(holds),
  };

  const resolve = (value: Value): Value => {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map((one: Value) => resolve(one));
    const [[name, argument] = ['', null], ...more] = Object.entries(value);
    if (more.length > 0 || !/^(?:Ref$|Fn::)/.test(name))
      return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, resolve(one)]));
    const run = functions[name];
    if (run === undefined) throw unresolved(name);
    return run(argument);
  };

  const applies = ({ Condition }: Resource | Output): boolean => Condition === undefined || holds({ Condition });
  return { resolve, applies };
};
