// JSON Patch (RFC 6902), as far as the tamper table needs it: what somebody did to a document, as data.

export type Operation =
  | { readonly op: 'add' | 'replace'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string }
  | { readonly op: 'copy' | 'move'; readonly from: string; readonly path: string };

type Container = Record<string, unknown>;

const isContainer = (value: unknown): value is Container => typeof value === 'object' && value !== null;

/** What holds the member that a pointer (RFC 6901) names, and that member's name. */
function place(document: unknown, pointer: string): readonly [Container, string] {
  const names = pointer.split('/').slice(1);
  const last = names.pop() ?? '';
  const holder = names.reduce((at: unknown, name) => (isContainer(at) ? at[name] : undefined), document);
  if (!isContainer(holder)) throw new Error(`nothing at ${pointer}`);
  return [holder, last];
}

function take(document: unknown, pointer: string): unknown {
  const [holder, name] = place(document, pointer);
  if (!(name in holder)) throw new Error(`nothing at ${pointer}`);
  const value = holder[name];
  if (Array.isArray(holder)) holder.splice(Number(name), 1);
  else delete holder[name];
  return value;
}

function put(document: unknown, pointer: string, value: unknown): void {
  const [holder, name] = place(document, pointer);
  if (Array.isArray(holder)) holder.splice(name === '-' ? holder.length : Number(name), 0, value);
  else holder[name] = value;
}

function valueAt(document: unknown, pointer: string): unknown {
  const [holder, name] = place(document, pointer);
  return holder[name];
}

function applyOne(document: unknown, operation: Operation): void {
  const { path } = operation;
  switch (operation.op) {
    case 'remove':
      take(document, path);
      break;
    case 'move':
      put(document, path, take(document, operation.from));
      break;
    case 'copy':
      put(document, path, structuredClone(valueAt(document, operation.from)));
      break;
    case 'replace':
      take(document, path);
      put(document, path, operation.value);
      break;
    default:
      put(document, path, operation.value);
  }
}

export function applyPatch(document: unknown, operations: readonly Operation[]): unknown {
  const patched: unknown = structuredClone(document);
  for (const operation of operations) applyOne(patched, operation);
  return patched;
}
