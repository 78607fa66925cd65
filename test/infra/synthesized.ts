// Synthesizes a stage, as `node infra/app.ts` does, and answers questions about the two templates in plain names:
// a resource is its construct path without CloudFormation's suffix (`Business`, `ReadQueue`), a permission is `action resource`.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bundles } from '../../infra/constructs/bundle.ts';
import { FUNCTION_TAG } from '../../infra/constructs/function-tag.ts';
import { stageApp } from '../../infra/stacks.ts';

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
type Fields = { readonly [key: string]: Json };

/** A CloudFormation resource as it stands in a template. */
export interface Resource {
  readonly Type: string;
  readonly Properties: Fields;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

interface TemplateFile {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: Json; readonly Export?: { readonly Name: string } }>>;
}

/** One statement of a policy, lists and intrinsics resolved. */
export interface Statement {
  readonly effect: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly principal: Json | undefined;
  readonly condition: Json | undefined;
}

/** Narrows a template's value to an object. */
export const fields = (value: Json | undefined): Fields => {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error(`Not an object: ${JSON.stringify(value)}`);
  return value as Fields; // Array.isArray does not narrow readonly arrays
};

/** Narrows a template's value to a list; a lone value is a list of one, as in policies. */
export const list = (value: Json | undefined): readonly Json[] =>
  value === undefined ? [] : Array.isArray(value) ? (value as readonly Json[]) : [value]; // see above

const plain = (logicalId: string): string => logicalId.replace(/[0-9A-F]{8}$/, '');

/** Both templates of a stage. */
export class Synthesized {
  private readonly data: TemplateFile;
  private readonly service: TemplateFile;

  constructor(data: TemplateFile, service: TemplateFile) {
    this.data = data;
    this.service = service;
  }

  /** All resources of a type in both stacks, by plain name. */
  all(type: string): ReadonlyMap<string, Resource> {
    const entries = [...Object.entries(this.data.Resources), ...Object.entries(this.service.Resources)];
    return new Map(entries.filter(([, { Type }]) => Type === type).map(([id, resource]) => [plain(id), resource]));
  }

  /** Types of everything in the stack of what can be replaced. */
  serviceTypes(): readonly string[] {
    return Object.values(this.service.Resources).map(({ Type }) => Type);
  }

  /** A value with references replaced by plain names. */
  text(value: Json | undefined): string {
    if (typeof value === 'string') return value;
    const [[intrinsic, argument]] = Object.entries(fields(value)) as [[string, Json]]; // an intrinsic has one key
    if (intrinsic === 'Ref') return plain(String(argument));
    if (intrinsic === 'Fn::GetAtt') return plain(String(list(argument)[0]));
    if (intrinsic === 'Fn::ImportValue') return this.imported(String(argument));
    if (intrinsic === 'Fn::Join')
      return list(list(argument)[1])
        .map((part) => this.text(part))
        .join(String(list(argument)[0]));
    throw new Error(`Unknown intrinsic ${intrinsic}`);
  }

  /** The statements of a policy document. */
  statements(document: Json | undefined): readonly Statement[] {
    return list(fields(document)['Statement']).map((statement) => {
      const { Effect, Action, Resource, Principal, Condition } = fields(statement);
      const resources = list(Resource).map((resource) => this.text(resource));
      return {
        effect: String(Effect),
        actions: list(Action).map(String),
        resources,
        principal: Principal,
        condition: Condition,
      };
    });
  }

  /** What each function's role allows, as sorted `action resource` lines (` if condition` where there is one), by function name. */
  permissions(): ReadonlyMap<string, readonly string[]> {
    const roles = this.all('AWS::IAM::Role');
    const lines = new Map([...roles.values()].map((role) => [functionOf(role), [] as string[]]));
    for (const { Properties } of this.all('AWS::IAM::Policy').values()) {
      const [role] = list(Properties['Roles']).map((name) => roles.get(this.text(name)));
      if (role === undefined) throw new Error('A policy without a role of this stack');
      for (const statement of this.statements(Properties['PolicyDocument']))
        lines.get(functionOf(role))?.push(...linesOf(statement));
    }
    return new Map([...lines].map(([name, found]) => [name, found.sort()]));
  }

  /** Names of the functions whose role allows `action` on `resource`, under whatever condition. */
  whoMay(action: string, resource: string): readonly string[] {
    const allowed = `${action} ${resource}`;
    const holders = [...this.permissions()].filter(([, lines]) =>
      lines.some((line) => line === allowed || line.startsWith(`${allowed} if `)),
    );
    return holders.map(([name]) => name).sort();
  }

  private imported(exportName: string): string {
    const output = Object.values(this.data.Outputs ?? {}).find(({ Export }) => Export?.Name === exportName);
    return this.text(output?.Value);
  }
}

const functionOf = ({ Properties }: Resource): string => {
  const tag = list(Properties['Tags'])
    .map(fields)
    .find(({ Key }) => Key === FUNCTION_TAG);
  return String(tag?.['Value']);
};

const linesOf = ({ effect, actions, resources, condition }: Statement): readonly string[] => {
  if (effect !== 'Allow') throw new Error('A role with something else than Allow');
  const when = condition === undefined ? '' : ` if ${JSON.stringify(condition)}`;
  return resources.flatMap((resource) => actions.map((action) => `${action} ${resource}${when}`));
};

const readTemplate = (folder: string, stack: string): TemplateFile =>
  JSON.parse(readFileSync(join(folder, `${stack}.template.json`), 'utf8'));

/** Synthesizes the stage that `context` names (default `dev`) below `folder`. */
export const synthesize = (
  bundles: Bundles,
  folder: string,
  context: Readonly<Record<string, unknown>> = {},
): Synthesized => {
  const stage = String(context['stage'] ?? 'dev');
  const outdir = join(folder, stage);
  stageApp(bundles, { context, outdir }).synth();
  return new Synthesized(
    readTemplate(outdir, `odoseal-${stage}-data`),
    readTemplate(outdir, `odoseal-${stage}-service`),
  );
};
