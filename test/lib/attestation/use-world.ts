// A world of its own for every test of a file. When the test is over the rules still hold in it, and no message has died.
import { afterEach, beforeEach, expect, vi } from 'vitest';
import { START } from './month.ts';
import { openWorld, type World, type WorldOptions } from './world.ts';

type Options = Partial<WorldOptions>;

/**
 * @param enter is given the world before each test
 * @returns opens another world in its place
 */
export function useWorld(enter: (world: World) => void, options: Options = {}): (options: Options) => Promise<void> {
  // Weeks of retries are many calls; a busy machine takes its time over them.
  vi.setConfig({ testTimeout: 60_000 });
  let opened: Awaited<ReturnType<typeof openWorld>>;
  const open = async (wanted: Options): Promise<void> => {
    opened = await openWorld({ startAt: START, ...wanted });
    enter(opened.world);
  };
  beforeEach(() => open(options));
  afterEach(async () => {
    try {
      expect(await opened.world.check()).toEqual([]);
      expect(opened.world.deadLetters).toEqual([]);
    } finally {
      await opened.close();
    }
  });
  return async (wanted) => {
    await opened.close();
    await open(wanted);
  };
}
