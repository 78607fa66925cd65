// The local stack with a vehicle platform beside it: the simulator over HTTP, on the stack's own clock, knowing one application
// whose credentials lie in the stack's secret. What `npm start`, the demo and end-to-end tests stand on.
import { randomBytes, randomUUID } from 'node:crypto';
import { sendDueDeliveries } from '../../lib/simulator/send-deliveries.ts';
import { serveSimulator } from '../../lib/simulator/serve-simulator.ts';
import { makeSimulator, type Simulator } from '../../lib/simulator/simulator.ts';
import { bootLocalStack } from './local-stack.ts';
import type { LocalStack, LocalStackOptions } from './stack-interface.ts';

export type PlaygroundOptions = Omit<LocalStackOptions, 'variables' | 'observed' | 'beside'> & {
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
  /** The same once more, for an application whose cars tell by themselves. */
  readonly pushingSecretName: string;
  /**
   * Sets the platform's webhook up as an operator does: opens the window with the admin command, and has the platform prove the receiver.
   * @param atMostEveryMs how often at most about one car; absent: the documented minutes of its make
   */
  readonly pushTo: (applicationId: string, atMostEveryMs?: number) => Promise<void>;
  /** How often each car's odometer was asked for, by vehicle id. */
  readonly asked: ReadonlyMap<string, number>;
  readonly close: () => Promise<void>;
};

/** One origin stands for every host of the platform. Connect pages are for the driver's browser and not observed. */
const originVariables = (origin: string): Readonly<Record<string, string>> => ({
  VEHICLE_CONNECT_ORIGIN: origin,
  VEHICLE_AUTH_ORIGIN: origin,
  VEHICLE_API_ORIGIN: origin,
  VEHICLE_IAM_ORIGIN: origin,
  VEHICLE_V3_ORIGIN: origin,
  VEHICLE_V2_MANAGEMENT_ORIGIN: origin,
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

/** Delivers what cars tell, once somebody has set it up. */
const PUSHING = 'playground-pushing';

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

/** The vendor's own deadline; it follows no redirects. */
const deliver = (request: Request): Promise<Response> =>
  fetch(request, { redirect: 'manual', signal: AbortSignal.timeout(15_000) });

/** Counts who asks for an odometer: its own path, or a batch that has it among its parts. */
async function countAsked(asked: Map<string, number>, request: Request): Promise<void> {
  const [, vehicleId] = /\/vehicles\/([^/]+)\/(?:batch|odometer|signals)/.exec(request.url) ?? [];
  if (vehicleId === undefined) return;
  const text = request.url + (request.method === 'POST' ? await request.clone().text() : '');
  if (text.includes('odometer')) asked.set(vehicleId, (asked.get(vehicleId) ?? 0) + 1);
}

/** @throws Error when the receiver did not answer the challenge right */
const pushToWith =
  (stack: LocalStack, simulator: Simulator, clientId: string): Playground['pushTo'] =>
  async (applicationId, atMostEveryMs) => {
    await stack.invoke('admin', { action: 'openWebhookWindow', applicationId });
    const callbackUri = `${stack.publicOrigin}/vehicle-events/${applicationId}`;
    const every = atMostEveryMs === undefined ? {} : { atMostEveryMs };
    simulator.addWebhook(clientId, { id: PUSHING, callbackUri, ...every });
    await sendDueDeliveries(simulator, deliver);
    const { accepted } = simulator.settledDeliveries().findLast(({ eventType }) => eventType === 'VERIFY') ?? {};
    if (accepted !== true) throw new Error('the webhook was not proven');
  };

/** Secrets of the application: on V2, on V3, and on V3 with cars that tell by themselves. */
const putSecrets = (
  stack: LocalStack,
  credentials: ReturnType<typeof newCredentials>,
  apiCredentials: ReturnType<typeof newApiCredentials>,
): Pick<Playground, 'secretName' | 'v3SecretName' | 'pushingSecretName'> => {
  const secretName = secretNameOf(stack);
  const named = (name: string): string => secretName.replace(/[^/]+$/, name);
  const { clientId: applicationId, managementToken } = credentials;
  const v3 = { ...apiCredentials, applicationId, managementToken };
  const [v3SecretName, pushingSecretName] = [named('v3'), named('pushing')];
  stack.putSecret(secretName, JSON.stringify(credentials));
  stack.putSecret(v3SecretName, JSON.stringify({ ...v3, webhookId: WEBHOOK }));
  stack.putSecret(pushingSecretName, JSON.stringify({ ...v3, webhookId: PUSHING }));
  return { secretName, v3SecretName, pushingSecretName };
};

/**
 * Starts both.
 * @throws PortInUse when the gateway's port is taken
 */
export const bootPlayground = async (options: PlaygroundOptions = {}): Promise<Playground> => {
  // Each side needs the other's origin: the platform listens first and answers once it exists.
  let simulator: Simulator | undefined;
  const unready = new Response(null, { status: 503 });
  const asked = new Map<string, number>();
  const handle = async (request: Request): Promise<Response> => {
    await countAsked(asked, request);
    return simulator?.handle(request) ?? unready;
  };
  const served = await serveSimulator({ handle }, { port: 0 });
  const beside = {
    nextAt: () => simulator?.nextDeliveryAt() ?? undefined,
    run: async () => {
      if (simulator !== undefined) await sendDueDeliveries(simulator, deliver);
    },
  };
  try {
    const observed = options.observeVehicle === true ? OBSERVED : [];
    const stack = await bootLocalStack({ ...options, variables: originVariables(served.origin), observed, beside });
    const credentials = newCredentials();
    const apiCredentials = newApiCredentials();
    const started = startSimulator(stack, { ...credentials, apiCredentials }, options);
    simulator = started;
    const close = async (): Promise<void> => {
      await stack.close();
      await served.close();
    };
    const secrets = putSecrets(stack, credentials, apiCredentials);
    const pushTo = pushToWith(stack, started, credentials.clientId);
    return { stack, simulator: started, simulatorOrigin: served.origin, ...secrets, pushTo, asked, close };
  } catch (error) {
    await served.close();
    throw error;
  }
};
