// The control API as rows: each action has a path, a sentence, an example that works as printed, and what it does.
// Routing and page are made from the rows (control.ts, control-page.ts), so that the documents cannot disagree.

import type * as z from 'zod/mini';
import type { Application } from './application.ts';
import type { Simulator } from './simulator.ts';

/** What the actions act on. */
export interface ControlContext {
  readonly simulator: Simulator;
  /** The first one is the one that is meant where no application is named. */
  readonly applications: readonly [Application, ...Application[]];
  readonly now: () => number;
  /** Moves time forward, delivering on the way. Null where the clock is somebody else's. */
  readonly moveTo: ((instant: number) => Promise<number>) | null;
  /** Sends the webhook deliveries that are due. */
  readonly deliver: () => Promise<number>;
  /** How slow paths are; the last fitting rule counts. */
  readonly latencies: { current: readonly Latency[] };
}

interface Latency {
  /** End of the path; empty: every path of the platform. */
  readonly path: string;
  readonly ms: number;
}

export interface Problem {
  readonly kind: 'problem';
  readonly status: 400 | 404 | 409;
  /** One sentence for a developer. */
  readonly text: string;
}

export interface Done {
  readonly kind: 'done';
  readonly body: object;
}

export type Params = Readonly<Record<string, string>>;

export interface ControlAction {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** A sentence for the page. */
  readonly does: string;
  /** The body of the line on the page; null for none. */
  readonly example: object | null;
  readonly run: (context: ControlContext, params: Params, body: unknown) => Done | Problem | Promise<Done | Problem>;
}

export function done(body: object = { done: true }): Done {
  return { kind: 'done', body };
}

export function problem(text: string, status: Problem['status'] = 400): Problem {
  return { kind: 'problem', status, text };
}

/** Runs with a body that fits, or names the field that does not. */
export function withBody<T>(
  schema: z.ZodMiniType<T>,
  run: (context: ControlContext, body: T, params: Params) => Done | Problem | Promise<Done | Problem>,
): ControlAction['run'] {
  return (context, params, body) => {
    const parsed = schema.safeParse(body);
    if (parsed.success) return run(context, parsed.data, params);
    const [issue] = parsed.error.issues;
    const field = issue?.path.join('.') ?? '';
    return problem(`${field === '' ? 'The body' : `"${field}"`} does not fit: ${issue?.message ?? 'invalid'}.`);
  };
}

export function isProblem(outcome: unknown): outcome is Problem {
  return typeof outcome === 'object' && outcome !== null && 'kind' in outcome && outcome.kind === 'problem';
}

/** An optional field that was not sent is not there, instead of undefined. */
export function withoutHoles<T extends object>(body: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  // Only entries that hold something are kept, which is what the type says.
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
