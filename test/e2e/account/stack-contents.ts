// What a template becomes when its stack is made. Everything in it is resolved, so that what is not there yet is refused as CloudFormation
// does: an export, a value of the parameter store, the code of a function. Whether AWS takes a property's value is not looked at.
import { AwsError } from './aws-error.ts';
import { type Fields, parseTemplate, type Template, valuesOf } from './template-values.ts';

export interface Made {
  readonly type: string;
  readonly properties: Fields;
}

export interface Output {
  readonly OutputKey: string;
  readonly OutputValue: string;
  readonly ExportName: string | undefined;
}

export interface Contents {
  readonly parameters: Readonly<Record<string, string>>;
  readonly resources: readonly Made[];
  readonly outputs: readonly Output[];
}

/** What an account holds that a template may name. */
export interface Holdings {
  readonly exports: ReadonlyMap<string, string>;
  /** @throws AwsError */
  readonly storedParameter: (name: string) => string;
  readonly hasObject: (path: string) => boolean;
}

/** Values for parameters: given, or the default; those of the parameter store by the name that they give. */
const parametersOf = (
  { Parameters = {} }: Template,
  given: ReadonlyMap<string, string>,
  stored: Holdings['storedParameter'],
): Readonly<Record<string, string>> => {
  const values = Object.entries(Parameters).map(([name, { Type, Default }]) => {
    const value = given.get(name) ?? Default;
    if (value === undefined) throw new AwsError('ValidationError', `Parameters: [${name}] must have values`);
    return [name, Type.startsWith('AWS::SSM::Parameter::') ? stored(String(value)) : String(value)];
  });
  return Object.fromEntries(values);
};

const checkCode = ({ type, properties }: Made, { hasObject }: Holdings): void => {
  const code = properties['Code'];
  if (type !== 'AWS::Lambda::Function' || typeof code !== 'object' || code === null || !('S3Key' in code)) return;
  if (hasObject(`${code['S3Bucket']}/${code['S3Key']}`)) return;
  throw new AwsError('ValidationError', `The code ${code['S3Key']} is not there`);
};

/**
 * @param pseudo `AWS::…`
 * @throws AwsError for what is not there
 */
export const contentsOf = (
  text: string,
  given: ReadonlyMap<string, string>,
  pseudo: Readonly<Record<string, string>>,
  holdings: Holdings,
): Contents => {
  const template = parseTemplate(text);
  const parameters = parametersOf(template, given, holdings.storedParameter);
  const { exports } = holdings;
  const { resolve, applies } = valuesOf({ template, given: { ...pseudo, ...parameters }, exports });
  const resources = Object.values(template.Resources)
    .filter(applies)
    // The cast: members stay members.
    .map(({ Type, Properties = {} }) => ({ type: Type, properties: resolve(Properties) as Fields }));
  for (const made of resources) checkCode(made, holdings);
  const outputs = Object.entries(template.Outputs ?? {})
    .filter(([, output]) => applies(output))
    .map(([OutputKey, { Value, Export }]) => ({
      OutputKey,
      OutputValue: String(resolve(Value)),
      ExportName: Export && String(resolve(Export.Name)),
    }));
  return { parameters, resources, outputs };
};
