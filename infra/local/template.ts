// Reads a synthesized cloud assembly: every stack's template, every asset's folder. Knows nothing of what the stacks contain.
// Format: the CloudFormation template anatomy and the CDK's manifest.json. Refuses nested assemblies: there are none here.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Any value of a template before its intrinsic functions are resolved. */
export type TemplateValue =
  | string
  | number
  | boolean
  | null
  | readonly TemplateValue[]
  | { readonly [key: string]: TemplateValue };

export type TemplateObject = { readonly [key: string]: TemplateValue };

export type TemplateResource = {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  readonly properties: TemplateObject;
};

export type StackTemplate = {
  readonly stack: string;
  readonly resources: ReadonlyMap<string, TemplateResource>;
  readonly outputs: TemplateObject;
  readonly parameters: TemplateObject;
  readonly mappings: TemplateObject;
  readonly conditions: TemplateObject;
};

export type Assembly = {
  readonly stacks: readonly StackTemplate[];
  /** The folder of the asset that `Code.S3Key` names. */
  readonly assetFolder: (s3Key: string) => string;
};

/** A member that must be an object, absent counting as empty. */
export const objectOf = (value: TemplateValue | undefined): TemplateObject => {
  if (value === undefined) return {};
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as TemplateObject;
  throw new TypeError('the template holds something else where an object belongs');
};

const readJson = (path: string): TemplateObject => objectOf(JSON.parse(readFileSync(path, 'utf8')));

const stackFrom = (stack: string, template: TemplateObject): StackTemplate => {
  const resources = Object.entries(objectOf(template['Resources'])).map(([logicalId, value]) => {
    const resource = objectOf(value);
    const found = { stack, logicalId, type: String(resource['Type']), properties: objectOf(resource['Properties']) };
    return [logicalId, found] as const;
  });
  return {
    stack,
    resources: new Map(resources),
    outputs: objectOf(template['Outputs']),
    parameters: objectOf(template['Parameters']),
    mappings: objectOf(template['Mappings']),
    conditions: objectOf(template['Conditions']),
  };
};

/** The assembly that `cdk synth` left in `folder`. */
export const readAssembly = (folder: string): Assembly => {
  const artifacts = Object.entries(objectOf(readJson(join(folder, 'manifest.json'))['artifacts']));
  const stacks = artifacts.flatMap(([id, value]) => {
    const artifact = objectOf(value);
    if (artifact['type'] !== 'aws:cloudformation:stack') return [];
    const properties = objectOf(artifact['properties']);
    return [
      stackFrom(String(properties['stackName'] ?? id), readJson(join(folder, String(properties['templateFile'])))),
    ];
  });
  return { stacks, assetFolder: (s3Key) => join(folder, `asset.${s3Key.replace(/\.zip$/, '')}`) };
};
