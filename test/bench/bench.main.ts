// `npm run bench <room>`: runs the bench of one room and prints ratios. Fails when a goal is missed.
// Absolute figures say more about the machine than about us, so goals are ratios to something measured in the same run.
import { benchApi } from './api.ts';
import { benchReport } from './report.ts';
import { benchVehicle } from './vehicle.ts';
import { benchVerify } from './verify.ts';

const benches: Readonly<Record<string, () => Promise<boolean>>> = {
  api: benchApi,
  report: benchReport,
  vehicle: benchVehicle,
  verify: benchVerify,
};

const [name = ''] = process.argv.slice(2);
const bench = Object.hasOwn(benches, name) ? benches[name] : undefined;
if (bench === undefined) {
  console.error(`usage: npm run bench ${Object.keys(benches).join(' | ')}`);
  process.exitCode = 2;
} else if (!(await bench())) {
  process.exitCode = 1;
}
