// The settings of one stage, checked before anything is synthesized.
// Read from the CDK context: `-c stage=<name>` picks the stage (default `dev`) and the context entry `stages` of cdk.json may
// hold an object of settings per stage. Every setting has a default, so that a stage without an entry works.
// Refuses: unknown settings, an origin with a path, a plain-HTTP origin outside loopback, a retention CloudWatch does not have.
import * as z from 'zod';
import { MOST_PEM, readCertificates } from '../lib/report/certificates.ts';

const LOOPBACK_HOSTS: readonly string[] = ['127.0.0.1', '[::1]', 'localhost'];

/** The retention periods, in days, that CloudWatch Logs accepts and that make sense for us. */
const RETENTION_DAYS = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731] as const;

const isOrigin = (text: string): boolean => {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  const secure = url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK_HOSTS.includes(url.hostname));
  return secure && url.origin === text;
};

const origin = z
  .string()
  .refine(isOrigin, 'must be an https origin without path or trailing slash (http on loopback only)');

/** Requests per second in the long run (`rate`) and at once (`burst`), as the API gateway counts them. */
const throttle = z.strictObject({ rate: z.int().min(1), burst: z.int().min(1) });

/** Concurrent executions set aside for, and not exceeded by, a function; `null` leaves the function to the account's pool. */
const reserved = z.nullable(z.int().min(1));

const vehicleOrigins = z.strictObject({
  connect: origin.default('https://connect.smartcar.com'),
  auth: origin.default('https://auth.smartcar.com'),
  api: origin.default('https://api.smartcar.com'),
  /** V2's management interface. */
  management: origin.default('https://management.smartcar.com'),
  /** API V3 has a host for each of its parts. */
  v3: z
    .strictObject({
      iam: origin.default('https://iam.smartcar.com'),
      vehicle: origin.default('https://vehicle.api.smartcar.com'),
      management: origin.default('https://management.api.smartcar.com'),
    })
    .prefault({}),
});

/** Plain HTTP too, as many authorities have no other: a hash is sent, and what comes back is signed. */
const timestampUrl = z.url({ protocol: /^https?$/, error: 'must be an http or https address' }).max(256);

const throttles = z.strictObject({
  /**
   * Every route without its own limit: the tenants' API, all tenants together. Each has a limit of its own (lib/tenant/request-limit.ts), so
   * this one stands far above it: it is for floods, and what a tenant is refused counts here too.
   */
  api: throttle.default({ rate: 2_000, burst: 5_000 }),
  /** Each route of the driver's pages: no caller is known there. */
  connect: throttle.default({ rate: 20, burst: 40 }),
  /** What the vehicle platform pushes; what is turned away it sends again for 100 seconds. */
  vehicleEvents: throttle.default({ rate: 200, burst: 400 }),
  /** The published keys and the log: each route of them; small and cacheable. */
  keys: throttle.default({ rate: 50, burst: 100 }),
});

/**
 * The authorizer has no cap: the gateway calls it for routes that are throttled, only with a key in the request, and at most once a minute
 * for each; a cap would let whoever makes keys up turn tenants away, where the throttle leaves them their share.
 */
const concurrency = z.strictObject({
  /** Public, unauthenticated functions: a flood must not eat the account's pool. Set to null in an account with the small default quota. */
  connect: reserved.default(20),
  public: reserved.default(10),
  /** The door for what the vehicle platform pushes: a few milliseconds each. */
  vehicleEvents: reserved.default(20),
  /** Read workers at once, each with up to 50 vehicle calls in flight. The vehicle platform is the bottleneck, not AWS. */
  read: z.int().min(2).max(1000).default(5),
  /** Token workers at once. */
  tend: z.int().min(2).max(1000).default(5),
  /** Sealers at once: one is enough, more do no harm. Set to null in an account with the small default quota. */
  seal: reserved.default(1),
  /** Reports that are built at once. */
  report: z.int().min(2).max(1000).default(2),
  /** Workers that send webhooks at once, each with up to ten on their way. */
  webhook: z.int().min(2).max(1000).default(5),
});

/** Keys of one purpose. AWS rotates none of them: a successor is made, published, and signs from then on (RUNBOOK.md). */
const signingKeys = z
  .strictObject({
    /** How many there are. Never fewer than before: each stays published. */
    made: z.int().min(1).max(20).default(1),
    /** Number of the one that signs, the oldest being 1. */
    signs: z.int().min(1).default(1),
  })
  .refine(({ made, signs }) => signs <= made, { path: ['signs'], error: 'is a key that is not made' });

