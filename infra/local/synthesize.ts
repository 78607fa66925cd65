// Synthesizes the CDK app into a folder, with the same program that a deployment runs. Needs no account, no CLI, no Docker.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The stage that the local stack deploys. */
const LOCAL_STAGE = 'local';

/** Whoever tries webhooks on this machine receives them on this machine. */
const SETTINGS = { webhookLoopback: true };

const APP = fileURLToPath(new URL('../app.ts', import.meta.url));
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Runs the CDK app.
 * @param outDir receives the cloud assembly, and what an app that was stopped or refused leaves behind
 * @param signal ends the app early; the promise then rejects, when nothing writes to the folder any more
 * @param settings of the stage, beside those that every local stage has
 * @throws Error with what the app said, when it refuses
 */
export const synthesize = (
  outDir: string,
  signal?: AbortSignal,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<void> =>
  new Promise((resolve, reject) => {
    const env = {
      ...process.env,
      // What the app has in work lies there too: an app that is stopped sweeps nothing, whoever sweeps the folder does.
      TMPDIR: outDir,
      CDK_OUTDIR: outDir,
      CDK_CONTEXT_JSON: JSON.stringify({
        stage: LOCAL_STAGE,
        stages: { [LOCAL_STAGE]: { ...SETTINGS, ...settings } },
      }),
      // What CloudFormation may have against a template is most of the work, and told to whoever synthesizes for CloudFormation.
      CDK_VALIDATION: 'false',
    };
    const child = spawn(process.execPath, [APP], {
      cwd: ROOT,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(signal && { signal }),
    });
    // The child must not outlive whoever waits for it.
    const stop = (): void => void child.kill();
    process.once('exit', stop);
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        said += chunk;
      });
    }
    let failure: Error | undefined;
    child.once('error', (error) => {
      failure = error;
    });
    // Comes last: when the app and the bundler that it has started, which holds the same streams, are gone.
    child.once('close', (code) => {
      process.off('exit', stop);
      if (code === 0) resolve();
      else reject(failure ?? new Error(`the CDK app does not synthesize:\n${said}`));
    });
  });
