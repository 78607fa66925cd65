// What the README shows of the client is the file that is run elsewhere. Every command that the README gives is run by .ci/run or by a test; what needs an AWS account or never ends is named here.
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

const commands = [...read('README.md').matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = '']) =>
  block.trim().split('\n'),
);

/** Run by test/e2e/processes.test.ts, which also ends it. */
const ENDLESS = ['npm start'];

const needsAccount = (command: string): boolean => /^npx cdk (bootstrap|deploy)|^aws /.test(command);

describe('README', () => {
  it('gives commands', () => {
    expect(commands).toContain('npm run demo');
  });

  it('gives no command that is not run', () => {
    const step = /^step ['"](?:timeout \d+ )?(.*?)(?: \| .*)?['"]$/gm;
    const steps = [...read('.ci/run').matchAll(step)].map(([, command]) => command);
    const unrun = commands.filter(
      (command) => !steps.includes(command) && !ENDLESS.includes(command) && !needsAccount(command),
    );

    expect(unrun).toEqual([]);
    expect(read('test/e2e/processes.test.ts')).toContain('start.main.ts');
  });

  it('names rules that `npm test -- -t I<n>` finds', () => {
    const tests = globSync('test/**/*.test.ts').map((path) => read(path));
    const [, named = ''] = /`npm test -- -t (I\d+)`/.exec(read('README.md')) ?? [];
    for (const rule of [named, 'I1', 'I2', 'I3', 'I4', 'I5', 'I6', 'I7', 'I8', 'I9', 'I10', 'I11', 'I12', 'I13', 'I14'])
      expect(
        tests.filter((text) => new RegExp(`(?:it|describe)[^'\`]*\\(\\s*['\`][^'\`]*\\b${rule}\\b`).test(text)).length,
        rule,
      ).toBeGreaterThan(0);
  });

  it('deploys what it synthesizes', () => {
    const options = (verb: string) =>
      commands.filter((one) => one.startsWith(`npx cdk ${verb} `)).map((one) => one.slice(one.indexOf(' -c ')));
    expect(options('deploy')).toEqual([' -c stage=prod']);
    expect(options('synth')).toEqual(options('deploy'));
  });

  it.each([
    'lib/api/client/quickstart.ts', // test/e2e/api.test.ts
    'lib/api/client/receive-webhook.ts', // test/e2e/webhooks.test.ts
  ])('shows %s as it is', (file) => {
    expect(read('README.md')).toContain(`\n\`\`\`ts\n${read(file)}\`\`\`\n`);
  });
});
