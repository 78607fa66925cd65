// `npm start`: the whole service on this machine until Ctrl-C. Time goes on by itself and can be moved through the control
// endpoint. Prints where everything is and a request to begin with. `--port N` or PORT=N chooses the gateway's port.
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { makeControl } from './control.ts';
import { createContractWithLink, createTenantWithKey, createVehicleApplication } from './first-tenant.ts';
import { listen, PortInUse, stopListening } from './listen.ts';
import { bootPlayground, type Playground } from './playground.ts';
import { stopSignal, untilAborted } from './stop-signal.ts';

const DEFAULT_PORT = '8787';
const ACCOUNT = 'driver@example.com';
const APPLICATION = 'default';

/** The command line asks for something that there is not. The message is one sentence for the person at the keyboard. */
class WrongUsage extends Error {}

const portOption = (args: readonly string[]): string | undefined => {
  try {
    return parseArgs({ args: [...args], options: { port: { type: 'string' } } }).values.port;
  } catch (error) {
    // The parser's first sentence names the word; its advice after that is about its own conventions.
    const [what = ''] = error instanceof Error ? error.message.split(/\.\s/) : [];
    throw new WrongUsage(`${what}: the one option is --port N.`, { cause: error });
  }
};

const portFrom = (args: readonly string[]): number => {
  const text = portOption(args) ?? process.env['PORT'] ?? DEFAULT_PORT;
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new WrongUsage(`"${text}" is not a port: --port takes a whole number from 0 to 65535.`);
};

const today = (now: number): string => new Date(now).toISOString().slice(0, 10);

const parkOneCar = ({ simulator, stack }: Playground): void => {
  simulator.fleet.addCar({
    account: ACCOUNT,
    make: 'CITROEN',
    model: 'C3',
    year: 2024,
    vin: 'VF7SXHNPTPT500001',
    odometerMetres: 12_345_000,
    since: stack.clock.now(),
    metresPerDay: 38_000,
  });
};

const firstContract = async ({ stack, secretName }: Playground) => {
  await createVehicleApplication(stack, { applicationId: APPLICATION, secretId: secretName });
  const apiKey = await createTenantWithKey(stack, {
    tenantId: 'example',
    name: 'Example Insurance',
    applicationId: APPLICATION,
  });
  const start = today(stack.clock.now());
  const contract = { kind: 'insurance', reference: 'EX-1', start, zone: 'Europe/Amsterdam' };
  return { apiKey, ...(await createContractWithLink(stack.publicOrigin, apiKey, contract)) };
};

const describe = async (ground: Playground, control: string, token: string): Promise<string> => {
  const { stack, simulatorOrigin } = ground;
  const { apiKey, contractId, link } = await firstContract(ground);
  return [
    'Odoseal runs on this machine. Ctrl-C stops it.',
    '',
    `  API            ${stack.publicOrigin}/v1`,
    `  API key        ${apiKey}`,
    `  contract       ${contractId}`,
    `  connect link   ${link}   (log in as ${ACCOUNT}, any password)`,
    `  keys           ${stack.publicOrigin}/.well-known/jwks.json`,
    `  simulator      ${simulatorOrigin}`,
    `  AWS stand-ins  ${stack.awsOrigin}`,
    `  control        ${control}   (token ${token})`,
    '',
    `curl -H 'Authorization: Bearer ${apiKey}' ${stack.publicOrigin}/v1/contracts`,
    `curl -H 'Authorization: Bearer ${token}' -d '{"to":"2030-01-01T00:00:00.000Z"}' ${control}/control/time`,
    '',
  ].join('\n');
};

/** The playground, or nothing when it was stopped before it stood. */
const boot = async (signal: AbortSignal): Promise<Playground | undefined> => {
  try {
    return await bootPlayground({ port: portFrom(process.argv.slice(2)), time: 'running', signal });
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
};

const run = async (): Promise<void> => {
  const signal = stopSignal();
  const ground = await boot(signal);
  if (ground === undefined) return;
  const token = randomBytes(24).toString('base64url');
  const control = makeControl(ground.stack, token);
  try {
    const origin = await listen(control, 0);
    parkOneCar(ground);
    process.stdout.write(await describe(ground, origin, token));
    await untilAborted(signal);
  } finally {
    await stopListening(control);
    await ground.close();
  }
};

try {
  await run();
} catch (error) {
  const expected = error instanceof PortInUse || error instanceof WrongUsage;
  process.stderr.write(`${expected ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
}
