// A fault table: what happens is played once undisturbed, then again with each of its calls failing, applied and not applied.
import { expect } from 'vitest';
import type { Fault } from '../../stores/faults.ts';

export interface Played {
  /** What was called while faults may be met, in order. */
  readonly calls: readonly string[];
  /** How it ended. */
  readonly end: unknown;
}

/**
 * Expects every end to be the same.
 * @param play with the n-th call failing; 0 and undefined: with none
 * @param check what does not hold afterwards
 * @returns how it ends
 */
export async function underEveryFault<P extends Played>(
  play: (nth: number, fault: Fault | undefined) => Promise<P>,
  check: () => Promise<readonly string[]>,
): Promise<P['end']> {
  const healthy = await play(0, undefined);
  for (const [n, call] of healthy.calls.entries()) {
    // Reading changes nothing: whether it was done before its answer was lost is one and the same.
    for (const fault of /\.(get|query)$/.test(call) ? (['applied'] as const) : (['not_applied', 'applied'] as const)) {
      const told = `${n + 1} ${call} ${fault}`;
      expect((await play(n + 1, fault)).end, told).toEqual(healthy.end);
      expect(await check(), told).toEqual([]);
    }
  }
  return healthy.end;
}
