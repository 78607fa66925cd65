// The CDK app: `node infra/app.ts`, or any `cdk` command. Needs neither an account nor a region nor Docker.
// Bundles the functions, builds both stacks of the stage that the context names, and refuses to synthesize what cdk-nag finds
// fault with unless the finding is acknowledged, with a reason, beside the resource.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleFunctions } from './constructs/bundle.ts';
import { stageApp } from './stacks.ts';

const scratch = mkdtempSync(join(tmpdir(), 'odoseal-bundles-'));
try {
  stageApp(await bundleFunctions(scratch)).synth();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
