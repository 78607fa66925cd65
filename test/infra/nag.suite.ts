// cdk-nag is really asked, and what it finds stops the synthesis.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { expect, it, onTestFinished } from 'vitest';
import type { Bundles } from '../../infra/constructs/bundle.ts';
import { stageApp } from '../../infra/stacks.ts';

/** Tests that a careless resource beside our stacks is refused, and nothing else. */
export const nagSuite = (bundles: Bundles, folder: string): void => {
  it('refuses to synthesize a resource that it finds fault with, and finds fault with nothing else', () => {
    const { exitCode } = process;
    onTestFinished(() => {
      process.exitCode = exitCode; // a refused synthesis sets it
    });
    const outdir = join(folder, 'careless');
    const app = stageApp(bundles, { outdir });
    new Queue(new Stack(app, 'careless'), 'Queue');
    expect(() => app.synth()).toThrow(/AwsSolutions-SQS4/);
    const report = readFileSync(join(outdir, 'validation-report.json'), 'utf8');
    expect(new Set(report.match(/AwsSolutions-[A-Z]+\d+/g))).toEqual(
      new Set(['AwsSolutions-SQS3', 'AwsSolutions-SQS4']),
    );
  });
};
