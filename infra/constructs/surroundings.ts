// What every function of the service is created with: the stage's settings, the data it may be let at, the bundles, the queues.
import type { StageConfig } from '../config.ts';
import type { DataStack } from '../data-stack.ts';
import type { Bundles } from './bundle.ts';
import type { WorkerQueue } from './worker-queue.ts';

/** See the head of this file. */
export interface Surroundings {
  readonly config: StageConfig;
  readonly data: DataStack;
  readonly bundles: Bundles;
  /** What drivers, tenants and auditors see, also the issuer in statements; no trailing slash. */
  readonly origin: string;
  readonly tend: WorkerQueue;
  readonly read: WorkerQueue;
  readonly webhook: WorkerQueue;
  readonly report: WorkerQueue;
}
