// Both stacks of one stage, with the rules they are checked against. Shared by the CDK app and the tests.
import { App, Tags, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { stageConfig } from './config.ts';
import type { Bundles } from './constructs/bundle.ts';
import { DataStack } from './data-stack.ts';
import { ServiceStack } from './service-stack.ts';

/** Decisions of the CDK that must not depend on who runs the app: the CLI reads cdk.json, `node infra/app.ts` does not. */
const FLAGS = {
  // The data stack refuses to take back what the service stack still uses.
  '@aws-cdk/core:defaultCrossStackReferences': 'strong',
};

/** What a caller may decide beside the CDK CLI. */
export interface StageAppOptions {
  /** Context entries, after those that the CLI hands over. */
  readonly context?: Readonly<Record<string, unknown>>;
  /** Where templates and bundles are written. @default `CDK_OUTDIR`, else a temporary folder */
  readonly outdir?: string;
}

/**
 * Builds the stage that the context names; `synth()` of the result writes the templates.
 * @throws Error when the stage's settings are not valid
 */
export const stageApp = (bundles: Bundles, { context, outdir }: StageAppOptions = {}): App => {
  const app = new App({ analyticsReporting: false, context: { ...FLAGS, ...context }, outdir });
  const config = stageConfig(app.node);
  const data = new DataStack(app, `odoseal-${config.stage}-data`, config);
  new ServiceStack(app, `odoseal-${config.stage}-service`, { config, data, bundles });
  Tags.of(app).add('odoseal-stage', config.stage);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return app;
};
