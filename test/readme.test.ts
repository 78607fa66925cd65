// What the README shows of the client is the file that is run elsewhere. Every command that the README gives is run by .ci/run or by a test.
import { spawnSync } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { commandsIn, DEPLOYMENT, readme } from './readme.ts';
import { onlyOptions } from './without-code/only-options.ts';

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
    const run = [...read('.ci/run').matchAll(step)].map(([, command]) => command);
    const { scripts }: { readonly scripts: { readonly check: string } } = JSON.parse(read('package.json'));
    const steps = run.flatMap((command) =>
      command === 'npm run check' ? [command, ...scripts.check.split(' && ')] : [command],
    );
    const unrun = commands.filter((command) => ![...steps, ...auditing, ...ENDLESS, ...deployment].includes(command));

    expect(unrun).toEqual([]);
    expect(auditing.map((command) => command.split(' ')[0])).toEqual(['node', 'openssl', 'node']);
    expect(read('.ci/run')).toContain('step "$line"; done < <(node -e "$without_us")');
    expect(read('test/e2e/processes.test.ts')).toContain('start.main.ts');
    expect(read('test/e2e/deployment.test.ts')).toContain('commandsIn(DEPLOYMENT)');
  });

  describe('takes the seal out of a file without our program', () => {
    const folder = mkdtempSync(join(tmpdir(), 'odoseal-readme-'));
    mkdirSync(join(folder, 'demo-out'));
    afterAll(() => rmSync(folder, { recursive: true }));
    const [line = ''] = auditing;
    /** What it complains of. */
    const takeOut = (pdf: string): string => {
      writeFileSync(join(folder, 'demo-out', 'POL-1001.pdf'), pdf);
      const env = { ...onlyOptions(), PATH: process.env['PATH'] };
      return spawnSync('sh', ['-c', line], { cwd: folder, env, encoding: 'utf8' }).stderr;
    };

    it('whose hole is the seal and nothing else', () => {
      expect(takeOut('/ByteRange [0 24 30 4]  <00fF>rest')).toBe('');
      expect(readFileSync(join(folder, 'demo-out', 'covered'), 'utf8')).toBe('/ByteRange [0 24 30 4]  rest');
      expect([...readFileSync(join(folder, 'demo-out', 'seal.der'))]).toEqual([0, 255]);
    });

    it.each([
      ['that begins later', '/ByteRange [1 24 30 4]  <00fF>rest'],
      ['that goes on', '/ByteRange [0 24 30 4]  <00fF>rest and more'],
      ['whose hole has something else in it', '/ByteRange [0 24 30 4]  <0 fF>rest'],
      ['whose hole is wider', '/ByteRange [0 23 30 4]  <00fF>rest'],
      ['whose hole holds nothing', '/ByteRange [0 24 26 4]  <>rest'],
    ])('but not of one %s', (_, pdf) => {
      expect(takeOut(pdf)).toContain('Error: not sealed as a whole');
    });
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
