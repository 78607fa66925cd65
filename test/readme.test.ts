// What the README shows of the client is the file that is run elsewhere. Every command that the README gives is run by .ci/run or by a test.
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { commandsIn, DEPLOYMENT, readme } from './readme.ts';

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

const commands = commandsIn(readme);

/** Run by test/e2e/processes.test.ts, which also ends it. */
const ENDLESS = ['npm start'];

/** Run by .ci/run, which takes them from there itself: quotes of both kinds are in them. */
const [, withoutUs = ''] = /Without our program[^`]*(```sh\n[^`]*```)/.exec(readme) ?? [];
const auditing = commandsIn(withoutUs);

/** Run by test/e2e/deployment.test.ts, which takes them from there itself. */
const deployment = commandsIn(DEPLOYMENT);

describe('README', () => {
  it('gives commands', () => {
    expect(commands).toContain('npm run demo');
  });

  it('gives no command that is not run', () => {
    const step = /^step ['"](?:timeout \d+ )?(.*?)(?: \| .*)?['"]$/gm;
    const steps = [...read('.ci/run').matchAll(step)].map(([, command]) => command);
    const unrun = commands.filter((command) => ![...steps, ...auditing, ...ENDLESS, ...deployment].includes(command));

    expect(unrun).toEqual([]);
    expect(auditing.map((command) => command.split(' ')[0])).toEqual(['node', 'openssl', 'node']);
    expect(read('.ci/run')).toContain('step "$line"; done < <(node -e "$without_us")');
    expect(read('test/e2e/processes.test.ts')).toContain('start.main.ts');
    expect(read('test/e2e/deployment.test.ts')).toContain('commandsIn(DEPLOYMENT)');
  });

  it('names rules that `npm test -- -t I<n>` finds', () => {
    const tests = globSync('test/**/*.test.ts').map((path) => read(path));
    const [, named = ''] = /`npm test -- -t (I\d+)`/.exec(readme) ?? [];
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
    expect(readme).toContain(`\n\`\`\`ts\n${read(file)}\`\`\`\n`);
  });
});
