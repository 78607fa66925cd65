// The control API and its page in front of a simulator, for loopback only: whoever can reach it can do everything.
// The Host header must name this machine (or, for the platform itself, the vendor, whose SDKs keep their own), and a page
// of another site may not send anything: a browser on this machine is not let in by accident.

import {
  type ControlAction,
  type ControlContext,
  type Done,
  type Params,
  type Problem,
  problem,
} from './control-action.ts';
import { carActions } from './control-cars.ts';
import { drivingActions } from './control-driving.ts';
import { faultActions } from './control-faults.ts';
import { ownerActions } from './control-owner.ts';
import { controlPage } from './control-page.ts';
import { platformActions } from './control-platform.ts';
import { webhookActions } from './control-webhooks.ts';

export const controlActions: readonly ControlAction[] = [
  ...platformActions,
  ...webhookActions,
  ...carActions,
  ...drivingActions,
  ...faultActions,
  ...ownerActions,
];

const thisMachine = /^(localhost|127\.0\.0\.1|\[::1\])$/;
const vendor = /(^|\.)smartcar\.com$/;

/** Answers the control API and the page at `/`, and passes everything else on to the simulator. */
export function withControl(context: ControlContext): { handle: (request: Request) => Promise<Response> } {
  return {
    handle: async (request) => {
      const url = new URL(request.url);
      const isControl = url.pathname === '/' || /^\/control(\/|$)/.test(url.pathname);
      if (!thisMachine.test(url.hostname) && (isControl || !vendor.test(url.hostname))) {
        return told(problem('The Host header must name this machine.'), 403);
      }
      if (!isControl) return context.simulator.handle(request);
      const origin = request.headers.get('origin');
      if (origin !== null && origin !== url.origin) return told(problem('No other site may use this.'), 403);
      if (url.pathname === '/') return controlPage(context, controlActions, url.origin);
      return control(context, request, url);
    },
  };
}

async function control(context: ControlContext, request: Request, url: URL): Promise<Response> {
  const path = url.pathname.replace(/\/$/, '');
  for (const action of controlActions) {
    const params = action.method === request.method ? match(action.path, path) : null;
    if (params === null) continue;
    const body = parsed(await request.text());
    return told(body === undefined ? problem('The body is no JSON.') : await action.run(context, params, body));
  }
  return told(problem(`There is no ${request.method} ${path}; the page at / lists what there is.`, 404));
}

function match(pattern: string, path: string): Params | null {
  const [expected, actual] = [pattern.split('/'), path.split('/')];
  if (expected.length !== actual.length) return null;
  const fits = expected.every((part, index) => part.startsWith(':') || part === actual[index]);
  return fits ? Object.fromEntries(expected.map((part, index) => [part.slice(1), actual[index] ?? ''])) : null;
}

/** An empty body is an empty object. */
function parsed(text: string): unknown {
  try {
    return text.trim() === '' ? {} : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function told(outcome: Done | Problem, status?: number): Response {
  const body = outcome.kind === 'done' ? outcome.body : { error: outcome.text };
  return new Response(`${JSON.stringify(body, null, 2)}\n`, {
    status: status ?? (outcome.kind === 'done' ? 200 : outcome.status),
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
  });
}
