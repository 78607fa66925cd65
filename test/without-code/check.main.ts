// `npm run check:tests`: runs the suite without the code of the product. No test may pass then: it fails, or what sets it up does. One that
// passes is a test of nothing, or of what is no code; those are named here. `npm run check:tests -- unit` looks at one project.
import { startVitest, type TestModule, type Vitest } from 'vitest/node';

/** How many tests of a file hold one text against another, or a table that is data against its documentation. */
const OF_TEXTS: Readonly<Record<string, number>> = {
  'test/readme.test.ts': 6, // README.md against .ci/run, and against files that it shows
  'test/rooms.test.ts': 2, // what sources import and call
  'test/lib/mileage/load.test.ts': 2, // likewise
  'test/lib/vehicle/one-interface.test.ts': 5, // what sources name
  'test/lib/vehicle/refusals.test.ts': 6, // the tables of refusals against the documented pairs and README.md
  'test/lib/vehicle/smartcar-seed.test.ts': 1, // that the documented snippets are ten
  'test/lib/simulator/vendor-error.test.ts': 1, // a table against the documented pairs
};

/** @param from when the code goes: once a test file is loaded, or from the start; see setup.ts */
async function runWithout(from: 'once loaded' | 'from the start', files: readonly string[]): Promise<Vitest> {
  process.env['WITHOUT_CODE'] = from;
  const project = process.argv.slice(2);
  const config = 'test/without-code/vitest.config.ts';
  const vitest = await startVitest('test', [...files], { config, project, watch: false, reporters: [{}] });
  await vitest.close();
  return vitest;
}

const passedOf = ({ children }: TestModule): readonly string[] =>
  [...children.allTests('passed')].map(({ fullName }) => fullName);

const modulesOf = ({ state }: Vitest): readonly TestModule[] => state.getTestModules();

const first = modulesOf(await runWithout('once loaded', []));
const again = first.filter((module) => passedOf(module).length > 0).map(({ relativeModuleId }) => relativeModuleId);
const second = again.length === 0 ? [] : modulesOf(await runWithout('from the start', again));

const tests = first.flatMap(({ children }) => [...children.allTests()]);
const passed = second.map((module) => ({ file: module.relativeModuleId, names: passedOf(module) }));
const unexpected = passed.filter(({ file, names }) => names.length !== (OF_TEXTS[file] ?? 0));
for (const { file, names } of unexpected) {
  console.error(`${file}: ${names.length} pass without the code of the product, not ${OF_TEXTS[file] ?? 0}:`);
  for (const name of names) console.error(`  ${name}`);
}
const ofTexts = passed.flatMap(({ names }) => names).length;
console.log(`${tests.length} tests without the code of the product: ${ofTexts} pass`);
process.exitCode = tests.length > 0 && unexpected.length === 0 ? 0 : 1;
