// The local stack with a vehicle platform beside it: the simulator over HTTP, on the stack's own clock, knowing one application
// whose credentials lie in the stack's secret. What `npm start`, the demo and end-to-end tests stand on.
import { randomBytes, randomUUID } from 'node:crypto';
import { serveSimulator } from '../../lib/simulator/serve-simulator.ts';
import { makeSimulator, type Simulator } from '../../lib/simulator/simulator.ts';
import { bootLocalStack } from './local-stack.ts';
import type { LocalStack, LocalStackOptions } from './stack-interface.ts';

export type PlaygroundOptions = Omit<LocalStackOptions, 'variables' | 'observed'> & {
  /** Seed of everything the simulator makes up; default 1. */
  readonly seed?: number;
  /** Whether calls to the vehicle platform are recorded and can be crash points; default false. */
  readonly observeVehicle?: boolean;
  /** The application's rate limit at the platform; absent: the documented one. */
  readonly rateLimit?: Parameters<typeof makeSimulator>[0]['applications'][number]['rateLimit'];
};

export type Playground = {
  readonly stack: LocalStack;
  readonly simulator: Simulator;
  readonly simulatorOrigin: string;
  /** Name of the secret that holds the simulator's credentials. */
  readonly secretName: string;
  /** The same application on V3: name of the secret with its API credential, Application ID and webhook. */
  readonly v3SecretName: string;
  readonly close: () => Promise<void>;
};

/** One origin stands for every host of the platform. Connect pages are for the driver's browser and not observed. */
const originVariables = (origin: string): Readonly<Record<string, string>> => ({
  VEHICLE_CONNECT_ORIGIN: origin,
  VEHICLE_AUTH_ORIGIN: origin,
  VEHICLE_API_ORIGIN: origin,
  VEHICLE_IAM_ORIGIN: origin,
  VEHICLE_V3_ORIGIN: origin,
  VEHICLE_MANAGEMENT_ORIGIN: origin,
});

const OBSERVED = Object.keys(originVariables('')).filter((name) => name !== 'VEHICLE_CONNECT_ORIGIN');

const newCredentials = () => ({
  clientId: randomUUID(),
  clientSecret: randomUUID(),
  managementToken: randomBytes(24).toString('base64url'),
});

const newApiCredentials = () => ({ clientId: `client_${randomBytes(12).toString('hex')}`, clientSecret: randomUUID() });

/** Delivers nothing, so that no clock stops for it; the platform keeps signals of subscribed vehicles alone. */
const WEBHOOK = 'playground';

const startSimulator = (
  stack: LocalStack,
  credentials: ReturnType<typeof newCredentials> & { readonly apiCredentials: ReturnType<typeof newApiCredentials> },
  options: PlaygroundOptions,
): Simulator =>
  makeSimulator({
    clock: stack.clock.now,
    seed: options.seed ?? 1,
    applications: [
      {
        ...credentials,
        webhookIds: [WEBHOOK],
        redirectUris: [`${stack.publicOrigin}/connect/callback`],
        ...(options.rateLimit === undefined ? {} : { rateLimit: options.rateLimit }),
      },
    ],
  });

/** The secret that the template declares for the default vehicle application. */
const secretNameOf = ({ deployment }: LocalStack): string => {
  const found = deployment.secrets.find(({ name }) => name.includes('vehicle-application/'));
  if (found === undefined) throw new Error('the template declares no secret of a vehicle application');
  return found.name;
};

/**
 * Starts both.
 * @throws PortInUse when the gateway's port is taken
 */
export const bootPlayground = async (options: PlaygroundOptions = {}): Promise<Playground> => {
  // Each side needs the other's origin: the platform listens first and answers once it exists.
  let simulator: Simulator | undefined;
  const unready = new Response(null, { status: 503 });
  const served = await serveSimulator(
    { handle: async (request) => simulator?.handle(request) ?? unready },
    { port: 0 },
  );
  try {
    const observed = options.observeVehicle === true ? OBSERVED : [];
    const stack = await bootLocalStack({ ...options, variables: originVariables(served.origin), observed });
    const credentials = newCredentials();
    const apiCredentials = newApiCredentials();
    simulator = startSimulator(stack, { ...credentials, apiCredentials }, options);
    const secretName = secretNameOf(stack);
    stack.putSecret(secretName, JSON.stringify(credentials));
    const v3SecretName = secretName.replace(/[^/]+$/, 'v3');
    const v3 = { ...apiCredentials, applicationId: credentials.clientId, webhookId: WEBHOOK };
    stack.putSecret(v3SecretName, JSON.stringify(v3));
    const close = async (): Promise<void> => {
      await stack.close();
      await served.close();
    };
    return { stack, simulator, simulatorOrigin: served.origin, secretName, v3SecretName, close };
  } catch (error) {
    await served.close();
    throw error;
  }
};