/** That its key is the sealing key, build-report sees to: nobody has that before it is deployed. */
const certificates = z
  .string()
  .max(MOST_PEM, `has at most ${MOST_PEM} characters: a function's variables have room for 4 KB together`)
  .superRefine((pem, context) => {
    try {
      readCertificates(pem);
    } catch (fault) {
      context.addIssue({ code: 'custom', message: fault instanceof Error ? fault.message : String(fault) });
    }
  });

const alarms = z.strictObject({
  /** Who gets an e-mail; a topic is created for it. */
  email: z.email().optional(),
  /** An existing topic that alarms are sent to instead. */
  topicArn: z.string().startsWith('arn:').optional(),
  /** Where the runbook can be read; alarm texts link to `<this>#<section>`. */
  runbook: z.string().min(1).default('infra/RUNBOOK.md'),
});

const allSettings = z.strictObject({
  /**
   * The origin that drivers, tenants and auditors see, also the issuer in statements, which name it twice and have to be small enough to
   * be signed. Default: the HTTP API's own endpoint.
   */
  publicOrigin: origin.check(z.maxLength(64, 'has at most 64 characters')).optional(),
  /**
   * The certificate (of the same region) of `publicOrigin`'s host. With it the HTTP API answers under that host, and under no
   * other; a DNS record to the output `PublicOriginTarget` is the operator's. Without it, whatever stands in front of the API.
   */
  certificateArn: z.string().startsWith('arn:').optional(),
  vehicle: vehicleOrigins.prefault({}),
  throttles: throttles.prefault({}),
  concurrency: concurrency.prefault({}),
  /** Whether a webhook endpoint may be on loopback, in plain HTTP: for the service on one machine alone. */
  webhookLoopback: z.boolean().default(false),
  signingKeys: z
    .strictObject({
      statements: signingKeys.prefault({}),
      statusLists: signingKeys.prefault({}),
      pdfSeals: signingKeys.prefault({}),
    })
    .prefault({}),
  /** Address of a time-stamping authority (RFC 3161), which is asked for a timestamp of each newest checkpoint, and of each seal of a PDF. Without, nobody vouches for when. */
  timestampUrl: timestampUrl.optional(),
  /**
   * PEM: a certificate of the key that seals PDF files, then that of its issuer, and so on. Without, the key issues one to itself: our own
   * check believes neither, and looks the key up in the key set.
   */
  sealCertificates: certificates.optional(),
  logRetentionDays: z.literal(RETENTION_DAYS).default(90),
  alarms: alarms.prefault({}),
});

const stageSettings = allSettings.refine(
  ({ publicOrigin, certificateArn }) => certificateArn === undefined || /^https:\/\/[^:[]+$/.test(publicOrigin ?? ''),
  { path: ['certificateArn'], error: 'needs a publicOrigin of https on its usual port' },
);

const stageName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,15}$/, 'must be 1-16 of a-z, 0-9 and "-", starting with a letter');

/** Everything that may differ between two deployments of the same commit. */
export interface StageConfig extends z.output<typeof stageSettings> {
  readonly stage: string;
}

/** What a function of a stage is called on AWS, after its folder below `functions/`: fixed, so that operators find it without a search. */
export const functionName = (stage: string, name: string): string => `odoseal-${stage}-${name}`;

/** Requests per second, see {@link StageConfig}. */
export type Throttle = z.output<typeof throttle>;

/** What {@link stageConfig} needs of a CDK app: a look into its context. */
interface Context {
  tryGetContext(key: string): unknown;
}

const explain = (what: string, error: z.ZodError): Error =>
  new Error(`Not valid: ${what}\n${z.prettifyError(error)}`, { cause: error });

/**
 * Reads and checks the settings of the stage that the context names.
 * @param context `app.node`: entries `stage` (string) and `stages` (object of settings by stage name)
 * @throws Error naming the setting that is wrong
 */
export const stageConfig = (context: Context): StageConfig => {
  const stage = stageName.safeParse(context.tryGetContext('stage') ?? 'dev');
  if (!stage.success) throw explain('the stage name', stage.error);
  const stages = z.record(z.string(), z.unknown()).safeParse(context.tryGetContext('stages') ?? {});
  if (!stages.success) throw explain('the context entry "stages"', stages.error);
  const settings = stageSettings.safeParse(stages.data[stage.data] ?? {});
  if (!settings.success) throw explain(`the settings of stage "${stage.data}"`, settings.error);
  return { stage: stage.data, ...settings.data };
};
