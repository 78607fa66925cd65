// Finds resources by type over all stacks, with every reference in them resolved, and reads their loosely typed members.
import type { Resolver } from './resolve-intrinsics.ts';
import { type Assembly, objectOf, type TemplateObject, type TemplateResource, type TemplateValue } from './template.ts';

/** A resource, its resolved properties, and what `Ref` and `Fn::GetAtt …Arn` give for it. */
export type Found = {
  readonly resource: TemplateResource;
  readonly properties: TemplateObject;
  readonly ref: string;
  readonly arn: string;
};
/** All resources of a type, in template order. */
export type Finder = (type: string) => readonly Found[];

export const text = (value: TemplateValue | undefined): string => String(value ?? '');
export const numberOf = (value: TemplateValue | undefined, fallback: number): number =>
  value === undefined ? fallback : Number(value);
export const arrayOf = (value: TemplateValue | undefined): readonly TemplateValue[] =>
  Array.isArray(value) ? value : [];

/** A finder over `assembly`. */
export const finder =
  (assembly: Assembly, { resolve, identity }: Resolver): Finder =>
  (type) =>
    assembly.stacks.flatMap(({ stack, resources }) =>
      [...resources.values()]
        .filter((resource) => resource.type === type)
        .map((resource) => {
          const { ref, attributes } = identity(resource);
          return {
            resource,
            properties: objectOf(resolve(resource.properties, stack)),
            ref,
            arn: attributes['Arn'] ?? ref,
          };
        }),
    );
