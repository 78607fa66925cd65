// Takes the code out of the product, for one question: which tests do not notice? Every function of lib/, functions/ and infra/ first calls
// `globalThis.withoutCode`, which setup.ts makes throw.
import type { Plugin } from 'vite';

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly body?: unknown;
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

function* functionsIn(tree: unknown): Generator<Node> {
  if (Array.isArray(tree)) for (const one of tree) yield* functionsIn(one);
  if (!isNode(tree)) return;
  if (tree.type.includes('Function')) yield tree;
  for (const below of Object.values(tree)) yield* functionsIn(below);
}

const CALL = 'globalThis.withoutCode?.()';

/** What is inserted where, for one body: statements, or the expression of an arrow function. */
const insertionsFor = ({ type, start, end }: Node): readonly (readonly [number, string])[] =>
  type === 'BlockStatement'
    ? [[start + 1, `${CALL};`]]
    : [
        [start, `(${CALL}, (`],
        [end, '))'],
      ];

function inserted(code: string, tree: unknown): string {
  const bodies = [...functionsIn(tree)].flatMap(({ body }) => (isNode(body) ? [body] : []));
  const insertions = bodies.flatMap(insertionsFor).toSorted(([a], [b]) => a - b);
  const starts = [0, ...insertions.map(([at]) => at)];
  return starts.map((from, n) => (insertions[n - 1]?.[1] ?? '') + code.slice(from, starts[n + 1])).join('');
}

/** @param root folder of the checkout, without a slash at its end */
export const takeOut = (root: string): Plugin => ({
  name: 'take-out',
  enforce: 'post',
  transform(code, id) {
    const ours = ['lib', 'functions', 'infra'].some((folder) => id.startsWith(`${root}/${folder}/`));
    return ours ? { code: inserted(code, this.parse(code)), map: null } : null;
  },
});
