// `npm run check:tests`: which tests do not notice that the code of the product is gone? First the body of each test is run without it,
// and everything around it with it. Who passes then asserts (every test has to, vitest.config.ts) what its file has made before: so it is
// seen whether that can be made without the code, in the hooks or while the file is loaded. Who still passes is a test of nothing, or of
// what is no code; those are named below. End-to-end tests talk to a service that does not start without its code: of them it is seen
// that none passes. `npm run check:tests -- unit` looks at one project.
import { startVitest, type TestCase, type Vitest } from 'vitest/node';

/** How many tests of a file hold one text against another, or a table that is data against its documentation. */
const OF_TEXTS: Readonly<Record<string, number>> = {
  'test/readme.test.ts': 6, // README.md against .ci/run, and against files that it shows
  'test/rooms.test.ts': 2, // what sources import and call
  'test/lib/mileage/load.test.ts': 2, // likewise
  'test/log-watch.test.ts': 19, // the watch over log lines itself, and who takes a stream away
  'test/lib/vehicle/one-interface.test.ts': 5, // what sources name
  'test/lib/vehicle/refusals.test.ts': 6, // the tables of refusals against the documented pairs and README.md
  'test/lib/vehicle/smartcar-seed.test.ts': 1, // that the documented snippets are ten
  'test/lib/simulator/vendor-error.test.ts': 1, // a table against the documented pairs
  'test/lib/webhook/signature.test.ts': 1, // a constant against the document
};

type From = 'in bodies' | 'with the hooks' | 'from the start';

interface Found {
  readonly file: string;
  readonly name: string;
  readonly state: 'passed' | 'failed' | 'unseen';
}

const foundOf = (test: TestCase): Found => {
  const { state } = test.result();
  return {
    file: test.module.relativeModuleId,
    name: test.fullName,
    state: state === 'passed' || state === 'failed' ? state : 'unseen',
  };
};

const testsOf = ({ state }: Vitest): readonly Found[] =>
  state.getTestModules().flatMap(({ children }) => [...children.allTests()].map(foundOf));

/** Of the named files alone, of all where none are named. */
async function runWithout(
  from: From,
  projects: readonly string[],
  files: readonly string[] = [],
): Promise<readonly Found[]> {
  process.env['WITHOUT_CODE'] = from;
  const options = {
    config: 'test/without-code/vitest.config.ts',
    project: [...projects],
    watch: false,
    reporters: [{}],
  };
  const vitest = await startVitest('test', [...files], options);
  await vitest.close();
  return testsOf(vitest);
}

const passed = (found: readonly Found[]): readonly Found[] => found.filter(({ state }) => state === 'passed');
const filesOf = (found: readonly Found[]): readonly string[] => [...new Set(found.map(({ file }) => file))];

/** Those of `open` that pass once more, or of whose files nothing was seen. */
async function again(from: From, projects: readonly string[], open: readonly Found[]): Promise<readonly Found[]> {
  if (open.length === 0) return [];
  const found = passed(await runWithout(from, projects, filesOf(open)));
  return open.filter(({ file, name }) => found.some((one) => one.file === file && one.name === name));
}

const named = process.argv.slice(2);
const chosen = (project: string): boolean => named.length === 0 || named.includes(project);
const inProcess = ['unit', 'functions', 'infra'].filter(chosen);

const bodies = inProcess.length === 0 ? [] : await runWithout('in bodies', inProcess);
const byHooks = await again('with the hooks', inProcess, passed(bodies));
const byLoading = await again('from the start', inProcess, byHooks);
const overHttp = chosen('e2e') ? await runWithout('with the hooks', ['e2e']) : [];
const overHttpLoading = await again('from the start', ['e2e'], passed(overHttp));

const still = [...byLoading, ...overHttpLoading];
const unseen = bodies.filter(({ state }) => state === 'unseen');
const wrong = filesOf(still).filter(
  (file) => still.filter((one) => one.file === file).length !== (OF_TEXTS[file] ?? 0),
);
for (const { file, name } of [...still.filter(({ file }) => wrong.includes(file)), ...unseen])
  console.error(`${file}: not seen failing without the code: ${name}`);
const count = (word: string, tests: readonly Found[]): string => `${tests.length} ${word}`;
console.log(
  [
    count(
      'tests fail without the code in their bodies',
      bodies.filter(({ state }) => state === 'failed'),
    ),
    count(
      'assert what their files make first, and cannot make without it',
      passed(bodies).filter((one) => !byLoading.includes(one)),
    ),
    count(
      'over HTTP do not pass where nothing starts',
      overHttp.filter((one) => !overHttpLoading.includes(one)),
    ),
    count('compare texts', still),
  ].join('\n'),
);
process.exitCode = bodies.length + overHttp.length > 0 && wrong.length + unseen.length === 0 ? 0 : 1;
