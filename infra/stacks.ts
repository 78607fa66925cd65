// Both stacks of one stage, with the rules they are checked against. Shared by the CDK app and the tests.
import { type App, Tags, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { stageConfig } from './config.ts';
import type { Bundles } from './constructs/bundle.ts';
import { DataStack } from './data-stack.ts';
import { ServiceStack } from './service-stack.ts';

/** The two stacks of a stage. */
export interface StageStacks {
  readonly data: DataStack;
  readonly service: ServiceStack;
}

/**
 * Adds the stage that the app's context names.
 * @throws Error when its settings are not valid
 */
export const addStacks = (app: App, bundles: Bundles): StageStacks => {
  const config = stageConfig(app.node);
  const data = new DataStack(app, `odoseal-${config.stage}-data`, config);
  const service = new ServiceStack(app, `odoseal-${config.stage}-service`, { config, data, bundles });
  Tags.of(app).add('odoseal-stage', config.stage);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return { data, service };
};
