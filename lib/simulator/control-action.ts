// The control API as rows: each action has a path, a sentence, an example that works as printed, and what it does.
// Routing and page are made from the rows (control.ts, control-page.ts), so that the documents cannot disagree.

import type * as z from 'zod/mini';
import { fieldsOf, takenAt } from './accepted.ts';
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
  /** The body of a second line, which puts right what the first one did. */
  readonly back?: object;
  /** What the body may hold; null for an action without. */
  readonly body: z.ZodMiniType | null;
  readonly run: (context: ControlContext, params: Params, body: unknown) => Done | Problem | Promise<Done | Problem>;
}

export function done(body: object = { done: true }): Done {
  return { kind: 'done', body };
}

export function problem(text: string, status: Problem['status'] = 400): Problem {
  return { kind: 'problem', status, text };
}

/** Runs with a body that fits, or names the field that does not, and what it takes. */
export function withBody<T>(
  schema: z.ZodMiniType<T>,
  run: (context: ControlContext, body: T, params: Params) => Done | Problem | Promise<Done | Problem>,
): Pick<ControlAction, 'body' | 'run'> {
  const checked: ControlAction['run'] = (context, params, body) => {
    const parsed = schema.safeParse(body);
    if (parsed.success) return run(context, parsed.data, params);
    return problem(refusalOf(schema, parsed.error.issues[0]));
  };
  return { body: schema, run: checked };
}

function refusalOf(schema: z.ZodMiniType, issue: z.core.$ZodIssue | undefined): string {
  if (issue?.code === 'unrecognized_keys') {
    const names = fieldsOf(schema).map(({ name }) => name);
    return `"${issue.keys[0] ?? ''}" is not known here; ${names.length === 0 ? 'the body is empty' : `there are ${names.join(', ')}`}.`;
  }
  const field = issue === undefined || issue.path.length === 0 ? 'The body' : `"${issue.path.join('.')}"`;
  return `${field} does not fit: it takes ${takenAt(schema, issue?.path ?? [])}.`;
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
